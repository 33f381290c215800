"""Gives a rep more time for what they were asked about a deal, on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.inspection import Question
from bot.jobs.protocols import JobQueue
from bot.services.deal_thread import refresh_thread
from bot.store.unit_of_work import UnitOfWork


def postpone(
    uow: UnitOfWork,
    jobs: JobQueue,
    questions: Sequence[Question],
    later: datetime,
    actor_id: str | None,
    now: datetime,
) -> None:
    """Give these questions about one deal another time by which they are to be answered, and show it."""
    uow.inspections.postpone([one.id for one in questions], later)
    for one in questions:
        uow.audit.record(
            now,
            actor_id,
            "inspection.postponed",
            "inspection_question",
            one.id,
            before={"answer_by": one.answer_by.isoformat()},
            after={"answer_by": later.isoformat()},
        )
    for deal_id in {one.deal_id for one in questions}:
        refresh_thread(uow, jobs, deal_id, now)
