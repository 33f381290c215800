"""Who read a log, first and last, becomes one row a day, and the other way round; guards come and go too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bot.store.engine import store_engine
from bot.store.migrate import migrate
from tests.migration.populate import populate, reflect

BEFORE, AFTER = "0012", "0013"
FIRST, LAST = datetime(2026, 10, 5, 23, 30, tzinfo=UTC), datetime(2026, 10, 7, 8, 0, tzinfo=UTC)


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    migrate(empty_url, BEFORE)
    made = store_engine(empty_url)
    with made.begin() as connection:
        populate(connection)
        reads = reflect(connection, "coaching_reads").tables["coaching_reads"]
        span = {"first_read_at": _as_kept(made, FIRST), "last_read_at": _as_kept(made, LAST)}
        connection.execute(reads.update().values(**span))
    yield made
    made.dispose()


def _as_kept(engine: Engine, at: datetime) -> datetime:
    return at.replace(tzinfo=None) if engine.dialect.name == "sqlite" else at


def reads(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        table = reflect(connection, "coaching_reads").tables["coaching_reads"]
        return [dict(row) for row in connection.execute(table.select()).mappings()]


def test_a_span_becomes_its_two_days_and_a_span_again(empty_url: str, engine: Engine) -> None:
    before = reads(engine)

    migrate(empty_url, AFTER)
    assert sorted((str(row["read_on"]), row["depth"]) for row in reads(engine)) == [
        ("2026-10-05", "text"),
        ("2026-10-07", "text"),
    ]
    facts = {**reads(engine)[0], "depth": "facts"}
    with engine.begin() as connection:
        table = reflect(connection, "coaching_reads").tables["coaching_reads"]
        connection.execute(table.insert().values(**facts))
    migrate(empty_url, BEFORE)

    assert reads(engine) == before  # who was shown the facts alone had no place there


def test_the_trail_is_guarded_on_both_sides(empty_url: str, engine: Engine) -> None:
    for revision in (AFTER, BEFORE):
        migrate(empty_url, revision)
        for statement in ("UPDATE audit_events SET after = NULL", "DELETE FROM audit_events"):
            with pytest.raises(DBAPIError, match="audit_events is append-only"), engine.begin() as connection:
                connection.execute(text(statement))
