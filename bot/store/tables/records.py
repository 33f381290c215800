"""Tables that only grow: the audit trail, and what each import took and refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId, InWorkspace
from bot.store.types import Sequence


class AuditEvents(InWorkspace, Base):
    """Who changed what, when; triggers refuse to change or delete a row on both databases."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "workspace_id", "entity_kind", "entity_id"),
        Index(None, "workspace_id", "seq"),
        CheckConstraint("actor_kind IN ('person', 'system', 'import')", "actor_kind"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True, sort_order=-9)
    at: Mapped[datetime]
    actor_id: Mapped[str | None]
    actor_kind: Mapped[str]
    action: Mapped[str]
    entity_kind: Mapped[str]
    entity_id: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reference: Mapped[str | None]


class Imports(HasId, Base):
    """One run of an import: what it read, as of when, and what came of it."""

    __tablename__ = "imports"
    __table_args__ = (Index(None, "workspace_id", "source", "as_of"),)

    source: Mapped[str]
    as_of: Mapped[datetime]
    label: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    rows_read: Mapped[int]
    rows_taken: Mapped[int]
    rows_rejected: Mapped[int]
    counts: Mapped[dict[str, Any]]


class ImportRejects(HasId, Base):
    """A row of an import that could not be used, and why."""

    __tablename__ = "import_rejects"
    __table_args__ = (Index(None, "import_id"),)

    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"))
    file: Mapped[str]
    line: Mapped[int | None]
    column_name: Mapped[str | None]
    value: Mapped[str | None]
    reason: Mapped[str]
