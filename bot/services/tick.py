"""One waking: takes in the CRM, judges what it shows, records what is due, tells what is next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.clock import DueInstant, Horizon
from bot.crm.source import Crm
from bot.jobs.protocols import JobQueue
from bot.services import (
    cadence_fires,
    coaching_judging,
    day_card,
    deal_thread,
    deep_dive,
    demotion,
    enforcement,
    one_on_one_rhythm,
)
from bot.services.cadence_fires import next_cadence
from bot.services.crm_sync import next_sync, sync
from bot.services.decision_verification import verify_decisions
from bot.services.fix_verification import verify_fixes
from bot.services.ratings import next_release, release_ratings
from bot.services.retention import erase_old_words
from bot.services.review_whole import settle_open
from bot.store.unit_of_work import Store, UnitOfWork

# What each feature does at a waking, in this order; each opens its own short transactions.
DUTIES: Sequence[Callable[[Store, JobQueue, datetime], object]] = (
    verify_fixes,
    verify_decisions,
    settle_open,
    enforcement.advance,
    cadence_fires.record_due_fires,
    one_on_one_rhythm.keep_rhythm,
    coaching_judging.advance,
    deep_dive.advance,
    release_ratings,
    deal_thread.refresh_moved,
    demotion.propose_demotions,
    erase_old_words,
    # After all that may open a day's card by itself: what waited stands on that one.
    day_card.tell_waiting,
)

# When each feature has something to do next: instants after `now`; a past one is what is done at this waking.
NEXT: Sequence[Callable[[UnitOfWork, datetime], Sequence[datetime]]] = (
    enforcement.next_deadlines,
    demotion.next_instants,
    one_on_one_rhythm.next_moments,
    coaching_judging.next_moments,
    deep_dive.next_moments,
    next_release,
    day_card.next_moments,
)


def tick(store: Store, jobs: JobQueue, crm: Crm | None, now: datetime) -> Horizon:
    """Carry out all that is due at `now`. The CRM comes first, so that Monday's check sees Monday's data."""
    if crm is not None:
        sync(store, crm, now=now)
    for duty in DUTIES:
        duty(store, jobs, now)
    return _horizon(store, crm, now)


def _horizon(store: Store, crm: Crm | None, now: datetime) -> Horizon:
    with store.reading() as uow:
        cadence = next_cadence(uow, now)
        instants = [(at, "a deadline") for of_feature in NEXT for at in of_feature(uow, now) if at > now]
    if cadence is not None:
        instants.append(cadence)
    if crm is not None and (snapshot := next_sync(store, crm, now)) is not None:
        instants.append((snapshot, "new CRM data"))
    first = min(instants, default=None)
    return Horizon(
        next_due=DueInstant(*first) if first else None,
        next_cadence=DueInstant(*cadence) if cadence else None,
    )
