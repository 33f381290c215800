"""How fast messages leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.domain.settings.base import SettingsModel


class Delivery(SettingsModel):
    """delivery.yaml: the most messages a minute over the whole workspace and all processes."""

    messages_per_minute: Annotated[int, Field(ge=1, le=6000)] = 300

    @property
    def interval(self) -> timedelta:
        """Return the time from one message to the next."""
        return timedelta(minutes=1) / self.messages_per_minute
