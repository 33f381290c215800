"""Whether an answer says what its criterion needs: what falls short, and in which way."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from bot.domain.evidence import Grade, folded, words_in
from bot.domain.named_days import MONTH, WEEKDAY, days_in, without_days
from bot.domain.settings import ExitCriterion, Need

LEAST_ANSWER = 4
_CURRENCY = r"(?:[€$£¥]|EUR|USD|GBP|CHF|euros?|dollars?|pounds?|francs?)"
_NUMBER = r"\d[\d.,' ]*"
_SCALE = r"(?:k|m|mio|mn|million|thousand|grand)"
_AMOUNT = re.compile(
    rf"{_CURRENCY}\s*{_NUMBER}|{_NUMBER}\s*{_CURRENCY}|{_NUMBER}\s*{_SCALE}\b", re.IGNORECASE
)
_DATE = re.compile(
    rf"\b\d{{4}}-\d\d?-\d\d?\b|\b\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?(?!\d)"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{MONTH}|\b{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"|{WEEKDAY}|\btomorrow\b|\bq[1-4]\b"
    r"|\b(?:next|this)\s+(?:week|month|quarter)\b|\bend\s+of\s+(?:the\s+)?(?:week|month|quarter|year)\b"
    rf"|\b(?:in|by|before|until|from)\s+{MONTH}",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"\bI\s+(?:think|guess|believe|assume|suppose|hope)\b"
    r"|\b(?:probably|hopefully|maybe|presumably|not sure)\b",
    re.IGNORECASE,
)


class Shortfall(StrEnum):
    """In which way an answer falls short."""

    POINTER = "pointer"
    SHORT = "short"
    AMOUNT = "amount"
    DATE = "date"
    PAST = "past"
    GUESS = "guess"


def shortfall_of(criterion: ExitCriterion, quote: str, grade: Grade, said_on: date) -> Shortfall | None:
    """Return the first thing that is lacking in an answer, or None when it says what is needed.

    A file or a link alone points to an answer. An amount or a date that is asked for must be named, a date
    that had not passed on the day it was said. Guesses are none, unless they are the buyer's own words.
    """
    said = folded(quote)
    if words_in(said) == 0:
        return Shortfall.POINTER
    if words_in(said) < LEAST_ANSWER:
        return Shortfall.SHORT
    if Need.AMOUNT in criterion.needs and not _AMOUNT.search(said):
        return Shortfall.AMOUNT
    if Need.DATE in criterion.needs and not _DATE.search(said):
        return Shortfall.DATE
    if Need.DATE in criterion.needs and _names_the_past_alone(said, said_on):
        return Shortfall.PAST
    if grade is Grade.CLAIMED and _GUESS.search(said):
        return Shortfall.GUESS
    return None


def _names_the_past_alone(said: str, said_on: date) -> bool:
    days = days_in(said, said_on)
    return bool(days) and max(days) < said_on and not _DATE.search(without_days(said))


def holds_amount(text: str) -> bool:
    """Tell whether a text names an amount of money."""
    return _AMOUNT.search(folded(text)) is not None


def holds_date(text: str) -> bool:
    """Tell whether a text names a day or a time by which."""
    return _DATE.search(folded(text)) is not None
