"""Releases the ratings of sessions at the turn of a month, where enough of enough people are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.people import Person
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor
from bot.services.no_ambush import a_day_ago
from bot.store.unit_of_work import Store, UnitOfWork

KIND = "ratings"
# So long after the first thing that a manager owed here nothing of how they are rated goes upward.
FIRST_WEEKS = timedelta(weeks=6)


def release_ratings(store: Store, _jobs: JobQueue, now: datetime) -> None:
    """Release each manager's average of the ratings up to now, at the first waking of a month and then alone.

    What becomes complete later in the month waits for the next one: released at once, it would tell whoever
    watches who completed it. The trail keeps the average and from how many it is, no more.
    """
    with store.reading() as uow:
        month = _month(uow, now)
        if month == _month(uow, uow.workspace.get().created_at) or _is_over(uow, month):
            return
    with store.writing() as uow:
        # On PostgreSQL another process waits here for the one that has the turn.
        if not uow.inbound.first_time(f"{KIND}:{month}", KIND, now) or _is_over(uow, month):
            return
        for made in uow.ratings.release_due(month, now):
            uow.audit.record(
                at=now,
                actor_id=None,
                action="ratings.released",
                entity_kind="person",
                entity_id=made.manager_id,
                after={"month": made.month, "count": made.count, "average": str(made.average)},
            )
        uow.audit.record(
            at=now, actor_id=None, action="ratings.month_turned", entity_kind=KIND, entity_id=month
        )


def next_release(uow: UnitOfWork, now: datetime) -> list[datetime]:
    """Return the first instant of the next month in the workspace's zone: what is complete goes out then."""
    zone = ZoneInfo(uow.workspace.get().time_zone)
    first = (now.astimezone(zone).date().replace(day=28) + timedelta(days=4)).replace(day=1)
    return [datetime.combine(first, time(), zone).astimezone(UTC)]


def averages_for(
    uow: UnitOfWork, actor: Actor, managers: Sequence[Person], now: datetime
) -> list[tuple[Person, str, Decimal]]:
    """Return (manager, month, average) of the newest releases that this person may see.

    Their own at once; those of managers below once these have had them for a working day, and none in the
    first six weeks of a manager, counted from the first thing that they owed here.
    """
    begun = uow.obligations.first_due([one.id for one in managers])
    found = []
    for one in managers:
        had = a_day_ago(uow, one, now)
        is_new = one.id not in begun or now < begun[one.id] + FIRST_WEEKS
        for release, released_at in uow.ratings.released(one.id):
            if one.id == actor.id or (not is_new and had(released_at)):
                found.append((one, release.month, release.average))
                break
    return found


def _month(uow: UnitOfWork, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(uow.workspace.get().time_zone)):%Y-%m}"


def _is_over(uow: UnitOfWork, month: str) -> bool:
    """Tell whether the release of a month is done; the trail knows it for ever, the turn's key does not."""
    return bool(uow.audit.of_entity(KIND, month))
