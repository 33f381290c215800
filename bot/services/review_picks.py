"""The deals of a team as a pipeline review weighs them: with their flags and what was asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import fiscal_quarter
from bot.domain.flags import Flag
from bot.domain.inspection import Backing
from bot.domain.people import Person
from bot.domain.pipeline_review import Candidate, PickRules
from bot.domain.settings import Settings
from bot.services.criterion_statuses import inspections_of
from bot.services.health_check import basis_now
from bot.services.pipeline_facts import PipelineFacts, read_facts
from bot.services.raised_flags import flagged_deals
from bot.store.unit_of_work import UnitOfWork


def team_facts(
    uow: UnitOfWork, reps: Sequence[Person], day: date, settings: Settings, now: datetime
) -> PipelineFacts:
    """Read what is known of these reps' deals in the quarter of a day."""
    period = fiscal_quarter(day, uow.workspace.get().fiscal_first_month)
    return read_facts(uow, reps, period=period, measures=settings.measures, now=now)


def flags_by_deal(
    manager: Person, reps: Sequence[Person], facts: PipelineFacts, settings: Settings, now: datetime
) -> Mapping[str, tuple[Flag, ...]]:
    """Return the unanswered flags of each deal that has some, as the manager's health check counts them."""
    found = flagged_deals(reps, facts, basis_now(manager, facts, settings, now))
    return {one.deal.id: one.flags for one in found}


def candidates_of(
    uow: UnitOfWork,
    manager: Person,
    reps: Sequence[Person],
    facts: PipelineFacts,
    settings: Settings,
    now: datetime,
) -> list[Candidate]:
    """Return every open deal of these reps with what a review weighs it by."""
    deals = facts.open_deals_of(reps)
    flags = flags_by_deal(manager, reps, facts, settings, now)
    found = inspections_of(uow, deals, settings)
    proposed = uow.inspections.demotions_seen([deal.id for deal in deals], now)
    made = []
    for deal in deals:
        # A gap is one only after it was asked about.
        asked = [one for one in found[deal.id] if one.question is not None]
        answered = sum(one.backing is Backing.EVIDENCED for one in asked)
        demoted = deal.id in proposed and proposed[deal.id].rep_id == deal.owner_id
        made.append(Candidate(deal, flags.get(deal.id, ()), len(asked), answered, demoted))
    return made


def pick_rules(settings: Settings) -> PickRules:
    """Return how many deals are picked, as the admin set it."""
    chosen = settings.cadences.pipeline_review
    return PickRules(least=chosen.least_deals, most=chosen.most_deals)


def local_day(now: datetime, zone: str) -> date:
    """Return the day it is in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()
