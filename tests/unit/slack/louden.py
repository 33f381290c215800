"""Makes the words of a read model the longest and loudest there can be, in whatever fields it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.domain.coaching_cards import PlanLine
from bot.domain.coverage import Coverage
from bot.domain.flags import Flag
from bot.domain.one_on_one_schedule import Series, Slotting
from bot.domain.pipeline import Off

T = TypeVar("T")
LENGTH, LONG = 200, 2000
# ruff: noqa: RUF001 - other scripts are the point
LOUD = "<!channel> & שלום \u202eعالم 👩‍👩‍👧‍👦🇩🇪 <https://evil.example|win>\n`code *bold* "
# Each stands for what somebody may have written: a name in another script, a tag, the end of a line.
FEATURES: Mapping[str, str] = {
    "right to left": "שלום",
    "turned": "\u202e",
    "emoji": "👩‍👩‍👧‍👦",
    "tag": "<",
    "entity": "&",
    "line": "\n",
}
# What people write sentences into; every other word is a name.
WRITTEN = frozenset(
    {"answer", "cancel_reason", "comment", "feedback", "follow_up", "notes", "plan", "proposal_note", "quote"}
    | {"reason", "report_reason", "shortfall", "text", "why", "words"}
    | {"attitude", "behaviour", "call", "technique"}
)
# Codes and addresses, which our own code writes.
CODES = frozenset(
    {"channel", "country", "currency", "email", "message_channel", "message_ts", "month", "permalink"}
    | {"proposed", "record", "record_kind", "settled", "snooze_options", "time_zone", "zone"}
    | {"version", "names", "deal_names", "what", "period"}
)
# Their words are our own: a measure, a figure and why it is off, a rhythm.
WHOLE = (Coverage, Flag, Off, PlanLine, Series, Slotting)


def loud(number: int = 0, length: int = LENGTH) -> str:
    """Text of exactly that length with everything that would like to come alive."""
    return (f"{number} {LOUD}" * length)[:length]


def louden(card: T) -> T:
    """Return a card with every word in it loud, however deep; ids and codes stay as they are."""
    made: T = _loud_value(card, "")
    return made


def _loud_value(value: Any, field: str) -> Any:
    if isinstance(value, (Enum, *WHOLE)) or field in CODES or field == "id" or field.endswith("_id"):
        return value
    if isinstance(value, str):
        return loud(len(field), LONG if field in WRITTEN else LENGTH)
    if isinstance(value, BaseModel):
        words = {name for name in type(value).model_fields if isinstance(getattr(value, name), str)}
        return value.model_copy(
            update={name: _loud_value(getattr(value, name), name) for name in words - {"id", "letter"}}
        )
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"outcome"} if type(value).__name__ == "ReviewCard" else set()
        inner = {one.name for one in fields(value) if one.init} - kept
        return replace(value, **{name: _loud_value(getattr(value, name), name) for name in inner})
    if isinstance(value, tuple | list):
        return type(value)(_loud_value(one, field) for one in value)
    if isinstance(value, dict):
        return {key: _loud_value(one, field) for key, one in value.items()}
    return value


def inside(value: Any, but: type | None = None) -> Iterator[Any]:
    """Yield a value and everything in it, without what is in one of the type `but`."""
    yield value
    if but is not None and isinstance(value, but):
        return
    parts: Iterable[Any] = ()
    if is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, tuple | list):
        parts = value
    for one in parts:
        yield from inside(one, but)
