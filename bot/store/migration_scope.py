"""Which tables of the database are ours to migrate: DBOS keeps its own beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# On SQLite they share our file; on PostgreSQL they are in a schema of their own, which is never looked into.
_DBOS_TABLES = frozenset(
    {
        "application_versions",
        "datasource_outputs",
        "dbos_migrations",
        "event_dispatch_kv",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)


def is_ours(name: str | None, kind: str, _parents: Mapping[Any, str | None]) -> bool:
    """Tell Alembic whether to compare what it found with our models."""
    return not (kind == "table" and name in _DBOS_TABLES)
