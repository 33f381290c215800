"""What the two do with a slot: held, cancelled, moved; another time proposed, accepted, declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.one_on_one import OneOnOne, SlotEvent, SlotState, may_change, overlapping
from bot.domain.one_on_one_schedule import moment
from bot.domain.people import Person
from bot.domain.settings import Permission
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.services.one_on_one_slots import absence, change_slot, record_new, save_slot, show
from bot.services.one_on_one_week import quarter_of
from bot.store.ids import new_id
from bot.store.unit_of_work import Store, UnitOfWork

FURTHEST = timedelta(days=28)
# A change of what is so near has to be heard: a line that changes without a sound is read too late.
SOON = timedelta(days=1)
STATE_WORDS = {
    SlotState.HELD: "is recorded as held",
    SlotState.MOVED: "was moved",
    SlotState.CANCELLED: "was cancelled",
    SlotState.MISSED: "was missed",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A manager says that a slot was held, or that it is cancelled; `reason` is the rep's to read."""

    slack_user_id: str
    one_on_one_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewTime:
    """Another time for a slot, on the clock of whoever names it."""

    slack_user_id: str
    one_on_one_id: str
    day: date
    at: time
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A slot after a change: the two, the slot it moved to if any, how often this quarter it was changed."""

    slot: OneOnOne
    manager: Person
    rep: Person
    new: OneOnOne | None = None
    changes: int = 0


def hold(store: Store, jobs: JobQueue, command: Answer, now: datetime) -> Changed:
    """Record that it took place. It stays owed until it is logged."""
    with store.writing() as uow:
        actor, slot, rep = _managers(uow, command.slack_user_id, command.one_on_one_id)
        return Changed(hold_slot(uow, jobs, slot, actor.person, now), actor.person, rep)


def hold_slot(uow: UnitOfWork, jobs: JobQueue, slot: OneOnOne, manager: Person, now: datetime) -> OneOnOne:
    """Record within a transaction that a slot took place, as its log says too; held already: nothing to do.

    Raises StaleAction for one that was moved or cancelled, InvalidInput for one that is still to come.
    """
    if slot.state is SlotState.HELD:
        return slot
    _require(slot, SlotEvent.HOLD)
    if now < slot.starts_at:
        raise InvalidInput("This one-on-one is still to come. Say that it was held once it has begun.")
    held = change_slot(uow, slot, SlotEvent.HOLD, manager, actor_id=manager.id, now=now)
    show(uow, jobs, held, now)
    return held


def cancel(store: Store, jobs: JobQueue, command: Answer, now: datetime) -> Changed:
    """Record that it does not take place, and tell the rep."""
    with store.writing() as uow:
        actor, slot, rep = _managers(uow, command.slack_user_id, command.one_on_one_id)
        _require(slot, SlotEvent.CANCEL)
        cancelled = change_slot(
            uow, slot, SlotEvent.CANCEL, actor.person, actor_id=actor.id, now=now, reason=command.reason
        )
        _tell_rep(uow, jobs, cancelled, f"{actor.person.name} cancelled your one-on-one", now)
        show(uow, jobs, cancelled, now)
        changes = _raise_unsettled(uow, cancelled, actor.person, now)
        return Changed(cancelled, actor.person, rep, changes=changes)


def move(store: Store, jobs: JobQueue, command: NewTime, now: datetime) -> Changed:
    """Move it to another time on the manager's clock, and tell the rep."""
    with store.writing() as uow:
        actor, slot, rep = _managers(uow, command.slack_user_id, command.one_on_one_id)
        starts_at = _moment_of(command, actor.person)
        return _move(uow, jobs, slot, actor, rep, starts_at, now)


def propose(store: Store, jobs: JobQueue, command: NewTime, now: datetime) -> Changed:
    """Ask the manager for another time, named on the rep's clock; the slot stands until they accept."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        slot = _found(uow, command.one_on_one_id)
        if slot.rep_id != actor.id:
            raise NotAllowed("Only the rep of this one-on-one can propose another time for it.")
        actor.require(Permission.PROPOSE_ONE_ON_ONE_TIMES)
        manager = actor.tree.get(slot.manager_id)
        if manager is None or actor.person.manager_id != manager.id:
            raise StaleAction("This was with your former manager, so there is nothing to move.")
        _require(slot, SlotEvent.MOVE)
        starts_at = _moment_of(command, actor.person)
        _check_time(uow, replace(slot, starts_at=starts_at), slot, manager, actor.person, now)
        proposed = slot.proposing(starts_at, command.note)
        save_slot(uow, slot, proposed, actor_id=actor.id, action="one_on_one.time_proposed", now=now)
        tell(
            uow,
            jobs,
            kind=NoticeKind.ONE_ON_ONE_PROPOSAL,
            person_id=manager.id,
            subject=Subject("one_on_one", slot.id),
            reason=f"{actor.person.name} asks for another time",
            cause=f"{slot.id}:proposal:{proposed.version}",
            urgency=Urgency.OWED,
            now=now,
        )
        show(uow, jobs, proposed, now)
        return Changed(proposed, manager, actor.person)


def accept(store: Store, jobs: JobQueue, command: Answer, now: datetime) -> Changed:
    """Move it to the time that the rep proposed."""
    with store.writing() as uow:
        actor, slot, rep = _managers(uow, command.slack_user_id, command.one_on_one_id)
        if slot.proposed_at is None:
            raise StaleAction("This proposal was answered already, so nothing was changed.")
        return _move(uow, jobs, slot, actor, rep, slot.proposed_at, now)


def decline(store: Store, jobs: JobQueue, command: Answer, now: datetime) -> Changed:
    """Leave it where it is, and tell the rep."""
    with store.writing() as uow:
        actor, slot, rep = _managers(uow, command.slack_user_id, command.one_on_one_id)
        if slot.proposed_at is None:
            raise StaleAction("This proposal was answered already, so nothing was changed.")
        declined = slot.without_proposal()
        save_slot(uow, slot, declined, actor_id=actor.id, action="one_on_one.proposal_declined", now=now)
        _tell_rep(uow, jobs, declined, f"{actor.person.name} answered the time you proposed", now)
        show(uow, jobs, declined, now)
        return Changed(declined, actor.person, rep)


# ------------------------------------------------------------ who, and what may be


def _found(uow: UnitOfWork, slot_id: str) -> OneOnOne:
    slot = uow.one_on_ones.get(slot_id, for_update=True)
    if slot is None:
        raise NotFound("That one-on-one is not on record here. Use `/one-on-one` to see this week's.")
    return slot


def _managers(uow: UnitOfWork, slack_user_id: str, slot_id: str) -> tuple[Actor, OneOnOne, Person]:
    """Return the manager, the slot (locked) and its rep; raise unless it is this manager's to answer now."""
    actor = actor_for(uow, slack_user_id)
    slot = _found(uow, slot_id)
    actor.require(Permission.RUN_ONE_ON_ONES)
    rep = actor.require_direct_report(slot.rep_id)
    if slot.manager_id != actor.id:
        raise StaleAction(
            f"This was {rep.name}'s one-on-one with their former manager. `/one-on-one setup` gives yours."
        )
    return actor, slot, rep


def _require(slot: OneOnOne, event: SlotEvent) -> None:
    if slot.is_excused:
        raise StaleAction(f"Nobody was to be there ({slot.excused_reason}), so nothing was changed.")
    if not may_change(slot, event):
        words = STATE_WORDS.get(slot.state, "is answered")
        raise StaleAction(f"This one-on-one {words} already, so nothing was changed.")


def _moment_of(command: NewTime, person: Person) -> datetime:
    return moment(command.day, command.at, person.time_zone)


def _check_time(
    uow: UnitOfWork, wanted: OneOnOne, slot: OneOnOne, manager: Person, rep: Person, now: datetime
) -> None:
    if wanted.starts_at <= now:
        raise InvalidInput("This time has passed. Choose one that is still to come.", field="day")
    if wanted.starts_at == slot.starts_at:
        raise InvalidInput("It is at this time already. Choose another one.", field="at")
    if wanted.starts_at > max(now, slot.starts_at) + FURTHEST:
        raise InvalidInput("This is more than four weeks away. Choose a nearer day.", field="day")
    away = absence(uow, wanted, manager, rep)
    if away is not None:
        raise InvalidInput(f"Not a working day for both ({away}). Choose another day.", field="day")
    taken = overlapping(wanted, _around(uow, manager.id, wanted))
    if taken is not None:
        other = uow.people.get(taken.rep_id)
        raise InvalidInput(
            f"The one-on-one with {other.name if other else 'another rep'} is at this time. Choose another.",
            field="at",
        )


def _around(uow: UnitOfWork, manager_id: str, slot: OneOnOne) -> Sequence[OneOnOne]:
    day = timedelta(days=1)
    return uow.one_on_ones.of_manager(manager_id, slot.starts_at - day, slot.starts_at + day)


# ------------------------------------------------------------ what follows


def _move(
    uow: UnitOfWork,
    jobs: JobQueue,
    slot: OneOnOne,
    actor: Actor,
    rep: Person,
    starts_at: datetime,
    now: datetime,
) -> Changed:
    _require(slot, SlotEvent.MOVE)
    new = OneOnOne(
        id=new_id("one"),
        series_id=slot.series_id,
        manager_id=slot.manager_id,
        rep_id=slot.rep_id,
        starts_at=starts_at,
        minutes=slot.minutes,
        moved_from=slot.id,
    )
    _check_time(uow, replace(new, id=slot.id), slot, actor.person, rep, now)
    record_new(uow, new, actor_id=actor.id, now=now)
    moved = change_slot(uow, slot, SlotEvent.MOVE, actor.person, actor_id=actor.id, now=now, new=new)
    uow.one_on_ones.hand_items_over(slot.id, new.id)
    _tell_rep(uow, jobs, moved, f"{actor.person.name} moved your one-on-one", now, new)
    show(uow, jobs, moved, now)
    changes = _raise_unsettled(uow, moved, actor.person, now)
    return Changed(moved, actor.person, rep, new, changes)


def _tell_rep(
    uow: UnitOfWork,
    jobs: JobQueue,
    slot: OneOnOne,
    reason: str,
    now: datetime,
    new: OneOnOne | None = None,
) -> None:
    soon = any(now < one.ends_at and one.starts_at < now + SOON for one in (slot, new) if one)
    tell(
        uow,
        jobs,
        kind=NoticeKind.ONE_ON_ONE_CHANGED,
        person_id=slot.rep_id,
        subject=Subject("one_on_one", slot.id),
        reason=reason,
        cause=f"{slot.id}:changed:{slot.version}",
        urgency=Urgency.DUE_TODAY if soon else Urgency.NEWS,
        now=now,
    )


def _raise_unsettled(uow: UnitOfWork, slot: OneOnOne, manager: Person, now: datetime) -> int:
    """Record that a one-on-one was moved or cancelled more than once this quarter; return how often."""
    changes = quarter_of(uow, manager, slot.starts_at).unsettled().get(slot.rep_id, 0)
    if changes:
        uow.audit.record(
            at=now,
            actor_id=None,
            action="one_on_one.unsettled",
            entity_kind="one_on_one",
            entity_id=slot.id,
            after={"rep": slot.rep_id, "changes_this_quarter": changes},
        )
    return changes
