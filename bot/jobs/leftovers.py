"""Which jobs are still to be done, and by which version: read and given up in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, text

from bot.jobs.queue import AGAIN, WORKFLOW_VERSION
from bot.jobs.slots import version_is_gone

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:kind, 0)")
_RECONCILING = 0x44525544
UNFINISHED = "status IN ('ENQUEUED', 'PENDING', 'DELAYED')"


def one_at_a_time(connection: Connection) -> None:
    """Wait until no other process is between this line and the end of its transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_AT_A_TIME, {"kind": _RECONCILING})


def job_exists_for(connection: Connection) -> Mapping[str, Collection[str]]:
    """Return what unfinished jobs there are for what: their ids by purpose, such as `deliver:dlv_1`.

    Jobs of a version that no live process carries out are given up here, and absent.
    """
    table = _table(connection)
    query = text(f"SELECT workflow_uuid, application_version FROM {table} WHERE {UNFINISHED}")  # noqa: S608 - our own
    found = [(str(row[0]), str(row[1] or "")) for row in connection.execute(query)]
    versions = {version for _, version in found} - {WORKFLOW_VERSION}
    gone = {version for version in versions if version_is_gone(connection, version)}
    _give_up(connection, gone)
    jobs: dict[str, list[str]] = {}
    for job_id, version in found:
        if version not in gone:
            jobs.setdefault(job_id.partition(AGAIN)[0], []).append(job_id)
    return jobs


def _give_up(connection: Connection, versions: Collection[str]) -> None:
    if not versions:
        return
    update = text(
        f"UPDATE {_table(connection)} SET status = 'CANCELLED', owner_xid = NULL, queue_name = NULL,"  # noqa: S608 - the table's name is ours, and values are bound
        " deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = updated_at"
        f" WHERE {UNFINISHED} AND coalesce(application_version, '') IN :versions"
    ).bindparams(bindparam("versions", expanding=True))
    connection.execute(update, {"versions": sorted(versions)})


def _table(connection: Connection) -> str:
    return "workflow_status" if connection.dialect.name == "sqlite" else "dbos.workflow_status"
