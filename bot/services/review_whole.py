"""The review as one obligation: done once each deal has a next action and one of them a decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.obligations import Obligation, Reason, State, Verdict
from bot.domain.review_cards import REVIEW, STATUS_MEETING, ReviewCard
from bot.domain.transitions import Event, may, transition
from bot.domain.wording import count_of
from bot.jobs.protocols import JobQueue
from bot.services.pipeline_review import card_of, obligation_of
from bot.services.recording import save_obligation
from bot.services.review_notices import refresh_outcome, refresh_review, tell_rep
from bot.store.repositories.reviews import ReviewRow
from bot.store.unit_of_work import Store, UnitOfWork

PAGE = 100
STILL_OPEN_DAYS = timedelta(days=21)


def settle(
    uow: UnitOfWork, jobs: JobQueue, review_id: str, now: datetime, *, actor_id: str | None = None
) -> None:
    """Record what a review has turned out to be, once nothing of it waits; safe to repeat.

    With a decision it is done. Without one it is a status meeting, and stays owed until one is taken.
    """
    row = uow.reviews.get(review_id, for_update=True)
    tree = uow.people.tree()
    manager = tree.get(row.manager_id) if row else None
    if row is None or manager is None or row.fire_id is None:
        return
    card = card_of(uow, row, manager, tree, now)
    if card.waiting:
        return
    owed = obligation_of(uow, row, for_update=True)
    if not card.taken:
        _nothing_left(uow, owed, now)
        return
    outcome = REVIEW if any(one.kind.decides for one in card.taken) else STATUS_MEETING
    if outcome != row.outcome:
        _record(uow, row, outcome, len(card.taken), actor_id, now)
    if owed is not None:
        _judge(uow, owed, card, outcome, actor_id, now)
    for rep_id in sorted({item.deal.owner_id for item in card.items if item.decision}):
        if rep_id != manager.id and not tell_rep(uow, jobs, row.id, rep_id, now):
            refresh_outcome(uow, jobs, row.id, rep_id, now)


def _record(
    uow: UnitOfWork, row: ReviewRow, outcome: str, decisions: int, actor_id: str | None, now: datetime
) -> None:
    uow.reviews.change(row.id, outcome=outcome, settled_at=now)
    uow.audit.record(
        at=now,
        actor_id=actor_id,
        action=f"pipeline_review.{'held' if outcome == REVIEW else outcome}",
        entity_kind="pipeline_review",
        entity_id=row.id,
        before={"outcome": row.outcome},
        after={"outcome": outcome, "decisions": decisions},
    )


def close_undecided(uow: UnitOfWork, row: ReviewRow, now: datetime) -> Reason | None:
    """Record a review that was begun and came to no decision as a status meeting; return the reason why.

    None where it was never begun, or a decision was taken.
    """
    taken = uow.decisions.of_review(row.id)
    if row.opened_at is None or any(one.kind.decides for one in taken):
        return None
    if row.outcome is None:
        _record(uow, row, STATUS_MEETING, len(taken), None, now)
    return _undecided(len(taken), row.id)


def _undecided(deals: int, review_id: str) -> Reason:
    words = f"{count_of(deals, 'deal')} talked about and no decision taken: that is a status meeting."
    return Reason(words, "pipeline_reviews", review_id)


def _judge(
    uow: UnitOfWork, owed: Obligation, card: ReviewCard, outcome: str, actor_id: str | None, now: datetime
) -> None:
    deals, decided = len(card.taken), sum(one.kind.decides for one in card.taken)
    if outcome == STATUS_MEETING:
        judged = owed.judged(Verdict.UNVERIFIED, (_undecided(deals, card.id),))
        if judged.reasons != owed.reasons:
            save_obligation(uow, owed, judged, actor_id=actor_id, action="obligation.judged", now=now)
        return
    words = f"{count_of(deals, 'deal')}, each with what happens next, {count_of(decided, 'decision')} taken."
    reasons = (Reason(words, "pipeline_reviews", card.id),)
    if may(owed, Event.COMPLETE):
        done = transition(owed, Event.COMPLETE, now=now).judged(Verdict.VERIFIED, reasons)
        save_obligation(uow, owed, done, actor_id=actor_id, action="obligation.done", now=now)
    elif owed.state is State.DONE and owed.reasons != reasons:
        judged = owed.judged(Verdict.VERIFIED, reasons)
        save_obligation(uow, owed, judged, actor_id=actor_id, action="obligation.judged", now=now)


def _nothing_left(uow: UnitOfWork, owed: Obligation | None, now: datetime) -> None:
    """Excuse a review all of whose deals closed or went to another team before anything was decided."""
    if owed is not None and may(owed, Event.EXCUSE):
        reason = "each of its deals closed or is another team's now"
        excused = transition(owed, Event.EXCUSE, now=now, reason=reason)
        save_obligation(uow, owed, excused, actor_id=None, action="obligation.excused", now=now)


def settle_open(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Settle the reviews whose last waiting deal went away by itself: closed, or another team's now."""
    since: date = now.date() - STILL_OPEN_DAYS
    with store.writing() as uow:
        for row in uow.reviews.left_by_deals(since, PAGE):
            before = obligation_of(uow, row)
            settle(uow, jobs, row.id, now)
            if obligation_of(uow, row) != before:
                refresh_review(uow, jobs, row.id, row.manager_id, now)
