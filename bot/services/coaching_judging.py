"""Asks the coached about a log, judges it by what they say, and tells those whom it concerns."""

from __future__ import annotations

from datetime import datetime, time

from bot.domain.cadence import next_allowed, working_deadline
from bot.domain.calendar import WorkCalendar
from bot.domain.coaching import (
    ANSWER_WORKING_DAYS,
    Ask,
    LogClaim,
    LogKind,
    coaching_verdict,
)
from bot.domain.obligations import Verdict
from bot.domain.people import ManagerTree, Person
from bot.domain.settings import Settings
from bot.domain.verification import DISPUTE_WORKING_DAYS
from bot.jobs.protocols import JobQueue
from bot.services.no_ambush import working_days_after
from bot.services.notifying import NoticeKind, Subject, Urgency, refresh, tell
from bot.services.recording import save_obligation
from bot.store.repositories.coaching import LogRow
from bot.store.unit_of_work import Store, UnitOfWork

SUBJECT = "coaching_log"
END_OF_WORK = time(18, 0)
PAGE = 100


def new_ask(uow: UnitOfWork, coached: Person, settings: Settings, version: int, now: datetime) -> Ask:
    """Return the question about a version: asked in the coached's working hours, to be answered in days."""
    calendar = _calendar(uow, coached)
    hours = settings.cadences.working_hours
    asked_at = next_allowed(now, coached.time_zone, calendar, hours.start, hours.end)
    deadline = working_deadline(asked_at, coached.time_zone, calendar, ANSWER_WORKING_DAYS, END_OF_WORK)
    return Ask(version, now, deadline)


def ask_coached(uow: UnitOfWork, jobs: JobQueue, row: LogRow, author: Person, now: datetime) -> None:
    """Put the question of the newest version before the coached; once a version."""
    tell(
        uow,
        jobs,
        kind=NoticeKind.COACHING_ASKED,
        person_id=row.rep_id,
        subject=Subject(SUBJECT, row.id),
        reason=f"{author.name} logged a coaching session with you",
        cause=f"{row.id}:{row.version}:ask",
        urgency=Urgency.OWED,
        now=now,
    )


def judge(uow: UnitOfWork, jobs: JobQueue, row: LogRow, *, actor_id: str | None, now: datetime) -> Verdict:
    """Derive the verdict of a log, read for update, from its records; save it, and tell if it changed.

    What is owed for the slot of a one-on-one, or for a deep dive, is worth what its log is worth.
    """
    tree = uow.people.tree()
    verdict, reasons = coaching_verdict(claim_of(uow, row, tree), now=now, zone=_zone(tree, row.rep_id))
    uow.coaching.change(row.id, **_instants(uow, row, tree, verdict))
    for owed_id in sorted(owed_for(uow, row)):
        owed = uow.obligations.get(owed_id, for_update=True)
        if owed is not None and (owed.verdict is not verdict or owed.reasons != reasons):
            judged = owed.judged(verdict, reasons)
            save_obligation(uow, owed, judged, actor_id=actor_id, action="obligation.judged", now=now)
    if verdict is Verdict.CONTRADICTED:
        _tell_of_dispute(uow, jobs, row, row.manager_id, now)
    show(uow, jobs, row, now)
    return verdict


def claim_of(uow: UnitOfWork, row: LogRow, tree: ManagerTree) -> LogClaim:
    """Return the log with the records its verdict rests on."""
    coached = tree.get(row.rep_id)
    return LogClaim(
        id=row.id,
        coached_name=coached.name if coached else "someone who has left",
        asks=tuple(one.ask for one in uow.coaching.versions(row.id) if one.ask),
        answers=tuple(uow.coaching.answers(row.id)),
    )


def show(uow: UnitOfWork, jobs: JobQueue, row: LogRow, now: datetime) -> None:
    """Bring up to date what the two were shown of a log, and what leaders were told of a dispute."""
    show_coached(uow, jobs, row, now)
    subject, kind = Subject(SUBJECT, row.id), NoticeKind.COACHING_DISPUTED
    leaders = [one.id for one in uow.people.tree().leaders(row.manager_id)]
    for person_id in (row.manager_id, *uow.notices.told_of(leaders, kind.value, SUBJECT, row.id)):
        refresh(uow, jobs, kind=kind, person_id=person_id, subject=subject, now=now)


def show_coached(uow: UnitOfWork, jobs: JobQueue, row: LogRow, now: datetime) -> None:
    """Bring up to date what the coached was shown of a log, and leave the author's alone."""
    subject = Subject(SUBJECT, row.id)
    refresh(uow, jobs, kind=NoticeKind.COACHING_ASKED, person_id=row.rep_id, subject=subject, now=now)


def _instants(
    uow: UnitOfWork, row: LogRow, tree: ManagerTree, verdict: Verdict
) -> dict[str, datetime | None]:
    asks = [one.ask for one in uow.coaching.versions(row.id) if one.ask]
    deadline = asks[-1].deadline_at if asks and verdict is Verdict.PENDING else None
    if verdict is not Verdict.CONTRADICTED:
        # A further dispute is the two's for three working days again, though an earlier one had gone up.
        return {"deadline_at": deadline, "escalate_at": None, "escalated_at": None}
    disputed_at = uow.coaching.answers(row.id)[-1].answered_at
    author = tree.get(row.manager_id)
    if row.escalated_at is not None or row.escalate_at is not None or author is None:
        return {"deadline_at": deadline}
    at = working_days_after(uow, author, disputed_at, DISPUTE_WORKING_DAYS)
    return {"deadline_at": deadline, "escalate_at": at}


def owed_for(uow: UnitOfWork, row: LogRow) -> list[str]:
    """Return the ids of what a log is the proof of: its own, then that of its slot or its deep dive."""
    slot = uow.one_on_ones.get(row.one_on_one_id) if row.one_on_one_id else None
    dive = uow.coaching_records.owed_deep_dive(row.id) if row.kind is LogKind.DEEP_DIVE else None
    return [one for one in (row.obligation_id, slot.obligation_id if slot else None, dive) if one]


def _tell_of_dispute(uow: UnitOfWork, jobs: JobQueue, row: LogRow, person_id: str, now: datetime) -> None:
    answer = uow.coaching.answers(row.id)[-1]
    tell(
        uow,
        jobs,
        kind=NoticeKind.COACHING_DISPUTED,
        person_id=person_id,
        subject=Subject(SUBJECT, row.id),
        reason="someone says otherwise about a session that was logged",
        cause=f"{row.id}:{answer.id}:{person_id}:dispute",
        urgency=Urgency.OWED,
        now=now,
    )


# ------------------------------------------------------------ as time passes


def advance(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Judge what was not answered in time, and take disputes that stay unsettled to the author's leader."""
    with store.writing() as uow:
        for row in uow.coaching.past_deadline(now, PAGE):
            judge(uow, jobs, row, actor_id=None, now=now)
    with store.writing() as uow:
        unsettled = uow.coaching.to_escalate(now, PAGE)
        if not unsettled:
            return
        tree = uow.people.tree()
        for row in unsettled:
            uow.coaching.change(row.id, escalate_at=None, escalated_at=now)
            leader = next((one for one in tree.leaders(row.manager_id) if one.active), None)
            uow.audit.record(
                at=now,
                actor_id=None,
                action="coaching_log.escalated",
                entity_kind="coaching_log",
                entity_id=row.id,
                after={"to": leader.id if leader else None},
            )
            if leader is not None:
                _tell_of_dispute(uow, jobs, row, leader.id, now)
                uow.coaching_reads.note([row.id], leader.id, "facts", now)


def next_moments(uow: UnitOfWork, _now: datetime) -> list[datetime]:
    """Return when the next of these is due."""
    return uow.coaching.next_times()


def _calendar(uow: UnitOfWork, person: Person) -> WorkCalendar:
    return WorkCalendar(person.country, uow.people.time_off([person.id]).get(person.id, ()))


def _zone(tree: ManagerTree, person_id: str) -> str:
    person = tree.get(person_id)
    return person.time_zone if person else "UTC"
