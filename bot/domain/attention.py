"""How much of a person's attention a day may take: one card, a few pings beyond it, the rest on the card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Urgency(StrEnum):
    """How much a notice may ask of its person's attention, the most first.

    DUE_TODAY: something they must do today, or a meeting that changed within a day. OWED: an answer that
    somebody waits for. NEWS: good to know. DIRECT: the reply to what they did in this very moment (a hint, a
    page of a list); it counts as nothing.
    """

    DUE_TODAY = "due_today"
    OWED = "owed"
    NEWS = "news"
    DIRECT = "direct"


RANKS = (Urgency.DUE_TODAY, Urgency.OWED, Urgency.NEWS)


class Place(StrEnum):
    """Where a notice is told.

    CARD: as the message that its person's day begins with. PING: in full, as a reply under that card.
    HELD: as a line on the card, which changes without a sound. LATER: with the next card.
    AT_ONCE: as the answer that its person waits for.
    """

    CARD = "card"
    PING = "ping"
    HELD = "held"
    LATER = "later"
    AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class DayOfAttention:
    """What a person's local day holds already; `allowed` are its pings beyond the card.

    `reachable`: they are in Slack, and this is their working time.
    """

    has_card: bool
    pings: int
    allowed: int
    reachable: bool


def place_of(day: DayOfAttention, urgency: Urgency) -> Place:
    """Decide where a notice is told. News takes no ping that something due or owed may still need."""
    if urgency is Urgency.DIRECT:
        return Place.AT_ONCE
    if not day.reachable:
        return Place.LATER
    if not day.has_card:
        return Place.CARD
    left = day.allowed - day.pings
    return Place.PING if left > (urgency is Urgency.NEWS) else Place.HELD


def rank(urgency: Urgency) -> int:
    """Return the place of an urgency among the lines of a card: 0 comes first."""
    return RANKS.index(urgency) if urgency in RANKS else len(RANKS)


@dataclass(frozen=True, slots=True)
class CardLine:
    """A notice that stands on a card as one line; `text` is ready for a mrkdwn place."""

    notice_id: str
    urgency: Urgency
    text: str
    since: datetime
    opened: bool = False
    answered: bool = False
