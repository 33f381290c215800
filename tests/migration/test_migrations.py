from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from bot.store.engine import store_engine
from bot.store.migrate import at_head, migrate
from bot.store.migration_scope import is_ours
from bot.store.tables import metadata
from tests.migration.populate import counts, our_tables, populate, reflect

SCRIPTS = ScriptDirectory(str(Path(__file__).parents[2] / "migrations"))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
ALL_TABLES = sorted(metadata.tables)


@pytest.fixture
def engine(newest_url: str) -> Iterator[Engine]:
    """A database at the newest revision, whose tables the test may change."""
    made = store_engine(newest_url)
    yield made
    made.dispose()


def differences(connection: Connection) -> list[Any]:
    """What Alembic would write into a new migration."""
    options = {"include_name": is_ours, "compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def schema(connection: Connection) -> dict[str, Any]:
    """Everything the database knows of our tables, by name: more than Alembic compares."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)},
            "key": inspector.get_pk_constraint(table),
            "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(map(_plain, inspector.get_indexes(table))),
        }
        for table in our_tables(connection)
    }


def _plain(index: Mapping[str, Any]) -> str:
    """Describe an index with its condition in words: SQLite's comes as an object that equals no other."""
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def test_there_is_one_head() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


def test_models_and_migrations_agree(newest_url: str, engine: Engine) -> None:
    with engine.connect() as connection:
        assert differences(connection) == []
        migrated = schema(connection)
    migrate(newest_url, "base")
    metadata.create_all(engine)
    with engine.connect() as connection:
        assert schema(connection) == migrated
    assert sorted(migrated) == ALL_TABLES


def test_a_difference_between_models_and_migrations_would_be_found(newest_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_deals_open"))
        connection.execute(text("ALTER TABLE people ADD COLUMN shoe_size INTEGER"))
        found = {change[0] for change in differences(connection)}
    assert found == {"add_index", "remove_column"}


def test_the_tables_of_dbos_are_not_ours_to_change(newest_url: str, engine: Engine) -> None:
    with engine.connect() as connection:
        assert differences(connection) == []
    migrate(newest_url, "base")
    with engine.connect() as connection:
        schemas = inspect(connection).get_schema_names()
        theirs = inspect(connection).get_table_names("dbos" if "dbos" in schemas else None)
    assert "workflow_status" in theirs


def test_down_and_up_again_step_by_step_on_populated_tables(newest_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        assert populate(connection) == ALL_TABLES
    before = dict.fromkeys(ALL_TABLES, 1)
    for revision in [*reversed(REVISIONS[:-1]), "base", *REVISIONS]:
        migrate(newest_url, revision)
        assert at_head(engine)[0] == (None if revision == "base" else revision)
        with engine.begin() as connection:
            after = counts(connection)
            assert {name for name in before.keys() & after if after[name] != before[name]} == set()
            # The tables that are new again get a row each.
            populate(connection)
            before = counts(connection)
            assert set(before.values()) <= {1}
    assert sorted(before) == ALL_TABLES


def test_going_down_keeps_the_rows_of_what_stays(newest_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        populate(connection)
        before = {
            table.name: connection.execute(table.select()).one()._mapping
            for table in reflect(connection).sorted_tables
        }
    migrate(newest_url, REVISIONS[1])
    with engine.connect() as connection:
        stayed = {table.name: list(table.columns.keys()) for table in reflect(connection).sorted_tables}
    migrate(newest_url)
    with engine.connect() as connection:
        found = reflect(connection)
        kept = {name for name, rows in counts(connection).items() if rows}
        assert {"people", "person_roles", "deals", "deal_changes", "settings"} <= kept
        assert kept.isdisjoint({"obligations", "deliveries", "audit_events"})
        for name in kept:
            after = connection.execute(found.tables[name].select()).one()._mapping
            assert [after[column] for column in stayed[name]] == [
                before[name][column] for column in stayed[name]
            ]


def test_the_newest_revision_twice_changes_nothing(empty_url: str) -> None:
    engine = store_engine(empty_url)
    assert at_head(engine)[0] is None
    migrate(empty_url)
    with engine.begin() as connection:
        populate(connection)
    migrate(empty_url)
    current, head = at_head(engine)
    assert current == head == REVISIONS[-1]
    with engine.connect() as connection:
        assert counts(connection) == dict.fromkeys(ALL_TABLES, 1)
    engine.dispose()
