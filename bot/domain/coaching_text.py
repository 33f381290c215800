"""Reads a session out of free text by fixed rules: a report's name, the day, the minutes, the next step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.coaching import FocusArea, SkillTag

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SESSION = re.compile(
    r"\b(1:1|1-1|one[- ]on[- ]one|coach\w*|session|talked|spoke|met|call with|sat down)\b", re.IGNORECASE
)
_MINUTES = re.compile(r"\b(\d{1,3})\s*(?:min\b|mins\b|minutes?\b|')", re.IGNORECASE)
_HOURS = re.compile(r"\b(half an hour|an hour|(\d(?:[.,]5)?)\s*(?:h|hours?)\b)", re.IGNORECASE)
_STEP = re.compile(r"(?:next step|agreed|will)\b[:\s]*(?P<step>[^.!?\n]+)", re.IGNORECASE)
_BY = re.compile(
    rf"\bby\s+(?:next\s+)?(?P<day>tomorrow|{'|'.join(_DAYS)}|\d{{4}}-\d{{2}}-\d{{2}})\b", re.IGNORECASE
)
_WHEN = re.compile(rf"\b(?P<day>today|yesterday|{'|'.join(_DAYS)}|\d{{4}}-\d{{2}}-\d{{2}})\b", re.IGNORECASE)
_ABOUT = re.compile(rf"\b(?:about|on)\s+(?:\w+\s+)?(?P<focus>{'|'.join(FocusArea)})\b", re.IGNORECASE)
_TAG_WORDS: Mapping[SkillTag, str] = {
    SkillTag.NO_QUALIFICATION: r"not? qualif|unqualified|didn.t qualify",
    SkillTag.TALKS_MORE: r"talk(?:s|ed|ing)? (?:too much|more than)|didn.t listen|monolog",
    SkillTag.UNPREPARED: r"unprepared|objection",
    SkillTag.USERS_NOT_BUYERS: r"not the buyer|only users?|users? instead|champion only",
    SkillTag.JARGON: r"jargon|buzzword",
    SkillTag.FEW_QUESTIONS: r"(?:too )?few questions|more questions|didn.t ask",
    SkillTag.PRICE_OVER_VALUE: r"discount|price (?:over|before|instead)|on price",
}


@dataclass(frozen=True, slots=True)
class ReadSession:
    """Whom a text is about, and the fields of a log that it fills in."""

    person_id: str
    fields: Mapping[str, str]


def read_session(text: str, reports: Sequence[tuple[str, str]], today: date) -> ReadSession | None:
    """Return the session that a text tells of, or None where it names nobody, several, or tells of none.

    `reports` are (id, name) of those whom its author leads. Days of the week are the last ones for the
    session, the next ones after "by". Nothing is guessed: what the text does not say is left open.
    """
    named = [person_id for person_id, name in reports if _names(text, name, reports)]
    if len(named) != 1 or not _SESSION.search(text):
        return None
    by = _BY.search(text)
    held = _WHEN.search(_BY.sub(" ", text))
    fields = {"feedback": text.strip()[:2000]}
    if held is not None:
        fields["held_on"] = _past(held["day"].lower(), today).isoformat()
    if minutes := _length(text):
        fields["minutes"] = str(minutes)
    if step := _STEP.search(text):
        fields["step"] = step["step"].strip()[:300]
    if by is not None:
        fields["step_on"] = _coming(by["day"].lower(), today).isoformat()
    areas = {found["focus"].lower() for found in _ABOUT.finditer(text)}
    if len(areas) == 1:
        fields["focus"] = areas.pop()
    tags = [tag.value for tag, words in _TAG_WORDS.items() if re.search(words, text, re.IGNORECASE)]
    if tags:
        fields["observed"] = " ".join(tags)
    return ReadSession(named[0], fields)


def _names(text: str, name: str, reports: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a text names someone: by their whole name, or a first name that no other report has."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    same = sum(other.split()[:1] == [first] for _, other in reports)
    wanted = [name, *([first] if first and same == 1 else [])]
    return any(re.search(rf"\b{re.escape(one)}\b", text, re.IGNORECASE) for one in wanted if one.strip())


def _length(text: str) -> int:
    if found := _MINUTES.search(text):
        return int(found[1])
    hours = _HOURS.search(text)
    if hours is None:
        return 0
    if hours[2]:
        return int(float(hours[2].replace(",", ".")) * 60)
    return 30 if hours[1].lower().startswith("half") else 60


def _past(word: str, today: date) -> date:
    if word == "today":
        return today
    if word == "yesterday":
        return today - timedelta(days=1)
    if word in _DAYS:
        return today - timedelta(days=(today.weekday() - _DAYS.index(word)) % 7)
    return _iso(word, today)


def _coming(word: str, today: date) -> date:
    if word == "tomorrow":
        return today + timedelta(days=1)
    if word in _DAYS:
        return today + timedelta(days=(_DAYS.index(word) - today.weekday() - 1) % 7 + 1)
    return _iso(word, today)


def _iso(word: str, today: date) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return today
