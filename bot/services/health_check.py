"""The health check as a manager sees it now: conversations, coverage, and the deals that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadence import fiscal_quarter, latest_occurrence
from bot.domain.flags import FlaggedDeal, flags_off, unlisted
from bot.domain.health_check import (
    ConfirmablePlan,
    HealthCheck,
    OwedConversation,
    RepCoverage,
    crm_is_old,
    is_confirmable,
)
from bot.domain.notices import HealthCheckCard
from bot.domain.obligations import ObligationKind, Verdict
from bot.domain.people import Person
from bot.domain.settings import Settings
from bot.services.cadence_fires import health_check_cadence
from bot.services.pipeline_facts import PipelineFacts, conversion_drop, read_facts, rep_coverage
from bot.services.raised_flags import FlagBasis, answered, flagged_deals
from bot.services.settings_book import current_settings
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import UnitOfWork

SEARCHED = timedelta(days=15)


def previous_check(settings: Settings, zone: str, at: datetime) -> datetime | None:
    """Return when the check before the one at `at` came: "since the last check" is since then."""
    cadence = health_check_cadence(settings)
    current = latest_occurrence(cadence, zone, after=at - SEARCHED, until=at)
    if current is None:
        return None
    before = current.starts_at - timedelta(minutes=1)
    previous = latest_occurrence(cadence, zone, after=before - SEARCHED, until=before)
    return previous.starts_at if previous else None


def read_health_check(
    uow: UnitOfWork, manager_id: str, fire_id: str, now: datetime
) -> HealthCheckCard | None:
    """Return a manager's health check as it stands now, or None when that fire or manager is not there."""
    fire = uow.fires.get(fire_id)
    tree = uow.people.tree()
    manager = tree.get(manager_id)
    if fire is None or manager is None:
        return None
    settings = current_settings(uow)
    measures = settings.measures
    workspace = uow.workspace.get()
    reps = tree.reps_of(manager_id)
    period = fiscal_quarter(fire.local_date, workspace.fiscal_first_month)
    facts = read_facts(uow, reps, period=period, measures=measures, now=now)
    figures = tuple(rep_coverage(rep, facts, measures, now) for rep in reps)
    basis = _basis(fire, facts, settings, now)
    deals = flagged_deals(reps, facts, basis)
    first_fire = uow.flags.first_fire(manager_id)
    check = HealthCheck(
        now=now,
        manager=manager,
        local_date=fire.local_date,
        period=period,
        crm_as_of=workspace.crm_as_of,
        crm_is_old=crm_is_old(workspace.crm_as_of, now=now, stale_hours=measures.crm_stale_after_hours),
        late=fire.late,
        conversations=_conversations(uow, manager, fire, figures, settings, now),
        coverage=figures,
        deals=tuple(
            deals if first_fire in (None, fire.id) else _without_inherited(uow, manager_id, first_fire, deals)
        ),
        max_deals_shown=measures.max_deals_shown,
        off=tuple(flags_off(facts.held)),
        first_listing=first_fire == fire.id,
    )
    return HealthCheckCard(
        check=check,
        all_deals=tuple(deals),
        fire_id=fire.id,
        due_at=fire.due_at,
        currency=workspace.currency,
        target=measures.coverage_target,
        snooze_options=tuple((option.id, option.label) for option in settings.cadences.snooze_options),
        fallen=frozenset(rep.id for rep in reps if conversion_drop([rep], facts, measures, now)),
        team_drop=conversion_drop(reps, facts, measures, now),
        unscheduled=_unscheduled(uow, manager_id, reps),
        answered=sum(len(one.flags) for one in answered(facts.open_deals_of(reps), facts.responses, basis)),
    )


def _unscheduled(uow: UnitOfWork, manager_id: str, reps: Sequence[Person]) -> tuple[Person, ...]:
    scheduled = {series.rep_id for series in uow.one_on_ones.running([manager_id])}
    return tuple(rep for rep in reps if rep.id not in scheduled)


def flagged_now(
    fire: Fire, reps: Sequence[Person], facts: PipelineFacts, settings: Settings, now: datetime
) -> list[FlaggedDeal]:
    """Return the reps' flagged deals as this check counts them at `now`."""
    return flagged_deals(reps, facts, _basis(fire, facts, settings, now))


def _basis(fire: Fire, facts: PipelineFacts, settings: Settings, now: datetime) -> FlagBasis:
    last_check = previous_check(settings, fire.zone, fire.starts_at)
    return FlagBasis(facts.held, settings.measures, facts.days(fire.zone), now, last_check)


def basis_now(manager: Person, facts: PipelineFacts, settings: Settings, now: datetime) -> FlagBasis:
    """Return by what the manager's health check would tell flags at `now`, for what is no check."""
    last_check = previous_check(settings, manager.time_zone, now)
    return FlagBasis(facts.held, settings.measures, facts.days(manager.time_zone), now, last_check)


def _without_inherited(
    uow: UnitOfWork, manager_id: str, first_fire: str, deals: Sequence[FlaggedDeal]
) -> list[FlaggedDeal]:
    """Leave out what the first check listed of the first import: it stays under "all", and nags no more."""
    inherited = uow.flags.listed_at_fire(manager_id, first_fire)
    kept = []
    for deal in deals:
        news = tuple(unlisted(deal.flags, inherited))
        if news:
            kept.append(replace(deal, flags=news))
    return kept


def _conversations(
    uow: UnitOfWork,
    manager: Person,
    fire: Fire,
    figures: Sequence[RepCoverage],
    settings: Settings,
    now: datetime,
) -> tuple[OwedConversation, ...]:
    by_rep = {figure.rep.id: figure for figure in figures}
    found = []
    for obligation in uow.obligations.of_fire(fire.id, manager.id):
        # A rep who has moved to another manager since is that manager's to talk to from the next check on.
        figure = by_rep.get(obligation.subject_id or "")
        if obligation.kind is ObligationKind.COVERAGE_CONVERSATION and figure is not None:
            plan = confirmable_plan(uow, manager, figure.rep.id, settings, now)
            found.append(OwedConversation(obligation=obligation, rep_coverage=figure, confirmable_plan=plan))
    return tuple(found)


def confirmable_plan(
    uow: UnitOfWork, manager: Person, rep_id: str, settings: Settings, now: datetime
) -> ConfirmablePlan | None:
    """Return the plan these two agreed recently enough to be confirmed in place of a new talk, or None."""
    days = settings.cadences.health_check.plan_confirmable_days
    row = uow.conversations.latest_plan(manager.id, rep_id, now - timedelta(days=days))
    today = now.astimezone(ZoneInfo(manager.time_zone)).date()
    if row is None or not row.plan or not is_confirmable(row.held_on, today, days):
        return None
    agreed = uow.obligations.get(row.obligation_id)
    if agreed is None or agreed.verdict is Verdict.CONTRADICTED:
        return None  # the rep says that it was never agreed
    return ConfirmablePlan(conversation_id=row.id, agreed_on=row.held_on, plan=row.plan)
