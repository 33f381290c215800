"""What happens to each deal, day by day: stage moves, changed values, activities and next steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from bot.domain.calendar import TimeOff, WorkCalendar
from bot.domain.pipeline import Stage
from bot.sample_company.people import BY_KEY, TIME_OFF, Member
from bot.sample_company.picking import number
from bot.sample_company.plans import DealPlan
from bot.sample_company.touchpoints import TOUCHPOINTS, Touchpoint

# Talks are planned beyond the last snapshot, so that the last next steps have a date to come.
_PLANNED_UNTIL = date(2026, 12, 4)


@dataclass(frozen=True, slots=True)
class StageMove:
    """The deal entered a stage at a moment (aware, UTC)."""

    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class ValueChange:
    """The amount or the close date changed; `old` and `new` as the CRM writes them."""

    field: str
    old: Decimal | date
    new: Decimal | date
    at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """Something done with the buyer."""

    id: str
    member: str
    kind: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A next step; `done_at` lies in the future of most snapshots that show it."""

    id: str
    text: str
    due_on: date
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class DealHistory:
    """One deal's whole story, the part that no snapshot knows yet included."""

    plan: DealPlan
    moves: tuple[StageMove, ...]
    values: tuple[ValueChange, ...]
    activities: tuple[Activity, ...]
    steps: tuple[Step, ...]

    def owner_at(self, at: datetime) -> Member:
        """Return who owns the deal at that moment."""
        return _owner_on(self.plan, at.date())


def history_of(plan: DealPlan) -> DealHistory:
    """Unfold a plan into dated rows. All moments are aware, UTC, in the owner's working hours."""
    talks = _talks(plan)
    return DealHistory(plan, _moves(plan), _values(plan), _activities(plan, talks), _steps(plan, talks))


@dataclass(frozen=True, slots=True)
class _Talk:
    """One contact with the buyer, and who of Meridian had it."""

    at: datetime
    day: date
    member: Member
    touchpoint: Touchpoint


def _owner_on(plan: DealPlan, day: date) -> Member:
    if plan.handover and day > plan.handover[0]:
        return BY_KEY[plan.handover[1]]
    return BY_KEY[plan.owner]


def _moment(plan: DealPlan, day: date, at: time) -> datetime:
    return datetime.combine(day, at, _owner_on(plan, day).zone).astimezone(UTC)


def _moves(plan: DealPlan) -> tuple[StageMove, ...]:
    """Several moves on one day stand ten minutes apart; the first one is when the deal is opened."""
    return tuple(
        StageMove(stage, _moment(plan, day, time(9, 30) if position == 0 else time(16, 10 * position)))
        for position, (stage, day) in enumerate(plan.path)
    )


def _values(plan: DealPlan) -> tuple[ValueChange, ...]:
    changes: list[ValueChange] = []
    amount, close = plan.amount, plan.close
    for day, new_amount in plan.amounts:
        changes.append(ValueChange("amount", amount, new_amount, _moment(plan, day, time(14, 40))))
        amount = new_amount
    for day, new_close in plan.redates:
        changes.append(ValueChange("close_date", close, new_close, _moment(plan, day, time(14, 20))))
        close = new_close
    if plan.closed and plan.closed != close:
        # Winning or losing a deal puts its close date to that day.
        changes.append(ValueChange("close_date", close, plan.closed, _moves(plan)[-1].at))
    return tuple(sorted(changes, key=lambda change: change.at))


@lru_cache(maxsize=64)
def _calendar(member: Member) -> WorkCalendar:
    away = [
        TimeOff(key, first, last, reason) for key, first, last, reason, _ in TIME_OFF if key == member.key
    ]
    return WorkCalendar(member.country, away)


def _eves_of_absence(plan: DealPlan) -> list[date]:
    """The last days before long absences of the owner: nobody leaves without a word to the buyer."""
    return [
        first - timedelta(days=1)
        for key, first, last, _, _ in TIME_OFF
        if key == plan.owner and last - first > timedelta(days=5)
    ]


def _talk_days(plan: DealPlan) -> list[date]:
    """Every four to seven days, on each day of a stage move, before long absences, when a silence ends."""
    end = plan.closed or _PLANNED_UNTIL
    days = {day for _, day in plan.path}
    if plan.quiet and plan.quiet.end:
        days.add(plan.quiet.end)
    days.update(day for day in _eves_of_absence(plan) if plan.created < day < end)
    day, count = plan.created, 0
    while day < end:
        calendar = _calendar(_owner_on(plan, day))
        if not calendar.is_working_day(day):
            day = calendar.next_working_day(day)
        days.add(day)
        count += 1
        day += timedelta(days=4 + number(f"{plan.id} gap {count}", 4))
    return sorted(day for day in days if day <= end and not (plan.quiet and day in plan.quiet))


def _stage_on(plan: DealPlan, day: date) -> Stage:
    return [stage for stage, since in plan.path if since <= day][-1]


def _talks(plan: DealPlan) -> list[_Talk]:
    talks: list[_Talk] = []
    told: dict[Stage, int] = {}
    for day in _talk_days(plan):
        stage = _stage_on(plan, day)
        choices = TOUCHPOINTS[stage]
        turn = told.get(stage, number(f"{plan.id} {stage}", min(2, len(choices))))
        told[stage] = turn + 1
        at = time(10 + number(f"{plan.id} {day} hour", 5), 5 * number(f"{plan.id} {day} minute", 12))
        talks.append(_Talk(_moment(plan, day, at), day, _owner_on(plan, day), choices[turn % len(choices)]))
    return talks


def _activities(plan: DealPlan, talks: list[_Talk]) -> tuple[Activity, ...]:
    return tuple(
        Activity(
            f"{plan.id.replace('D', 'A')}-{position:02d}",
            talk.member.key,
            talk.touchpoint.kind,
            talk.touchpoint.subject,
            talk.at,
        )
        for position, talk in enumerate(talks, start=1)
    )


def _steps(plan: DealPlan, talks: list[_Talk]) -> tuple[Step, ...]:
    """Each talk ends with the promise of the next one; then those that the plan writes by hand."""
    prefix = plan.id.replace("D", "N")
    steps: list[Step] = []
    for position, talk in enumerate(talks, start=1):
        if talk.day == plan.closed or (plan.no_step and talk.day in plan.no_step):
            continue
        created_at = talk.at + timedelta(minutes=20)
        if position < len(talks):
            following = talks[position]
            promise = following.touchpoint.promise
            steps.append(Step(f"{prefix}-{position:02d}", promise, following.day, created_at, following.at))
        else:
            promise = TOUCHPOINTS[_stage_on(plan, talk.day)][0].promise
            due_on = max(plan.close - timedelta(days=7), talk.day + timedelta(days=7))
            steps.append(Step(f"{prefix}-{position:02d}", promise, due_on, created_at, None))
    for position, step in enumerate(plan.steps, start=1):
        agreed_at = _moment(plan, step.created, time(15, 5))
        kept_at = _moment(plan, step.done, time(15, 0)) if step.done else None
        steps.append(Step(f"{prefix}-H{position}", step.text, step.due, agreed_at, kept_at))
    return tuple(steps)
