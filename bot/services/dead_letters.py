"""Messages and events that were given up: which and why, and tried again by an operator's command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFound
from bot.jobs.protocols import Lane
from bot.jobs.queue import DurableQueue
from bot.store.repositories.notices import DeliveryRow
from bot.store.unit_of_work import Store, UnitOfWork

# As many are listed; more than that come of one outage, and have one reason.
MOST = 1000
ALL = 1_000_000
PAGE = 100


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message that never reached its person, with the reason Slack gave; `since` it was asked for."""

    id: str
    person: str
    reason: str
    what: str
    since: datetime


def dead_letters(uow: UnitOfWork) -> tuple[DeadLetter, ...]:
    """Return what was given up, the oldest first."""
    dead = uow.outbox.with_state("dead", MOST)
    names = {person.id: person.name for person in uow.people.all()} if dead else {}
    return tuple(
        DeadLetter(
            id=one.id,
            person=names.get(one.person_id, one.person_id),
            reason=one.error or "no reason",
            what=notice.kind if (notice := uow.notices.get(one.notice_id)) else "message",
            since=one.created_at,
        )
        for one in dead
    )


def retry(
    store: Store, jobs: DurableQueue, delivery_id: str | None, now: datetime, by: str = "unknown"
) -> int:
    """Try one dead message again, or all (None), stuck events too; return how many; NotFound where none is.

    `by` names who asked, for the audit trail: an operator need not be a person of the workspace.
    Its attempts stay counted, so that the next one looks whether an earlier one arrived after all.
    """
    if delivery_id is not None:
        if not _retry(store, jobs, [delivery_id], now, by):
            raise NotFound(f"There is no dead message “{delivery_id}”: `drumbeat status` lists them.")
        return 1
    with store.reading() as uow:
        # Known beforehand: what is given up again meanwhile must not come round for ever.
        dead = [one.id for one in uow.outbox.with_state("dead", ALL)]
    pages = (dead[start : start + PAGE] for start in range(0, len(dead), PAGE))
    total = sum(_retry(store, jobs, page, now, by) for page in pages)
    with store.writing() as uow:
        return total + _retry_events(uow, now, by)


def _retry(store: Store, jobs: DurableQueue, ids: Sequence[str], now: datetime, by: str) -> int:
    """Try these again if they are dead, in a transaction so short that no click waits for it."""
    with store.writing() as uow:
        found = [uow.notices.delivery(delivery_id) for delivery_id in ids]
        dead = [one for one in found if one is not None and one.state == "dead"]
        for one in dead:
            _revive(uow, jobs, one, now, by)
        return len(dead)


def _revive(uow: UnitOfWork, jobs: DurableQueue, one: DeliveryRow, now: datetime, by: str) -> None:
    uow.notices.revive(one.id)
    uow.audit.record(
        at=now,
        actor_id=None,
        action="delivery.retried",
        entity_kind="delivery",
        entity_id=one.id,
        before={"state": "dead", "error": one.error},
        after={"state": "queued", "by": by},
    )
    jobs.deliver_again(uow.connection, one.id, Lane.DELIVERIES)


def _retry_events(uow: UnitOfWork, now: datetime, by: str) -> int:
    revived = uow.inbox.revive()
    if revived:
        uow.audit.record(
            at=now,
            actor_id=None,
            action="events.retried",
            entity_kind="workspace",
            entity_id=uow.workspace_id,
            after={"events": revived, "by": by},
        )
    return revived
