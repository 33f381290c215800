"""Tables of coaching: logs and versions, what the coached said, steps agreed, notes, drafts, readers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId, InWorkspace
from bot.store.types import ExactDecimal, Ratio


class CoachingLogs(HasId, Base):
    """A session that a manager says was held; what was said in it is in its newest version.

    `deadline_at` is until when the coached may answer before it counts as unanswered, None once it is
    judged; `escalate_at` when a dispute goes to the author's leader, None while there is none.
    """

    __tablename__ = "coaching_logs"
    __table_args__ = (
        UniqueConstraint("one_on_one_id"),
        Index(None, "workspace_id", "manager_id", "held_on"),
        Index(None, "workspace_id", "rep_id", "held_on"),
        Index(None, "workspace_id", "deadline_at"),
        Index(None, "workspace_id", "escalate_at"),
        CheckConstraint("kind IN ('session', 'deep_dive')", "kind"),
    )

    kind: Mapped[str]
    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    one_on_one_id: Mapped[str | None] = mapped_column(ForeignKey("one_on_ones.id"))
    obligation_id: Mapped[str] = mapped_column(ForeignKey("obligations.id"))
    logged_at: Mapped[datetime]
    version: Mapped[int]
    held_on: Mapped[date]
    minutes: Mapped[int]
    focus_area: Mapped[str]
    deadline_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    manager_released_at: Mapped[datetime | None]
    rep_released_at: Mapped[datetime | None]


class CoachingLogVersions(HasId, Base):
    """What manager and rep both read, as it was in one version; asked about where `asked_at` is set."""

    __tablename__ = "coaching_log_versions"
    __table_args__ = (UniqueConstraint("log_id", "version"),)

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"))
    version: Mapped[int]
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]


class CoachingAnswers(HasId, Base):
    """One answer of the coached about one version; a change of mind is a further record (append-only)."""

    __tablename__ = "coaching_answers"
    __table_args__ = (
        Index(None, "log_id"),
        CheckConstraint("answer IN ('confirmed', 'disputed')", "answer"),
    )

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"))
    version: Mapped[int]
    answer: Mapped[str]
    comment: Mapped[str | None]
    answered_at: Mapped[datetime]


class SkillObservations(InWorkspace, Base):
    """A skill observed in a session, as the newest version of its log has it."""

    __tablename__ = "skill_observations"
    __table_args__ = (
        Index(None, "workspace_id", "rep_id", "tag"),
        CheckConstraint("stance IN ('seen', 'better')", "stance"),
    )

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    stance: Mapped[str] = mapped_column(primary_key=True)
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))


class CoachingSteps(HasId, Base):
    """The step agreed in a session, and what the next session says became of it."""

    __tablename__ = "coaching_steps"
    __table_args__ = (
        UniqueConstraint("log_id"),
        Index(None, "workspace_id", "rep_id", "due_on"),
        CheckConstraint("outcome IN ('done', 'partly', 'not_yet', 'dropped')", "outcome"),
    )

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"))
    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str]
    due_on: Mapped[date]
    agreed_at: Mapped[datetime]
    outcome: Mapped[str | None]
    outcome_log_id: Mapped[str | None] = mapped_column(ForeignKey("coaching_logs.id"))


class CoachingDealActions(InWorkspace, Base):
    """The one next action for a deal discussed in a session, as the newest version of its log has it."""

    __tablename__ = "coaching_deal_actions"
    __table_args__ = (Index(None, "deal_id"),)

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"), primary_key=True)
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"), primary_key=True)
    words: Mapped[str]


class CoachingNotes(InWorkspace, Base):
    """The private notes of a log's author; nobody else reads them, in no version."""

    __tablename__ = "coaching_notes"

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"), primary_key=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    written_at: Mapped[datetime]


class CoachingDrafts(HasId, Base):
    """What a manager has filled in so far of the log of one session; theirs alone.

    `session` is the id of its slot, "" for one of no slot.
    """

    __tablename__ = "coaching_drafts"
    __table_args__ = (UniqueConstraint("workspace_id", "author_id", "rep_id", "kind", "session"),)

    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    session: Mapped[str]
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class CoachingReads(InWorkspace, Base):
    """Somebody was shown a log on a day (UTC): its text, or the facts that leaders see (append-only)."""

    __tablename__ = "coaching_reads"
    __table_args__ = (
        Index(None, "workspace_id", "read_on"),
        CheckConstraint("depth IN ('facts', 'text')", "depth"),
    )

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"), primary_key=True)
    reader_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    read_on: Mapped[date] = mapped_column(primary_key=True)
    depth: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]


class RatingTokens(InWorkspace, Base):
    """That the coached has rated a session, so that it is rated once. Never the score, nor when."""

    __tablename__ = "rating_tokens"

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"), primary_key=True)
    rater_id: Mapped[str] = mapped_column(ForeignKey("people.id"))


class RatingBatches(InWorkspace, Base):
    """The unreleased ratings of a manager's sessions: how many, and their total, masked; no row is one."""

    __tablename__ = "rating_batches"
    __table_args__ = (CheckConstraint("count >= 0", "count"),)

    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    number: Mapped[int]
    count: Mapped[int]
    masked: Mapped[int] = mapped_column(BigInteger)


class RatingRaters(InWorkspace, Base):
    """Who has part in a manager's unreleased batch, to count different people; emptied at its release."""

    __tablename__ = "rating_raters"

    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    rater_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)


class RatingReleases(InWorkspace, Base):
    """A released average; the database refuses one from less than five ratings, or of an exact end."""

    __tablename__ = "rating_releases"
    __table_args__ = (
        UniqueConstraint("manager_id", "month"),
        CheckConstraint("count >= 5", "count"),
    )

    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str]
    count: Mapped[int]
    average: Mapped[Decimal] = mapped_column(ExactDecimal(1, 3))
    released_at: Mapped[datetime]


class DeepDives(HasId, Base):
    """One rep's deep dive of one month: owed by their manager, and the log that it ended in."""

    __tablename__ = "deep_dives"
    __table_args__ = (UniqueConstraint("workspace_id", "manager_id", "rep_id", "month"),)

    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    month: Mapped[str]
    obligation_id: Mapped[str] = mapped_column(ForeignKey("obligations.id"))
    log_id: Mapped[str | None] = mapped_column(ForeignKey("coaching_logs.id"))


class DevelopmentPlans(HasId, Base):
    """The plan a deep dive ends in: a measure of the product, where it stood, its goal, what came of it."""

    __tablename__ = "development_plans"
    __table_args__ = (
        UniqueConstraint("log_id"),
        Index(None, "workspace_id", "rep_id", "ends_on"),
        CheckConstraint("outcome IN ('met', 'not_met', 'not_measured')", "outcome"),
    )

    log_id: Mapped[str] = mapped_column(ForeignKey("coaching_logs.id"))
    manager_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rep_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    measure: Mapped[str]
    baseline: Mapped[Decimal | None] = mapped_column(Ratio())
    goal: Mapped[Decimal] = mapped_column(Ratio())
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    measured_at: Mapped[datetime | None]
    result: Mapped[Decimal | None] = mapped_column(Ratio())
    outcome: Mapped[str | None]
    why: Mapped[str]
