"""Takes in what was written, changed or deleted in deals' threads while nobody listened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.evidence import folded
from bot.jobs.protocols import JobQueue
from bot.services.deal_messages import Written, message_deleted, message_edited, message_written
from bot.store.repositories.deal_threads import DealThread
from bot.store.unit_of_work import Store

LIVELY = timedelta(days=14)
MOST_THREADS = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A thread and the messages known in it before it is read: what comes meanwhile was not deleted."""

    thread: DealThread
    message_ts: frozenset[str]


def threads_to_read(store: Store, now: datetime) -> list[Known]:
    """Return the threads in which something was asked or written lately, the newest first, not too many."""
    with store.reading() as uow:
        return [
            Known(
                thread,
                frozenset(one.ts for one in uow.threads.messages(thread.id) if one.deleted_at is None),
            )
            for thread in uow.threads.lively(now - LIVELY, MOST_THREADS)
        ]


def take_history(
    store: Store, jobs: JobQueue, known: Known, messages: Sequence[Written], now: datetime
) -> int:
    """Bring what is kept of a thread in line with all that people wrote in it; return how much was missed.

    Safe to repeat, and beside the events themselves: what is known already changes nothing.
    """
    with store.reading() as uow:
        kept = {one.ts: one for one in uow.threads.messages(known.thread.id)}
    missed = 0
    for message in messages:
        before = kept.get(message.ts)
        if before is None:
            message_written(store, jobs, message, now)
            missed += 1
        elif before.deleted_at is None and folded(before.text) != folded(message.text):
            message_edited(store, jobs, message, now)
            missed += 1
    for ts in sorted(known.message_ts - {message.ts for message in messages}):
        message_deleted(store, jobs, known.thread.channel, ts, now)
        missed += 1
    return missed
