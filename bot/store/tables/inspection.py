"""Tables of deal inspection: threads and their messages, questions, evidence, rulings, proposed demotions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId, InWorkspace
from bot.store.types import JsonValue

IS_LIVE = "state <> 'withdrawn'"
IS_OPEN_PROPOSAL = "settled_at IS NULL"


class TeamChannels(HasId, Base):
    """The private channel in which a manager's team speaks about its deals."""

    __tablename__ = "team_channels"
    __table_args__ = (UniqueConstraint("workspace_id", "manager_id"),)

    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str]
    name: Mapped[str]
    seen_at: Mapped[datetime]


class DealThreads(HasId, Base):
    """A deal's thread in a team's channel.

    `message_ts` is its head once posted, `trouble` why it is not; `shown_stage` is what the head shows.
    """

    __tablename__ = "deal_threads"
    __table_args__ = (
        UniqueConstraint("workspace_id", "deal_id", "channel"),
        Index(None, "workspace_id", "channel", "message_ts"),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str]
    message_ts: Mapped[str | None]
    permalink: Mapped[str | None]
    trouble: Mapped[str | None]
    shown_stage: Mapped[str | None]
    opened_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]


class ThreadMessages(HasId, Base):
    """What a person wrote in a deal's thread; a deleted message keeps its place, not its words."""

    __tablename__ = "thread_messages"
    __table_args__ = (UniqueConstraint("workspace_id", "channel", "ts"), Index(None, "thread_id"))

    thread_id: Mapped[str] = mapped_column(ForeignKey("deal_threads.id"))
    channel: Mapped[str]
    ts: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    files: Mapped[int]
    said_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class InspectionQuestions(HasId, Base):
    """A criterion was asked of a rep about a deal: once at each stage, whatever the words."""

    __tablename__ = "inspection_questions"
    __table_args__ = (
        UniqueConstraint("workspace_id", "deal_id", "criterion_id", "stage"),
        Index(None, "workspace_id", "asked_of_id", "asked_at"),
        Index(None, "workspace_id", "answer_by"),
        Index(None, "round_id"),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    thread_id: Mapped[str] = mapped_column(ForeignKey("deal_threads.id"))
    round_id: Mapped[str]
    criterion_id: Mapped[str]
    stage: Mapped[str]
    text: Mapped[str]
    why: Mapped[str]
    facts: Mapped[list[Any]] = mapped_column(JsonValue)
    drafter: Mapped[str]
    asked_of_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]


class EarlierAskings(InWorkspace, Base):
    """A question was asked of a rep before its deal went to another: it counts in their week all the same."""

    __tablename__ = "earlier_askings"
    __table_args__ = (Index(None, "workspace_id", "rep_id", "asked_at"),)

    question_id: Mapped[str] = mapped_column(ForeignKey("inspection_questions.id"), primary_key=True)
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(primary_key=True)


class EvidenceItems(HasId, Base):
    """Words quoted from one message for one criterion; `version` tells a writer that somebody was faster."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index(None, "deal_id"),
        Index(
            "uq_evidence_live",
            "workspace_id",
            "channel",
            "message_ts",
            "criterion_id",
            unique=True,
            sqlite_where=text(IS_LIVE),
            postgresql_where=text(IS_LIVE),
        ),
        CheckConstraint("grade IN ('claimed', 'buyer_quoted', 'corroborated')", "grade"),
        CheckConstraint(
            "state IN ('proposed', 'standing', 'insufficient', 'accepted', 'rejected', 'withdrawn')", "state"
        ),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    criterion_id: Mapped[str]
    stage: Mapped[str]
    grade: Mapped[str]
    state: Mapped[str]
    quote: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    marked_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime]
    marked_at: Mapped[datetime]
    channel: Mapped[str]
    message_ts: Mapped[str]
    permalink: Mapped[str | None]
    pointers: Mapped[int]
    record_kind: Mapped[str | None]
    record_id: Mapped[str | None]
    record_words: Mapped[str]
    shortfall: Mapped[str]
    version: Mapped[int]


class EvidenceRulings(HasId, Base):
    """A manager accepted or rejected evidence; a change of mind is a further record (append-only)."""

    __tablename__ = "evidence_rulings"
    __table_args__ = (
        Index(None, "evidence_id"),
        CheckConstraint("ruling IN ('accepted', 'rejected')", "ruling"),
    )

    evidence_id: Mapped[str] = mapped_column(ForeignKey("evidence.id"))
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    ruling: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class DemotionProposals(HasId, Base):
    """A deal could not answer its stage's questions in time; others than the rep see it from `visible_at` on.

    `to_stage` is NULL where there is no earlier stage: then it is proposed to be taken out.
    """

    __tablename__ = "demotion_proposals"
    __table_args__ = (
        Index(
            "uq_demotion_proposals_open",
            "workspace_id",
            "deal_id",
            unique=True,
            sqlite_where=text(IS_OPEN_PROPOSAL),
            postgresql_where=text(IS_OPEN_PROPOSAL),
        ),
        Index(None, "workspace_id", "visible_at"),
        CheckConstraint("outcome IN ('answered', 'moved', 'closed')", "outcome"),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    from_stage: Mapped[str]
    to_stage: Mapped[str | None]
    criteria: Mapped[list[Any]] = mapped_column(JsonValue)
    proposed_at: Mapped[datetime]
    visible_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
