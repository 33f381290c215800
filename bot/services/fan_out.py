"""A recorded fire becomes work for people, page by page; each cadence says what it opens for a manager."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.domain.people import Person
from bot.jobs.protocols import JobQueue
from bot.services import health_check_fire, pipeline_review_fire
from bot.services.cadence_fires import HEALTH_CHECK
from bot.services.opened import Opened
from bot.services.review_rhythm import DECISION_FOLLOW_UP, PIPELINE_PREPARATION, PIPELINE_REVIEW
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()

# On SQLite nobody else writes during a page, and who clicks meanwhile waits: a third of a second, where each
# leads eight reps with 25 deals. Smaller ones would take longer all told: each reads who leads whom.
PAGE = 25

# Opens what these managers owe from a fire, and enqueues their messages; once, however often it is called.
Opening = Callable[[UnitOfWork, JobQueue, Fire, Sequence[Person], datetime], list[Opened]]

EXPANSIONS: Mapping[str, Opening] = {
    HEALTH_CHECK: health_check_fire.open_for_managers,
    PIPELINE_PREPARATION: pipeline_review_fire.prepare_for_managers,
    PIPELINE_REVIEW: pipeline_review_fire.review_for_managers,
    DECISION_FOLLOW_UP: pipeline_review_fire.follow_up_for_managers,
}


def expand_fire(store: Store, jobs: JobQueue, fire_id: str, now: datetime) -> bool:
    """Turn one page of a fire into obligations and messages to be sent; return True while pages are left.

    A page is one transaction, and where it ended is kept in it: after a crash it goes on from there.
    """
    with store.writing() as uow:
        fire = uow.fires.get(fire_id)
        if fire is None or fire.expanded_at is not None:
            return False
        managers = uow.people.managers_in_zone(fire.zone, fire.expanded_until, PAGE)
        EXPANSIONS[fire.cadence](uow, jobs, fire, managers, now)
        last_page = len(managers) < PAGE
        uow.fires.mark_expanded(
            fire.id, managers[-1].id if managers else fire.expanded_until, now if last_page else None
        )
    log.info(
        "fan_out_page",
        fire=fire.id,
        cadence=fire.cadence,
        zone=fire.zone,
        day=str(fire.local_date),
        managers=len(managers),
        more=not last_page,
    )
    return not last_page
