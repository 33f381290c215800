"""The rep says whether a logged conversation took place, and the verdict follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.notices import AcknowledgementCard
from bot.domain.obligations import Verdict
from bot.domain.people import ManagerTree
from bot.domain.settings import Permission
from bot.domain.verification import Answer, AnswerRecord, ConversationClaim, conversation_verdict
from bot.errors import NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.health_check_whole import judge_whole
from bot.services.notifying import NoticeKind, Subject, Urgency, refresh, refresh_home, tell
from bot.services.recording import resting_reason, save_obligation
from bot.services.unsettled_disputes import tell_of_dispute
from bot.store.repositories.conversations import AcknowledgementRow, ConversationRow
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A rep confirms or disputes that a conversation took place; `comment` is optional."""

    slack_user_id: str
    acknowledgement_id: str
    answer: Answer
    comment: str | None = None


def open_dispute(store: Store, slack_user_id: str, acknowledgement_id: str) -> AcknowledgementCard:
    """Return what the dispute form shows, or raise when this person may not answer or has answered."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        return _card(uow, _answerable(uow, actor, acknowledgement_id), actor.tree)


def _answerable(uow: UnitOfWork, actor: Actor, acknowledgement_id: str) -> AcknowledgementRow:
    ack = uow.conversations.acknowledgement(acknowledgement_id)
    if ack is None:
        raise NotFound("That question is not on record here. Use `/drumbeat today` to see what is open.")
    if ack.rep_id != actor.id:
        raise NotAllowed("Only the person who was asked can answer this.")
    actor.require(Permission.ACKNOWLEDGE_CONVERSATIONS)
    if uow.conversations.answers(ack.id):
        raise StaleAction("You have already answered this, so nothing was changed.")
    return ack


def acknowledge(store: Store, jobs: JobQueue, command: Acknowledge, now: datetime) -> AcknowledgementCard:
    """Record the rep's answer and judge the conversation by it; a dispute is shown to both."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        _wait_turn(uow, command.acknowledgement_id)
        ack = _answerable(uow, actor, command.acknowledgement_id)
        uow.conversations.answer(ack.id, command.answer, command.comment, now)
        uow.audit.record(
            at=now,
            actor_id=actor.id,
            action=f"acknowledgement.{command.answer.value}",
            entity_kind="acknowledgement",
            entity_id=ack.id,
            after={"answer": command.answer.value},
        )
        judge_conversation(uow, jobs, ack, actor.tree, actor_id=actor.id, now=now)
        return _card(uow, ack, actor.tree)


def _wait_turn(uow: UnitOfWork, acknowledgement_id: str) -> None:
    """Lock what is to be judged before looking for an earlier answer: of two clicks at once, one is later."""
    ack = uow.conversations.acknowledgement(acknowledgement_id)
    conversation = uow.conversations.get(ack.conversation_id) if ack else None
    if conversation is not None:
        uow.obligations.get(conversation.obligation_id, for_update=True)


def ask_rep(
    uow: UnitOfWork, jobs: JobQueue, ack_id: str, rep_id: str, manager_name: str, now: datetime
) -> None:
    """Send the question of an acknowledgement to its rep; once, however often asked for."""
    tell(
        uow,
        jobs,
        kind=NoticeKind.ACKNOWLEDGEMENT,
        person_id=rep_id,
        subject=Subject("acknowledgement", ack_id),
        reason=f"{manager_name} logged a coverage conversation with you",
        cause=f"{ack_id}:ask",
        urgency=Urgency.OWED,
        now=now,
    )


def judge_conversation(
    uow: UnitOfWork,
    jobs: JobQueue,
    ack: AcknowledgementRow,
    tree: ManagerTree,
    *,
    actor_id: str | None,
    now: datetime,
) -> bool:
    """Derive the verdict of a conversation from its records; save and show it, and tell, if it changed."""
    conversation = uow.conversations.get(ack.conversation_id)
    obligation = uow.obligations.get(conversation.obligation_id, for_update=True) if conversation else None
    if conversation is None or obligation is None:
        return False
    newest = uow.conversations.for_obligation(obligation.id)[0]
    if newest.id != conversation.id:
        return False  # answered again since: the newer record decides
    rep = tree.get(ack.rep_id)
    verdict, reasons = conversation_verdict(
        claim_of(uow, conversation, ack, tree), now=now, zone=rep.time_zone if rep else "UTC"
    )
    if verdict is obligation.verdict:
        return False
    judged = obligation.judged(verdict, reasons)
    save_obligation(uow, obligation, judged, actor_id=actor_id, action="obligation.judged", now=now)
    judge_whole(uow, obligation.source_id, obligation.owner_id, now)
    _follow_to_confirmed_plans(uow, jobs, conversation, verdict, now)
    _show_verdict(uow, jobs, conversation, ack, obligation.source_id, verdict, tree, now)
    return True


def _show_verdict(
    uow: UnitOfWork,
    jobs: JobQueue,
    conversation: ConversationRow,
    ack: AcknowledgementRow,
    fire_id: str,
    verdict: Verdict,
    tree: ManagerTree,
    now: datetime,
) -> None:
    manager = tree.get(conversation.manager_id)
    if verdict is Verdict.CONTRADICTED and manager is not None:
        tell_of_dispute(uow, jobs, ack, manager, now)
    refresh(
        uow,
        jobs,
        kind=NoticeKind.HEALTH_CHECK,
        person_id=conversation.manager_id,
        subject=Subject("cadence_fire", fire_id),
        now=now,
    )
    refresh(
        uow,
        jobs,
        kind=NoticeKind.ACKNOWLEDGEMENT,
        person_id=ack.rep_id,
        subject=Subject("acknowledgement", ack.id),
        now=now,
    )


def _follow_to_confirmed_plans(
    uow: UnitOfWork, jobs: JobQueue, base: ConversationRow, verdict: Verdict, now: datetime
) -> None:
    """A confirmed plan is worth what the conversation behind it is worth."""
    for row in uow.conversations.resting_on(base.id):
        owed = uow.obligations.get(row.obligation_id, for_update=True)
        if owed is None or owed.verdict is verdict:
            continue
        judged = owed.judged(verdict, (resting_reason(base, verdict),))
        save_obligation(uow, owed, judged, actor_id=None, action="obligation.judged", now=now)
        judge_whole(uow, owed.source_id, owed.owner_id, now)
        refresh_home(uow, jobs, person_id=row.manager_id, now=now)


def claim_of(
    uow: UnitOfWork, conversation: ConversationRow, ack: AcknowledgementRow, tree: ManagerTree
) -> ConversationClaim:
    """Return the conversation with the records its verdict rests on."""
    return ConversationClaim(
        id=conversation.id,
        held_on=conversation.held_on,
        logged_at=conversation.logged_at,
        ack_asked_at=ack.asked_at,
        ack_deadline=ack.deadline_at,
        answers=tuple(
            AnswerRecord(
                answer=Answer(row.answer), answered_at=row.answered_at, comment=row.comment or "", id=row.id
            )
            for row in uow.conversations.answers(ack.id)
        ),
        rep_name=_name(tree, ack.rep_id),
        manager_name=_name(tree, conversation.manager_id),
    )


def _name(tree: ManagerTree, person_id: str) -> str:
    person = tree.get(person_id)
    return person.name if person else "someone who has left"


def read_acknowledgement(store: Store, acknowledgement_id: str) -> AcknowledgementCard | None:
    """Return an acknowledgement as it stands, or None when it is not there."""
    with store.reading() as uow:
        ack = uow.conversations.acknowledgement(acknowledgement_id)
        return _card(uow, ack, uow.people.tree()) if ack else None


def open_acknowledgements(uow: UnitOfWork, rep_id: str) -> list[AcknowledgementCard]:
    """Return what this rep has been asked and not answered yet, the oldest first."""
    tree = uow.people.tree()
    return [_card(uow, ack, tree) for ack in uow.conversations.open_for_rep(rep_id)]


def _card(uow: UnitOfWork, ack: AcknowledgementRow, tree: ManagerTree) -> AcknowledgementCard:
    conversation = uow.conversations.get(ack.conversation_id)
    rep = tree.get(ack.rep_id)
    manager = tree.get(conversation.manager_id) if conversation else None
    obligation = uow.obligations.get(conversation.obligation_id) if conversation else None
    if conversation is None or rep is None or manager is None or obligation is None:
        raise NotFound("The conversation behind this question is no longer on record.")
    answers = uow.conversations.answers(ack.id)
    return AcknowledgementCard(
        id=ack.id,
        rep=rep,
        manager=manager,
        held_on=conversation.held_on,
        minutes=conversation.minutes,
        plan=conversation.plan,
        next_step_on=conversation.next_step_on,
        deadline_at=ack.deadline_at,
        answer=Answer(answers[-1].answer) if answers else None,
        comment=answers[-1].comment if answers else None,
        verdict=obligation.verdict,
        obligation_id=obligation.id,
        logged_again=uow.conversations.for_obligation(obligation.id)[0].id != conversation.id,
    )
