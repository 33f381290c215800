"""Tables of erasing: that it was done and of what, and by what a forgotten person is known again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId, InWorkspace


class Erasures(HasId, Base):
    """One erasure: of a person, or of what was past its time; who asked, when, how much of each kind.

    While it is open (`finished_at` is NULL, so within its own transaction only) the database lets the words
    in append-only tables be taken out, and nothing else in them; see migration 0013.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        Index(None, "workspace_id", "finished_at"),
        CheckConstraint("kind IN ('person', 'retention')", "kind"),
    )

    kind: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    by: Mapped[str]
    opened_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]


class Tombstones(InWorkspace, Base):
    """A forgotten person's id in a source, or their address, as a digest: known again, never read."""

    __tablename__ = "tombstones"
    __table_args__ = (CheckConstraint("kind IN ('external_id', 'email')", "kind"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True, sort_order=-8)
    digest: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    salt: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
