"""The dispute of a coverage conversation: the two's for three working days, then their leader's too."""

from __future__ import annotations

from datetime import datetime

from bot.domain.obligations import Verdict
from bot.domain.people import Person
from bot.domain.verification import DISPUTE_WORKING_DAYS
from bot.jobs.protocols import JobQueue
from bot.services.no_ambush import working_days_after
from bot.services.notifying import NoticeKind, Subject, Urgency, refresh, tell
from bot.store.repositories.conversations import AcknowledgementRow, ConversationRow
from bot.store.unit_of_work import UnitOfWork

SUBJECT = "acknowledgement"
PAGE = 100


def tell_of_dispute(
    uow: UnitOfWork, jobs: JobQueue, ack: AcknowledgementRow, manager: Person, now: datetime
) -> None:
    """Tell the manager that the rep sees it differently, and plan when it goes to their leader."""
    uow.conversations.escalate_at(ack.id, working_days_after(uow, manager, now, DISPUTE_WORKING_DAYS))
    reason = "someone says otherwise about a conversation you logged"
    _tell(uow, jobs, ack, manager.id, reason, f"{ack.id}:dispute", now)


def _tell(
    uow: UnitOfWork,
    jobs: JobQueue,
    ack: AcknowledgementRow,
    person_id: str,
    reason: str,
    cause: str,
    now: datetime,
) -> None:
    tell(
        uow,
        jobs,
        kind=NoticeKind.DISPUTE,
        person_id=person_id,
        subject=Subject(SUBJECT, ack.id),
        reason=reason,
        cause=cause,
        urgency=Urgency.OWED,
        now=now,
    )


def show_disputes(uow: UnitOfWork, jobs: JobQueue, obligation_id: str, now: datetime) -> None:
    """Bring up to date what was told of disputes of a conversation that is logged anew."""
    earlier = uow.conversations.for_obligation(obligation_id)[1:]
    tree = uow.people.tree() if earlier else None
    for row in earlier:
        ack = uow.conversations.acknowledgement_of(row.id)
        if ack is None or tree is None:
            continue
        concerned = [row.manager_id, *(one.id for one in tree.leaders(row.manager_id))]
        for person_id in uow.notices.told_of(concerned, NoticeKind.DISPUTE.value, SUBJECT, ack.id):
            subject = Subject(SUBJECT, ack.id)
            refresh(uow, jobs, kind=NoticeKind.DISPUTE, person_id=person_id, subject=subject, now=now)


def escalate_disputes(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    """Tell leaders of disputes whose three working days are over; return how many were looked at."""
    due = uow.conversations.to_escalate(now, PAGE)
    if not due:
        return 0
    tree = uow.people.tree()
    unsettled = []
    for ack in due:
        uow.conversations.escalate_at(ack.id, None)
        conversation = uow.conversations.get(ack.conversation_id)
        manager = tree.get(conversation.manager_id) if conversation else None
        rep = tree.get(ack.rep_id)
        if conversation is None or manager is None or not _is_unsettled(uow, conversation, manager, rep):
            continue
        disputed_at = uow.conversations.answers(ack.id)[-1].answered_at
        at = working_days_after(uow, manager, disputed_at, DISPUTE_WORKING_DAYS)
        if at > now:  # the manager has been away since
            uow.conversations.escalate_at(ack.id, at)
        else:
            leader = next((one for one in tree.leaders(conversation.manager_id) if one.active), None)
            unsettled.append((leader, ack, conversation))
    # By leader: whoever tells several people locks their days in one order.
    for leader, ack, conversation in sorted(unsettled, key=lambda one: one[0].id if one[0] else ""):
        _tell_leader(uow, jobs, ack, conversation, leader, now)
    return len(due)


def _is_unsettled(
    uow: UnitOfWork, conversation: ConversationRow, manager: Person, rep: Person | None
) -> bool:
    """Tell whether the two can still settle it, and have not: who no longer work together can't."""
    newest = uow.conversations.for_obligation(conversation.obligation_id)[0]
    owed = uow.obligations.get(conversation.obligation_id)
    together = rep is not None and rep.active and manager.active and rep.manager_id == manager.id
    disputed = owed is not None and owed.verdict is Verdict.CONTRADICTED
    return together and disputed and newest.id == conversation.id


def _tell_leader(
    uow: UnitOfWork,
    jobs: JobQueue,
    ack: AcknowledgementRow,
    conversation: ConversationRow,
    leader: Person | None,
    now: datetime,
) -> None:
    uow.audit.record(
        at=now,
        actor_id=None,
        action="coverage_conversation.escalated",
        entity_kind="coverage_conversation",
        entity_id=conversation.id,
        after={"to": leader.id if leader else None},
    )
    if leader is not None:
        reason = "two of your team do not agree about a conversation that was logged"
        _tell(uow, jobs, ack, leader.id, reason, f"{ack.id}:{leader.id}:dispute", now)
