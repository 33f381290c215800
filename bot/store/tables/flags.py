"""Tables of deal flags: what a person answered to one, and which were shown to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId

IS_PENDING_FIX = "kind = 'fixed' AND verdict = 'pending' AND taken_back_at IS NULL"


class FlagResponses(HasId, Base):
    """A flag was dismissed, snoozed or said to be fixed; a fix gets a verdict from the CRM.

    One that was taken back stays as what was said, and answers nothing.
    """

    __tablename__ = "flag_responses"
    __table_args__ = (
        Index(None, "deal_id"),
        Index(
            "ix_flag_responses_pending_fixes",
            "workspace_id",
            "due_at",
            sqlite_where=text(IS_PENDING_FIX),
            postgresql_where=text(IS_PENDING_FIX),
        ),
        CheckConstraint("kind IN ('dismissed', 'snoozed', 'fixed')", "kind"),
        CheckConstraint(
            "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')", "verdict"
        ),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    flag: Mapped[str]
    fingerprint: Mapped[str]
    kind: Mapped[str]
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    verdict: Mapped[str]
    reasons: Mapped[list[dict[str, Any]]]
    taken_back_at: Mapped[datetime | None]


class FlagListings(HasId, Base):
    """A flag, with the facts it had, was listed to a person."""

    __tablename__ = "flag_listings"
    __table_args__ = (UniqueConstraint("workspace_id", "person_id", "deal_id", "flag", "fingerprint"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    flag: Mapped[str]
    fingerprint: Mapped[str]
    fire_id: Mapped[str | None] = mapped_column(ForeignKey("cadence_fires.id"))
    listed_at: Mapped[datetime]
