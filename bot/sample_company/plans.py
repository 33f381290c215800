"""The plan of one deal, written short in the tables and parsed here: its path, its values, and its faults.

A day is `MMDD` of 2026. A path is `q0714 d0803 p0911 n0928 W1007`: the stage's letter and the day it was
entered.
A span is `0918-1006` (the last day excluded) or `0918-` (never ends).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.pipeline import Stage

_LETTERS = {
    "q": Stage.QUALIFIED,
    "d": Stage.DISCOVERY,
    "p": Stage.PROPOSAL,
    "n": Stage.NEGOTIATION,
    "W": Stage.CLOSED_WON,
    "L": Stage.CLOSED_LOST,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` up to, not including, `end`; None means for good."""

    start: date
    end: date | None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A next step written by hand: when it was agreed, for when, and when it was done, if ever."""

    created: date
    due: date
    done: date | None
    text: str


@dataclass(frozen=True, slots=True)
class DealPlan:
    """All that happens to one deal. `close` and `amount` are the first values; the changes follow by day."""

    id: str
    owner: str
    account: str
    product: str
    amount: Decimal
    path: tuple[tuple[Stage, date], ...]
    close: date
    amounts: tuple[tuple[date, Decimal], ...] = ()
    redates: tuple[tuple[date, date], ...] = ()
    contacts: int = 3
    contact_added: date | None = None
    quiet: Span | None = None
    no_step: Span | None = None
    steps: tuple[StepPlan, ...] = ()
    category: str | None = None
    handover: tuple[date, str] | None = None

    @property
    def created(self) -> date:
        """The day the deal was opened."""
        return self.path[0][1]

    @property
    def closed(self) -> date | None:
        """The day it is won or lost, if it ever is."""
        stage, day = self.path[-1]
        return None if stage.is_open else day


def _day(text: str) -> date:
    return date(2026, int(text[:2]), int(text[2:]))


def _span(text: str) -> Span | None:
    if not text:
        return None
    start, end = text.split("-")
    return Span(_day(start), _day(end) if end else None)


def _step(text: str) -> StepPlan:
    created, due, done, words = text.split(" ", 3)
    return StepPlan(_day(created), _day(due), None if done == "-" else _day(done), words)


def _pairs(text: str) -> list[tuple[date, str]]:
    return [(_day(day), value) for day, value in (pair.split(":") for pair in text.split())]


def deal(
    id_: str,
    owner: str,
    account: str,
    product: str,
    amount: int,
    path: str,
    close: str,
    *,
    amounts: str = "",
    redates: str = "",
    contacts: int = 3,
    added: str = "",
    quiet: str = "",
    no_step: str = "",
    steps: tuple[str, ...] = (),
    category: str | None = None,
    handover: str = "",
) -> DealPlan:
    """Parse one row of a table of deals.

    - `amounts`: `0930:120000`, the day and the new amount in EUR, several apart by spaces.
    - `redates`: `0814:0930`, the day and the new close date.
    - `contacts`: how many are known from the start (up to 3); `added`: the day one more is found.
    - `quiet`: the span without any activity logged.
    - `no_step`: the span in which talks end without a next step being noted.
    - `steps`: next steps by hand, `0918 0930 1013 Send the offer` (agreed, due, done or `-`, words).
    - `category`: the forecast category the rep keeps it in while open, whatever its stage.
    - `handover`: `1016:hannah`, the last day of the owner and the next owner.
    """
    handed = _pairs(handover)
    return DealPlan(
        id=id_,
        owner=owner,
        account=account,
        product=product,
        amount=Decimal(amount),
        path=tuple((_LETTERS[part[0]], _day(part[1:])) for part in path.split()),
        close=_day(close),
        amounts=tuple((day, Decimal(value)) for day, value in _pairs(amounts)),
        redates=tuple((day, _day(value)) for day, value in _pairs(redates)),
        contacts=contacts,
        contact_added=_day(added) if added else None,
        quiet=_span(quiet),
        no_step=_span(no_step),
        steps=tuple(_step(text) for text in steps),
        category=category,
        handover=handed[0] if handed else None,
    )
