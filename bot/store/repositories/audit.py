"""The audit trail: who changed what, when. It only grows; the database itself refuses changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnExpressionArgument, insert, select

from bot.store.repositories.base import Repository
from bot.store.tables import AuditEvents

ActorKind = Literal["person", "system", "import"]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One recorded change. `seq` grows with time; `reference` is the id of an error report, if any."""

    seq: int
    at: datetime
    actor_id: str | None
    actor_kind: str
    action: str
    entity_kind: str
    entity_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reference: str | None


# Every change asks for it: built once.
_RECORD = insert(AuditEvents).returning(AuditEvents.seq)


class AuditRepository(Repository):
    """Appends events and reads them in order."""

    def record(
        self,
        at: datetime,
        actor_id: str | None,
        action: str,
        entity_kind: str,
        entity_id: str,
        *,
        actor_kind: ActorKind | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reference: str | None = None,
    ) -> int:
        """Append one event, return its number. Dates and decimals in `before` and `after` become text.

        It was the person with `actor_id`, the system where there is none, unless `actor_kind` says otherwise.
        """
        event = {
            "workspace_id": self._workspace_id,
            "at": at,
            "actor_id": actor_id,
            "actor_kind": actor_kind or ("person" if actor_id else "system"),
            "action": action,
            "entity_kind": entity_kind,
            "entity_id": entity_id,
            "before": None if before is None else dict(before),
            "after": None if after is None else dict(after),
            "reference": reference,
        }
        return self._connection.execute(_RECORD, event).scalar_one()

    def record_each(
        self,
        at: datetime,
        actor_id: str | None,
        action: str,
        entity_kind: str,
        changes: Sequence[tuple[str, Mapping[str, Any]]],
    ) -> None:
        """Append one event for each (entity id, what it became), in one statement; None is the system's."""
        rows = [
            {
                "workspace_id": self._workspace_id,
                "at": at,
                "actor_id": actor_id,
                "actor_kind": "person" if actor_id else "system",
                "action": action,
                "entity_kind": entity_kind,
                "entity_id": entity_id,
                "after": dict(after),
            }
            for entity_id, after in changes
        ]
        if rows:
            self._connection.execute(insert(AuditEvents), rows)

    def of_entity(self, kind: str, entity_id: str) -> list[AuditEvent]:
        """Return what happened to one thing, in order."""
        return self._events(AuditEvents.entity_kind == kind, AuditEvents.entity_id == entity_id)

    def of_workspace(self, after_seq: int = 0, limit: int = 100) -> list[AuditEvent]:
        """Return a page of everything that happened, in order, after the number given."""
        return self._events(AuditEvents.seq > after_seq, limit=limit)

    def _events(
        self, *conditions: ColumnExpressionArgument[bool], limit: int | None = None
    ) -> list[AuditEvent]:
        query = (
            select(
                AuditEvents.seq,
                AuditEvents.at,
                AuditEvents.actor_id,
                AuditEvents.actor_kind,
                AuditEvents.action,
                AuditEvents.entity_kind,
                AuditEvents.entity_id,
                AuditEvents.before,
                AuditEvents.after,
                AuditEvents.reference,
            )
            .where(AuditEvents.workspace_id == self._workspace_id, *conditions)
            .order_by(AuditEvents.seq)
            .limit(limit)
        )
        return [AuditEvent(*row) for row in self._connection.execute(query)]
