"""How deals are inspected in their threads: how much is asked, until when, and in which channels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.domain.settings.base import SettingsModel


class Inspection(SettingsModel):
    """inspection.yaml: limits of what a rep is asked, and where a team's deals are spoken about.

    A team's deals have their threads in the private channel whose name begins with `channel_prefix` and of
    which the team's manager is a member.
    """

    channel_prefix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")] = "deals-"
    questions_at_once: Annotated[int, Field(ge=1, le=3)] = 3
    deals_a_week: Annotated[int, Field(ge=1, le=10)] = 2
    questions_a_week: Annotated[int, Field(ge=1, le=20)] = 6
    answer_working_days: Annotated[int, Field(ge=1, le=10)] = 3
    demotion_notice_working_days: Annotated[int, Field(ge=1, le=10)] = 1
