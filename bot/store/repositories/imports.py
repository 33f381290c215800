"""Runs of imports: when, of what, as of when, with what result, and the rows refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, insert, select, update

from bot.store.ids import new_id
from bot.store.repositories.base import Repository
from bot.store.tables import ImportRejects, Imports


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One run of an import; `finished_at` is None while it runs. `counts` per kind of record."""

    id: str
    source: str
    as_of: datetime
    label: str
    started_at: datetime
    finished_at: datetime | None
    rows_read: int
    rows_taken: int
    rows_rejected: int
    counts: dict[str, object]

    @property
    def deals_gone(self) -> int:
        """How many open deals its source did not list any more."""
        return int(str(self.counts.get("deals_gone", 0)))


@dataclass(frozen=True, slots=True)
class RejectRow:
    """A row that could not be used: where it stands, what was found, why it was refused."""

    file: str
    line: int | None
    column_name: str | None
    value: str | None
    reason: str


_Query = Select[*tuple[Any, ...]]


def _newest(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(
            Imports.id,
            Imports.source,
            Imports.as_of,
            Imports.label,
            Imports.started_at,
            Imports.finished_at,
            Imports.rows_read,
            Imports.rows_taken,
            Imports.rows_rejected,
            Imports.counts,
        )
        .where(Imports.workspace_id == bindparam("workspace"), Imports.finished_at.is_not(None), *conditions)
        .order_by(Imports.as_of.desc(), Imports.started_at.desc(), Imports.id.desc())
        .limit(1)
    )


# Each waking asks for these, and to build them takes longer than the database needs to carry them out.
_NEWEST = _newest()
_NEWEST_OF = _newest(Imports.source == bindparam("origin"))
_SNAPSHOT = _newest(Imports.source == bindparam("origin"), Imports.label == bindparam("sought"))


class ImportRepository(Repository):
    """Records each run of an import."""

    def start(self, source: str, as_of: datetime, label: str, now: datetime) -> str:
        """Record that a run began; return its id."""
        import_id = new_id("imp")
        self._connection.execute(
            insert(Imports).values(
                id=import_id,
                workspace_id=self._workspace_id,
                source=source,
                as_of=as_of,
                label=label,
                started_at=now,
                rows_read=0,
                rows_taken=0,
                rows_rejected=0,
                counts={},
            )
        )
        return import_id

    def finish(
        self,
        import_id: str,
        *,
        rows_read: int,
        rows_taken: int,
        rows_rejected: int,
        counts: Mapping[str, object],
        now: datetime,
    ) -> None:
        """Record how a run ended."""
        self._connection.execute(
            update(Imports)
            .where(Imports.workspace_id == self._workspace_id, Imports.id == import_id)
            .values(
                rows_read=rows_read,
                rows_taken=rows_taken,
                rows_rejected=rows_rejected,
                counts=dict(counts),
                finished_at=now,
            )
        )

    def add_rejects(self, import_id: str, rejects: Sequence[RejectRow]) -> None:
        """Keep the rows that a run refused."""
        if not rejects:
            return
        rows = [
            {
                "id": new_id("rej"),
                "workspace_id": self._workspace_id,
                "import_id": import_id,
                "file": reject.file,
                "line": reject.line,
                "column_name": reject.column_name,
                "value": reject.value,
                "reason": reject.reason,
            }
            for reject in rejects
        ]
        self._connection.execute(insert(ImportRejects), rows)

    def latest(self, source: str | None = None) -> ImportRow | None:
        """Return the finished run with the newest data (of one source, if named), or None."""
        return self._import(_NEWEST) if source is None else self._import(_NEWEST_OF, origin=source)

    def finished(self, source: str, label: str) -> ImportRow | None:
        """Return the finished run of this very snapshot, or None: it is not to be taken in twice."""
        return self._import(_SNAPSHOT, origin=source, sought=label)

    def rejects(self, import_id: str) -> list[RejectRow]:
        """Return the rows a run refused, by file and line."""
        query = (
            select(
                ImportRejects.file,
                ImportRejects.line,
                ImportRejects.column_name,
                ImportRejects.value,
                ImportRejects.reason,
            )
            .where(ImportRejects.workspace_id == self._workspace_id, ImportRejects.import_id == import_id)
            .order_by(ImportRejects.file, ImportRejects.line, ImportRejects.id)
        )
        return [RejectRow(*row) for row in self._connection.execute(query)]

    def _import(self, query: _Query, **given: str) -> ImportRow | None:
        found = self._connection.execute(query, self._named(**given)).one_or_none()
        return ImportRow(*found) if found else None
