"""A fired health check becomes what each manager owes, and the message that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import fiscal_quarter
from bot.domain.calendar import TimeOff, WorkCalendar
from bot.domain.obligations import Obligation, ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.people import ManagerTree, Person
from bot.domain.settings import Settings
from bot.domain.transitions import Event, transition
from bot.jobs.protocols import JobQueue
from bot.services.health_check import flagged_now
from bot.services.notifying import NoticeKind, Subject, Urgency, refresh, tell
from bot.services.opened import Opened
from bot.services.pipeline_facts import PipelineFacts, facts_of_teams, rep_coverage
from bot.services.recording import record_openings, save_obligation
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import UnitOfWork

TIME_OFF = "time off"
KINDS = (ObligationKind.COVERAGE_CONVERSATION, ObligationKind.HEALTH_CHECK)


@dataclass(frozen=True, slots=True)
class _Round:
    """What the managers of one fan-out page have in common."""

    fire: Fire
    settings: Settings
    tree: ManagerTree
    time_off: Mapping[str, Sequence[TimeOff]]
    now: datetime

    def absence(self, person: Person) -> str | None:
        """Say why this person does not work today, or None when they do; a late fire is of another day."""
        today = self.now.astimezone(ZoneInfo(self.fire.zone)).date()
        return WorkCalendar(person.country, self.time_off.get(person.id, ())).absence(today)


def open_for_managers(
    uow: UnitOfWork, jobs: JobQueue, fire: Fire, managers: Sequence[Person], now: datetime
) -> list[Opened]:
    """Open what these managers owe from a fire, and enqueue their messages; once, however often called."""
    around = _round(uow, fire, managers, now)
    had = uow.fires.had_elsewhere(fire, [manager.id for manager in managers])
    asked = [manager for manager in managers if manager.id not in had]
    _close_earlier(uow, jobs, asked, around)
    owed = _judge(uow, asked, around)
    _record(uow, [one for of_manager in owed.values() for one in of_manager], now)
    return [_told(uow, jobs, manager, owed.get(manager.id), around) for manager in managers]


def _round(uow: UnitOfWork, fire: Fire, managers: Sequence[Person], now: datetime) -> _Round:
    tree = uow.people.tree()
    reps = [rep for manager in managers for rep in tree.reps_of(manager.id)]
    time_off = uow.people.time_off([person.id for person in (*managers, *reps)])
    return _Round(fire, current_settings(uow), tree, time_off, now)


def _judge(uow: UnitOfWork, managers: Sequence[Person], around: _Round) -> Mapping[str, Sequence[Obligation]]:
    """Return what each manager owes, and record which flags the message lists to those who work today."""
    period = fiscal_quarter(around.fire.local_date, uow.workspace.get().fiscal_first_month)
    measures = around.settings.measures
    owed = {}
    for manager, facts in facts_of_teams(
        uow, around.tree, managers, period=period, measures=measures, now=around.now
    ):
        owed[manager.id] = _owed(manager, facts, around)
        if around.absence(manager) is None:
            reps = around.tree.reps_of(manager.id)
            deals = flagged_now(around.fire, reps, facts, around.settings, around.now)
            flags = [flag for deal in deals for flag in deal.flags]
            uow.flags.list_(manager.id, flags, around.fire.id, around.now)
    return owed


def _owed(manager: Person, facts: PipelineFacts, around: _Round) -> Sequence[Obligation]:
    """Return what a manager owes from this check: the conversations, and last the check as a whole."""
    away = around.absence(manager)
    conversations = []
    for rep in around.tree.reps_of(manager.id):
        judged = rep_coverage(rep, facts, around.settings.measures, around.now)
        if judged.coverage.needs_conversation:
            excuse = _without_private(away) or around.absence(rep)
            kind = ObligationKind.COVERAGE_CONVERSATION
            conversations.append(_obligation(around, manager, kind, rep.id, excuse))
    whole = _obligation(around, manager, ObligationKind.HEALTH_CHECK, None, away)
    if whole.state is State.DUE and all(one.state is State.EXCUSED for one in conversations):
        whole = _nothing_owed(whole, around.now)
    return (*conversations, whole)


def _record(uow: UnitOfWork, owed: Sequence[Obligation], now: datetime) -> None:
    added = set(uow.obligations.add(owed))
    record_openings(uow, [one for one in owed if one.id in added], now)


def _told(
    uow: UnitOfWork, jobs: JobQueue, manager: Person, owed: Sequence[Obligation] | None, around: _Round
) -> Opened:
    """Have the message sent, but not to who is away, or had today's in the zone they were in before."""
    away = around.absence(manager)
    names = {rep.id: rep.name for rep in around.tree.reps_of(manager.id)}
    conversations = [(names[one.subject_id], one.excused_reason) for one in owed or () if one.subject_id]
    return Opened(
        manager=manager,
        owed=tuple(name for name, excuse in conversations if not excuse),
        excused=tuple(f"{name} ({excuse})" for name, excuse in conversations if excuse),
        away=away,
        sent=owed is not None and away is None and _tell(uow, jobs, manager, around),
    )


def _without_private(away: str | None) -> str | None:
    """Say that a manager has time off, but not what for: their reps read it."""
    return TIME_OFF if away and away.startswith(TIME_OFF) else away


def _obligation(
    around: _Round, manager: Person, kind: ObligationKind, subject_id: str | None, excuse: str | None
) -> Obligation:
    return Obligation(
        id=new_id("obl"),
        kind=kind,
        owner_id=manager.id,
        subject_id=subject_id,
        source_kind=SourceKind.CADENCE_FIRE,
        source_id=around.fire.id,
        due_at=around.fire.due_at,
        state=State.EXCUSED if excuse else State.DUE,
        verdict=Verdict.PENDING,
        excused_reason=excuse,
    )


def _nothing_owed(whole: Obligation, now: datetime) -> Obligation:
    done = transition(whole, Event.COMPLETE, now=now)
    return done.judged(
        Verdict.VERIFIED, (Reason("No conversation is owed this time.", "cadence_fires", whole.source_id),)
    )


def _close_earlier(uow: UnitOfWork, jobs: JobQueue, managers: Sequence[Person], around: _Round) -> None:
    cards = set()
    owners = [manager.id for manager in managers]
    for earlier in uow.obligations.open_of_earlier_fires(KINDS, owners, around.fire.id):
        missed = transition(earlier, Event.NEXT_OCCURRENCE, now=around.now)
        save_obligation(uow, earlier, missed, actor_id=None, action="obligation.missed", now=around.now)
        cards.add((earlier.owner_id, earlier.source_id))
    # An older card that still offered to snooze what is missed would mislead.
    for owner_id, fire_id in sorted(cards):
        refresh(
            uow,
            jobs,
            kind=NoticeKind.HEALTH_CHECK,
            person_id=owner_id,
            subject=Subject("cadence_fire", fire_id),
            now=around.now,
        )


def _tell(uow: UnitOfWork, jobs: JobQueue, manager: Person, around: _Round) -> bool:
    return tell(
        uow,
        jobs,
        kind=NoticeKind.HEALTH_CHECK,
        person_id=manager.id,
        subject=Subject("cadence_fire", around.fire.id),
        reason="the health check of your team is due",
        cause=f"{around.fire.id}:{manager.id}",
        urgency=Urgency.DUE_TODAY,
        now=around.now,
    )
