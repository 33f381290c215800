"""Taking a person's words and name out of what is kept: pure rules, the same for text and for JSON."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.people import Person

ERASED = "[erased]"
FORMER = "Former colleague"
# Shorter parts of a name are too often something else.
SHORTEST_PART = 3
SHORTEST_ID = 5
# In records of changes these hold what people wrote, however short it is.
WORD_KEYS = frozenset(
    {
        "reason",
        "reasons",
        "report_reason",
        "excused_reason",
        "comment",
        "quote",
        "text",
        "words",
        "plan",
        "cause",
    }
)
_QUOTED = re.compile("“[^”]*”")


@dataclass(frozen=True, slots=True)
class Names:
    """By what a person is called in texts; `label` stands in its place afterwards."""

    label: str
    sought: tuple[str, ...]
    pattern: re.Pattern[str]

    def without(self, value: Any) -> Any:
        """Return text, or JSON at any depth, with the label in place of every name."""
        match value:
            case str():
                return self.pattern.sub(self.label, value)
            case Mapping():
                return {key: self.without(inner) for key, inner in value.items()}
            case list():
                return [self.without(inner) for inner in value]
            case _:
                return value


def no_names(label: str) -> Names:
    """Return what somebody is called of whom no name is known any more."""
    return Names(label, (), re.compile(r"(?!)"))


def names_of(person: Person, external_id: str, others: Iterable[Person], label: str) -> Names:
    """Return what a person is called: name, address, ids, and the parts of the name that nobody else bears.

    Whole words only. Parts are sought as they are written: taken in any case, "Mark" would take the mark out
    of every text.
    """
    taken = {part for other in others if other.id != person.id for part in _parts(other.name)}
    words = [person.name, *(part for part in _parts(person.name) if part not in taken)]
    anyhow = [person.name] if " " in person.name.strip() else []
    ids = [person.email or "", person.slack_user_id or "", _telling(external_id)]
    anyhow += [one for one in ids if one]
    sought = tuple(sorted({one for one in (*words, *anyhow) if one.strip()}, key=len, reverse=True))
    exact = "|".join(re.escape(one) for one in sought)
    loose = "|".join(re.escape(one) for one in sorted(anyhow, key=len, reverse=True))
    both = f"(?i:{loose})|{exact}" if loose else exact
    return Names(label, sought, re.compile(rf"(?<!\w)(?:{both})(?!\w)"))


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\s,.]+", name) if len(part) >= SHORTEST_PART]


def _telling(external_id: str) -> str:
    """Return an id of the CRM's where it may tell who it is; a bare number tells nobody."""
    is_number = (
        external_id.isdigit() or len(external_id) < SHORTEST_ID or external_id.startswith("forgotten:")
    )
    return "" if is_number else external_id


def without_quotes(value: Any) -> Any:
    """Return the reasons of a verdict with what was quoted in them erased."""
    match value:
        case str():
            return _QUOTED.sub(f"“{ERASED}”", value)
        case Mapping():
            return {key: without_quotes(inner) for key, inner in value.items()}
        case list():
            return [without_quotes(inner) for inner in value]
        case _:
            return value


def without_words(value: Any, key: str = "") -> Any:
    """Return the facts of a recorded change without what somebody wrote: states, ids, figures and times stay.

    A text with a blank in it is words, and so is whatever stands under one of WORD_KEYS; a digest of words
    could be matched by trying, so it goes too.
    """
    match value:
        case str():
            is_words = key in WORD_KEYS or key.endswith("_hash") or any(one.isspace() for one in value)
            return ERASED if value and is_words else value
        case Mapping():
            return {name: without_words(inner, name) for name, inner in value.items()}
        case list():
            return [without_words(inner, key) for inner in value]
        case _:
            return value


def erased_log(content: Mapping[str, Any], *, skills_too: bool = False) -> dict[str, Any]:
    """Return a log's stored text without its words: day, minutes, focus area, skills and deals stay.

    `skills_too`: the skills observed go as well, being a judgement on a person who is forgotten.
    """
    dive = content["deep_dive"]
    return {
        **content,
        "feedback": ERASED,
        "observations": [] if skills_too else content["observations"],
        "step": {**content["step"], "words": ERASED},
        "deal_actions": [{**one, "words": ERASED} for one in content["deal_actions"]],
        "deep_dive": dict.fromkeys(dive, ERASED) if dive else None,
    }


def tombstone(salt: str, kind: str, source: str, value: str) -> str:
    """Return the digest by which an id or an address is known again: HMAC-SHA256, keyed by the salt."""
    message = f"{kind}|{source}|{value.strip().casefold()}".encode()
    return hmac.new(salt.encode(), message, hashlib.sha256).hexdigest()


def label_after(taken: Collection[str]) -> str:
    """Return the label for one more forgotten person."""
    numbers = [int(one.removeprefix(FORMER)) for one in taken if one.removeprefix(FORMER).strip().isdigit()]
    return f"{FORMER} {max(numbers, default=0) + 1}"
