"""The engine on SQLite or PostgreSQL, set up so that both keep the same promises to a unit of work."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Pool, create_engine, event, make_url

from bot.folders import made

READING = "drumbeat_reading"
_BUSY_TIMEOUT_SECONDS = 30.0
_POOL_SIZE = 16
# At most, for a connection; dropped as soon as another one writes. Holds what a page of a fan-out reads and
# changes: what does not fit is written before the commit, and read back.
_SQLITE_CACHE_KIB = 64 * 1024


class StoreUrlError(ValueError):
    """The database address is none that the store can use; the message says what is allowed."""


def store_url(url: str | URL) -> URL:
    """Return the address with its driver and, for SQLite, an absolute path.

    Accepts `sqlite:///path`, `postgresql://…`, `postgres://…` and `postgresql+psycopg://…`.
    Raises StoreUrlError for anything else; the message never holds a password.
    """
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreUrlError(
            f"{parsed.drivername}: the store speaks sqlite:///path and postgresql://host/name"
        )
    if not parsed.database or parsed.database == ":memory:":
        # Each pooled connection would get a memory of its own, and DBOS yet another.
        raise StoreUrlError("a SQLite store is a file: sqlite:///path")
    return parsed.set(drivername="sqlite", database=str(Path(parsed.database).resolve()))


def store_engine(url: str | URL, *, poolclass: type[Pool] | None = None) -> Engine:
    """Return an engine whose transactions behave alike on both databases (see `unit_of_work`).

    Makes the folder of a SQLite file if it is missing. Connects to nothing yet.
    """
    target = store_url(url)
    if target.drivername == "sqlite":
        return _sqlite_engine(target, poolclass)
    options: dict[str, Any] = {"poolclass": poolclass} if poolclass else {"pool_size": _POOL_SIZE}
    return create_engine(
        target,
        pool_pre_ping=True,
        # An error's text goes to the log: plans and comments that people wrote do not.
        hide_parameters=True,
        json_serializer=to_json,
        # Dates drawn from instants in SQL are then UTC's, as they are on SQLite.
        connect_args={"options": "-c timezone=UTC"},
        **options,
    )


def _sqlite_engine(url: URL, poolclass: type[Pool] | None) -> Engine:
    made(Path(url.database or "").parent, "DATABASE_URL")
    options: dict[str, Any] = {"poolclass": poolclass} if poolclass else {"pool_size": _POOL_SIZE}
    engine = create_engine(
        url,
        hide_parameters=True,
        json_serializer=to_json,
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        **options,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would open transactions late, at the first write: a read before it is then decided on stale
    # rows. It is switched off, and `_begin_sqlite` opens each transaction itself.
    connection.isolation_level = None
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_SQLITE_CACHE_KIB}")


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock before the first read: nobody decides on what another is changing.
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def to_json(value: object) -> str:
    """Return JSON for a JSON column: decimals as text (exact), dates and times as ISO 8601."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")
