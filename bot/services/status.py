"""How the product stands, read in one go: what is under way, what waits, what was given up, what is next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.jobs.backlog import failed_jobs, queue_depth
from bot.metrics import Figures
from bot.services.cadence_fires import next_cadence
from bot.services.dead_letters import DeadLetter, dead_letters
from bot.store.repositories.inbox import InboxFigures
from bot.store.unit_of_work import Store, UnitOfWork

EVERYBODY = 10_000


@dataclass(frozen=True, slots=True)
class Expanding:
    """A fire on its way to people: how many managers of its zone have theirs, of how many."""

    cadence: str
    zone: str
    local_date: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Status:
    """One state of the whole. Times are UTC; None where there is nothing of the kind."""

    expanding: tuple[Expanding, ...]
    deliveries: Mapping[str, int]
    queues: Mapping[str, int]
    jobs_failed: int
    oldest_waiting: datetime | None
    dead: tuple[DeadLetter, ...]
    events: InboxFigures
    crm_as_of: datetime | None
    last_import: str | None
    next_cadence: tuple[datetime, str] | None


def read_status(store: Store, now: datetime) -> Status:
    """Return how the product stands at this moment."""
    with store.reading() as uow:
        latest = uow.imports.latest()
        return Status(
            expanding=_expanding(uow),
            deliveries=uow.outbox.counts_by_state(),
            queues=queue_depth(uow.connection),
            jobs_failed=failed_jobs(uow.connection),
            oldest_waiting=uow.outbox.oldest_unsent(),
            dead=dead_letters(uow),
            events=uow.inbox.figures(),
            crm_as_of=uow.workspace.get().crm_as_of,
            last_import=f"{latest.source}, {latest.label}" if latest else None,
            # The first start records the settings; what is only imported has no cadence yet.
            next_cadence=next_cadence(uow, now) if uow.settings.all_current() else None,
        )


def read_figures(store: Store, now: datetime) -> Figures:
    """Return what monitoring asks for: one cheap query each."""
    with store.reading() as uow:
        oldest = uow.outbox.oldest_unsent()
        events = uow.inbox.figures()
        return Figures(
            deliveries=uow.outbox.counts_by_state(),
            oldest_unsent_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
            queue_depth=queue_depth(uow.connection),
            failed_jobs=failed_jobs(uow.connection),
            missed_fires=uow.fires.count_late(),
            events_waiting=events.waiting,
            events_stuck=len(events.stuck),
        )


def _expanding(uow: UnitOfWork) -> tuple[Expanding, ...]:
    found = []
    for fire in uow.fires.unfinished():
        managers = uow.people.managers_in_zone(fire.zone, None, EVERYBODY)
        done = sum(one.id <= fire.expanded_until for one in managers) if fire.expanded_until else 0
        found.append(Expanding(fire.cadence, fire.zone, str(fire.local_date), done, len(managers)))
    return tuple(found)
