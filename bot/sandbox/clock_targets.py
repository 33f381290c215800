"""Turns what a person asks of the clock ("+1h", "monday", "next_cadence") into an instant."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.clock import Due, parse_instant

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FURTHEST = timedelta(days=366)


def resolve_target(
    to: str, *, now: datetime, tz: str = "UTC", next_due: Due | None = None, next_cadence: Due | None = None
) -> datetime:
    """The instant meant by `to`; raises ValueError with words for the person who asked.

    "monday" is the next Monday 09:00 in the zone, today's where it lies ahead. A year is the furthest step.
    """
    target = _named(to, now, tz, {"next_due": next_due, "next_cadence": next_cadence})
    if target - now > _FURTHEST:
        raise ValueError("That is more than a year ahead. Take smaller steps.")
    return target


def _named(to: str, now: datetime, tz: str, announced: dict[str, Due | None]) -> datetime:
    if to in announced:
        due = announced[to]
        if due is None:
            raise ValueError("Nothing is announced: no app follows the clock, or it has nothing due.")
        return max(due.at, now)
    if to == "monday":
        return _monday(now, tz)
    if match := re.fullmatch(r"\+(\d{1,4})([mhdw])", to):
        return now + timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        return parse_instant(to)
    except ValueError as error:
        raise ValueError(
            f"“{to}” is not a time the clock understands, such as +1h or 2026-10-05T07:00:00Z."
        ) from error


def _monday(now: datetime, tz: str) -> datetime:
    try:
        zone = ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"“{tz}” is not a time zone.") from error
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=-local.weekday() % 7)
    for candidate in (day, day + timedelta(days=7)):
        nine = datetime(candidate.year, candidate.month, candidate.day, 9, tzinfo=zone).astimezone(UTC)
        if nine > now:
            return nine
    raise AssertionError("one of two Mondays lies ahead")
