"""The health check as one obligation: done once its conversations are, and worth what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
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

_SETTLED = frozenset({State.DONE, State.EXCUSED})


def complete_whole(
    uow: UnitOfWork, fire_id: str, owner_id: str, now: datetime, *, by_itself: bool = False
) -> int:
    """Mark the health check as done once each conversation of it is; return how many are still open."""
    # Locked before they are counted: of two answered at once, each would see the other as open still.
    whole = _whole_of(uow, fire_id, owner_id, for_update=True)
    conversations = conversations_of(uow, fire_id, owner_id)
    # One that was missed is not open any more, and was not held either.
    complete = all(one.state in _SETTLED for one in conversations)
    if whole is not None and complete and whole.state not in _SETTLED:
        done = transition(whole, Event.COMPLETE, now=now)
        actor_id = None if by_itself else owner_id
        save_obligation(uow, whole, done, actor_id=actor_id, action="obligation.done", now=now)
    judge_whole(uow, fire_id, owner_id, now)
    return sum(one.is_open for one in conversations)


def judge_whole(uow: UnitOfWork, fire_id: str, owner_id: str, now: datetime) -> None:
    """Bring the verdict of a health check that is done in line with its conversations'."""
    whole = _whole_of(uow, fire_id, owner_id, for_update=True)
    if whole is None or whole.state is not State.DONE:
        return
    judged = judged_by(whole, conversations_of(uow, fire_id, owner_id))
    if judged.reasons != whole.reasons:
        save_obligation(uow, whole, judged, actor_id=None, action="obligation.judged", now=now)


def judged_by(whole: Obligation, conversations: Sequence[Obligation]) -> Obligation:
    """Return the health check with the verdict that these conversations give it."""
    verdict = whole_verdict([one.verdict for one in conversations if one.state is State.DONE])
    return whole.judged(verdict, (Reason(REASONS[verdict], "cadence_fires", whole.source_id),))


def conversations_of(uow: UnitOfWork, fire_id: str, owner_id: str) -> list[Obligation]:
    """Return the conversations that a manager owes or owed from one health check."""
    every = uow.obligations.of_fire(fire_id, owner_id)
    return [one for one in every if one.kind is ObligationKind.COVERAGE_CONVERSATION]


def _whole_of(uow: UnitOfWork, fire_id: str, owner_id: str, *, for_update: bool = False) -> Obligation | None:
    every = uow.obligations.of_fire(fire_id, owner_id)
    whole = next((one for one in every if one.kind is ObligationKind.HEALTH_CHECK), None)
    return uow.obligations.get(whole.id, for_update=True) if whole and for_update else whole
