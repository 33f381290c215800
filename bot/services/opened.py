"""What a fired cadence meant for one manager, as the command line tells it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import Person


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened for one manager: `owed` and `excused` by name, or why they are `away`.

    `message` is what they get, `each` the words before what is owed, `nothing` those when nothing is.
    """

    manager: Person
    owed: tuple[str, ...]
    excused: tuple[str, ...]
    away: str | None
    sent: bool
    message: str = "health check"
    each: str = "conversations with"
    nothing: str = "no conversation owed"
