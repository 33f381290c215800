"""Messages and events that were given up: which and why, and tried again by an operator's command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFound
from bot.jobs.protocols import Lane
from bot.jobs.queue import DurableQueue
from bot.store.unit_of_work import Store, UnitOfWork

MOST = 1000


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
    dead = uow.notices.with_state("dead", MOST)
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
    with store.writing() as uow:
        dead = [one for one in dead_letters(uow) if delivery_id in {None, one.id}]
        if delivery_id is not None and not dead:
            raise NotFound(f"There is no dead message “{delivery_id}”: `drumbeat status` lists them.")
        for one in dead:
            uow.notices.revive(one.id)
            uow.audit.record(
                at=now,
                actor_id=None,
                action="delivery.retried",
                entity_kind="delivery",
                entity_id=one.id,
                before={"state": "dead", "error": one.reason},
                after={"state": "queued", "by": by},
            )
            jobs.deliver_again(uow.connection, one.id, Lane.DELIVERIES)
        return len(dead) + (_retry_events(uow, now, by) if delivery_id is None else 0)


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
