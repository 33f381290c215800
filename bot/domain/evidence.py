"""Evidence for a criterion: words from a deal's thread, their grade, and what may become of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.erasing import ERASED
from bot.domain.pipeline import Stage

LEAST_WORDS = 5
LINK = re.compile(r"https?://\S+")
# Typists and editors differ in these; the words are the same.
_ALIKE = (
    dict.fromkeys([0x60, 0xB4, 0x2018, 0x2019, 0x201A, 0x201B, 0x2032], "'")
    | dict.fromkeys([0xAB, 0xBB, 0x201C, 0x201D, 0x201E, 0x201F, 0x2033], '"')
    | dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
)
# What is written in a message and not shown of it: the signs of formatting, where they stand at the edge of
# a word, those of a quoted line, the scheme of an address.
_UNSEEN = re.compile(
    r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)|^[^\S\n]*>+|\b(?:https?://|mailto:|tel:)",
    re.MULTILINE,
)
_WORD = re.compile(r"\w[\w'’.-]*")


class Grade(StrEnum):
    """How much a piece of evidence is worth, from the rep's own words up to something others can check."""

    CLAIMED = "claimed"
    BUYER_QUOTED = "buyer_quoted"
    CORROBORATED = "corroborated"


GRADE_WORDS: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.CLAIMED: "Claimed: the rep's own words",
        Grade.BUYER_QUOTED: "Buyer quoted: the buyer's words, cited or forwarded",
        Grade.CORROBORATED: "Corroborated: a contact or activity in the CRM shows it",
    }
)


class EvidenceState(StrEnum):
    """Where a piece of evidence stands."""

    PROPOSED = "proposed"
    STANDING = "standing"
    INSUFFICIENT = "insufficient"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class EvidenceEvent(StrEnum):
    """What can happen to a piece of evidence."""

    CONFIRM = "confirm"
    FALL_SHORT = "fall_short"
    DECLINE = "decline"
    ACCEPT = "accept"
    REJECT = "reject"
    MESSAGE_GONE = "message_gone"


# What stands here is allowed, all else is not. Withdrawn is final: words written anew are new evidence.
TABLE: Mapping[tuple[EvidenceState, EvidenceEvent], EvidenceState] = MappingProxyType(
    {
        (EvidenceState.PROPOSED, EvidenceEvent.CONFIRM): EvidenceState.STANDING,
        (EvidenceState.PROPOSED, EvidenceEvent.FALL_SHORT): EvidenceState.INSUFFICIENT,
        (EvidenceState.PROPOSED, EvidenceEvent.DECLINE): EvidenceState.WITHDRAWN,
        (EvidenceState.STANDING, EvidenceEvent.ACCEPT): EvidenceState.ACCEPTED,
        (EvidenceState.INSUFFICIENT, EvidenceEvent.ACCEPT): EvidenceState.ACCEPTED,
        (EvidenceState.REJECTED, EvidenceEvent.ACCEPT): EvidenceState.ACCEPTED,
        (EvidenceState.STANDING, EvidenceEvent.REJECT): EvidenceState.REJECTED,
        (EvidenceState.INSUFFICIENT, EvidenceEvent.REJECT): EvidenceState.REJECTED,
        (EvidenceState.ACCEPTED, EvidenceEvent.REJECT): EvidenceState.REJECTED,
        **{
            (state, EvidenceEvent.MESSAGE_GONE): EvidenceState.WITHDRAWN
            for state in EvidenceState
            if state is not EvidenceState.WITHDRAWN
        },
    }
)
COUNTING = frozenset({EvidenceState.STANDING, EvidenceState.ACCEPTED})
GIVEN = COUNTING | {EvidenceState.INSUFFICIENT, EvidenceState.REJECTED}


class IllegalEvidenceEventError(ValueError):
    """The event can't happen to evidence in its state."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words quoted from one message for one criterion. `said_at`: when they were written.

    `author_id` wrote the message, `marked_by_id` called it evidence. `pointers` counts the files and links in
    it: they show where to look, and prove nothing. `record` names the CRM record that a corroborated one
    rests on, as (table, id). `shortfall` says what is lacking where it is insufficient.
    """

    id: str
    deal_id: str
    criterion_id: str
    stage: Stage
    grade: Grade
    state: EvidenceState
    quote: str
    author_id: str
    marked_by_id: str | None
    said_at: datetime
    marked_at: datetime
    channel: str
    message_ts: str
    permalink: str | None = None
    pointers: int = 0
    record: tuple[str, str] | None = None
    record_words: str = ""
    shortfall: str = ""
    version: int = 1

    @property
    def counts(self) -> bool:
        """Tell whether a criterion can rest on it."""
        return self.state in COUNTING


@dataclass(frozen=True, slots=True)
class Ruling:
    """A manager's word on a piece of evidence; records are only ever added."""

    id: str
    evidence_id: str
    by_id: str
    accepted: bool
    reason: str
    at: datetime


def may(evidence: Evidence, event: EvidenceEvent) -> bool:
    """Tell whether the table allows the event."""
    return (evidence.state, event) in TABLE


def after(evidence: Evidence, event: EvidenceEvent) -> Evidence:
    """Return the evidence after the event, its version one higher; raise IllegalEvidenceEventError.

    With its message the words quoted go too.
    """
    state = TABLE.get((evidence.state, event))
    if state is None:
        raise IllegalEvidenceEventError(f"{event} is not possible once {evidence.state}")
    changed = replace(evidence, state=state, version=evidence.version + 1)
    return replace(changed, quote=ERASED) if event is EvidenceEvent.MESSAGE_GONE else changed


def without_words(evidence: Evidence) -> Evidence:
    """Return evidence whose message is gone, or says something else by now, without the words it quoted."""
    return replace(evidence, quote=ERASED, version=evidence.version + 1)


def folded(text: str) -> str:
    """Return the text as it is compared: one form of each letter, quotation mark and dash, single spaces."""
    one_form = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    visible = "".join(sign for sign in one_form if unicodedata.category(sign) != "Cf")
    return " ".join(visible.split())


def words_in(text: str) -> int:
    """Count the words of a text; addresses of pages are none."""
    return len(_WORD.findall(LINK.sub(" ", folded(text))))


def pointers_in(text: str, files: int = 0) -> int:
    """Count the links and files of a message."""
    return len(LINK.findall(text)) + files


def quote_fault(quote: str, message: str) -> str | None:
    """Say in words why a quote can't be kept, or None: it stands in that message, five words of it or all.

    Compared is what a person sees of both, since that is what they copy.
    """
    wanted, whole = (folded(_UNSEEN.sub("", text)) for text in (quote, message))
    if not wanted:
        return "Quote the words that answer it."
    if wanted not in whole:
        return "These words do not stand in the message. Quote it as it was written."
    if wanted != whole and words_in(quote) < LEAST_WORDS:
        return f"Quote at least {LEAST_WORDS} words, or the whole message: fewer can be read in many ways."
    return None
