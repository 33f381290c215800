"""Tables of what the bot says: the notice with its reason, and each delivery of it to Slack."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId


class Notices(HasId, Base):
    """Something to say to a person about a subject, and why."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "workspace_id", "person_id", "subject_kind", "subject_id"),)

    kind: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class Deliveries(HasId, Base):
    """One message to be sent or updated; outlives the job that sends it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "workspace_id", "state"),
        Index(None, "notice_id"),
        CheckConstraint("mode IN ('post', 'reply', 'update', 'home', 'view', 'channel')", "mode"),
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'dead', 'superseded')", "state"),
    )

    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    mode: Mapped[str]
    slack_channel: Mapped[str | None]
    slack_ts: Mapped[str | None]
    state: Mapped[str]
    attempts: Mapped[int]
    error: Mapped[str | None]
    content_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
