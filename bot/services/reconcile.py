"""Asks again for what is owed but has no job left: after a deploy, a restored backup, a lost row."""

from __future__ import annotations

import structlog

from bot.jobs.leftovers import job_exists_for, one_at_a_time
from bot.jobs.protocols import Lane, RepeatingQueue
from bot.services.notifying import Mode
from bot.store.unit_of_work import Store

log = structlog.get_logger()

OPEN = ("queued", "failed")
PAGE = 500
MOST_READ = 100_000
# By now nobody waits in front of the screen but for a view; the rest makes way for those who do.
LANES = {
    Mode.VIEW.value: Lane.INTERACTIVE,
    Mode.UPDATE.value: Lane.REFRESHES,
    Mode.HOME.value: Lane.REFRESHES,
}


def reconcile(store: Store, jobs: RepeatingQueue) -> int:
    """Enqueue each open delivery and unexpanded fire that no job is left for; return how many.

    Safe to repeat and to run in several processes. Jobs of a version that a live process still carries out
    are left to it.
    """
    total = 0
    while count := _page(store, jobs):
        total += count
    if total:
        log.warning("jobs_restored", count=total)
    return total


def _page(store: Store, jobs: RepeatingQueue) -> int:
    with store.writing() as uow:
        one_at_a_time(uow.connection)
        # First what is owed, then the jobs: one that ends in between only finds it settled.
        deliveries = [one for state in OPEN for one in uow.outbox.with_state(state, MOST_READ)]
        fires = uow.fires.unfinished()
        jobs_of = job_exists_for(uow.connection)
        lost_fires = [one.id for one in fires if f"expand:{one.id}" not in jobs_of][:PAGE]
        lost = [one for one in deliveries if f"deliver:{one.id}" not in jobs_of][:PAGE]
        for fire_id in lost_fires:
            jobs.expand_again(uow.connection, fire_id)
        for one in lost:
            jobs.deliver_again(uow.connection, one.id, LANES.get(one.mode, Lane.DELIVERIES))
        return len(lost_fires) + len(lost)
