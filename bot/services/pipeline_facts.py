"""Reads, in one pass for any number of reps, what the flags and measures of their pipeline rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.domain.cadence import Period
from bot.domain.conversion import Conversion, conversion_fall, stage_conversion, velocity_of
from bot.domain.coverage import CoverageRules, RepFigures, coverage
from bot.domain.days import Days
from bot.domain.flags import FlagResponse
from bot.domain.health_check import RepCoverage
from bot.domain.people import ManagerTree, Person
from bot.domain.pipeline import DataField, Deal, Stage, StageMove
from bot.domain.settings import Measures
from bot.store.unit_of_work import UnitOfWork

# Whose facts are read at once: with fewer it asks more often; with more the deals leave the processor's
# cache, and each takes longer.
TEAMS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class PipelineFacts:
    """The rows behind a health check, by rep or by deal; amounts in the workspace's currency.

    `zone` (IANA) is the workspace's: that of the CRM's bare dates, and of the fiscal calendar. A period
    begins and ends there for all, since a rep's figures are the same whoever reads them.
    """

    held: frozenset[DataField]
    stages: frozenset[Stage]
    zone: str
    period: Period
    quotas: Mapping[str, Decimal]
    won: Mapping[str, Decimal | None]
    open_deals: Mapping[str, Sequence[Deal]]
    closed_deals: Mapping[str, Sequence[Deal]]
    moves: Mapping[str, Sequence[StageMove]]
    responses: Mapping[str, Sequence[FlagResponse]]

    def days(self, zone: str) -> Days:
        """Return the days of a person who lives in `zone` (IANA)."""
        return Days(zone, self.zone)

    def open_deals_of(self, reps: Iterable[Person]) -> list[Deal]:
        """Return the open deals of these reps, one rep after the other."""
        return [deal for rep in reps for deal in self.open_deals.get(rep.id, ())]


def read_facts(
    uow: UnitOfWork, reps: Sequence[Person], *, period: Period, measures: Measures, now: datetime
) -> PipelineFacts:
    """Read everything about these reps' deals with a fixed number of queries, however many reps they are."""
    ids = [rep.id for rep in reps]
    open_deals = uow.deals.open_of(ids)
    zone = uow.workspace.get().time_zone
    since, until = period.moments(zone)
    # Both the velocity's window and the period are asked about.
    closed_since = min(since, now - timedelta(days=measures.velocity_window_days))
    return PipelineFacts(
        held=uow.data_fields(),
        stages=stages_of_source(uow),
        zone=zone,
        period=period,
        quotas=uow.quotas.of(ids, period.start, period.end),
        won=uow.deals.won_value(ids, since, until),
        open_deals=_by_owner(open_deals),
        closed_deals=_by_owner(uow.deals.closed_of(ids, closed_since)),
        # A cohort needs the deals that entered before the window too, to know where they came from.
        moves=uow.deals.moves(ids, now - timedelta(days=2 * measures.conversion_window_days)),
        responses=uow.flags.responses([deal.id for deal in open_deals]),
    )


def facts_of_teams(
    uow: UnitOfWork,
    tree: ManagerTree,
    managers: Sequence[Person],
    *,
    period: Period,
    measures: Measures,
    now: datetime,
) -> Iterator[tuple[Person, PipelineFacts]]:
    """Yield each manager, in order, with facts that hold those of their reps."""
    for start in range(0, len(managers), TEAMS_AT_ONCE):
        together = managers[start : start + TEAMS_AT_ONCE]
        reps = [rep for manager in together for rep in tree.reps_of(manager.id)]
        facts = read_facts(uow, reps, period=period, measures=measures, now=now)
        for manager in together:
            yield manager, facts


def stages_of_source(uow: UnitOfWork) -> frozenset[Stage]:
    """Return the stages that the CRM has at all, as its mapping says; every one where nothing is said."""
    latest = uow.imports.latest()
    named = latest.counts.get("stages") if latest else None
    known = frozenset(Stage(one) for one in named if one in tuple(Stage)) if isinstance(named, list) else None
    return known or frozenset(Stage)


def _by_owner(deals: Sequence[Deal]) -> dict[str, list[Deal]]:
    grouped: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        grouped[deal.owner_id].append(deal)
    return grouped


def rep_coverage(rep: Person, facts: PipelineFacts, measures: Measures, now: datetime) -> RepCoverage:
    """Judge one rep's coverage, with the conversion and velocity without which it is never shown."""
    conversion = _conversion([rep], facts, measures, now)
    window = now - timedelta(days=measures.velocity_window_days)
    closed = facts.closed_deals.get(rep.id, ())
    recent = [deal for deal in closed if deal.closed_at is not None and deal.closed_at >= window]
    open_deals = facts.open_deals.get(rep.id, ())
    return RepCoverage(
        rep=rep,
        coverage=coverage(
            RepFigures(
                quota=facts.quotas.get(rep.id),
                won_in_period=facts.won.get(rep.id),
                open_deals=open_deals,
                period=facts.period,
                won_without_amount=_won_without_amount(closed, facts),
            ),
            conversion=conversion,
            rules=CoverageRules(
                target=measures.coverage_target, graveyard_conversion=measures.graveyard_conversion
            ),
            held=facts.held,
        ),
        conversion=conversion,
        velocity=velocity_of(open_deals, recent),
    )


def _won_without_amount(closed: Sequence[Deal], facts: PipelineFacts) -> int:
    since, until = facts.period.moments(facts.zone)
    return sum(
        deal.stage is Stage.CLOSED_WON
        and deal.amount is None
        and deal.closed_at is not None
        and since <= deal.closed_at < until
        for deal in closed
    )


def _conversion(
    reps: Sequence[Person], facts: PipelineFacts, measures: Measures, until: datetime
) -> Conversion:
    return stage_conversion(
        [move for rep in reps for move in facts.moves.get(rep.id, ())],
        stage=Stage.DISCOVERY,
        next_stage=Stage.PROPOSAL,
        window=(until - timedelta(days=measures.conversion_window_days), until),
        now=until,
        known_stages=facts.stages,
    )


def conversion_drop(
    reps: Sequence[Person], facts: PipelineFacts, measures: Measures, now: datetime
) -> tuple[Conversion, Conversion] | None:
    """Return these reps' conversion before and now where it fell by the points an admin set, else None."""
    before = _conversion(reps, facts, measures, now - timedelta(days=measures.conversion_window_days))
    current = _conversion(reps, facts, measures, now)
    return (before, current) if conversion_fall(before, current, measures.conversion_fall_points) else None
