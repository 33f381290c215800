"""One-on-ones: a slot and its one transition table, and how the accepted schedule was kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

# A one-on-one moved or cancelled more often than this in a quarter is raised.
TOLERATED_A_QUARTER = 1


class SlotState(StrEnum):
    """Where a slot stands."""

    SCHEDULED = "scheduled"
    HELD = "held"
    MOVED = "moved"
    CANCELLED = "cancelled"
    MISSED = "missed"


class SlotEvent(StrEnum):
    """What can happen to a slot."""

    HOLD = "hold"
    MOVE = "move"
    CANCEL = "cancel"
    EXCUSE = "excuse"
    PASS_BY = "pass_by"  # noqa: S105 - an event, no password


# What stands here is allowed, all else is not: a slot is answered once; one that was missed can be made good.
SLOT_TABLE: Mapping[tuple[SlotState, SlotEvent], SlotState] = MappingProxyType(
    {
        (SlotState.SCHEDULED, SlotEvent.HOLD): SlotState.HELD,
        (SlotState.MISSED, SlotEvent.HOLD): SlotState.HELD,
        (SlotState.SCHEDULED, SlotEvent.MOVE): SlotState.MOVED,
        (SlotState.SCHEDULED, SlotEvent.CANCEL): SlotState.CANCELLED,
        (SlotState.SCHEDULED, SlotEvent.EXCUSE): SlotState.CANCELLED,
        (SlotState.SCHEDULED, SlotEvent.PASS_BY): SlotState.MISSED,
    }
)


class IllegalSlotChangeError(ValueError):
    """The event can't happen to a slot in its state, or lacks what it needs."""


@dataclass(frozen=True, slots=True)
class OneOnOne:
    """A slot: `starts_at` in UTC, `minutes` long.

    `planned_on` is the date the accepted schedule gives it, None where it is there because another was moved
    (`moved_from`). `excused_reason` says why nobody was to be there: time off, a holiday, a parting.
    `proposed_at` is the time the rep asks for, until the manager has answered.
    """

    id: str
    series_id: str
    manager_id: str
    rep_id: str
    starts_at: datetime
    minutes: int
    state: SlotState = SlotState.SCHEDULED
    planned_on: date | None = None
    moved_from: str | None = None
    moved_to: str | None = None
    answered_at: datetime | None = None
    excused_reason: str | None = None
    cancel_reason: str = ""
    proposed_at: datetime | None = None
    proposal_note: str = ""
    obligation_id: str | None = None
    version: int = 1

    @property
    def ends_at(self) -> datetime:
        """Return when it ends (UTC)."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_scheduled(self) -> bool:
        """Tell whether it is still to be answered."""
        return self.state is SlotState.SCHEDULED

    @property
    def is_excused(self) -> bool:
        """Tell whether nobody was to be there: it counts neither way."""
        return self.excused_reason is not None

    def proposing(self, at: datetime, note: str) -> OneOnOne:
        """Return it with the time that the rep asks for (UTC)."""
        return replace(self, proposed_at=at, proposal_note=note, version=self.version + 1)

    def without_proposal(self) -> OneOnOne:
        """Return it with what the rep asked for declined."""
        return replace(self, proposed_at=None, proposal_note="", version=self.version + 1)


def may_change(slot: OneOnOne, event: SlotEvent) -> bool:
    """Tell whether the table allows the event in the slot's state."""
    return (slot.state, event) in SLOT_TABLE


def change(
    slot: OneOnOne,
    event: SlotEvent,
    *,
    now: datetime,
    reason: str = "",
    moved_to: str | None = None,
) -> OneOnOne:
    """Return the slot after the event, its version one higher.

    EXCUSE needs a `reason`, MOVE the id of the slot it is `moved_to`; HOLD a start that has come, PASS_BY an
    end. Raises IllegalSlotChangeError.
    """
    state = SLOT_TABLE.get((slot.state, event))
    if state is None:
        raise IllegalSlotChangeError(f"{event} is not possible once {slot.state}")
    _check_change(slot, event, now, reason, moved_to)
    return replace(
        slot,
        state=state,
        answered_at=now if event in _ANSWERS else slot.answered_at,
        moved_to=moved_to if event is SlotEvent.MOVE else slot.moved_to,
        cancel_reason=reason if event is SlotEvent.CANCEL else slot.cancel_reason,
        excused_reason=reason.strip() if event is SlotEvent.EXCUSE else slot.excused_reason,
        proposed_at=None,
        proposal_note="",
        version=slot.version + 1,
    )


_ANSWERS = frozenset({SlotEvent.HOLD, SlotEvent.MOVE, SlotEvent.CANCEL})


def _check_change(slot: OneOnOne, event: SlotEvent, now: datetime, reason: str, moved_to: str | None) -> None:
    if event is SlotEvent.HOLD and now < slot.starts_at:
        raise IllegalSlotChangeError("it can't have been held before it began")
    if event is SlotEvent.MOVE and moved_to is None:
        raise IllegalSlotChangeError("a move needs the slot it moves to")
    if event is SlotEvent.EXCUSE and not reason.strip():
        raise IllegalSlotChangeError("an excuse needs its reason")
    if event is SlotEvent.PASS_BY and now < slot.ends_at:
        raise IllegalSlotChangeError("it is not missed before its end")


def week_of(at: datetime, zone: str) -> date:
    """Return the Monday of the week a moment falls in, by the calendar of that zone."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Adherence:
    """How the accepted schedule was kept: of `due` slots so many `held`; `open` ones are still to come.

    `to_log` are due ones said to be held and not logged yet: not logged, did not happen. Of those held the
    rep confirmed so many: `verified`. `excused` ones are in none of the others. `rate` is None before
    anything was due.
    """

    due: int
    held: int
    open: int
    excused: int
    to_log: int = 0
    verified: int = 0

    @property
    def rate(self) -> float | None:
        """Return `one_on_one_rate`, held ÷ due, from 0 to 1."""
        return self.held / self.due if self.due else None


def adherence(
    planned: Iterable[OneOnOne],
    *,
    by_id: Mapping[str, OneOnOne],
    zone: str,
    now: datetime,
    contradicted: Collection[str] = (),
    unlogged: Collection[str] = (),
    verified: Collection[str] = (),
    excused: Collection[str] = (),
) -> Adherence:
    """Return how the schedule was kept: each slot of it counts once, where it ended up after all its moves.

    One moved within its week counts as held when it was held; moved out of the week it was not, whatever
    became of it there. `by_id` are these slots and those they were moved to, `zone` is the manager's.
    `contradicted` are ids of slots whose rep says that it did not take place, `unlogged` of those without a
    log: not held. `verified` are ids of slots that the rep confirmed, `excused` of those whose log is owed no
    more, as once the two have parted.
    """
    due = held = still_open = nobodys = to_log = confirmed = 0
    for slot in planned:
        if slot.planned_on is None:
            continue
        last = moves_of(slot, by_id)[-1]
        in_week = is_in_week(slot, last, zone)
        if in_week and (last.is_excused or last.id in excused):
            nobodys += 1
        elif in_week and last.is_scheduled and last.ends_at > now:
            still_open += 1
        else:
            due += 1
            was_held = in_week and last.state is SlotState.HELD and last.id not in contradicted
            to_log += was_held and last.id in unlogged
            was_logged = was_held and last.id not in unlogged
            held += was_logged
            confirmed += was_logged and last.id in verified
    return Adherence(due=due, held=held, open=still_open, excused=nobodys, to_log=to_log, verified=confirmed)


def moves_of(slot: OneOnOne, by_id: Mapping[str, OneOnOne]) -> list[OneOnOne]:
    """Return a slot and those it was moved to, one after the other: itself alone where it was never moved."""
    chain = [slot]
    while (following := chain[-1].moved_to) is not None and following in by_id:
        chain.append(by_id[following])
    return chain


def is_in_week(slot: OneOnOne, last: OneOnOne, zone: str) -> bool:
    """Tell whether a slot ended up in the week it was in."""
    return week_of(last.starts_at, zone) == week_of(slot.starts_at, zone)


def unsettled(slots: Iterable[OneOnOne]) -> dict[str, int]:
    """Return, per rep, how often a one-on-one was moved or cancelled, where that is more than once.

    `slots` are those of one manager and quarter: each move counts in the quarter that it took a slot from.
    Excuses don't count: nobody chose them.
    """
    counts: dict[str, int] = {}
    for slot in slots:
        if slot.state in {SlotState.MOVED, SlotState.CANCELLED} and not slot.is_excused:
            counts[slot.rep_id] = counts.get(slot.rep_id, 0) + 1
    return {rep: count for rep, count in counts.items() if count > TOLERATED_A_QUARTER}


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something one of the two wants to talk about; both see it."""

    id: str
    one_on_one_id: str
    by_id: str
    text: str
    added_at: datetime


def overlapping(slot: OneOnOne, others: Sequence[OneOnOne]) -> OneOnOne | None:
    """Return the first of the others that takes place at the same time, or None."""
    return next(
        (
            other
            for other in others
            if other.id != slot.id
            and other.is_scheduled
            and other.starts_at < slot.ends_at
            and slot.starts_at < other.ends_at
        ),
        None,
    )
