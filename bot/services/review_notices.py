"""Tells of pipeline reviews and decisions, and brings what was told up to date."""

from __future__ import annotations

from datetime import datetime

from bot.jobs.protocols import JobQueue
from bot.services.notifying import Mode, NoticeKind, Subject, Urgency, refresh, tell
from bot.store.ids import new_id
from bot.store.unit_of_work import UnitOfWork

REVIEW_KIND = "pipeline_review"
# By this reason the message of the day before is known from that of the review.
PREPARED = "tomorrow's pipeline review is prepared"


def tell_prepared(uow: UnitOfWork, jobs: JobQueue, review_id: str, manager_id: str, now: datetime) -> bool:
    """Show a manager the deals picked for tomorrow; once."""
    return tell(
        uow,
        jobs,
        kind=NoticeKind.PIPELINE_REVIEW,
        person_id=manager_id,
        subject=Subject(REVIEW_KIND, review_id),
        reason=PREPARED,
        cause=f"{review_id}:prepared",
        urgency=Urgency.NEWS,
        now=now,
    )


def tell_due(uow: UnitOfWork, jobs: JobQueue, review_id: str, manager_id: str, now: datetime) -> bool:
    """Ask a manager to hold the review; once."""
    return tell(
        uow,
        jobs,
        kind=NoticeKind.PIPELINE_REVIEW,
        person_id=manager_id,
        subject=Subject(REVIEW_KIND, review_id),
        reason="the pipeline review of your team is due",
        cause=f"{review_id}:due",
        urgency=Urgency.DUE_TODAY,
        now=now,
    )


def has_its_own_message(uow: UnitOfWork, review_id: str) -> bool:
    """Tell whether the review itself was told, beside its preparation: on one day the two are one message."""
    due = uow.notices.delivery(f"{review_id}:due")
    return due is not None and due.state != "superseded"


def tell_follow_up(uow: UnitOfWork, jobs: JobQueue, fire_id: str, manager_id: str, now: datetime) -> bool:
    """Ask a manager what became of the week's decisions; once a fire."""
    return tell(
        uow,
        jobs,
        kind=NoticeKind.DECISION_FOLLOW_UP,
        person_id=manager_id,
        subject=Subject("cadence_fire", fire_id),
        reason="decisions of yours came due this week",
        cause=f"{fire_id}:{manager_id}",
        urgency=Urgency.OWED,
        now=now,
    )


def tell_rep(uow: UnitOfWork, jobs: JobQueue, review_id: str, rep_id: str, now: datetime) -> bool:
    """Tell a rep what was decided of their deals; once a review."""
    return tell(
        uow,
        jobs,
        kind=NoticeKind.REVIEW_OUTCOME,
        person_id=rep_id,
        subject=Subject(REVIEW_KIND, review_id),
        reason="deals of yours were reviewed",
        cause=f"{review_id}:{rep_id}",
        urgency=Urgency.NEWS,
        now=now,
    )


def tell_contradicted(
    uow: UnitOfWork, jobs: JobQueue, review_id: str, rep_id: str, as_of: datetime, now: datetime
) -> None:
    """Tell a rep which decisions of a review the CRM contradicts; once a state of the CRM."""
    tell(
        uow,
        jobs,
        kind=NoticeKind.DECISION_CONTRADICTED,
        person_id=rep_id,
        subject=Subject(REVIEW_KIND, review_id),
        reason="the CRM shows something else than was decided of a deal of yours",
        cause=f"{review_id}:{rep_id}:otherwise:{as_of:%Y%m%d%H%M%S}",
        urgency=Urgency.NEWS,
        now=now,
    )


def show_step(
    uow: UnitOfWork, jobs: JobQueue, person_id: str, view_id: str, review_id: str, now: datetime
) -> None:
    """Ask that the open window be filled with the deal at which the review stands now."""
    tell(
        uow,
        jobs,
        kind=NoticeKind.REVIEW_STEP,
        person_id=person_id,
        subject=Subject("view", f"{view_id}|{review_id}"),
        reason="you turned to another deal",
        cause=new_id("dlv"),
        urgency=Urgency.DIRECT,
        now=now,
        mode=Mode.VIEW,
    )


def refresh_review(uow: UnitOfWork, jobs: JobQueue, review_id: str, manager_id: str, now: datetime) -> None:
    """Bring what shows a review up to date."""
    subject = Subject(REVIEW_KIND, review_id)
    refresh(uow, jobs, kind=NoticeKind.PIPELINE_REVIEW, person_id=manager_id, subject=subject, now=now)


def refresh_outcome(uow: UnitOfWork, jobs: JobQueue, review_id: str, rep_id: str, now: datetime) -> None:
    """Bring what a rep was told of a review, and of its decisions, up to date."""
    subject = Subject(REVIEW_KIND, review_id)
    for kind in (NoticeKind.REVIEW_OUTCOME, NoticeKind.DECISION_CONTRADICTED):
        refresh(uow, jobs, kind=kind, person_id=rep_id, subject=subject, now=now)


def refresh_follow_up(uow: UnitOfWork, jobs: JobQueue, fire_id: str, manager_id: str, now: datetime) -> None:
    """Bring the question about a week's decisions up to date."""
    subject = Subject("cadence_fire", fire_id)
    refresh(uow, jobs, kind=NoticeKind.DECISION_FOLLOW_UP, person_id=manager_id, subject=subject, now=now)
