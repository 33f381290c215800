"""Which days a person works: weekends, public holidays and time off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays.registry import EntityLoader

_ONE_DAY = timedelta(days=1)
_SEARCHED_DAYS = 1100
_USUAL_WEEKEND = frozenset({5, 6})


class NoWorkingDayError(ValueError):
    """Nobody could say when the person works again: three years hold no working day."""


@dataclass(frozen=True, slots=True)
class TimeOff:
    """Days a person is away, both ends included. The reason is the person's own word, never asked for."""

    person_id: str
    starts_on: date
    ends_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _CountryYear:
    """The public holidays of one year by date, the days of the weekend, and weekend days that are worked."""

    names: Mapping[date, str]
    weekend: frozenset[int]
    worked_weekend_days: frozenset[date]


_NO_COUNTRY = _CountryYear({}, _USUAL_WEEKEND, frozenset())


class WorkCalendar:
    """The working days of one person.

    `country` is an ISO 3166 code, with or without a subdivision ("DE", "DE-BY"); None or a code that the
    holidays library does not know means no public holidays, and a weekend of Saturday and Sunday.
    """

    def __init__(self, country: str | None, time_off: Sequence[TimeOff] = ()) -> None:
        self._country = country
        self._time_off = tuple(time_off)

    def absence(self, day: date) -> str | None:
        """Say why the person does not work that day, or None when they do.

        Time off is named first: it is what the person planned, on whatever day it falls.
        """
        for away in self._time_off:
            if away.starts_on <= day <= away.ends_on:
                return f"time off: {away.reason}" if away.reason else "time off"
        if name := _country_year(self._country, day.year).names.get(day):
            return f"public holiday: {name}"
        return "weekend" if self._is_weekend(day) else None

    def is_away_between(self, first: date, last: date) -> bool:
        """Tell whether the person is away on one of these days, both included; a weekend is no absence."""
        days = (first + timedelta(days=distance) for distance in range((last - first).days + 1))
        return any(not self._is_weekend(day) and not self.is_working_day(day) for day in days)

    def _is_weekend(self, day: date) -> bool:
        year = _country_year(self._country, day.year)
        return day.weekday() in year.weekend and day not in year.worked_weekend_days

    def is_working_day(self, day: date) -> bool:
        """Tell whether the person works that day."""
        return self.absence(day) is None

    def next_working_day(self, day: date) -> date:
        """Return the first working day strictly after this one. Raises NoWorkingDayError past three years."""
        for distance in range(1, _SEARCHED_DAYS + 1):
            candidate = day + timedelta(days=distance)
            if self.is_working_day(candidate):
                return candidate
        raise NoWorkingDayError(f"no working day within three years after {day.isoformat()}")

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after this one; for n = 0 this day, or the next that is worked."""
        if n < 0:
            raise ValueError(f"working days are counted forward, not {n}")
        if n == 0:
            return self.next_working_day(day - _ONE_DAY)
        for _ in range(n):
            day = self.next_working_day(day)
        return day


@lru_cache(maxsize=1024)
def _country_year(country: str | None, year: int) -> _CountryYear:
    """Ask the library once for each country and year.

    A year at a time and frozen: the library's own objects fill themselves while being read, which two threads
    asking at once would not survive.
    """
    if not country:
        return _NO_COUNTRY
    code, _, subdivision = country.upper().partition("-")
    if code not in _countries():
        return _NO_COUNTRY
    # Of this country alone: what all of them are divided into takes a tenth of a second to load.
    kept = subdivision if subdivision in getattr(holidays, code).subdivisions else None
    native = holidays.country_holidays(code, subdiv=kept, years=year)
    english = [language for language in native.supported_languages if language.startswith("en")]
    named = (
        holidays.country_holidays(code, subdiv=kept, years=year, language=english[0]) if english else native
    )
    return _CountryYear(
        names=dict(named.items()),
        weekend=frozenset(named.weekend),
        worked_weekend_days=frozenset(named.weekend_workdays),
    )


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(EntityLoader.get_country_codes())
