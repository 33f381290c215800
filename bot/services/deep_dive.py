"""The monthly deep dive: raised for every rep, closed by its log; its development plan is measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.cadence import fiscal_quarter, next_allowed, working_deadline
from bot.domain.calendar import TimeOff, WorkCalendar
from bot.domain.coaching import LogKind
from bot.domain.coaching_cards import FormFields
from bot.domain.coaching_quality import Fault
from bot.domain.development_plan import (
    MEASURE_NAMES,
    PLAN_DAYS,
    PlanMeasure,
    PlanOutcome,
    goal_of,
    outcome,
    shown,
)
from bot.domain.obligations import Obligation, ObligationKind, SourceKind, State, Verdict
from bot.domain.one_on_one_schedule import moment
from bot.domain.people import ManagerTree, Person, Role
from bot.domain.settings import Measures
from bot.domain.transitions import Event, may, transition
from bot.errors import StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor
from bot.services.coaching_form import today_of
from bot.services.notifying import NoticeKind, Subject, Urgency, refresh, tell
from bot.services.pipeline_facts import read_facts, rep_coverage
from bot.services.recording import record_openings, save_obligation
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.coaching import LogRow
from bot.store.repositories.coaching_records import DeepDiveRow, PlanRow
from bot.store.unit_of_work import Store, UnitOfWork

A_DAY = timedelta(days=1)
MORNING = time(9, 0)
EVENING = time(18, 0)
NO_DAY = "no day of that month on which both worked"


def plan_faults(
    uow: UnitOfWork, actor: Actor, coached: Person, fields: FormFields, kind: LogKind, now: datetime
) -> list[Fault]:
    """Return what is wrong with the plan that a new deep dive ends in.

    A measure that can't be taken today is refused at its field, as long as another one can be.
    """
    if kind is not LogKind.DEEP_DIVE:
        return []
    measure = fields.get("plan_measure", "")
    if measure not in tuple(PlanMeasure):
        return [Fault("plan_measure", "Choose what the plan is measured by.")]
    taken = measures_of(uow, coached, actor.settings.measures, today_of(actor.person, now), now)
    known = [MEASURE_NAMES[one] for one, value in taken.items() if value is not None]
    if known and taken[PlanMeasure(measure)] is None:
        words = f"The CRM does not say this of {coached.name} today. It does say: {'; '.join(known)}."
        return [Fault("plan_measure", words)]
    return _goal_faults(fields.get("plan_goal", ""), PlanMeasure(measure), taken[PlanMeasure(measure)])


def _goal_faults(typed: str, measure: PlanMeasure, stands: Decimal | None) -> list[Fault]:
    goal = goal_of(typed, measure)
    if goal is None:
        return [Fault("plan_goal", "Give the goal as one number, such as 3.2, or 25 for a share in %.")]
    if outcome(measure, goal, stands) is PlanOutcome.MET:
        # Met before it began, it would measure nothing of the 30 days.
        return [Fault("plan_goal", f"It stands at {shown(measure, stands)} today. Set a goal beyond that.")]
    return []


def finish_deep_dive(
    uow: UnitOfWork, jobs: JobQueue, actor: Actor, row: LogRow, fields: FormFields, now: datetime
) -> None:
    """Close what was owed for the deep dive, and start its plan with the measure as it stands today."""
    if row.kind is not LogKind.DEEP_DIVE:
        return
    measure = PlanMeasure(fields["plan_measure"])
    goal = goal_of(fields["plan_goal"], measure)
    coached = actor.tree.get(row.rep_id)
    if goal is None or coached is None:
        return
    today = today_of(actor.person, now)
    plan = PlanRow(
        id=new_id("dev"),
        log_id=row.id,
        manager_id=row.manager_id,
        rep_id=row.rep_id,
        measure=measure.value,
        baseline=measures_of(uow, coached, actor.settings.measures, today, now)[measure],
        goal=goal,
        starts_on=today,
        ends_on=today + PLAN_DAYS,
    )
    uow.coaching_records.add_plan(plan)
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action="development_plan.started",
        entity_kind="development_plan",
        entity_id=plan.id,
        after={"log": row.id, "measure": plan.measure, "goal": str(goal), "ends_on": str(plan.ends_on)},
    )
    dive = uow.coaching_records.open_deep_dive(row.manager_id, row.rep_id)
    owed = uow.obligations.get(dive.obligation_id, for_update=True) if dive else None
    if dive is not None and owed is not None and may(owed, Event.COMPLETE):
        uow.coaching_records.close_deep_dive(dive.id, row.id)
        done = transition(owed, Event.COMPLETE, now=now)
        save_obligation(uow, owed, done, actor_id=actor.id, action="obligation.done", now=now)
        month = Subject("deep_dive_month", dive.month)
        refresh(uow, jobs, kind=NoticeKind.DEEP_DIVE_DUE, person_id=row.manager_id, subject=month, now=now)


def measures_of(
    uow: UnitOfWork, rep: Person, measures: Measures, day: date, now: datetime
) -> Mapping[PlanMeasure, Decimal | None]:
    """Return a rep's measures as they stand, None where the data does not say.

    Coverage is that of the quarter which holds `day`.
    """
    period = fiscal_quarter(day, uow.workspace.get().fiscal_first_month)
    facts = read_facts(uow, [rep], period=period, measures=measures, now=now)
    figures = rep_coverage(rep, facts, measures, now)
    found = {
        PlanMeasure.COVERAGE: figures.coverage.ratio,
        PlanMeasure.STAGE_CONVERSION: figures.conversion.rate,
        PlanMeasure.WIN_RATE: figures.velocity.win_rate.value,
        PlanMeasure.AVERAGE_DEAL_SIZE: figures.velocity.average_deal_size.value,
        PlanMeasure.CYCLE_LENGTH: figures.velocity.cycle_length.value,
    }
    return {
        measure: None if value is None else value.quantize(Decimal("0.0001"))
        for measure, value in found.items()
    }


def owed_deep_dives(uow: UnitOfWork, manager_id: str) -> Sequence[Person]:
    """Return the reps with whom a manager still owes a deep dive, by name."""
    found = {
        one.subject_id: uow.people.get(one.subject_id)
        for one in uow.obligations.owed_by([manager_id])
        if one.kind is ObligationKind.DEEP_DIVE and one.subject_id is not None
    }
    return sorted((one for one in found.values() if one is not None), key=lambda one: one.name)


# ------------------------------------------------------------ as time passes


def advance(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Raise the month's deep dives from each manager's first working morning on; measure plans."""
    with store.reading() as uow:
        due = _unraised(uow, now)
        over = list(_measurable(uow, now))
    for manager, rep, month in due:
        # Another process may be doing the same: then its rows are the ones that count.
        with suppress(StaleAction), store.writing() as uow:
            _raise(uow, jobs, manager, rep, month, now)
    for plan in over:
        with store.writing() as uow:
            _measure(uow, jobs, plan, now)


def next_moments(uow: UnitOfWork, now: datetime) -> list[datetime]:
    """Return when the next month begins for each manager, and when the next plan has ended."""
    zones = sorted({manager.time_zone for manager in _managers(uow.people.all())})
    found = [
        working_deadline(
            datetime.combine(_next_month(now.astimezone(ZoneInfo(zone)).date()), time(), ZoneInfo(zone)),
            zone,
            WorkCalendar(None, ()),
            0,
            MORNING,
        )
        for zone in zones
    ]
    # One that ended earlier waits for the CRM, whose coming is a waking of its own.
    end = uow.coaching_records.first_end(now.date() - A_DAY)
    if end is not None:
        found += [moment(end + A_DAY, time(), zone) for zone in zones]
    return found


def _measurable(uow: UnitOfWork, now: datetime) -> Iterator[PlanRow]:
    """Yield the plans whose last day is over where their manager is, in the CRM's newest state too."""
    plans = uow.coaching_records.plans_over(now.date() + A_DAY)
    if not plans:
        return
    as_of, tree = uow.workspace.get().crm_as_of, uow.people.tree()
    for plan in plans:
        manager = tree.get(plan.manager_id)
        over = moment(plan.ends_on + A_DAY, time(), manager.time_zone if manager else "UTC")
        if as_of is not None and over <= as_of and over <= now:
            yield plan


def _managers(everybody: Iterable[Person]) -> list[Person]:
    return [
        one for one in everybody if one.active and Role.MANAGER in one.roles and one.slack_user_id is not None
    ]


def _unraised(uow: UnitOfWork, now: datetime) -> list[tuple[Person, Person, str]]:
    """Return whose deep dive with whom, of which month, is to be raised."""
    people = uow.people.all()
    tree, managers = ManagerTree(people), _managers(people)
    started = uow.workspace.get().created_at
    away = uow.people.time_off([manager.id for manager in managers])
    begun = {one.id: _month_begun(one, started, away[one.id], now) for one in managers}
    raised = {month: uow.coaching_records.deep_dives_of(month) for month in set(begun.values()) if month}
    return [
        (manager, rep, month)
        for manager in managers
        if (month := begun[manager.id]) is not None
        for rep in tree.reps_of(manager.id)
        if (manager.id, rep.id) not in raised[month]
    ]


def _month_begun(manager: Person, started: datetime, away: Sequence[TimeOff], now: datetime) -> str | None:
    """Return the month ("2026-11") whose first working morning has come for a manager, or None.

    The month in which the product was set up, at `started`, has none: its deep dives would all be late.
    """
    zone = ZoneInfo(manager.time_zone)
    first = now.astimezone(zone).date().replace(day=1)
    begin = datetime.combine(first, time(), zone)
    if started >= begin:
        return None
    begun_at = next_allowed(begin, manager.time_zone, WorkCalendar(manager.country, away), MORNING, EVENING)
    return f"{first:%Y-%m}" if now >= begun_at else None


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _raise(uow: UnitOfWork, jobs: JobQueue, manager: Person, rep: Person, month: str, now: datetime) -> None:
    dive_id = new_id("dpd")
    zone = ZoneInfo(manager.time_zone)
    last = _next_month(now.astimezone(zone).date()) - timedelta(days=1)
    owed = Obligation(
        id=new_id("obl"),
        kind=ObligationKind.DEEP_DIVE,
        owner_id=manager.id,
        subject_id=rep.id,
        source_kind=SourceKind.DEEP_DIVE,
        source_id=dive_id,
        due_at=datetime.combine(last, EVENING, zone).astimezone(UTC),
        state=State.DUE,
        verdict=Verdict.PENDING,
    )
    uow.obligations.add([owed])
    if not uow.coaching_records.add_deep_dive(DeepDiveRow(dive_id, manager.id, rep.id, month, owed.id)):
        raise StaleAction("this deep dive is raised already")
    record_openings(uow, [owed], now)
    _close_earlier(uow, manager, rep, month, now)
    tell(
        uow,
        jobs,
        kind=NoticeKind.DEEP_DIVE_DUE,
        person_id=manager.id,
        subject=Subject("deep_dive_month", month),
        reason="once a month each rep's calls are looked at in depth",
        cause=f"{manager.id}:{month}:deep_dives",
        urgency=Urgency.NEWS,
        now=now,
    )


def _close_earlier(uow: UnitOfWork, manager: Person, rep: Person, month: str, now: datetime) -> None:
    """Leave the deep dives of earlier months as missed: the next occurrence has come.

    One of a month in which the two worked on no day together was nobody's to hold.
    """
    for obligation_id in uow.coaching_records.unlogged_deep_dives(manager.id, rep.id, month):
        owed = uow.obligations.get(obligation_id, for_update=True)
        if owed is None or not may(owed, Event.NEXT_OCCURRENCE):
            continue
        if _could_meet(uow, manager, rep, owed.due_at.astimezone(ZoneInfo(manager.time_zone)).date()):
            missed = transition(owed, Event.NEXT_OCCURRENCE, now=now)
            save_obligation(uow, owed, missed, actor_id=None, action="obligation.missed", now=now)
        else:
            excused = transition(owed, Event.EXCUSE, now=now, reason=NO_DAY)
            save_obligation(uow, owed, excused, actor_id=None, action="obligation.excused", now=now)


def _could_meet(uow: UnitOfWork, manager: Person, rep: Person, last: date) -> bool:
    """Tell whether both worked on a day of the month that ends with this one."""
    away = uow.people.time_off([manager.id, rep.id])
    calendars = [WorkCalendar(one.country, away.get(one.id, ())) for one in (manager, rep)]
    days = (last.replace(day=day) for day in range(1, last.day + 1))
    return any(all(calendar.is_working_day(day) for calendar in calendars) for day in days)


def _measure(uow: UnitOfWork, jobs: JobQueue, plan: PlanRow, now: datetime) -> None:
    rep = uow.people.get(plan.rep_id)
    measure = PlanMeasure(plan.measure)
    rules = current_settings(uow).measures
    stands = measures_of(uow, rep, rules, plan.ends_on, now) if rep and rep.active else {}
    result = stands.get(measure)
    came = outcome(measure, plan.goal, result)
    uow.coaching_records.measure_plan(plan.id, result, came.value, "", now)
    uow.audit.record(
        at=now,
        actor_id=None,
        action="development_plan.measured",
        entity_kind="development_plan",
        entity_id=plan.id,
        after={"outcome": came.value, "result": None if result is None else str(result)},
    )
    for person_id in (plan.manager_id, plan.rep_id):
        tell(
            uow,
            jobs,
            kind=NoticeKind.PLAN_MEASURED,
            person_id=person_id,
            subject=Subject("coaching_log", plan.log_id),
            reason="a development plan of yours has ended",
            cause=f"{plan.id}:{person_id}:measured",
            urgency=Urgency.NEWS,
            now=now,
        )
