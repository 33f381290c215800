"""Days that a text names outright, such as "2026-10-14", "14 October" or "Oct 14th, 2026"; in which year."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# In full or cut short, and no word that only begins alike: a mayor, a decision, marketing.
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
WEEKDAY = r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
_MONTH = rf"(?P<month>{MONTH})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:,?\s+(?P<year>20\d\d)\b)?"
_FORMS = (
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d\d?)-(?P<day>\d\d?)\b"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+{_DAY}\b{_YEAR}", re.IGNORECASE),
)


# "Thursday 1 October", "Thursday (Oct 1)", "1 October (Thursday)": one day, said twice.
_WITH_WEEKDAYS = tuple(
    re.compile(rf"(?:{WEEKDAY},?\s+\(?(?:the\s+)?)?(?:{form.pattern})(?:,?\s+\({WEEKDAY}\))?", re.IGNORECASE)
    for form in _FORMS
)


def days_in(text: str, near: date) -> list[date]:
    """Return the days that a text names outright; one without a year is the one nearest to `near`.

    A day in figures alone, such as 10/4, is not among them: which of the two is the month nobody can tell.
    """
    found = [_day(match, near) for form in _FORMS for match in form.finditer(text)]
    return [day for day in found if day is not None]


def without_days(text: str) -> str:
    """Return the text without the days that it names outright, and without their weekdays."""
    for form in _WITH_WEEKDAYS:
        text = form.sub(" ", text)
    return text


def _day(match: re.Match[str], near: date) -> date | None:
    parts = match.groupdict()
    month = int(parts["number"]) if "number" in parts else _MONTHS.index(parts["month"][:3].lower()) + 1
    years = [int(parts["year"])] if parts["year"] else [near.year - 1, near.year, near.year + 1]
    days = [day for year in years if (day := _valid(year, month, int(parts["day"]))) is not None]
    return min(days, key=lambda day: abs(day - near), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
