"""The way to the newest schema, and the question whether a database is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, text
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigurationError, Fault
from bot.store.engine import store_engine
from bot.store.query_plans import describe_indexes

_MIGRATIONS = Path(__file__).parents[2] / "migrations"
_MIGRATION_LOCK = 7_238_110_523  # any number, the same in every process


class BrokenReferencesError(RuntimeError):
    """A migration left rows that point at nothing; it was rolled back."""


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up (or down) to a revision, in one transaction. DBOS's tables stay."""
    with migrating(url) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        target = _newest() if revision == "head" else revision
        if current == target:
            return
        config = alembic_config(connection)
        if revision != "head" and _is_below(current, target):
            command.downgrade(config, target)
        else:
            command.upgrade(config, target)


def at_head(engine: Engine) -> tuple[str | None, str]:
    """Return the database's revision (None: empty) and the newest one."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, _newest()


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """Give a connection in one transaction, fit for schema changes; committed at the end of the block.

    On SQLite foreign keys are off: changing a table there means to copy it, drop it and rename the copy, and
    with them on the drop empties the tables that refer to it. They are checked before the commit; raises
    BrokenReferencesError, and ConfigurationError for a database that can't be opened. On PostgreSQL a second
    process waits until the first has finished.
    """
    engine = store_engine(url, poolclass=NullPool)
    try:
        with said_if_unopened():
            connection = engine.connect()
        with connection:
            if connection.dialect.name == "sqlite":
                # Ignored inside a transaction, so it goes to the driver before one begins.
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            with said_if_unopened():
                transaction = connection.begin()
            with transaction:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                yield connection
                _check_references(connection)
                describe_indexes(connection)
    finally:
        engine.dispose()


@contextmanager
def said_if_unopened() -> Iterator[None]:
    """Turn what a driver says of a database that can't be opened into a ConfigurationError."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).partition("\n")[0]
        found = f"a database that can't be opened ({said})"
        allowed = "one that runs, lets this user in, and is kept by no other process"
        fault = Fault("environment", "DATABASE_URL", found, allowed)
        raise ConfigurationError([fault]) from error


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration, bound to an open connection."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = sorted({f"{row[0]} -> {row[2]}" for row in broken})
        raise BrokenReferencesError(f"{len(broken)} rows point at nothing: {', '.join(tables)}")


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _newest() -> str:
    return _scripts().get_current_head() or ""


def _is_below(current: str | None, target: str) -> bool:
    """Tell whether going from the one revision to the other means going down."""
    if target == "base" or current is None:
        return current is not None
    older = {script.revision for script in _scripts().iterate_revisions(current, "base")}
    return target in older
