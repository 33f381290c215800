"""A rep turns a message of a deal's thread into evidence for a criterion, or says that it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.agent.drafting import Drafter, FollowUpBrief
from bot.agent.playbook import playbook_drafter
from bot.domain.evidence import (
    Evidence,
    EvidenceEvent,
    EvidenceState,
    Grade,
    after,
    pointers_in,
    quote_fault,
)
from bot.domain.evidence_check import Shortfall, shortfall_of
from bot.domain.inspection import criteria_of
from bot.domain.inspection_cards import EvidenceCard, EvidenceDraft
from bot.domain.pipeline import Deal
from bot.domain.settings import ExitCriterion, Settings
from bot.errors import InvalidFields, NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.criterion_statuses import inspection_of
from bot.services.deal_messages import Written, audit_evidence, keep_message
from bot.services.deal_thread import refresh_thread
from bot.services.decision_verification import rejudge_deal
from bot.services.inspection_notices import put_in_channel, tell_privately
from bot.services.notifying import NoticeKind, Subject
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.deal_threads import ThreadMessage
from bot.store.unit_of_work import Store, UnitOfWork

_MENTION = re.compile(r"@([UW][A-Z0-9]+)\b")


@dataclass(frozen=True, slots=True)
class MarkEvidence:
    """A message becomes evidence; an empty `quote` is the whole of it, `record` a key of the draft's."""

    slack_user_id: str
    channel: str
    message_ts: str
    criterion_id: str
    grade: Grade
    quote: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """What was recorded; `follow_up` is what is still asked where the answer falls short."""

    evidence: Evidence
    criterion: ExitCriterion
    follow_up: str


def open_form(store: Store, slack_user_id: str, channel: str, ts: str) -> EvidenceDraft:
    """Return what the form shows for a message kept already."""
    with store.reading() as uow:
        return _draft(uow, actor_for(uow, slack_user_id), channel, ts)


def use_message(store: Store, slack_user_id: str, message: Written) -> EvidenceDraft:
    """Return what the form shows for the message a shortcut was used on; one whose event was lost is kept."""
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        if message.thread_ts is None or uow.threads.at(message.channel, message.thread_ts) is None:
            raise NotFound(
                "This message is in no deal's thread. `/deal` and a name finds the thread of a deal: what is "
                "written there can be used as evidence."
            )
        keep_message(uow, message)
        return _draft(uow, actor, message.channel, message.ts)


def _draft(uow: UnitOfWork, actor: Actor, channel: str, ts: str) -> EvidenceDraft:
    message, deal = _place(uow, actor, channel, ts)
    settings = current_settings(uow)
    author = uow.people.get(message.author_id)
    if author is None:
        raise NotFound("The author of this message is not known in the CRM.")
    given = uow.evidence.of_deal(deal.id)
    proposed = next(
        (
            one.criterion_id
            for one in given
            if (one.channel, one.message_ts, one.state) == (channel, ts, EvidenceState.PROPOSED)
        ),
        None,
    )
    return EvidenceDraft(
        deal=deal,
        channel=channel,
        message_ts=ts,
        author=author,
        text=_as_read(uow, message.text),
        pointers=pointers_in(message.text, message.files),
        statuses=inspection_of(uow, deal, settings),
        proposed=proposed,
        records=tuple((f"{one.kind}|{one.id}", one.words) for one in uow.evidence.records(deal.id)),
    )


def _as_read(uow: UnitOfWork, text: str) -> str:
    """Return a message's text with the names of the people mentioned in it, as Slack shows them."""

    def name(mention: re.Match[str]) -> str:
        person = uow.people.by_slack_user(mention[1])
        return f"@{person.name}" if person else mention[0]

    return _MENTION.sub(name, text)


def _place(
    uow: UnitOfWork, actor: Actor, channel: str, ts: str, *, for_update: bool = False
) -> tuple[ThreadMessage, Deal]:
    """Return the message and its deal, or raise where the actor may not use it."""
    message = uow.threads.message(channel, ts, for_update=for_update)
    thread = uow.threads.get(message.thread_id) if message else None
    deal = uow.deals.get(thread.deal_id) if thread else None
    if message is None or deal is None:
        raise NotFound("This message is in no deal's thread, or was written by nobody the CRM knows.")
    if actor.id != deal.owner_id:
        raise NotAllowed("Only the deal's owner says what answers its questions.")
    if message.deleted_at is not None:
        raise StaleAction("This message was deleted, so nothing can rest on it.")
    if not deal.stage.is_open:
        raise StaleAction("This deal is closed: nothing is inspected any more.")
    return message, deal


def mark_evidence(
    store: Store, jobs: JobQueue, command: MarkEvidence, now: datetime, drafter: Drafter | None = None
) -> Marked:
    """Record evidence; where it lacks something the rep is asked for just that, privately."""
    wording = drafter or playbook_drafter()
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        message, deal = _place(uow, actor, command.channel, command.message_ts, for_update=True)
        settings = current_settings(uow)
        criterion = _criterion(deal, settings, command.criterion_id)
        evidence = _evidence(uow, actor, message, deal, command, now)
        said_on = evidence.said_at.astimezone(ZoneInfo(actor.person.time_zone)).date()
        lacking = shortfall_of(criterion, evidence.quote, evidence.grade, said_on)
        saved = _settled(uow, evidence, lacking, actor, now)
        follow_up = ""
        if lacking is not None:
            follow_up = wording.follow_up(FollowUpBrief(criterion, saved.quote, lacking))
            _follow_up(uow, jobs, saved, actor, now)
        put_in_channel(
            uow,
            jobs,
            kind=NoticeKind.EVIDENCE_LINK,
            person_id=actor.id,
            subject=Subject("evidence", saved.id),
            reason="a link to the message quoted",
            now=now,
            cause=f"{saved.id}:link",
        )
        refresh_thread(uow, jobs, deal.id, now)
        rejudge_deal(uow, jobs, deal.id, now)
        return Marked(saved, criterion, follow_up)


def _criterion(deal: Deal, settings: Settings, criterion_id: str) -> ExitCriterion:
    criteria = criteria_of(deal, settings.stages, settings.measures.bant_below)
    found = next((one for one in criteria if one.id == criterion_id), None)
    if found is None:
        raise StaleAction("The deal's stage has changed since this form was opened. Open it again.")
    return found


def _evidence(
    uow: UnitOfWork, actor: Actor, message: ThreadMessage, deal: Deal, command: MarkEvidence, now: datetime
) -> Evidence:
    """Return the evidence as it is to be recorded, proposed as yet; raise at the fields that are wrong."""
    text = _as_read(uow, message.text)
    quote = command.quote.strip() or text
    faults = {}
    if text.strip() and (fault := quote_fault(quote, text)):
        faults["quote"] = fault
    record, record_words = None, ""
    if command.grade is Grade.CORROBORATED:
        known = {f"{one.kind}|{one.id}": one for one in uow.evidence.records(deal.id)}
        if backing := known.get(command.record):
            record, record_words = (backing.kind, backing.id), backing.words
        else:
            faults["record" if known else "grade"] = (
                "Choose the contact or activity in the CRM that shows it. A link or a file is a pointer, "
                "not proof."
            )
    if faults:
        raise InvalidFields(faults)
    return Evidence(
        id=new_id("evd"),
        deal_id=deal.id,
        criterion_id=command.criterion_id,
        stage=deal.stage,
        grade=command.grade,
        state=EvidenceState.PROPOSED,
        quote=quote,
        author_id=message.author_id,
        marked_by_id=actor.id,
        said_at=message.said_at,
        marked_at=now,
        channel=message.channel,
        message_ts=message.ts,
        pointers=pointers_in(message.text, message.files),
        record=record,
        record_words=record_words,
    )


def _settled(
    uow: UnitOfWork, evidence: Evidence, lacking: Shortfall | None, actor: Actor, now: datetime
) -> Evidence:
    """Write it down, in place of what was only proposed for this message."""
    for earlier in uow.evidence.on_message(evidence.channel, evidence.message_ts, for_update=True):
        if earlier.state is EvidenceState.PROPOSED:
            if earlier.criterion_id == evidence.criterion_id:
                evidence = replace(evidence, id=earlier.id, version=earlier.version)
            else:
                declined = after(earlier, EvidenceEvent.DECLINE)
                uow.evidence.save(declined, earlier.version)
                audit_evidence(uow, declined, "evidence.declined", actor.id, now, before=earlier)
        elif earlier.criterion_id == evidence.criterion_id:
            raise StaleAction("This message is evidence for that question already, so nothing was changed.")
    event = EvidenceEvent.FALL_SHORT if lacking else EvidenceEvent.CONFIRM
    settled = replace(after(evidence, event), shortfall=lacking.value if lacking else "")
    if uow.evidence.get(evidence.id) is None:
        uow.evidence.add(settled)
    elif not uow.evidence.save(settled, evidence.version):
        raise StaleAction(
            "Somebody changed this a moment ago, so nothing was done now. Look again and retry."
        )
    audit_evidence(uow, settled, "evidence.marked", actor.id, now)
    return settled


def _follow_up(uow: UnitOfWork, jobs: JobQueue, evidence: Evidence, actor: Actor, now: datetime) -> None:
    tell_privately(
        uow,
        jobs,
        kind=NoticeKind.EVIDENCE_FOLLOW_UP,
        person_id=actor.id,
        subject=Subject("evidence", evidence.id),
        reason="your answer lacks one thing",
        cause=f"{evidence.id}:follow_up",
        now=now,
    )


def decline_proposal(store: Store, slack_user_id: str, channel: str, ts: str, now: datetime) -> None:
    """Take in that a message answers nothing: what was proposed for it is gone."""
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        _place(uow, actor, channel, ts, for_update=True)
        for one in uow.evidence.on_message(channel, ts, for_update=True):
            if one.state is EvidenceState.PROPOSED:
                declined = after(one, EvidenceEvent.DECLINE)
                uow.evidence.save(declined, one.version)
                audit_evidence(uow, declined, "evidence.declined", actor.id, now, before=one)


def link_found(store: Store, evidence_id: str, permalink: str) -> None:
    """Keep the link to the message quoted."""
    with store.writing() as uow:
        uow.evidence.set_permalink(evidence_id, permalink)


def read_evidence(uow: UnitOfWork, evidence_id: str, drafter: Drafter | None = None) -> EvidenceCard | None:
    """Return what is told about a piece of evidence; None where its deal, owner or criterion is gone."""
    evidence = uow.evidence.get(evidence_id)
    deal = uow.deals.get(evidence.deal_id) if evidence else None
    owner = uow.people.get(deal.owner_id) if deal else None
    settings = current_settings(uow)
    criterion = settings.stages.criterion(evidence.criterion_id) if evidence else None
    if evidence is None or deal is None or owner is None or criterion is None:
        return None
    wording = drafter or playbook_drafter()
    follow_up = ""
    if evidence.shortfall:
        brief = FollowUpBrief(criterion, evidence.quote, Shortfall(evidence.shortfall))
        follow_up = wording.follow_up(brief)
    ruling = next(reversed(uow.evidence.rulings([evidence.id]).get(evidence.id, [])), None)
    return EvidenceCard(
        evidence=evidence,
        criterion=criterion,
        deal=deal,
        owner=owner,
        permalink=evidence.permalink,
        follow_up=follow_up,
        drafter=wording.name,
        ruling=ruling,
        ruled_by=uow.people.get(ruling.by_id) if ruling else None,
    )
