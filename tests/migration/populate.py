"""One row in every table, made from the table's own description, so that no table is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect

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


def reflect(connection: Connection) -> MetaData:
    """Return our tables as the database has them now."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: is_ours(name, "table", {}) and name != "alembic_version")
    return found


def populate(connection: Connection, tables: MetaData) -> list[str]:
    """Put one row into each empty table, parents first; return the names of all tables."""
    for table in tables.sorted_tables:
        if not count(connection, table):
            connection.execute(
                insert(table).values({column.name: _value(table, column.name) for column in table.c})
            )
    return sorted(tables.tables)


def count(connection: Connection, table: Table) -> int:
    return len(connection.execute(table.select()).all())


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
