"""What is kept for a set time only is forgotten then, in small pages so that nobody waits behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.jobs.protocols import JobQueue
from bot.store.unit_of_work import Store

# Slack repeats what was not acked within the hour; a form left open overnight is sent again the next day.
KEYS_KEPT = timedelta(days=7)
A_PAGE = 500


def forget_old_keys(store: Store, _jobs: JobQueue, now: datetime) -> int:
    """Forget the oldest keys of requests taken in, and their answers, a page at a waking; return how many."""
    before = now - KEYS_KEPT
    with store.reading() as uow:
        if not uow.inbound.any_before(before):
            return 0
    with store.writing() as uow:
        return uow.inbound.forget_before(before, A_PAGE)
