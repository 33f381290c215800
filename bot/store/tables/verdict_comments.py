"""The table of comments on verdicts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId


class VerdictComments(HasId, Base):
    """What somebody says of a verdict about them; one for each verdict, gone once it is taken back.

    `judged_id` names what owes or was decided, by its kind (`judged`); `verdict` and `state` are how that
    stood when the words were written. `version` tells a writer that somebody was faster.
    """

    __tablename__ = "verdict_comments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "judged", "judged_id"),
        Index(None, "workspace_id", "by_id"),
        Index(None, "workspace_id", "written_at"),
        CheckConstraint("judged IN ('obligation', 'decision')", "judged"),
        CheckConstraint(
            "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')", "verdict"
        ),
        CheckConstraint("state IN ('due', 'overdue', 'done', 'missed', 'excused')", "state"),
    )

    judged: Mapped[str]
    judged_id: Mapped[str]
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str]
    written_at: Mapped[datetime]
    verdict: Mapped[str]
    state: Mapped[str | None]
    version: Mapped[int]
