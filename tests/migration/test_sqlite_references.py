from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from bot.store.engine import store_engine
from bot.store.migrate import BrokenReferencesError, migrating


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/family.db"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A parent with a child that would go with it."""
    made = store_engine(url)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR)"))
        connection.execute(
            text("CREATE TABLE child (id INTEGER, mother REFERENCES parent (id) ON DELETE CASCADE)")
        )
        connection.execute(text("INSERT INTO parent VALUES (1, 'Ann')"))
        connection.execute(text("INSERT INTO child VALUES (1, 1)"))
    yield made
    made.dispose()


def children(engine: Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.execute(text("SELECT count(*) FROM child")).scalar_one()
    return found


def rebuild_parent(connection: Connection) -> None:
    """What a migration does to change a column on SQLite: copy the table, drop it, rename the copy."""
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table("parent", recreate="always") as batch:
        batch.alter_column("name", nullable=True, type_=sa.Text())


def test_a_table_is_rebuilt_without_harm_to_those_that_refer_to_it(url: str, engine: Engine) -> None:
    with migrating(url) as connection:
        rebuild_parent(connection)
    assert children(engine) == 1


def test_outside_of_a_migration_the_same_change_empties_them(engine: Engine) -> None:
    """Prove that the test above can fail."""
    with engine.begin() as connection:
        rebuild_parent(connection)
    assert children(engine) == 0


def test_a_migration_that_breaks_a_reference_is_undone(url: str, engine: Engine) -> None:
    words = "1 rows point at nothing: child -> parent"
    with pytest.raises(BrokenReferencesError, match=words), migrating(url) as connection:
        connection.execute(text("DELETE FROM parent"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM parent")).scalar_one() == "Ann"
    assert children(engine) == 1
