"""A week with a pipeline review: Mia's team with deals enough, and what tests do in its review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from bot.domain.decisions import ActivityType, Decision, DecisionKind, Draft
from bot.domain.obligations import Obligation, ObligationKind
from bot.domain.people import Role
from bot.domain.pipeline import Stage
from bot.domain.review_cards import ReviewCard, ReviewEnd, ReviewStep
from bot.services.cadence_fires import record_due_fires, start_cadences
from bot.services.deciding import Decide, decide
from bot.services.decision_verification import verify_decisions
from bot.services.fan_out import expand_fire
from bot.services.pipeline_review import read_review
from bot.services.review_whole import settle_open
from bot.store.ids import new_id
from bot.store.tables import Activities, DealChanges, Deals, DealStageEvents
from bot.store.unit_of_work import Store
from tests.integration.services.company import SUNDAY, RecordedJobs, person
from tests.integration.store.seeds import add, add_crm, add_deal

WEDNESDAY = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
THURSDAY = datetime(2026, 10, 8, 8, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 10, 9, 12, 0, tzinfo=UTC)  # 14:00 in Berlin
NEXT_WEDNESDAY = datetime(2026, 10, 14, 17, 30, tzinfo=UTC)
NEXT_FRIDAY = datetime(2026, 10, 16, 12, 0, tzinfo=UTC)
DUE_ON = date(2026, 10, 14)
HOUR = timedelta(hours=1)
TEAM_DEALS = ("deal_rob", "deal_ria", "early_rob", "early_ria", "third_rob")


def add_team_deals(store: Store) -> None:
    """Give Mia's reps a late and an early deal each, and Rob a third."""
    with store.writing() as uow:
        for deal_id, rep, stage, amount in (
            ("early_rob", "rob", Stage.QUALIFIED, 20_000),
            ("early_ria", "ria", Stage.DISCOVERY, 30_000),
            ("third_rob", "rob", Stage.NEGOTIATION, 40_000),
        ):
            add_deal(
                uow,
                deal_id,
                rep,
                stage,
                amount=Decimal(amount),
                close_date=date(2026, 11, 30),
                created_at=SUNDAY - timedelta(days=60),
                entered_stage_at=SUNDAY - timedelta(days=20),
                last_moved_at=SUNDAY - timedelta(days=2),
            )
        uow.people.save(
            person("rea", Role.REP, manager="max", time_zone="America/New_York"), "crm", "crm-rea"
        )


def come_round(store: Store, jobs: RecordedJobs, now: datetime) -> list[str]:
    """Let everything that is due at a moment fire and be opened; return the new fires."""
    start_cadences(store, SUNDAY)
    fires = record_due_fires(store, jobs, now)
    for fire_id in fires:
        while expand_fire(store, jobs, fire_id, now):
            pass
    return fires


def review_of(store: Store, now: datetime, manager: str = "mia") -> ReviewCard:
    """The newest review of a manager as it stands."""
    with store.reading() as uow:
        row = uow.reviews.latest(manager)
        card = read_review(uow, row.id, now) if row else None
    assert card is not None
    return card


def owed_review(store: Store, manager: str = "mia") -> Obligation:
    """What a manager owes, or owed, of the newest review."""
    with store.reading() as uow:
        found = uow.obligations.of_owner(manager, SUNDAY)
    return [one for one in found if one.kind is ObligationKind.PIPELINE_REVIEW][-1]


def draft(kind: DecisionKind, owner: str, **more: Any) -> Draft:
    """A form filled in as it should be."""
    values: dict[str, Any] = {
        "kind": kind,
        "owner_id": owner,
        "due_on": DUE_ON,
        "reason": "Their board meets in December only",
        "action_words": "Call the CFO about the open terms",
        "activity": ActivityType.CALL,
        "new_close_date": date(2026, 12, 11) if kind is DecisionKind.RE_DATE else None,
        **more,
    }
    return Draft(**values)


@dataclass(frozen=True)
class Held:
    """A review under way, and its manager at work."""

    store: Store
    jobs: RecordedJobs
    now: datetime = THURSDAY

    def decides(
        self, deal_id: str, kind: DecisionKind, *, user: str = "UMIA", known: str | None = None, **more: Any
    ) -> ReviewStep | ReviewEnd:
        """Submit the form of one deal."""
        card = review_of(self.store, self.now)
        item = next(one for one in card.items if one.deal.id == deal_id)
        owner = more.pop("owner", item.deal.owner_id)
        command = Decide(user, card.id, deal_id, known, draft(kind, owner, **more))
        return decide(self.store, self.jobs, command, self.now)

    def keeps(self, *deal_ids: str) -> None:
        """Keep these deals with a next action."""
        for deal_id in deal_ids:
            self.decides(deal_id, DecisionKind.KEEP)

    def decision(self, deal_id: str) -> Decision:
        """What stands of a deal."""
        with self.store.reading() as uow:
            return uow.decisions.of_deal(deal_id)[-1]


def crm_says(
    store: Store,
    as_of: datetime,
    *,
    stages: Sequence[tuple[str, Stage, datetime]] = (),
    close_dates: Sequence[tuple[str, date, datetime]] = (),
    activities: Sequence[tuple[str, str, datetime]] = (),
    owners: Sequence[tuple[str, str]] = (),
) -> None:
    """Take in a state of the CRM in which this has changed."""
    with store.writing() as uow:
        for deal_id, stage, at in stages:
            add(uow, DealStageEvents, deal_id=deal_id, left_stage=None, entered_stage=stage.value, at=at)
            closed_at = None if stage.is_open else at
            uow.connection.execute(
                update(Deals).where(Deals.id == deal_id).values(stage=stage.value, closed_at=closed_at)
            )
        for deal_id, day, at in close_dates:
            change = {"field": "close_date", "old_value": None, "new_value": day.isoformat()}
            add(uow, DealChanges, deal_id=deal_id, at=at, **change)
            uow.connection.execute(update(Deals).where(Deals.id == deal_id).values(close_date=day))
        for deal_id, kind, at in activities:
            add_crm(uow, Activities, deal_id=deal_id, kind=kind, subject="Terms", occurred_at=at)
        for deal_id, owner in owners:
            uow.connection.execute(update(Deals).where(Deals.id == deal_id).values(owner_id=owner))
        import_id = uow.imports.start("crm", as_of, new_id("state"), as_of)
        uow.imports.finish(import_id, rows_read=1, rows_taken=1, rows_rejected=0, counts={}, now=as_of)
        uow.workspace.set_crm_as_of(as_of)


def verified(store: Store, jobs: RecordedJobs, now: datetime) -> int:
    """Let the tick judge the decisions, and settle the reviews whose deals went away."""
    changed = verify_decisions(store, jobs, now)
    settle_open(store, jobs, now)
    return changed
