"""One waking: takes in the CRM, judges what it shows, records what is due, tells what is next."""

from __future__ import annotations

from datetime import datetime

from bot.clock import DueInstant, Horizon
from bot.crm.source import Crm
from bot.jobs.protocols import JobQueue
from bot.services.cadence_fires import next_cadence, record_due_fires
from bot.services.crm_sync import next_sync, sync
from bot.services.enforcement import advance
from bot.services.fix_verification import verify_fixes
from bot.store.unit_of_work import Store


def tick(store: Store, jobs: JobQueue, crm: Crm | None, now: datetime) -> Horizon:
    """Carry out all that is due at `now`. The CRM comes first, so that Monday's check sees Monday's data."""
    if crm is not None:
        sync(store, crm, now=now)
    verify_fixes(store, jobs, now)
    advance(store, jobs, now)
    record_due_fires(store, jobs, now)
    return _horizon(store, crm, now)


def _horizon(store: Store, crm: Crm | None, now: datetime) -> Horizon:
    with store.reading() as uow:
        cadence = next_cadence(uow, now)
        instants = [(at, "a deadline") for at in uow.obligations.next_times(now) if at > now]
    if cadence is not None:
        instants.append(cadence)
    if crm is not None and (snapshot := next_sync(store, crm, now)) is not None:
        instants.append((snapshot, "new CRM data"))
    first = min(instants, default=None)
    return Horizon(
        next_due=DueInstant(*first) if first else None,
        next_cadence=DueInstant(*cadence) if cadence else None,
    )
