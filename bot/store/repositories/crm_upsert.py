"""Bulk insert-or-change of rows known by (source, external id): one query and one write per thousand rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from bot.store.ids import new_id
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import Base

T = TypeVar("T")
Values = dict[str, Any]

# Long enough that the round trip does not count, short enough for one IN and for telling how far it is.
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record that refers to something the store does not hold; `column` is the canonical one."""

    line: int
    column: str
    value: str | None
    reason: str


@dataclass(slots=True)
class UpsertCounts:
    """What became of the records of one kind. `notes`: what was left out of records taken all the same."""

    inserted: int = 0
    changed: int = 0
    same: int = 0
    rejected: list[Unusable] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Change:
    """A stored row whose values differ from the record's."""

    id: str
    external_id: str
    old: Values
    new: Values


@dataclass(slots=True)
class Page:
    """What came of one page of records: the ids of all, and which were inserted or differ."""

    ids: dict[str, str]
    inserted: dict[str, Values]
    changed: list[Change]


class SourceRows(Repository):
    """Rows of one CRM source. The caller holds the import's lock, so that what is read stays true."""

    def __init__(
        self,
        connection: Connection,
        workspace_id: str,
        source: str,
        progress: Callable[[str, int], None] | None = None,
    ) -> None:
        super().__init__(connection, workspace_id)
        self._source = source
        self._progress = progress

    def pages(self, kind: str, records: Sequence[T]) -> Iterator[Sequence[T]]:
        """Yield the records page by page, telling after each how many are done."""
        for start in range(0, len(records), PAGE):
            yield records[start : start + PAGE]
            if self._progress:
                self._progress(kind, min(start + PAGE, len(records)))

    def ids_of(self, model: type[Base], external_ids: Collection[str]) -> dict[str, str]:
        """Return external id -> id for those that are there."""
        table = table_of(model)
        found: dict[str, str] = {}
        for chunk in in_chunks(external_ids):
            query = select(table.c.external_id, table.c.id).where(
                table.c.workspace_id == self._workspace_id,
                table.c.source == self._source,
                table.c.external_id.in_(chunk),
            )
            found.update((external_id, row_id) for external_id, row_id in self._connection.execute(query))
        return found

    def compare(self, model: type[Base], prefix: str, rows: dict[str, Values]) -> Page:
        """Set one page of values, by external id, against the store, writing nothing."""
        table = table_of(model)
        if not rows:
            return Page({}, {}, [])
        names = list(next(iter(rows.values())))
        query = select(table.c.id, table.c.external_id, *(table.c[name] for name in names)).where(
            table.c.workspace_id == self._workspace_id,
            table.c.source == self._source,
            table.c.external_id.in_(list(rows)),
        )
        page = Page({}, {}, [])
        for row_id, external_id, *stored in self._connection.execute(query):
            page.ids[external_id] = row_id
            new = rows[external_id]
            if stored != list(new.values()):
                old = dict(zip(names, stored, strict=True))
                page.changed.append(Change(row_id, external_id, old, new))
        for external_id, values in rows.items():
            if external_id not in page.ids:
                page.ids[external_id] = new_id(prefix)
                page.inserted[external_id] = values
        return page

    def write(self, model: type[Base], page: Page) -> None:
        """Insert the new rows of a page and change those that differ."""
        self.insert_all(
            model,
            [
                {
                    "id": page.ids[external_id],
                    "source": self._source,
                    "external_id": external_id,
                    **values,
                }
                for external_id, values in page.inserted.items()
            ],
        )
        self.change_all(model, [(change.id, change.new) for change in page.changed])

    def upsert(
        self, kind: str, model: type[Base], prefix: str, rows: dict[str, Values], counts: UpsertCounts
    ) -> None:
        """Insert or change all rows, given by external id, and count them."""
        for external_ids in self.pages(kind, list(rows)):
            page = self.compare(
                model, prefix, {external_id: rows[external_id] for external_id in external_ids}
            )
            self.write(model, page)
            count_page(counts, page, len(external_ids))

    def insert_all(self, model: type[Base], rows: Sequence[Values]) -> None:
        """Insert rows of this workspace."""
        if rows:
            mine = [{"workspace_id": self._workspace_id, **row} for row in rows]
            self._connection.execute(insert(table_of(model)), mine)

    def change_all(self, model: type[Base], changes: Sequence[tuple[str, Values]]) -> None:
        """Set the values of rows given by id; all set the same columns."""
        if not changes:
            return
        table = table_of(model)
        columns: Values = {name: bindparam(f"new_{name}") for name in changes[0][1]}
        statement = update(table).where(table.c.id == bindparam("row_id")).values(columns)
        self._connection.execute(
            statement,
            [
                {"row_id": row_id, **{f"new_{name}": value for name, value in values.items()}}
                for row_id, values in changes
            ],
        )


def count_page(counts: UpsertCounts, page: Page, size: int) -> None:
    """Add what became of one page of `size` records."""
    counts.inserted += len(page.inserted)
    counts.changed += len(page.changed)
    counts.same += size - len(page.inserted) - len(page.changed)


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for statements that take many rows at once."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} maps no table of its own")
    return table
