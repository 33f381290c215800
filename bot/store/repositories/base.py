"""What every repository has: a connection, a workspace, and inserts that leave an existing row alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert

from bot.store.tables import Base

# A statement takes 32,766 parameters at most on SQLite, 65,535 on PostgreSQL.
_IDS_PER_QUERY = 10_000

# The limit of a statement that is built once; `most` says how much it is.
MOST = bindparam("most", type_=Integer)


class Repository:
    """SQL on the connection of one unit of work, within one workspace."""

    def __init__(self, connection: Connection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    def _insert_new(
        self, table: type[Base], rows: Sequence[Mapping[str, Any]], key: InstrumentedAttribute[str]
    ) -> list[str]:
        """Insert into this workspace the rows that are not there yet; return the `key` of those inserted."""
        values = [{"workspace_id": self._workspace_id, **row} for row in rows]
        return insert_new(self._connection, table, values, key)

    def _named(self, **values: Any) -> dict[str, Any]:
        """Return what a statement that is built once is carried out with: this `workspace`, and these."""
        return {"workspace": self._workspace_id, **values}


def insert_new(
    connection: Connection,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    key: InstrumentedAttribute[str],
) -> list[str]:
    """Insert the rows that break no unique constraint; return the `key` of those inserted.

    All rows have the same columns. What was inserted is told by RETURNING: psycopg reports a row count of -1
    for such an insert.
    """
    if not rows:
        return []
    statement = _insert_statement(connection.dialect.name, table, key.key)
    # Rows as parameters, not as one long VALUES: that would be compiled anew for each number of rows.
    given = [dict(row) for row in rows]
    return list(connection.execute(statement, given if len(given) > 1 else given[0]).scalars())


@cache
def _insert_statement(dialect: str, table: type[Base], key: str) -> ReturningInsert[str]:
    # To build a statement takes longer than the database needs to carry it out.
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    column: InstrumentedAttribute[str] = getattr(table, key)
    return insert(table).on_conflict_do_nothing().returning(column)


def in_chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """Yield the distinct ids in lists short enough for one `IN`."""
    distinct = sorted(set(ids))
    for start in range(0, len(distinct), _IDS_PER_QUERY):
        yield distinct[start : start + _IDS_PER_QUERY]
