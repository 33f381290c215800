"""Tables of what the bot says: the notice with its reason, each delivery of it, what a day holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId


class Notices(HasId, Base):
    """Something to say to a person about a subject, and why."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(None, "workspace_id", "person_id", "subject_kind", "subject_id"),
        Index(None, "workspace_id", "place", "person_id"),
    )

    kind: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    urgency: Mapped[str | None]
    place: Mapped[str | None]
    day: Mapped[date | None]


class AttentionDays(Base):
    """What a person's local day holds: its card, its pings; `version` counts what the card came to hold."""

    __tablename__ = "attention_days"
    __table_args__ = (Index(None, "card_id"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    card_id: Mapped[str | None]
    pings: Mapped[int]
    version: Mapped[int]


class Deliveries(HasId, Base):
    """One message to be sent or updated; outlives the job that sends it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "workspace_id", "state"),
        Index(None, "notice_id"),
        CheckConstraint("mode IN ('post', 'reply', 'update', 'home', 'view', 'channel')", "mode"),
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'dead', 'superseded', 'held')", "state"),
    )

    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    mode: Mapped[str]
    slack_channel: Mapped[str | None]
    slack_ts: Mapped[str | None]
    thread_ts: Mapped[str | None]
    state: Mapped[str]
    attempts: Mapped[int]
    error: Mapped[str | None]
    content_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
