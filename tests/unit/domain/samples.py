"""Deals, moments and obligations that the domain's tests start from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.days import Days
from bot.domain.obligations import Obligation, ObligationKind, SourceKind, State, Verdict
from bot.domain.pipeline import DataField, Deal, NextStep, Stage, StageMove

MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
TODAY = MONDAY.date()
UTC_DAYS = Days("UTC", "UTC")
LAST_MONDAY = MONDAY - timedelta(days=7)
EVERYTHING = frozenset(DataField)
HEALTHY = Deal(
    id="deal_1",
    name="Nordlicht rollout",
    owner_id="per_rep",
    stage=Stage.DISCOVERY,
    amount=Decimal(24000),
    close_date=date(2026, 11, 30),
    created_at=MONDAY - timedelta(days=40),
    entered_stage_at=MONDAY - timedelta(days=20),
    last_moved_at=MONDAY - timedelta(days=20),
    last_activity_at=MONDAY - timedelta(days=2),
    contact_count=3,
    next_step=NextStep("send the contract", date(2026, 10, 9)),
)


def days_ago(days: int) -> datetime:
    """Return the moment so many days before Monday's check."""
    return MONDAY - timedelta(days=days)


def at(zone: str, year: int, month: int, day: int, hour: int = 0) -> datetime:
    """Return the moment (UTC) of a local time."""
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def moves(deal_id: str, *path: tuple[Stage, datetime]) -> list[StageMove]:
    """Return the moves of a deal through these stages."""
    lefts = [None, *(stage for stage, _ in path)]
    return [StageMove(deal_id, left, stage, at) for left, (stage, at) in zip(lefts, path, strict=False)]


def owed(state: State = State.DUE, snoozed_until: datetime | None = None) -> Obligation:
    """Return a coverage conversation due on Monday at 18:00 in Berlin."""
    return Obligation(
        id="obl_1",
        kind=ObligationKind.COVERAGE_CONVERSATION,
        owner_id="per_manager",
        subject_id="per_rep",
        source_kind=SourceKind.CADENCE_FIRE,
        source_id="fire_1",
        due_at=datetime(2026, 10, 5, 16, 0, tzinfo=UTC),
        state=state,
        verdict=Verdict.PENDING,
        snoozed_until=snoozed_until,
    )
