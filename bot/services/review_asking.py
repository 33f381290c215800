"""Has the reps asked about the deals of a review that is to come, and says what is asked and what is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.inspection import Answered
from bot.domain.people import Person
from bot.domain.pipeline import Deal
from bot.domain.review_cards import Asking
from bot.jobs.protocols import JobQueue
from bot.services.answering_time import calendars_of, usual_deadline
from bot.services.criterion_statuses import inspection_of, inspections_of
from bot.services.inspection_asking import ask_for_deals, why_not_asked
from bot.services.postponing import postpone
from bot.services.settings_book import current_settings
from bot.store.unit_of_work import UnitOfWork


def ask_for_review(
    uow: UnitOfWork,
    jobs: JobQueue,
    deals: Collection[Deal],
    starts_at: datetime,
    now: datetime,
    *,
    actor_id: str | None = None,
) -> None:
    """Ask what is open about these deals, to be answered until the review starts; nothing once it has."""
    if starts_at > now:
        ask_for_deals(uow, jobs, deals, actor_id, now, answer_by=starts_at)


def askings(uow: UnitOfWork, deals: Collection[Deal], now: datetime) -> Mapping[str, Asking]:
    """Return, by deal, what its owner has to answer, or why nothing is asked of them."""
    settings = current_settings(uow)
    found = inspections_of(uow, deals, settings)
    threads = uow.threads.newest_of([deal.id for deal in deals])
    made = {}
    for deal in deals:
        asked = [
            one
            for one in found[deal.id]
            if one.question and one.question.asked_of_id == deal.owner_id and one.answered is Answered.OPEN
        ]
        thread = threads.get(deal.id)
        if asked and thread is not None and thread.message_ts is None and thread.trouble:
            made[deal.id] = Asking(0, f"{thread.trouble}.")
        elif asked:
            made[deal.id] = Asking(len(asked))
        else:
            made[deal.id] = Asking(0, why_not_asked(uow, deal, found[deal.id], settings, now))
    return made


def release(
    uow: UnitOfWork,
    jobs: JobQueue,
    deal: Deal,
    owner: Person,
    actor_id: str,
    starts_at: datetime,
    now: datetime,
) -> None:
    """Give a deal that left a review the usual time for what was to be answered until that starts."""
    settings = current_settings(uow)
    later = usual_deadline(owner, calendars_of(uow, [owner])[owner.id], settings, now)
    asked = [one.question for one in inspection_of(uow, deal, settings) if one.question]
    waiting = [one for one in asked if one.answer_by == starts_at and one.asked_of_id == owner.id]
    if later <= starts_at or not waiting:
        return
    postpone(uow, jobs, waiting, later, actor_id, now)
