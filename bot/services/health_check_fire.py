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
from bot.services.pipeline_facts import PipelineFacts, read_facts, rep_coverage
from bot.services.recording import record_openings, save_obligation
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import UnitOfWork

TIME_OFF = "time off"


@dataclass(frozen=True, slots=True)
class _Round:
    """What the managers of one fan-out page have in common."""

    fire: Fire
    settings: Settings
    tree: ManagerTree
    facts: PipelineFacts
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
    tree = uow.people.tree()
    settings = current_settings(uow)
    reps = [rep for manager in managers for rep in tree.reps_of(manager.id)]
    period = fiscal_quarter(fire.local_date, uow.workspace.get().fiscal_first_month)
    facts = read_facts(uow, reps, period=period, measures=settings.measures, now=now)
    time_off = uow.people.time_off([person.id for person in (*managers, *reps)])
    around = _Round(fire, settings, tree, facts, time_off, now)
    return [_open_for(uow, jobs, manager, around) for manager in managers]


def _open_for(uow: UnitOfWork, jobs: JobQueue, manager: Person, around: _Round) -> Opened:
    away = around.absence(manager)
    if _had_in_another_zone(uow, manager, around.fire):
        return Opened(manager, owed=(), excused=(), away=away, sent=False)
    _close_earlier(uow, jobs, manager, around)
    reps = around.tree.reps_of(manager.id)
    owed = []
    for rep in reps:
        if not rep_coverage(
            rep, around.facts, around.settings.measures, around.now
        ).coverage.needs_conversation:
            continue
        rep_away = around.absence(rep)
        excuse = _without_private(away) or rep_away
        owed.append(_obligation(around, manager, ObligationKind.COVERAGE_CONVERSATION, rep.id, excuse))
    whole = _obligation(around, manager, ObligationKind.HEALTH_CHECK, None, away)
    if whole.state is State.DUE and all(one.state is State.EXCUSED for one in owed):
        whole = _nothing_owed(whole, around.now)
    added = set(uow.obligations.add([*owed, whole]))
    record_openings(uow, [one for one in [*owed, whole] if one.id in added], around.now)
    names = {rep.id: rep.name for rep in reps}
    return Opened(
        manager=manager,
        owed=tuple(names[one.subject_id or ""] for one in owed if one.state is not State.EXCUSED),
        excused=tuple(
            f"{names[one.subject_id or '']} ({one.excused_reason})"
            for one in owed
            if one.state is State.EXCUSED
        ),
        away=away,
        sent=away is None and _list_and_tell(uow, jobs, manager, reps, around),
    )


def _without_private(away: str | None) -> str | None:
    """Say that a manager has time off, but not what for: their reps read it."""
    return TIME_OFF if away and away.startswith(TIME_OFF) else away


def _had_in_another_zone(uow: UnitOfWork, manager: Person, fire: Fire) -> bool:
    """Tell whether a manager who moved to this zone today had today's check in the one before."""
    latest = uow.fires.latest_owed(fire.cadence, manager.id)
    return latest is not None and latest.id != fire.id and latest.local_date == fire.local_date


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


def _close_earlier(uow: UnitOfWork, jobs: JobQueue, manager: Person, around: _Round) -> None:
    cards = set()
    for kind in (ObligationKind.COVERAGE_CONVERSATION, ObligationKind.HEALTH_CHECK):
        for earlier in uow.obligations.open_of_earlier_fires(kind, manager.id, around.fire.id):
            missed = transition(earlier, Event.NEXT_OCCURRENCE, now=around.now)
            save_obligation(uow, earlier, missed, actor_id=None, action="obligation.missed", now=around.now)
            cards.add(earlier.source_id)
    # An older card that still offered to snooze what is missed would mislead.
    for fire_id in sorted(cards):
        subject = Subject("cadence_fire", fire_id)
        refresh(
            uow,
            jobs,
            kind=NoticeKind.HEALTH_CHECK,
            person_id=manager.id,
            subject=subject,
            now=around.now,
        )


def _list_and_tell(
    uow: UnitOfWork, jobs: JobQueue, manager: Person, reps: Sequence[Person], around: _Round
) -> bool:
    deals = flagged_now(around.fire, reps, around.facts, around.settings, around.now)
    uow.flags.list_(manager.id, [flag for deal in deals for flag in deal.flags], around.fire.id, around.now)
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
