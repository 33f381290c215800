"""Releases the ratings of sessions once a month, where enough of enough people are there."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.jobs.protocols import JobQueue
from bot.store.unit_of_work import Store, UnitOfWork


def release_ratings(store: Store, _jobs: JobQueue, now: datetime) -> None:
    """Release each manager's average of the ratings up to now, from the first of a month on; once a month.

    Whatever is too little is carried over. The trail keeps the average and from how many it is, no more.
    """
    month = f"{now.astimezone(UTC):%Y-%m}"
    with store.reading() as uow:
        if not uow.ratings.has_open() or f"{uow.workspace.get().created_at.astimezone(UTC):%Y-%m}" == month:
            return
    with store.writing() as uow:
        for made in uow.ratings.release_due(month, now):
            uow.audit.record(
                at=now,
                actor_id=None,
                action="ratings.released",
                entity_kind="person",
                entity_id=made.manager_id,
                after={"month": made.month, "count": made.count, "average": str(made.average)},
            )


def next_release(uow: UnitOfWork, now: datetime) -> list[datetime]:
    """Return the first of the next month, where any rating waits."""
    if not uow.ratings.has_open():
        return []
    today = now.astimezone(UTC).date()
    first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return [datetime.combine(first, time(), UTC)]
