"""The health check as one obligation: done once its conversations are, and worth what they are worth."""

from __future__ import annotations

from datetime import datetime

from bot.domain.obligations import Obligation, ObligationKind, Reason, State, Verdict
from bot.domain.transitions import Event, transition
from bot.domain.verification import whole_verdict
from bot.services.recording import save_obligation
from bot.store.unit_of_work import UnitOfWork

REASONS = {
    Verdict.VERIFIED: "Each conversation owed was held, or its plan confirmed, and nobody says otherwise.",
    Verdict.CONTRADICTED: "One of its conversations is disputed.",
    Verdict.UNANSWERED: "Not everybody confirmed their conversation; that counts neither way.",
    Verdict.UNVERIFIED: "One of its conversations could not be verified.",
    Verdict.PENDING: "Not everybody has confirmed their conversation yet.",
}


def complete_whole(uow: UnitOfWork, fire_id: str, owner_id: str, now: datetime) -> int:
    """Mark the health check as done once no conversation of it is open; return how many are open."""
    every = uow.obligations.of_fire(fire_id, owner_id)
    left = sum(one.is_open for one in _conversations(every))
    for whole in _wholes(every):
        if left == 0 and whole.state not in {State.DONE, State.EXCUSED}:
            done = _judged(transition(whole, Event.COMPLETE, now=now), every)
            save_obligation(uow, whole, done, actor_id=owner_id, action="obligation.done", now=now)
    judge_whole(uow, fire_id, owner_id, now)
    return left


def judge_whole(uow: UnitOfWork, fire_id: str, owner_id: str, now: datetime) -> None:
    """Bring the verdict of a health check that is done in line with its conversations'."""
    every = uow.obligations.of_fire(fire_id, owner_id)
    for whole in _wholes(every):
        judged = _judged(whole, every)
        if whole.state is State.DONE and judged.verdict is not whole.verdict:
            save_obligation(uow, whole, judged, actor_id=None, action="obligation.judged", now=now)


def _judged(whole: Obligation, every: list[Obligation]) -> Obligation:
    verdict = whole_verdict([one.verdict for one in _conversations(every) if one.state is State.DONE])
    return whole.judged(verdict, (Reason(REASONS[verdict], "cadence_fire", whole.fire_id),))


def _conversations(every: list[Obligation]) -> list[Obligation]:
    return [one for one in every if one.kind is ObligationKind.COVERAGE_CONVERSATION]


def _wholes(every: list[Obligation]) -> list[Obligation]:
    return [one for one in every if one.kind is ObligationKind.HEALTH_CHECK]
