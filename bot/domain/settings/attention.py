"""How often a person's day may ring."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.domain.settings.base import SettingsModel


class Attention(SettingsModel):
    """attention.yaml: the messages a day that may ring beyond the day's card, for each person."""

    pings_a_day: Annotated[int, Field(ge=0, le=20)] = 1
