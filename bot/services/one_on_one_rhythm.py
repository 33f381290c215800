"""What happens to one-on-ones by itself: slots come, their day comes, they end, people part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.one_on_one import OneOnOne, SlotEvent
from bot.domain.one_on_one_schedule import Series, dates, moment
from bot.domain.people import ManagerTree, Person, Role
from bot.domain.settings import Settings
from bot.jobs.protocols import JobQueue
from bot.services.coaching_slot import take_in_earlier_log
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.services.one_on_one_slots import absence, change_slot, record_new, show, with_obligation
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.unit_of_work import Store, UnitOfWork

# So far ahead each series has its slots: a rep can propose another time before it is tomorrow.
AHEAD = timedelta(days=21)
# The latest that the agenda comes, where work begins shortly before.
BEFORE = timedelta(minutes=15)
SEARCHED = timedelta(hours=36)
PAGE = 50
MOST = 2_000

T = TypeVar("T")
Step = Callable[[UnitOfWork, JobQueue, OneOnOne, Person, Person, datetime], None]


def keep_rhythm(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Carry out everything whose time has come; each is done once, however often this is called."""
    _end_parted(store, jobs, now)
    with store.reading() as uow:
        tree = uow.people.tree()
        missing = list(_missing(uow, uow.one_on_ones.running(), tree, now))
    for page in _pages(missing):
        with store.writing() as uow:
            for series, starts_at in page:
                _add(uow, jobs, series, starts_at, tree, now)
    _for_each(store, jobs, now, _due_agendas, _open_day)
    _for_each(store, jobs, now, _ended, _ask)
    _for_each(store, jobs, now, lambda uow, at: uow.one_on_ones.overtaken(at, MOST), _pass_by)


def open_slots(uow: UnitOfWork, jobs: JobQueue, series: Series, tree: ManagerTree, now: datetime) -> None:
    """Give a series that was just accepted its first slots: who looks at their week now sees them there."""
    for one, starts_at in list(_missing(uow, [series], tree, now)):
        _add(uow, jobs, one, starts_at, tree, now)


def next_moments(uow: UnitOfWork, now: datetime) -> list[datetime]:
    """Return when the next agenda goes out and the next one-on-one ends."""
    slots = uow.one_on_ones.to_come(now, MOST)
    if not slots:
        return []
    tree, settings = uow.people.tree(), current_settings(uow)
    ends = min(slot.ends_at for slot in slots)
    agendas = [
        at
        for slot in slots
        if slot.starts_at <= ends + SEARCHED and (at := _agenda_at(slot, tree, settings)) > now
    ]
    return sorted([ends, *([min(agendas)] if agendas else [])])


# ------------------------------------------------------------ slots come


def _missing(
    uow: UnitOfWork, running: Sequence[Series], tree: ManagerTree, now: datetime
) -> Iterator[tuple[Series, datetime]]:
    since = (now - timedelta(days=1)).date()
    there = uow.one_on_ones.planned([series.id for series in running], since)
    for series in running:
        manager = tree.get(series.manager_id)
        if manager is None:
            continue
        today = now.astimezone(ZoneInfo(manager.time_zone)).date()
        for day in dates(series.slotting, since=today, until=today + AHEAD):
            starts_at = moment(day, series.slotting.at, manager.time_zone)
            if (series.id, day) not in there and starts_at > max(now, series.accepted_at):
                yield series, starts_at


def _add(
    uow: UnitOfWork, jobs: JobQueue, series: Series, starts_at: datetime, tree: ManagerTree, now: datetime
) -> None:
    manager, rep = tree.get(series.manager_id), tree.get(series.rep_id)
    current = uow.one_on_ones.series(series.id)
    if manager is None or rep is None or current is None or current.ended_at is not None:
        return
    slot = OneOnOne(
        id=new_id("one"),
        series_id=series.id,
        manager_id=manager.id,
        rep_id=rep.id,
        starts_at=starts_at,
        minutes=series.slotting.minutes,
        planned_on=starts_at.astimezone(ZoneInfo(manager.time_zone)).date(),
    )
    if record_new(uow, slot, actor_id=None, now=now):
        _excused(uow, jobs, slot, manager, rep, now)


def _excused(
    uow: UnitOfWork, jobs: JobQueue, slot: OneOnOne, manager: Person, rep: Person, now: datetime
) -> bool:
    away = absence(uow, slot, manager, rep) or _parting(manager, rep)
    if away is None:
        return False
    change_slot(uow, slot, SlotEvent.EXCUSE, manager, actor_id=None, now=now, reason=away)
    show(uow, jobs, slot, now)
    return True


# ------------------------------------------------------------ its day comes, it ends, the next one comes


def _due_agendas(uow: UnitOfWork, now: datetime) -> list[OneOnOne]:
    soon = uow.one_on_ones.without_agenda(now + SEARCHED, MOST)
    if not soon:
        return []
    tree, settings = uow.people.tree(), current_settings(uow)
    return [slot for slot in soon if _agenda_at(slot, tree, settings) <= now]


def _agenda_at(slot: OneOnOne, tree: ManagerTree, settings: Settings) -> datetime:
    """Return when the agenda goes out: once both are at work that day, and before the slot in any case."""
    mornings = [
        moment(
            slot.starts_at.astimezone(ZoneInfo(person.time_zone)).date(),
            settings.cadences.working_hours.start,
            person.time_zone,
        )
        for person in (tree.get(slot.manager_id), tree.get(slot.rep_id))
        if person is not None
    ]
    return min(max(mornings, default=slot.starts_at), slot.starts_at - BEFORE)


def _open_day(
    uow: UnitOfWork, jobs: JobQueue, slot: OneOnOne, manager: Person, rep: Person, now: datetime
) -> None:
    uow.one_on_ones.mark_agenda_sent(slot.id, now)
    if _excused(uow, jobs, slot, manager, rep, now):
        return
    with_obligation(uow, slot, manager, now)
    for person, other in ((manager, rep), (rep, manager)):
        tell(
            uow,
            jobs,
            kind=NoticeKind.ONE_ON_ONE_AGENDA,
            person_id=person.id,
            subject=Subject("one_on_one", slot.id),
            reason=f"you talk to {other.name} today",
            cause=f"{slot.id}:agenda:{person.id}",
            urgency=Urgency.NEWS,
            now=now,
        )


def _ended(uow: UnitOfWork, now: datetime) -> list[OneOnOne]:
    return [slot for slot in uow.one_on_ones.unasked(now, MOST) if slot.ends_at <= now]


def _ask(
    uow: UnitOfWork, jobs: JobQueue, slot: OneOnOne, manager: Person, rep: Person, now: datetime
) -> None:
    uow.one_on_ones.mark_asked(slot.id, now)
    if _excused(uow, jobs, slot, manager, rep, now) or take_in_earlier_log(uow, jobs, slot, manager, now):
        return
    asked = with_obligation(uow, slot, manager, now)
    show(uow, jobs, asked, now)  # the agenda has had its time
    tell(
        uow,
        jobs,
        kind=NoticeKind.ONE_ON_ONE_ENDED,
        person_id=manager.id,
        subject=Subject("one_on_one", slot.id),
        reason=f"your one-on-one with {rep.name} was to end just now",
        cause=f"{slot.id}:ended",
        urgency=Urgency.DUE_TODAY,
        now=now,
    )


def _pass_by(
    uow: UnitOfWork, jobs: JobQueue, slot: OneOnOne, manager: Person, _rep: Person, now: datetime
) -> None:
    if slot.ends_at <= now:
        missed = change_slot(uow, slot, SlotEvent.PASS_BY, manager, actor_id=None, now=now)
        show(uow, jobs, missed, now)


def _for_each(
    store: Store,
    jobs: JobQueue,
    now: datetime,
    due: Callable[[UnitOfWork, datetime], Sequence[OneOnOne]],
    step: Step,
) -> None:
    """Take a step for each slot that is due, some in a transaction, each as it is in that transaction."""
    with store.reading() as uow:
        found = list(due(uow, now))
        tree = uow.people.tree() if found else None
    for page in _pages(found):
        with store.writing() as uow:
            for seen in page:
                slot = uow.one_on_ones.get(seen.id, for_update=True)
                manager = tree.get(seen.manager_id) if tree else None
                rep = tree.get(seen.rep_id) if tree else None
                # Answered or told between: then its version is another one, and it is no longer due.
                if slot == seen and manager is not None and rep is not None:
                    step(uow, jobs, slot, manager, rep, now)


# ------------------------------------------------------------ people part


def _end_parted(store: Store, jobs: JobQueue, now: datetime) -> None:
    with store.reading() as uow:
        parted = uow.one_on_ones.parted()
    for series in parted:
        with store.writing() as uow:
            _end(uow, jobs, series, now)


def _end(uow: UnitOfWork, jobs: JobQueue, series: Series, now: datetime) -> None:
    tree = uow.people.tree()
    manager, rep = tree.get(series.manager_id), tree.get(series.rep_id)
    if manager is None or rep is None:
        return
    reason = _parting(manager, rep)
    if reason is None or not uow.one_on_ones.end_series(series.id, reason, now):
        return
    uow.audit.record(
        at=now,
        actor_id=None,
        action="one_on_one_series.ended",
        entity_kind="one_on_one_series",
        entity_id=series.id,
        after={"reason": reason},
    )
    for slot in uow.one_on_ones.scheduled_of(series.id):
        # What its manager may not open any more goes to nobody's adherence.
        excused = change_slot(uow, slot, SlotEvent.EXCUSE, manager, actor_id=None, now=now, reason=reason)
        show(uow, jobs, excused, now)
    new = tree.get(rep.manager_id) if rep.active and rep.manager_id else None
    if new is not None and new.active and Role.MANAGER in new.roles:
        _invite(uow, jobs, series, new, rep, now)


def _parting(manager: Person, rep: Person) -> str | None:
    """Say why the two have no one-on-ones any more, or None."""
    if not rep.active:
        return f"{rep.name} has left"
    if not manager.active:
        return f"{manager.name} has left"
    return f"{rep.name} reports to another manager now" if rep.manager_id != manager.id else None


def _invite(
    uow: UnitOfWork, jobs: JobQueue, series: Series, manager: Person, rep: Person, now: datetime
) -> None:
    tell(
        uow,
        jobs,
        kind=NoticeKind.ONE_ON_ONE_INVITE,
        person_id=manager.id,
        subject=Subject("person", rep.id),
        reason=f"{rep.name} reports to you now",
        cause=f"{series.id}:invite:{manager.id}",
        urgency=Urgency.OWED,
        now=now,
    )


def _pages(found: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(found)
    while page := list(islice(rest, PAGE)):
        yield page
