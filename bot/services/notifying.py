"""Records what is to be said to whom and why, and asks for its delivery, in the transaction of its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.attention import Urgency
from bot.jobs.protocols import JobQueue
from bot.services.attention import Saying, lane_of, place_notice, refresh_lane, show_lines
from bot.store.ids import new_id
from bot.store.unit_of_work import UnitOfWork

__all__ = ["Mode", "NoticeKind", "Subject", "Urgency", "publish_home", "refresh", "refresh_home", "tell"]


class NoticeKind(StrEnum):
    """What a notice is about; each kind has one view."""

    HEALTH_CHECK = "health_check"
    ACKNOWLEDGEMENT = "acknowledgement"
    DISPUTE = "dispute"
    SNOOZE_OVER = "snooze_over"
    HINT = "hint"
    DEAL_LIST = "deal_list"
    HOME = "home"
    WHY = "why"
    ONE_ON_ONE_AGENDA = "one_on_one_agenda"
    ONE_ON_ONE_ENDED = "one_on_one_ended"
    ONE_ON_ONE_CHANGED = "one_on_one_changed"
    ONE_ON_ONE_PROPOSAL = "one_on_one_proposal"
    ONE_ON_ONE_INVITE = "one_on_one_invite"
    COACHING_ASKED = "coaching_asked"
    COACHING_DISPUTED = "coaching_disputed"
    COACHING_OFFER = "coaching_offer"
    DEEP_DIVE_DUE = "deep_dive_due"
    PLAN_MEASURED = "plan_measured"
    DEAL_THREAD = "deal_thread"
    INSPECTION_ROUND = "inspection_round"
    QUESTIONS_ASKED = "questions_asked"
    THREAD_LINK = "thread_link"
    EVIDENCE_PROMPT = "evidence_prompt"
    EVIDENCE_LINK = "evidence_link"
    EVIDENCE_FOLLOW_UP = "evidence_follow_up"
    EVIDENCE_UNDONE = "evidence_undone"
    EVIDENCE_REJECTED = "evidence_rejected"
    DEMOTION_PROPOSED = "demotion_proposed"
    DEMOTION_TOLD = "demotion_told"
    PIPELINE_REVIEW = "pipeline_review"
    REVIEW_STEP = "review_step"
    REVIEW_OUTCOME = "review_outcome"
    DECISION_FOLLOW_UP = "decision_follow_up"
    DECISION_CONTRADICTED = "decision_contradicted"


class Mode(StrEnum):
    """How a delivery reaches its person."""

    POST = "post"
    REPLY = "reply"
    UPDATE = "update"
    HOME = "home"
    VIEW = "view"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Subject:
    """The record a notice is about."""

    kind: str
    id: str


def tell(
    uow: UnitOfWork,
    jobs: JobQueue,
    *,
    kind: NoticeKind,
    person_id: str,
    subject: Subject,
    reason: str,
    cause: str,
    urgency: Urgency,
    now: datetime,
    mode: Mode = Mode.POST,
) -> bool:
    """Record a notice and see to it that its person learns of it; return False when this cause has told it.

    `cause` is an id made from what caused it, so that the same cause never tells twice. What is not DIRECT is
    told where the person's day has room for it. `mode` is for what is DIRECT, into an open view or a channel;
    a REPLY is part of the health check that asked for its subject.
    """
    if uow.notices.delivery(cause) is not None:
        return False
    if urgency is not Urgency.DIRECT:
        part_of = _part_of(uow, subject) if mode is Mode.REPLY else None
        told = (kind.value, person_id, subject.kind, subject.id, reason)
        return place_notice(uow, jobs, Saying(*told, cause, urgency, now, part_of))
    notice_id = uow.notices.add(kind.value, person_id, subject.kind, subject.id, reason, now)
    uow.notices.add_delivery(cause, notice_id, person_id, mode.value, now)
    jobs.deliver(uow.connection, cause, lane_of(uow, urgency))
    return True


def _part_of(uow: UnitOfWork, subject: Subject) -> tuple[str, str] | None:
    owed = uow.obligations.get(subject.id)
    return (NoticeKind.HEALTH_CHECK.value, owed.source_id) if owed else None


def refresh(
    uow: UnitOfWork, jobs: JobQueue, *, kind: NoticeKind, person_id: str, subject: Subject, now: datetime
) -> None:
    """Ask that what was told be brought up to date wherever it stands, and the Home tab with it."""
    for notice_id in uow.notices.sent_for_subject(kind.value, subject.id, person_id):
        _repeat(uow, jobs, notice_id, person_id, Mode.UPDATE, now)
    show_lines(uow, jobs, kind.value, subject.id, person_id, now)
    refresh_home(uow, jobs, person_id=person_id, now=now)


def refresh_home(uow: UnitOfWork, jobs: JobQueue, *, person_id: str, now: datetime) -> None:
    """Ask that the person's Home tab be brought up to date, if they have ever opened it.

    Whoever opens it gets a fresh one; a tab that nobody looks at is not worth a call to Slack at each change.
    """
    if uow.notices.told_of([person_id], NoticeKind.HOME.value, "person", person_id):
        publish_home(uow, jobs, person_id=person_id, now=now)


def publish_home(uow: UnitOfWork, jobs: JobQueue, *, person_id: str, now: datetime) -> None:
    """Ask that the person's Home tab be published."""
    notice_id = uow.notices.add(NoticeKind.HOME.value, person_id, "person", person_id, "your Home tab", now)
    _repeat(uow, jobs, notice_id, person_id, Mode.HOME, now)


def _repeat(
    uow: UnitOfWork, jobs: JobQueue, notice_id: str, person_id: str, mode: Mode, now: datetime
) -> None:
    delivery_id = new_id("dlv")
    uow.notices.add_delivery(delivery_id, notice_id, person_id, mode.value, now)
    jobs.deliver(uow.connection, delivery_id, refresh_lane(uow))
