"""Tables of the rhythm: what fired, who owes what, the conversations held and their acknowledgements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId

IS_OWED = "state IN ('due', 'overdue')"
HAS_NO_SUBJECT = "subject_id IS NULL"


class CadenceFires(HasId, Base):
    """One occurrence of a cadence in one zone, recorded once whatever the number of processes."""

    __tablename__ = "cadence_fires"
    __table_args__ = (UniqueConstraint("workspace_id", "cadence", "zone", "local_date"),)

    cadence: Mapped[str]
    zone: Mapped[str]
    local_date: Mapped[date]
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    late: Mapped[bool]
    expanded_at: Mapped[datetime | None]
    expanded_until: Mapped[str | None]


class CadenceZones(Base):
    """Since when a zone has had a manager with reps: what a cadence missed before is nobody's there."""

    __tablename__ = "cadence_zones"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    zone: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Obligations(HasId, Base):
    """Who owes what by when; `version` tells a writer that somebody was faster."""

    __tablename__ = "obligations"
    __table_args__ = (
        UniqueConstraint("workspace_id", "kind", "owner_id", "subject_id", "source_kind", "source_id"),
        # A NULL subject is distinct from every other to a unique constraint, so those need one of their own.
        Index(
            "uq_obligations_without_subject",
            "workspace_id",
            "kind",
            "owner_id",
            "source_kind",
            "source_id",
            unique=True,
            sqlite_where=text(HAS_NO_SUBJECT),
            postgresql_where=text(HAS_NO_SUBJECT),
        ),
        Index(
            "ix_obligations_owed",
            "workspace_id",
            "due_at",
            sqlite_where=text(IS_OWED),
            postgresql_where=text(IS_OWED),
        ),
        Index(None, "workspace_id", "owner_id", "state"),
        Index(None, "fire_id", "owner_id"),
        Index(None, "subject_id", "due_at"),
        Index(None, "source_id"),
        CheckConstraint("state IN ('due', 'overdue', 'done', 'missed', 'excused')", "state"),
        CheckConstraint(
            "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')", "verdict"
        ),
    )

    kind: Mapped[str]
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    subject_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    source_kind: Mapped[str]
    source_id: Mapped[str]
    # The source again where it is a fire, so that the database holds the two together.
    fire_id: Mapped[str | None] = mapped_column(ForeignKey("cadence_fires.id"))
    due_at: Mapped[datetime]
    state: Mapped[str]
    verdict: Mapped[str]
    reasons: Mapped[list[dict[str, Any]]]
    done_at: Mapped[datetime | None]
    done_late: Mapped[bool]
    snoozed_until: Mapped[datetime | None]
    escalation_level: Mapped[int]
    excused_reason: Mapped[str | None]
    version: Mapped[int]


class CoverageConversations(HasId, Base):
    """A coverage conversation as logged, or the confirmation (`base_id`) of a plan agreed earlier."""

    __tablename__ = "coverage_conversations"
    __table_args__ = (
        Index(None, "obligation_id"),
        Index("ix_coverage_conversations_pair", "workspace_id", "manager_id", "rep_id", "logged_at"),
        CheckConstraint("kind IN ('conversation', 'plan_confirmed')", "kind"),
    )

    obligation_id: Mapped[str] = mapped_column(ForeignKey("obligations.id"))
    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    base_id: Mapped[str | None] = mapped_column(ForeignKey("coverage_conversations.id"))
    held_on: Mapped[date]
    minutes: Mapped[int | None]
    cause: Mapped[str | None]
    plan: Mapped[str | None]
    next_step_on: Mapped[date | None]
    logged_at: Mapped[datetime]


class Acknowledgements(HasId, Base):
    """The rep was asked, once, whether a conversation took place.

    `escalate_at` is when a dispute goes to the manager's leader; None without one, and once it has gone.
    """

    __tablename__ = "acknowledgements"
    __table_args__ = (
        UniqueConstraint("conversation_id"),
        Index(None, "workspace_id", "deadline_at"),
        Index(None, "workspace_id", "escalate_at"),
        Index(None, "workspace_id", "rep_id"),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey("coverage_conversations.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    escalate_at: Mapped[datetime | None]


class AcknowledgementAnswers(HasId, Base):
    """One answer of the rep; a change of mind is a further record (append-only)."""

    __tablename__ = "acknowledgement_answers"
    __table_args__ = (
        Index(None, "acknowledgement_id"),
        CheckConstraint("answer IN ('confirmed', 'disputed')", "answer"),
    )

    acknowledgement_id: Mapped[str] = mapped_column(ForeignKey("acknowledgements.id"))
    answer: Mapped[str]
    comment: Mapped[str | None]
    answered_at: Mapped[datetime]
