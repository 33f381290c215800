"""Pacers without a limit, for where nothing is paced."""

from __future__ import annotations

from bot.jobs.protocols import Lane, Turn

AT_ONCE = Turn(0.0, mine=True)


class Unpaced:
    """Lets everything go at once."""

    def take(self, delivery_id: str, lane: Lane) -> Turn:  # noqa: ARG002 - a protocol's shape
        """Go."""
        return AT_ONCE

    def confirm(self, delivery_id: str) -> Turn:  # noqa: ARG002 - a protocol's shape
        """Go."""
        return AT_ONCE
