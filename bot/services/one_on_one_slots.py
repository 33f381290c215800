"""What a change of a slot brings with it: its record, what is owed for it, the messages that show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkCalendar
from bot.domain.obligations import Obligation, ObligationKind, SourceKind, State, Verdict
from bot.domain.one_on_one import OneOnOne, SlotEvent, change, week_of
from bot.domain.one_on_one_schedule import moment
from bot.domain.people import Person
from bot.domain.transitions import Event, may, transition
from bot.domain.wording import weekday_date
from bot.errors import StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.notifying import NoticeKind, Subject, refresh
from bot.services.recording import record_openings, save_obligation
from bot.store.ids import new_id
from bot.store.unit_of_work import UnitOfWork

# A one-on-one is to be logged on its day: by then, or half an hour after a later end.
LOGGED_BY = time(18, 0)
TO_LOG = timedelta(minutes=30)
TIME_OFF = "time off"

_OWED_AFTER = {
    SlotEvent.CANCEL: Event.NEXT_OCCURRENCE,
    SlotEvent.PASS_BY: Event.NEXT_OCCURRENCE,
    SlotEvent.EXCUSE: Event.EXCUSE,
}


def with_obligation(uow: UnitOfWork, slot: OneOnOne, manager: Person, now: datetime) -> OneOnOne:
    """Return the slot with what its manager owes for it, opened now where it was not yet."""
    if slot.obligation_id is not None:
        return slot
    day = slot.starts_at.astimezone(ZoneInfo(manager.time_zone)).date()
    owed = Obligation(
        id=new_id("obl"),
        kind=ObligationKind.ONE_ON_ONE,
        owner_id=slot.manager_id,
        subject_id=slot.rep_id,
        source_kind=SourceKind.ONE_ON_ONE,
        source_id=slot.id,
        due_at=max(moment(day, LOGGED_BY, manager.time_zone), slot.ends_at + TO_LOG),
        state=State.DUE,
        verdict=Verdict.PENDING,
    )
    if uow.obligations.add([owed]):
        record_openings(uow, [owed], now)
    found = uow.obligations.of_source(SourceKind.ONE_ON_ONE, [slot.id])
    linked = replace(slot, obligation_id=found[0].id, version=slot.version + 1)
    save_slot(uow, slot, linked, actor_id=None, action="one_on_one.due", now=now)
    return linked


def change_slot(
    uow: UnitOfWork,
    slot: OneOnOne,
    event: SlotEvent,
    manager: Person,
    *,
    actor_id: str | None,
    now: datetime,
    reason: str = "",
    new: OneOnOne | None = None,
) -> OneOnOne:
    """Carry out an event of a slot read in this transaction; `new` is the slot that a move leads to.

    What is owed for it follows: excused with it, or when it moved within its week; missed when it was
    cancelled, passed by or moved out of its week. Held, it stays owed until it is logged.
    """
    if event is not SlotEvent.EXCUSE or slot.obligation_id is not None:
        slot = with_obligation(uow, slot, manager, now)
    after = change(slot, event, now=now, reason=reason, moved_to=new.id if new else None)
    save_slot(uow, slot, after, actor_id=actor_id, action=f"one_on_one.{after.state.value}", now=now)
    owed = uow.obligations.get(slot.obligation_id, for_update=True) if slot.obligation_id else None
    then = _OWED_AFTER.get(event)
    if event is SlotEvent.MOVE and new is not None:
        same_week = week_of(new.starts_at, manager.time_zone) == week_of(slot.starts_at, manager.time_zone)
        then = Event.EXCUSE if same_week else Event.NEXT_OCCURRENCE
        local = new.starts_at.astimezone(ZoneInfo(manager.time_zone))
        reason = f"moved to {weekday_date(local.date())}, {local:%H:%M}"
    if owed is not None and then is not None and may(owed, then):
        owed_after = transition(owed, then, now=now, reason=reason or None)
        action = "obligation.excused" if then is Event.EXCUSE else "obligation.missed"
        save_obligation(uow, owed, owed_after, actor_id=actor_id, action=action, now=now)
    return after


def save_slot(
    uow: UnitOfWork, before: OneOnOne, after: OneOnOne, *, actor_id: str | None, action: str, now: datetime
) -> None:
    """Save the change and record it; raise StaleAction when the row is no longer as it was read."""
    if not uow.one_on_ones.save(after, before.version):
        raise StaleAction(
            "Somebody changed this one-on-one a moment ago, so nothing was done now. Look again and retry."
        )
    uow.audit.record(
        at=now,
        actor_id=actor_id,
        action=action,
        entity_kind="one_on_one",
        entity_id=after.id,
        before=_facts(before),
        after=_facts(after),
    )


def record_new(uow: UnitOfWork, slot: OneOnOne, *, actor_id: str | None, now: datetime) -> bool:
    """Add a slot with its record; False when its series has it already."""
    if not uow.one_on_ones.add([slot]):
        return False
    uow.audit.record(
        at=now,
        actor_id=actor_id,
        action="one_on_one.scheduled",
        entity_kind="one_on_one",
        entity_id=slot.id,
        after=_facts(slot),
    )
    return True


def absence(uow: UnitOfWork, slot: OneOnOne, manager: Person, rep: Person) -> str | None:
    """Say why one of the two does not work on the slot's day, or None; what time off is for stays theirs."""
    time_off = uow.people.time_off([manager.id, rep.id])
    for person in (manager, rep):
        day = slot.starts_at.astimezone(ZoneInfo(person.time_zone)).date()
        away = WorkCalendar(person.country, time_off.get(person.id, ())).absence(day)
        if away is not None:
            return f"{person.name}: {TIME_OFF if away.startswith(TIME_OFF) else away}"
    return None


def show(uow: UnitOfWork, jobs: JobQueue, slot: OneOnOne, now: datetime) -> None:
    """Bring up to date what the two were shown of a slot."""
    subject = Subject("one_on_one", slot.id)
    for person_id in (slot.manager_id, slot.rep_id):
        refresh(uow, jobs, kind=NoticeKind.ONE_ON_ONE_AGENDA, person_id=person_id, subject=subject, now=now)
    for kind in (NoticeKind.ONE_ON_ONE_ENDED, NoticeKind.ONE_ON_ONE_PROPOSAL):
        refresh(uow, jobs, kind=kind, person_id=slot.manager_id, subject=subject, now=now)


def _facts(slot: OneOnOne) -> dict[str, object]:
    """What an audit record says of a slot; the words of the two are theirs."""
    return {
        "state": slot.state.value,
        "manager": slot.manager_id,
        "rep": slot.rep_id,
        "starts_at": slot.starts_at.isoformat(),
        "moved_to": slot.moved_to,
        "excused_reason": slot.excused_reason,
        "proposed_at": slot.proposed_at.isoformat() if slot.proposed_at else None,
    }
