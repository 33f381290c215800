"""Checkers of single values: strings, numbers, dates, addresses."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeGuard
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.blocks.schema import Check, leaf

_WEB = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMERAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def string(high: int, low: int = 1) -> Check:
    """Text of low..high characters."""
    return leaf(lambda value: _length_complaint(value, low, high))


def string_like(high: int, accepts: Callable[[str], bool], complaint: str) -> Check:
    """Text of 1..high characters that `accepts` takes."""

    def complain(value: object) -> str | None:
        wrong = _length_complaint(value, 1, high)
        if wrong is None and isinstance(value, str) and not accepts(value):
            return complaint
        return wrong

    return leaf(complain)


def enum(*values: str) -> Check:
    """One of these strings."""

    def complain(value: object) -> str | None:
        if not isinstance(value, str):
            return "must provide a string"
        return None if value in values else f"must be a valid enum value: {', '.join(values)}"

    return leaf(complain)


def integer(low: int, high: int) -> Check:
    """An integer of low..high; true and false are none."""

    def complain(value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return "must provide an integer"
        return None if low <= value <= high else f"must be between {low} and {high}"

    return leaf(complain)


def is_number(value: object) -> TypeGuard[int | float]:
    """A finite JSON number: true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


boolean = leaf(lambda value: None if isinstance(value, bool) else "must provide a boolean")
number = leaf(lambda value: None if is_number(value) else "must provide a number")


def _length_complaint(value: object, low: int, high: int) -> str | None:
    if not isinstance(value, str):
        return "must provide a string"
    if len(value) > high:
        return f"must be less than {high + 1} characters"
    return f"must be more than {low - 1} characters" if len(value) < low else None


def as_decimal(value: object) -> Decimal | None:
    """The number a numeric string stands for; None for anything else."""
    return Decimal(value) if isinstance(value, str) and _NUMERAL.fullmatch(value) else None


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


web_url = string_like(3000, lambda text: bool(_WEB.fullmatch(text)), "must be a valid http(s) URL")
https_url = string_like(
    3000,
    lambda text: bool(_WEB.fullmatch(text)) and text.lower().startswith("https:"),
    "must be a valid https URL",
)
link_url = string_like(3000, lambda text: bool(_ANY_SCHEME.fullmatch(text)), "must be a valid URL")
iso_date = string_like(10, _is_date, "must be a date in the format YYYY-MM-DD")
clock_time = string_like(5, lambda text: bool(_TIME.fullmatch(text)), "must be a time HH:mm")
time_zone = string_like(255, _is_zone, "must be an IANA time zone")
numeral = string_like(100, lambda text: as_decimal(text) is not None, "must be a number in a string")
identifier = string(255)
# Slack takes a 10-digit Unix timestamp in seconds.
unix_seconds = integer(1_000_000_000, 9_999_999_999)
