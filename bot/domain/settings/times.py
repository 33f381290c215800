"""Days by name and times of day, as settings write them."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from bot.domain.settings.base import refuse_repeats

_CLOCK_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_EARLIEST_RECURRING: Final = time(4, 0)


class Weekday(StrEnum):
    """A day by its name; never by a number, since libraries disagree on where a week begins."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def iso(self) -> int:
        """Return the ISO number of the day, Monday = 1."""
        return list(Weekday).index(self) + 1


def _parse_clock_time(value: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not (matched := _CLOCK_TIME.fullmatch(value)):
        # A number is what YAML 1.1 makes of an unquoted 18:00.
        raise ValueError('a time of day in quotes as "HH:MM", from "00:00" to "23:59"')
    return time(int(matched[1]), int(matched[2]))


def _format_clock_time(value: time) -> str:
    return value.strftime("%H:%M")


def _refuse_small_hours(value: time) -> time:
    if value < _EARLIEST_RECURRING:
        raise ValueError(
            'a time from "04:00" to "23:59"; daylight saving doubles or drops the times from 00:00 to 03:59'
        )
    return value


ClockTime = Annotated[time, BeforeValidator(_parse_clock_time), PlainSerializer(_format_clock_time)]
RecurringTime = Annotated[ClockTime, AfterValidator(_refuse_small_hours)]
Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(refuse_repeats)]
