"""A manager decides about one deal of a review; what was decided of it before is withdrawn, on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.decisions import (
    Decision,
    DecisionEvent,
    DecisionKind,
    DecisionRules,
    Draft,
    IllegalDecisionEventError,
    NextAction,
    draft_faults,
    target_stage,
    transition,
)
from bot.domain.people import Person
from bot.domain.review_cards import ReviewCard, ReviewEnd, ReviewItem, ReviewStep
from bot.errors import InvalidFields, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.decision_recording import record_decision, save_decision
from bot.services.decision_verification import judged_now
from bot.services.pipeline_facts import stages_of_source
from bot.services.pipeline_review import card_of, pushes_of
from bot.services.review_notices import refresh_review
from bot.services.review_picks import local_day
from bot.services.review_session import review_for, standing_at
from bot.services.review_whole import settle
from bot.store.ids import new_id
from bot.store.repositories.reviews import ReviewRow
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Decide:
    """What a manager put into the form of one deal; `known_id` is the decision the form was made from."""

    slack_user_id: str
    review_id: str
    deal_id: str
    known_id: str | None
    draft: Draft


def decide(store: Store, jobs: JobQueue, command: Decide, now: datetime) -> ReviewStep | ReviewEnd:
    """Record the decision with its next action, and return the next deal or the end of the review."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        # Of two windows open at once the second one waits here, and then finds its form too old.
        row = review_for(uow, actor, command.review_id, for_update=True)
        if row.fire_id is None:
            raise StaleAction("The review comes tomorrow. Until then you can swap deals.")
        card = card_of(uow, row, actor.person, actor.tree, now)
        place, item = _decidable(card, command)
        _check(uow, actor, item, command.draft, now)
        if item.decision is not None:
            _withdraw(uow, item.decision, actor, now)
        decision = _made(uow, actor, row, item, command.draft, now)
        record_decision(uow, judged_now(uow, decision, actor.person, now), now)
        following = _following(card, place)
        uow.reviews.change(row.id, place=following)
        settle(uow, jobs, row.id, now, actor_id=actor.id)
        refresh_review(uow, jobs, row.id, actor.id, now)
        after = uow.reviews.get(row.id) or row
        return standing_at(uow, card_of(uow, after, actor.person, actor.tree, now), following)


def _decidable(card: ReviewCard, command: Decide) -> tuple[int, ReviewItem]:
    found = next((pair for pair in enumerate(card.items) if pair[1].deal.id == command.deal_id), None)
    if found is None:
        raise StaleAction("This deal was swapped out of the review meanwhile, so nothing was decided.")
    place, item = found
    if item.gone is not None:
        raise StaleAction(
            f"“{item.deal.name}” left this review: {item.gone}. Open the review again to go on."
        )
    standing = item.decision.id if item.decision else None
    if standing != command.known_id:
        raise StaleAction(
            f"“{item.deal.name}” was decided in another window meanwhile, so this form changed nothing. "
            "Open the review again to see what stands."
        )
    return place, item


def _check(uow: UnitOfWork, actor: Actor, item: ReviewItem, draft: Draft, now: datetime) -> None:
    rules = DecisionRules(
        today=local_day(now, actor.person.time_zone),
        pushes=pushes_of(uow, item.deal, but=item.decision),
        most_pushes=actor.settings.measures.close_date_pushes,
        stages=stages_of_source(uow),
        prefilled=item.decision.new_close_date if item.decision else None,
    )
    faults = {fault.field: fault.words for fault in draft_faults(draft, item.deal, rules)}
    if draft.owner_id not in {actor.id, item.deal.owner_id}:
        faults["owner"] = "Choose the deal's rep or yourself."
    if faults:
        raise InvalidFields(faults)


def _withdraw(uow: UnitOfWork, earlier: Decision, actor: Actor, now: datetime) -> None:
    try:
        withdrawn = transition(earlier, DecisionEvent.WITHDRAW, now=now)
    except IllegalDecisionEventError:
        raise StaleAction(
            "You have said what became of this decision, so it stands. The next review can decide anew."
        ) from None
    save_decision(uow, earlier, withdrawn, actor_id=actor.id, action="decision.withdrawn", now=now)


def _made(
    uow: UnitOfWork, actor: Actor, row: ReviewRow, item: ReviewItem, draft: Draft, now: datetime
) -> Decision:
    deal, due_on = item.deal, draft.due_on or local_day(now, actor.person.time_zone)
    due_at = _end_of_work(actor, actor.person, due_on)
    decision = Decision(
        id=new_id("dec"),
        review_id=row.id,
        deal_id=deal.id,
        kind=draft.kind,
        by_id=actor.id,
        owner_id=draft.owner_id,
        decided_at=now,
        due_on=due_on,
        due_at=due_at,
        from_stage=deal.stage,
        to_stage=target_stage(draft.kind, deal.stage, stages_of_source(uow)),
        old_close_date=deal.close_date,
        new_close_date=draft.new_close_date if draft.kind is DecisionKind.RE_DATE else None,
        reason=draft.reason,
    )
    if not draft.action_words or draft.activity is None:
        return decision
    action = NextAction(
        id=new_id("act"),
        deal_id=deal.id,
        decision_id=decision.id,
        words=draft.action_words,
        activity=draft.activity,
        owner_id=draft.owner_id,
        agreed_at=now,
        due_at=due_at,
    )
    return replace(decision, next_action=action)


def _end_of_work(actor: Actor, person: Person, day: date) -> datetime:
    end = actor.settings.cadences.working_hours.end
    return datetime.combine(day, end, tzinfo=ZoneInfo(person.time_zone)).astimezone(ZoneInfo("UTC"))


def _following(card: ReviewCard, place: int) -> int:
    """Return the next deal that waits, behind this one or before it; behind the last where none does."""
    waiting = [at for at, item in enumerate(card.items) if item.waits and at != place]
    return next((at for at in waiting if at > place), waiting[0] if waiting else len(card.items))
