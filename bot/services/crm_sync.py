"""The daily sync: takes in each state of the CRM whose time has come, in order, exactly once."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.crm.errors import CrmSourceError
from bot.crm.report import ImportReport
from bot.crm.source import Crm, Snapshot
from bot.services.crm_taking import lock_source, take_in
from bot.store.unit_of_work import Store

_log = structlog.get_logger(__name__)


def sync(store: Store, crm: Crm, *, now: datetime) -> list[ImportReport]:
    """Take in every due state of the CRM not taken yet, the oldest first, each in a transaction of its own.

    Safe to call from several processes and again after a crash: a state is either in, with the record of its
    import, or not. A source that can't be read stops here and is logged; what is known stays as it is, and
    shows its age.
    """
    reports: list[ImportReport] = []
    for snapshot in crm.snapshots(_last_as_of(store, crm), now):
        try:
            report = _take(store, crm, snapshot, now)
        except CrmSourceError as error:
            _log.warning(
                "crm_source_unreadable", source=crm.mapping.source, snapshot=snapshot.label, error=str(error)
            )
            break
        if report is not None:
            reports.append(report)
    return reports


def next_sync(store: Store, crm: Crm, now: datetime) -> datetime | None:
    """Return when the CRM's next state is due after `now`, or None when none is foreseen."""
    last = _last_as_of(store, crm)
    return crm.next_snapshot(now if last is None else max(now, last))


def _take(store: Store, crm: Crm, snapshot: Snapshot, now: datetime) -> ImportReport | None:
    # Read before the transaction: nobody waits for a file.
    batch = crm.read(snapshot)
    with store.writing() as uow:
        lock_source(uow, crm.mapping, now)
        latest = uow.imports.latest(crm.mapping.source)
        if latest is not None and latest.as_of >= snapshot.as_of:
            # Another process was faster.
            return None
        return take_in(uow, batch, snapshot, crm.mapping, now)


def _last_as_of(store: Store, crm: Crm) -> datetime | None:
    with store.reading() as uow:
        latest = uow.imports.latest(crm.mapping.source)
    return latest.as_of if latest else None
