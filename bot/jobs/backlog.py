"""Looks into the jobs' own tables: how much waits in each lane and what failed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, text

from bot.jobs.protocols import Lane

UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")
FAILED = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
OURS = tuple(lane.value for lane in Lane)


def queue_depth(connection: Connection) -> Mapping[str, int]:
    """Return how many jobs are waiting or at work in each lane; every lane is there."""
    query = text(
        f"SELECT queue_name, count(*) FROM {_table(connection)} "  # noqa: S608 - the name is our own
        "WHERE status IN :states AND queue_name IN :lanes GROUP BY queue_name"
    ).bindparams(bindparam("states", expanding=True), bindparam("lanes", expanding=True))
    found = {str(row[0]): int(row[1]) for row in connection.execute(query, _of(UNFINISHED))}
    return {lane: found.get(lane, 0) for lane in OURS}


def failed_jobs(connection: Connection) -> int:
    """Return how many jobs ended in an error nobody foresaw."""
    query = text(
        f"SELECT count(*) FROM {_table(connection)} "  # noqa: S608 - the name is our own
        "WHERE status IN :states AND queue_name IN :lanes"
    ).bindparams(bindparam("states", expanding=True), bindparam("lanes", expanding=True))
    return int(connection.execute(query, _of(FAILED)).scalar_one())


def _of(states: tuple[str, ...]) -> dict[str, object]:
    return {"states": list(states), "lanes": list(OURS)}


def _table(connection: Connection) -> str:
    return "workflow_status" if connection.dialect.name == "sqlite" else "dbos.workflow_status"
