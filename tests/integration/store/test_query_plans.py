"""What is asked for each manager is found by an index of theirs: else a fan-out grows with their square."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.obligations import ObligationKind
from bot.store.unit_of_work import Store, UnitOfWork

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])  # it plans without figures of the tables


def plan(store: Store, ask: Callable[[UnitOfWork], Any]) -> list[str]:
    """Return the steps of SQLite's plan for the first query that is asked."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    with store.reading() as uow:
        event.listen(uow.connection, "before_cursor_execute", note)
        ask(uow)
        event.remove(uow.connection, "before_cursor_execute", note)
        statement, parameters = asked[0]
        found = uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [str(row[3]) for row in found]


@ON_SQLITE
@pytest.mark.parametrize(
    "ask",
    [
        lambda uow: uow.people.manager_zones(),
        lambda uow: uow.people.managers_in_zone("Europe/Berlin", None, 10),
    ],
    ids=["zones", "managers"],
)
def test_a_manager_s_reps_are_found_by_their_manager(team: Store, ask: Callable[[UnitOfWork], Any]) -> None:
    steps = plan(team, ask)

    assert [step for step in steps if step.startswith("SCAN")] == []
    assert any("(workspace_id=? AND manager_id=?)" in step for step in steps)


@ON_SQLITE
@pytest.mark.parametrize(
    "ask",
    [
        lambda uow: uow.obligations.owed_by(["mia"]),
        lambda uow: uow.obligations.open_of_earlier_fires(
            ObligationKind.COVERAGE_CONVERSATION, "mia", "fire_1"
        ),
    ],
    ids=["all", "earlier"],
)
def test_what_a_manager_owes_is_found_by_its_owner(team: Store, ask: Callable[[UnitOfWork], Any]) -> None:
    (step,) = (step for step in plan(team, ask) if " obligations " in step)

    assert "owner_id=?" in step
