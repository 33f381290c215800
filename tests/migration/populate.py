"""One row in every table, made from the table's own description, so that no table is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect, text

from bot.store.migration_scope import is_ours

VALUES: dict[type, Any] = {
    str: "text",
    int: 7,
    time: time(10, 0),
    bool: True,
    date: date(2026, 10, 5),
    datetime: datetime(2026, 10, 5, 7, 0, tzinfo=UTC),
}
# What a check constraint allows.
CHOSEN = {
    ("one_on_one_series", "weekday"): 2,
    ("one_on_one_series", "every_weeks"): 2,
    ("one_on_ones", "state"): "held",
    # Where it comes from a fire, as that is there: else it would go with what opened it.
    ("obligations", "source_kind"): "cadence_fire",
    ("obligations", "state"): "due",
    ("coverage_conversations", "kind"): "conversation",
    ("verdict_comments", "judged"): "obligation",
    ("verdict_comments", "state"): "overdue",
    ("acknowledgement_answers", "answer"): "confirmed",
    ("flag_responses", "kind"): "fixed",
    ("deliveries", "mode"): "post",
    ("deliveries", "state"): "sent",
    ("audit_events", "actor_kind"): "person",
    ("evidence", "grade"): "claimed",
    ("evidence", "state"): "standing",
    ("evidence_rulings", "ruling"): "accepted",
    ("demotion_proposals", "outcome"): "answered",
    ("pipeline_reviews", "outcome"): "review",
    ("decisions", "kind"): "advance",
    ("decisions", "state"): "taken",
    ("next_actions", "activity"): "call",
    ("coaching_logs", "kind"): "session",
    ("coaching_answers", "answer"): "confirmed",
    ("skill_observations", "stance"): "seen",
    ("coaching_reads", "depth"): "text",
    ("erasures", "kind"): "person",
    ("tombstones", "kind"): "email",
    ("coaching_steps", "outcome"): "done",
    ("development_plans", "outcome"): "met",
}


def reflect(connection: Connection, *names: str) -> MetaData:
    """Return our tables as the database has them now: all, or these and those that they refer to."""
    found = MetaData()
    if names:
        found.reflect(connection, only=names)
        return found
    found.reflect(connection, only=lambda name, _: is_ours(name, "table", {}) and name != "alembic_version")
    return found


def populate(connection: Connection) -> list[str]:
    """Put one row into each empty table, parents first; return the names of all tables."""
    rows = counts(connection)
    empty = {name for name, count in rows.items() if not count}
    for table in reflect(connection, *empty).sorted_tables if empty else ():
        if table.name in empty:
            connection.execute(
                insert(table).values({column.name: _value(table, column.name) for column in table.c})
            )
    return sorted(rows)


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each of our tables has."""
    selects = [f"SELECT '{name}', count(*) FROM {name}" for name in our_tables(connection)]
    if not selects:
        return {}
    return {row[0]: row[1] for row in connection.execute(text(" UNION ALL ".join(selects)))}


def our_tables(connection: Connection) -> list[str]:
    names = inspect(connection).get_table_names()
    return sorted(name for name in names if is_ours(name, "table", {}) and name != "alembic_version")


def _value(table: Table, column: str) -> Any:
    described = table.c[column]
    for key in described.foreign_keys:
        return f"{key.column.table.name}-1"
    if column == "id":
        return f"{table.name}-1"
    if (table.name, column) in CHOSEN:
        return CHOSEN[table.name, column]
    if column == "verdict":
        return "pending"
    kind = described.type.python_type
    return VALUES.get(kind, {"some": "json"} if kind is dict else 7)
