"""How fast messages leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.domain.settings.base import SettingsModel


class Delivery(SettingsModel):
    """delivery.yaml: the most messages a minute over the whole workspace and all processes.

    `seconds_per_conversation`: the time from one message to the next in the same conversation.
    """

    messages_per_minute: Annotated[int, Field(ge=1, le=60_000)] = 300
    seconds_per_conversation: Annotated[float, Field(ge=0, le=60)] = 1.0

    @property
    def interval(self) -> timedelta:
        """Return the time from one message to the next."""
        return timedelta(minutes=1) / self.messages_per_minute

    @property
    def conversation_interval(self) -> timedelta:
        """Return the time from one message to the next in the same conversation."""
        return timedelta(seconds=self.seconds_per_conversation)


# For a workspace on this machine, which has no rate that wears off.
UNLIMITED = Delivery(messages_per_minute=60_000, seconds_per_conversation=0)
