"""How dates and counts are said in a sentence for people, the same on every machine and locale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_date(day: date, today: date | None = None) -> str:
    """Say a date as "3 Oct"; with `today` given and in another year, as "3 Oct 2025"."""
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if today is None or today.year == day.year else f"{words} {day.year}"


def weekday_date(day: date, today: date | None = None) -> str:
    """Say a date as "Friday 2 Oct"; with `today` given and in another year, as "Friday 1 Oct 2027"."""
    return f"{_WEEKDAYS[day.weekday()]} {short_date(day, today)}"


def count_of(number: int, singular: str, plural: str | None = None) -> str:
    """Say "1 deal", "3 deals"; `plural` only where an s does not make it."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def listed(words: Sequence[str], joint: str) -> str:
    """Say "a", "a or b", "a, b or c" with the joint given."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"
