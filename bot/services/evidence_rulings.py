"""A manager accepts or rejects evidence with a reason; that is recorded as theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.evidence import Evidence, EvidenceEvent, Ruling, after, may
from bot.domain.inspection_cards import EvidenceCard
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.deal_evidence import read_evidence
from bot.services.deal_messages import audit_evidence
from bot.services.deal_thread import refresh_thread, visible_deal
from bot.services.decision_verification import rejudge_deal
from bot.services.inspection_notices import tell_privately
from bot.services.notifying import NoticeKind, Subject
from bot.store.ids import new_id
from bot.store.unit_of_work import Store, UnitOfWork

SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """A manager's word on evidence; `version` is that of the evidence they looked at."""

    slack_user_id: str
    evidence_id: str
    version: int
    accepted: bool
    reason: str


def open_ruling(store: Store, slack_user_id: str, evidence_id: str) -> EvidenceCard:
    """Return what the form shows, or raise where the person may not rule on it."""
    with store.reading() as uow:
        _rulable(uow, actor_for(uow, slack_user_id), evidence_id)
        card = read_evidence(uow, evidence_id)
        if card is None:
            raise NotFound("This evidence is not on record any more.")
        return card


def rule_evidence(store: Store, jobs: JobQueue, command: RuleEvidence, now: datetime) -> Evidence:
    """Record the ruling; a rejection is told to the rep, and to nobody else."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        try:
            evidence = _rulable(uow, actor, command.evidence_id, for_update=True)
        except NotAllowed:
            _tell_if_settled(uow, command)
            raise
        if len(command.reason.strip()) < SHORTEST_REASON:
            raise InvalidInput("Say in a few words why: the rep reads it.", field="reason")
        if evidence.version != command.version:
            raise StaleAction(
                "This evidence has changed since you opened the form, so nothing was done. Look again."
            )
        event = EvidenceEvent.ACCEPT if command.accepted else EvidenceEvent.REJECT
        if not may(evidence, event):
            raise StaleAction(f"This evidence is {evidence.state.value} already, so nothing was changed.")
        ruled = after(evidence, event)
        if not uow.evidence.save(ruled, evidence.version):
            raise StaleAction("Somebody changed this a moment ago, so nothing was done. Look again.")
        ruling = Ruling(new_id("rul"), evidence.id, actor.id, command.accepted, command.reason.strip(), now)
        uow.evidence.rule(ruling)
        action = "evidence.accepted" if command.accepted else "evidence.rejected"
        audit_evidence(uow, ruled, action, actor.id, now, before=evidence, reason=ruling.reason)
        if not command.accepted:
            _tell_rep(uow, jobs, ruled, ruling, now)
        refresh_thread(uow, jobs, ruled.deal_id, now)
        rejudge_deal(uow, jobs, ruled.deal_id, now)
        return ruled


def _tell_if_settled(uow: UnitOfWork, command: RuleEvidence) -> None:
    """Tell who led the rep when they opened the form that somebody else has judged it since."""
    evidence = uow.evidence.get(command.evidence_id)
    if evidence is not None and evidence.version != command.version:
        raise StaleAction(
            "Somebody has judged this since you opened the form, and it is outside your team by now, so "
            "nothing was done."
        )


def _rulable(uow: UnitOfWork, actor: Actor, evidence_id: str, *, for_update: bool = False) -> Evidence:
    evidence = uow.evidence.get(evidence_id, for_update=for_update)
    if evidence is None:
        raise NotFound("This evidence is not on record any more.")
    deal = visible_deal(uow, actor, evidence.deal_id)
    actor.require_direct_report(deal.owner_id)
    return evidence


def _tell_rep(uow: UnitOfWork, jobs: JobQueue, evidence: Evidence, ruling: Ruling, now: datetime) -> None:
    deal = uow.deals.get(evidence.deal_id)
    if deal is not None:
        tell_privately(
            uow,
            jobs,
            kind=NoticeKind.EVIDENCE_REJECTED,
            person_id=deal.owner_id,
            subject=Subject("evidence", evidence.id),
            reason="your manager judged an answer of yours",
            cause=f"{ruling.id}:rep",
            now=now,
        )
