"""Tables of pipeline reviews: which deals were looked at, what was decided of each, and what happens next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId

VERDICTS = "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')"
STANDS = "state <> 'withdrawn'"


class PipelineReviews(HasId, Base):
    """One manager's review of one day; `place` is where it was left, `outcome` what it turned out to be."""

    __tablename__ = "pipeline_reviews"
    __table_args__ = (
        UniqueConstraint("workspace_id", "manager_id", "review_on"),
        CheckConstraint("outcome IN ('review', 'status_meeting')", "outcome"),
    )

    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    review_on: Mapped[date]
    fire_id: Mapped[str | None] = mapped_column(ForeignKey("cadence_fires.id"))
    prepared_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    place: Mapped[int]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    version: Mapped[int]


class ReviewDeals(HasId, Base):
    """A deal picked for a review, and why; one that was swapped out stays on record."""

    __tablename__ = "review_deals"
    __table_args__ = (
        UniqueConstraint("review_id", "deal_id"),
        Index(None, "workspace_id", "deal_id"),
    )

    review_id: Mapped[str] = mapped_column(ForeignKey("pipeline_reviews.id"))
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    place: Mapped[int]
    reason: Mapped[str]
    picked_at: Mapped[datetime]
    swapped_out_at: Mapped[datetime | None]


class Decisions(HasId, Base):
    """What was decided of a deal, by whom it is done by when; a change of mind is a further row."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "uq_decisions_standing",
            "review_id",
            "deal_id",
            unique=True,
            sqlite_where=text(STANDS),
            postgresql_where=text(STANDS),
        ),
        Index(None, "workspace_id", "by_id", "due_at"),
        Index(None, "workspace_id", "due_at"),
        Index(None, "deal_id"),
        CheckConstraint("kind IN ('advance', 'demote', 'remove', 're_date', 'keep')", "kind"),
        CheckConstraint("state IN ('taken', 'reported_done', 'reported_not_done', 'withdrawn')", "state"),
        CheckConstraint(VERDICTS, "verdict"),
    )

    review_id: Mapped[str] = mapped_column(ForeignKey("pipeline_reviews.id"))
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    kind: Mapped[str]
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    from_stage: Mapped[str]
    to_stage: Mapped[str | None]
    old_close_date: Mapped[date | None]
    new_close_date: Mapped[date | None]
    reason: Mapped[str]
    state: Mapped[str]
    reported_at: Mapped[datetime | None]
    report_reason: Mapped[str]
    verdict: Mapped[str]
    reasons: Mapped[list[dict[str, Any]]]
    counts: Mapped[bool]
    verdict_at: Mapped[datetime | None]
    judged_as_of: Mapped[datetime | None]
    version: Mapped[int]


class NextActions(HasId, Base):
    """What happens next with a buyer, of which activity the CRM shows it, by whom and when."""

    __tablename__ = "next_actions"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        Index(None, "deal_id"),
        CheckConstraint("activity IN ('call', 'meeting', 'email', 'any')", "activity"),
        CheckConstraint(VERDICTS, "verdict"),
    )

    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"))
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    words: Mapped[str]
    activity: Mapped[str]
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    agreed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    verdict: Mapped[str]
    reasons: Mapped[list[dict[str, Any]]]
    counts: Mapped[bool]
