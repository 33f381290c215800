"""Tables of one-on-ones: the accepted schedule, its slots, and what the two want to talk about."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId

RUNS = "ended_at IS NULL"
IS_SCHEDULED = "state = 'scheduled'"


class OneOnOneSeries(HasId, Base):
    """When one manager and one rep talk, as the manager accepted it; `at` is on the manager's clock."""

    __tablename__ = "one_on_one_series"
    __table_args__ = (
        # Two accepted at once: the second would let the same rep be owed twice.
        Index(
            "uq_one_on_one_series_running",
            "workspace_id",
            "manager_id",
            "rep_id",
            unique=True,
            sqlite_where=text(RUNS),
            postgresql_where=text(RUNS),
        ),
        CheckConstraint("weekday BETWEEN 0 AND 6", "weekday"),
        CheckConstraint("every_weeks IN (1, 2)", "every_weeks"),
    )

    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    weekday: Mapped[int]
    at: Mapped[time]
    minutes: Mapped[int]
    every_weeks: Mapped[int]
    starts_on: Mapped[date]
    accepted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str]


class OneOnOnes(HasId, Base):
    """One slot. `planned_on` is its date in the schedule; NULL where it is there because another moved."""

    __tablename__ = "one_on_ones"
    __table_args__ = (
        UniqueConstraint("series_id", "planned_on"),
        Index(None, "workspace_id", "manager_id", "starts_at"),
        Index(None, "workspace_id", "rep_id", "starts_at"),
        Index(
            "ix_one_on_ones_scheduled",
            "workspace_id",
            "starts_at",
            sqlite_where=text(IS_SCHEDULED),
            postgresql_where=text(IS_SCHEDULED),
        ),
        CheckConstraint("state IN ('scheduled', 'held', 'moved', 'cancelled', 'missed')", "state"),
    )

    series_id: Mapped[str] = mapped_column(ForeignKey("one_on_one_series.id"))
    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[str]
    planned_on: Mapped[date | None]
    moved_from: Mapped[str | None] = mapped_column(ForeignKey("one_on_ones.id"))
    # No foreign key: the two point at each other, and the new slot is written after the old one.
    moved_to: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    excused_reason: Mapped[str | None]
    cancel_reason: Mapped[str]
    proposed_at: Mapped[datetime | None]
    proposal_note: Mapped[str]
    obligation_id: Mapped[str | None] = mapped_column(ForeignKey("obligations.id"))
    # What was told of it by itself: the agenda in the morning, the question after its end.
    agenda_sent_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    version: Mapped[int]


class AgendaItems(HasId, Base):
    """Something that one of the two put on the agenda of a slot."""

    __tablename__ = "agenda_items"
    __table_args__ = (Index(None, "one_on_one_id"),)

    one_on_one_id: Mapped[str] = mapped_column(ForeignKey("one_on_ones.id"))
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    added_at: Mapped[datetime]
