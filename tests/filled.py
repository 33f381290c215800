"""Fills a test's database once as it is told to, and from then on by copying the rows that this made."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import text

from bot.store.tables import metadata
from bot.store.unit_of_work import Store

T = TypeVar("T")
_SEQUENCE = "audit_events_seq_seq"
_kept: dict[tuple[str, str], tuple[Any, bytes]] = {}


def filled(store: Store, state: str, fill: Callable[[], T]) -> T:
    """Bring the whole database into the state of this name, as `fill` makes it; return what `fill` returned.

    To make a Monday takes hundreds of statements, to copy it a few. The state's name stands for everything
    that is written before and by `fill`; what `fill` returns is given as a copy.
    """
    sqlite = store.engine.dialect.name == "sqlite"
    key = (store.engine.dialect.name, state)
    if key not in _kept:
        made = fill()
        _kept[key] = (_sqlite_rows(store) if sqlite else _postgres_rows(store), pickle.dumps(made))
        return made
    rows, pickled = _kept[key]
    if sqlite:
        _into_sqlite(store, rows)
    else:
        _into_postgres(store, rows)
    copy: T = pickle.loads(pickled)  # noqa: S301 - our own bytes, of this very process
    return copy


def _sqlite_rows(store: Store) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with _sqlite(store) as file:
        file.backup(memory)
    return memory


def _into_sqlite(store: Store, memory: sqlite3.Connection) -> None:
    with _sqlite(store) as file:
        memory.backup(file)


@contextmanager
def _sqlite(store: Store) -> Iterator[sqlite3.Connection]:
    pooled = store.engine.raw_connection()
    assert isinstance(pooled.driver_connection, sqlite3.Connection)
    yield pooled.driver_connection
    pooled.close()


def _postgres_rows(store: Store) -> Mapping[str, bytes]:
    found = {}
    with store.engine.begin() as connection:
        cursor = connection.connection.cursor()
        for table in metadata.tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                found[table] = b"".join(bytes(part) for part in rows)
        found[_SEQUENCE] = str(connection.scalar(text(f"SELECT last_value FROM {_SEQUENCE}"))).encode()
    return found


def _into_postgres(store: Store, rows: Mapping[str, bytes]) -> None:
    with store.engine.begin() as connection:
        # No trigger fires: neither those of foreign keys nor those that keep the trail append-only.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        # Most are empty, and to delete from 64 tables takes as long as to fill them. No row is without a
        # workspace.
        if connection.scalar(text("SELECT EXISTS (SELECT FROM workspaces)")):
            connection.execute(text("; ".join(f'DELETE FROM "{table}"' for table in metadata.tables)))
        cursor = connection.connection.cursor()
        for table in metadata.tables:
            if rows[table]:
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows[table])
        connection.execute(text(f"SELECT setval('{_SEQUENCE}', {int(rows[_SEQUENCE])})"))
