"""How deal inspection speaks: privately to a person, and quietly into a deal's channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.jobs.protocols import JobQueue
from bot.services.notifying import Mode, NoticeKind, Subject, Urgency, tell
from bot.store.ids import new_id
from bot.store.unit_of_work import UnitOfWork

# An answer is waited for in all but these: a place that was asked for, and what is only good to know.
_URGENCIES: Mapping[NoticeKind, Urgency] = {
    NoticeKind.THREAD_LINK: Urgency.DIRECT,
    NoticeKind.EVIDENCE_UNDONE: Urgency.NEWS,
    NoticeKind.DEMOTION_TOLD: Urgency.NEWS,
}


def tell_privately(
    uow: UnitOfWork,
    jobs: JobQueue,
    *,
    kind: NoticeKind,
    person_id: str,
    subject: Subject,
    reason: str,
    cause: str,
    now: datetime,
) -> None:
    """Tell one person something that nobody else reads; once for its cause."""
    tell(
        uow,
        jobs,
        kind=kind,
        person_id=person_id,
        subject=subject,
        reason=reason,
        cause=cause,
        urgency=_URGENCIES.get(kind, Urgency.OWED),
        now=now,
    )


def put_in_channel(
    uow: UnitOfWork,
    jobs: JobQueue,
    *,
    kind: NoticeKind,
    person_id: str,
    subject: Subject,
    reason: str,
    now: datetime,
    cause: str | None = None,
) -> None:
    """Ask for a message in a deal's channel, or for what belongs to one there; it calls nobody.

    Once for its cause; without one it is asked for each time. `person_id` is whose matter it is.
    """
    tell(
        uow,
        jobs,
        kind=kind,
        person_id=person_id,
        subject=subject,
        reason=reason,
        cause=cause or new_id("dlv"),
        urgency=Urgency.DIRECT,
        now=now,
        mode=Mode.CHANNEL,
    )
