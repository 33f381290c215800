"""The slot of a one-on-one that a coaching log is of: found by its day, and closed by the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.coaching import LogKind
from bot.domain.one_on_one import OneOnOne, SlotEvent, SlotState, may_change
from bot.domain.one_on_one_schedule import moment
from bot.domain.people import Person
from bot.domain.transitions import Event, may, transition
from bot.jobs.protocols import JobQueue
from bot.services.coaching_judging import judge
from bot.services.one_on_one_slots import change_slot, show
from bot.services.recording import save_obligation
from bot.store.repositories.coaching import LogRow
from bot.store.unit_of_work import UnitOfWork

TO_LOG = frozenset({SlotState.SCHEDULED, SlotState.HELD, SlotState.MISSED})
A_DAY = timedelta(days=1)


def unlogged_slot(
    uow: UnitOfWork, manager: Person, rep_id: str, held_on: date, now: datetime
) -> OneOnOne | None:
    """Return the slot of the two that a session of that day of the manager's was, or None.

    It has begun, nobody moved or cancelled it, and it has no log yet. Of several the last one.
    """
    since, until = (moment(day, time(), manager.time_zone) for day in (held_on, held_on + A_DAY))
    found = [
        slot
        for slot in uow.one_on_ones.of_rep(rep_id, since, until)
        if slot.manager_id == manager.id and slot.state in TO_LOG and slot.starts_at <= now
    ]
    return next((slot for slot in reversed(found) if uow.coaching.of_slot(slot.id) is None), None)


def take_in_earlier_log(
    uow: UnitOfWork, jobs: JobQueue, slot: OneOnOne, manager: Person, now: datetime
) -> bool:
    """Let a log of the slot's day that was written before it began be the slot's; False where there is none.

    They talked earlier that day than planned: to ask what became of it would be to ask for the log twice.
    """
    day = slot.starts_at.astimezone(ZoneInfo(manager.time_zone)).date()
    row = next(
        (
            one
            for one in uow.coaching.about(slot.rep_id, day)
            if (one.manager_id, one.held_on, one.one_on_one_id, one.kind)
            == (manager.id, day, None, LogKind.SESSION)
        ),
        None,
    )
    if row is None:
        return False
    taken = replace(row, one_on_one_id=slot.id)
    uow.coaching.change(row.id, one_on_one_id=slot.id)
    uow.audit.record(
        at=now,
        actor_id=None,
        action="coaching_log.of_slot",
        entity_kind="coaching_log",
        entity_id=row.id,
        after={"one_on_one": slot.id},
    )
    close_slot(uow, jobs, manager, taken, now)
    judge(uow, jobs, taken, actor_id=None, now=now)
    return True


def close_slot(uow: UnitOfWork, jobs: JobQueue, manager: Person, row: LogRow, now: datetime) -> None:
    """Mark the slot held where nobody has yet, and what was owed for it done: it is logged."""
    slot = uow.one_on_ones.get(row.one_on_one_id, for_update=True) if row.one_on_one_id else None
    if slot is None:
        return
    if may_change(slot, SlotEvent.HOLD) and now >= slot.starts_at:
        slot = change_slot(uow, slot, SlotEvent.HOLD, manager, actor_id=manager.id, now=now)
    owed = uow.obligations.get(slot.obligation_id, for_update=True) if slot.obligation_id else None
    if owed is not None and may(owed, Event.COMPLETE):
        done = transition(owed, Event.COMPLETE, now=now)
        save_obligation(uow, owed, done, actor_id=manager.id, action="obligation.done", now=now)
    show(uow, jobs, slot, now)
