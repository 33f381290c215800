"""What people write in deals' threads: kept, offered as evidence, and undone when it is edited or deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.agent.drafting import Drafter
from bot.agent.playbook import playbook_drafter
from bot.domain.evidence import (
    Evidence,
    EvidenceEvent,
    EvidenceState,
    Grade,
    after,
    folded,
    pointers_in,
    without_words,
    words_in,
)
from bot.domain.inspection import Answered
from bot.domain.inspection_cards import MessagePrompt
from bot.domain.people import Person
from bot.jobs.protocols import JobQueue
from bot.services.criterion_statuses import inspection_of
from bot.services.deal_thread import refresh_thread
from bot.services.decision_verification import rejudge_deal
from bot.services.inspection_notices import put_in_channel, tell_privately
from bot.services.notifying import NoticeKind, Subject
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.deal_threads import DealThread, ThreadMessage
from bot.store.unit_of_work import Store, UnitOfWork

LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Written:
    """A message in a channel as Slack tells of it; `text` is plain, `said_at` the time of its `ts`."""

    channel: str
    ts: str
    thread_ts: str | None
    slack_user_id: str
    text: str
    files: int
    said_at: datetime


def message_written(
    store: Store,
    jobs: JobQueue,
    message: Written,
    now: datetime,
    drafter: Drafter | None = None,
) -> None:
    """Keep a message of a deal's thread, and ask its owner whether it answers something; once."""
    with store.writing() as uow:
        found = keep_message(uow, message)
        if found is not None:
            _offer(uow, jobs, *found, drafter or playbook_drafter(), now)


def keep_message(uow: UnitOfWork, message: Written) -> tuple[DealThread, ThreadMessage, Person] | None:
    """Keep a message; None where it is in no deal's thread, by nobody known, or kept already."""
    thread = uow.threads.at(message.channel, message.thread_ts) if message.thread_ts else None
    author = uow.people.by_slack_user(message.slack_user_id)
    if thread is None or author is None:
        return None
    row = ThreadMessage(
        id=new_id("tms"),
        thread_id=thread.id,
        channel=message.channel,
        ts=message.ts,
        author_id=author.id,
        text=message.text,
        files=message.files,
        said_at=message.said_at,
    )
    return (thread, row, author) if uow.threads.keep(row) else None


def _offer(
    uow: UnitOfWork,
    jobs: JobQueue,
    thread: DealThread,
    message: ThreadMessage,
    author: Person,
    drafter: Drafter,
    now: datetime,
) -> None:
    """Ask the deal's owner, quietly and seen by them alone, whether what they wrote answers a question."""
    deal = uow.deals.get(thread.deal_id)
    pointers = pointers_in(message.text, message.files)
    if deal is None or deal.owner_id != author.id or not (pointers or words_in(message.text) >= LEAST_WORDS):
        return
    found = inspection_of(uow, deal, current_settings(uow))
    waiting = [one for one in found if one.question and one.answered is Answered.OPEN]
    if not waiting:
        return
    proposed = drafter.match(message.text, [one.criterion for one in waiting])
    if proposed is not None:
        evidence = Evidence(
            id=new_id("evd"),
            deal_id=deal.id,
            criterion_id=proposed,
            stage=deal.stage,
            grade=Grade.CLAIMED,
            state=EvidenceState.PROPOSED,
            quote=message.text,
            author_id=author.id,
            marked_by_id=None,
            said_at=message.said_at,
            marked_at=now,
            channel=message.channel,
            message_ts=message.ts,
            pointers=pointers,
        )
        uow.evidence.add(evidence)
        audit_evidence(uow, evidence, "evidence.proposed", None, now)
    ask_about(uow, jobs, message, author.id, now)


def ask_about(uow: UnitOfWork, jobs: JobQueue, message: ThreadMessage, person_id: str, now: datetime) -> None:
    """Ask for the question beside a message that only its author sees."""
    put_in_channel(
        uow,
        jobs,
        kind=NoticeKind.EVIDENCE_PROMPT,
        person_id=person_id,
        subject=Subject("thread_message", f"{message.channel}|{message.ts}"),
        reason="what you wrote may answer an open question",
        now=now,
        cause=f"{message.id}:prompt",
    )


def message_edited(store: Store, jobs: JobQueue, message: Written, now: datetime) -> None:
    """Take in what a message says now; what rested on other words is withdrawn, and they are forgotten.

    An unfurl changes nothing.
    """
    with store.writing() as uow:
        kept = uow.threads.message(message.channel, message.ts, for_update=True)
        if kept is None:
            keep_message(uow, message)
            return
        if kept.deleted_at is not None or folded(kept.text) == folded(message.text):
            return
        uow.threads.edit(kept.id, message.text, message.files, now)
        _withdraw(uow, jobs, kept, "evidence.edited", now)


def message_deleted(store: Store, jobs: JobQueue, channel: str, ts: str, now: datetime) -> None:
    """Forget the words of a deleted message, and withdraw what rested on them."""
    with store.writing() as uow:
        kept = uow.threads.message(channel, ts, for_update=True)
        if kept is None or kept.deleted_at is not None:
            return
        uow.threads.erase(kept.id, now)
        _withdraw(uow, jobs, kept, "evidence.deleted", now)


def _withdraw(uow: UnitOfWork, jobs: JobQueue, message: ThreadMessage, action: str, now: datetime) -> None:
    for declined in uow.evidence.words_left_of(message.channel, message.ts):
        uow.evidence.save(without_words(declined), declined.version)
        audit_evidence(uow, declined, action, None, now, before=declined)
    undone = uow.evidence.on_message(message.channel, message.ts, for_update=True)
    for evidence in undone:
        gone = after(evidence, EvidenceEvent.MESSAGE_GONE)
        uow.evidence.save(gone, evidence.version)
        audit_evidence(uow, gone, action, None, now, before=evidence)
        deal = uow.deals.get(evidence.deal_id)
        if deal is None or evidence.state is EvidenceState.PROPOSED:
            continue
        tell_privately(
            uow,
            jobs,
            kind=NoticeKind.EVIDENCE_UNDONE,
            person_id=deal.owner_id,
            subject=Subject("evidence", evidence.id),
            reason="the message behind an answer was changed",
            cause=f"{evidence.id}:undone",
            now=now,
        )
    for deal_id in sorted({one.deal_id for one in undone}):
        refresh_thread(uow, jobs, deal_id, now)
        rejudge_deal(uow, jobs, deal_id, now)


def audit_evidence(
    uow: UnitOfWork,
    evidence: Evidence,
    action: str,
    actor_id: str | None,
    now: datetime,
    *,
    before: Evidence | None = None,
    reason: str = "",
) -> None:
    """Record a change of evidence; the words quoted stay out, so that they can be erased with their row."""
    said = {"reason": reason} if reason else {}
    uow.audit.record(
        now,
        actor_id,
        action,
        "evidence",
        evidence.id,
        before=_facts(before) if before else None,
        after={**_facts(evidence), **said},
    )


def _facts(evidence: Evidence) -> dict[str, object]:
    return {
        "deal": evidence.deal_id,
        "criterion": evidence.criterion_id,
        "stage": evidence.stage.value,
        "state": evidence.state.value,
        "grade": evidence.grade.value,
        "message": f"{evidence.channel}|{evidence.message_ts}",
    }


def read_prompt(uow: UnitOfWork, place: str, drafter: Drafter | None = None) -> MessagePrompt | None:
    """Return the question about a message; None once it is answered, or the message gone."""
    channel, _, ts = place.partition("|")
    message = uow.threads.message(channel, ts)
    thread = uow.threads.get(message.thread_id) if message else None
    deal = uow.deals.get(thread.deal_id) if thread else None
    if message is None or message.deleted_at is not None or deal is None:
        return None
    given = uow.evidence.on_message(channel, ts)
    if any(one.state is not EvidenceState.PROPOSED for one in given):
        return None
    settings = current_settings(uow)
    waiting = [
        one for one in inspection_of(uow, deal, settings) if one.question and one.answered is Answered.OPEN
    ]
    if not waiting:
        return None
    proposed = next((settings.stages.criterion(one.criterion_id) for one in given), None)
    name = (drafter or playbook_drafter()).name
    return MessagePrompt(channel, ts, deal.name, proposed, len(waiting), name)
