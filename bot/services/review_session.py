"""A manager goes through a review deal by deal: starts, resumes, turns to another deal, swaps one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Person
from bot.domain.pipeline_review import Pick, ranked_deals
from bot.domain.review_cards import ReviewCard, ReviewEnd, ReviewStep, SwapChoices
from bot.domain.settings import Permission
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.pipeline_review import card_of, read_end, read_step
from bot.services.review_asking import ask_for_review, release
from bot.services.review_notices import refresh_review, show_step
from bot.services.review_picks import candidates_of, local_day, team_facts
from bot.services.review_rhythm import review_starts_at
from bot.store.repositories.reviews import ReviewRow
from bot.store.unit_of_work import Store, UnitOfWork

MOST_CHOICES = 100
GONE = "That review is not on record here. Use `/drumbeat today` to see what is open."


@dataclass(frozen=True, slots=True)
class Turn:
    """Show the deal at this place, counted from 0, in the open window; behind the last one is the end."""

    slack_user_id: str
    review_id: str
    view_id: str
    place: int


@dataclass(frozen=True, slots=True)
class Swap:
    """Take one deal out of a review and another of the team's in."""

    slack_user_id: str
    review_id: str
    leaving_id: str
    incoming_id: str


def review_for(uow: UnitOfWork, actor: Actor, review_id: str, *, for_update: bool = False) -> ReviewRow:
    """Return the actor's own review; raise NotFound or NotAllowed."""
    actor.require(Permission.RUN_PIPELINE_REVIEW)
    row = uow.reviews.get(review_id, for_update=for_update)
    if row is None:
        raise NotFound(GONE)
    if row.manager_id != actor.id:
        raise NotAllowed("Only the manager whose review this is can hold it.")
    return row


def start(
    store: Store, jobs: JobQueue, slack_user_id: str, review_id: str, now: datetime
) -> ReviewStep | ReviewEnd:
    """Open a review where it was left; the first time notes that it was begun."""
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        row = review_for(uow, actor, review_id, for_update=True)
        if row.fire_id is None:
            raise StaleAction("The review comes tomorrow. Until then you can swap deals.")
        card = card_of(uow, row, actor.person, actor.tree, now)
        if row.opened_at is None:
            uow.reviews.change(row.id, opened_at=now)
            _audit(uow, actor, row, "pipeline_review.started", None, now)
            refresh_review(uow, jobs, row.id, actor.id, now)
        return standing_at(uow, card, row.place)


def standing_at(uow: UnitOfWork, card: ReviewCard, place: int) -> ReviewStep | ReviewEnd:
    """Return the step at a place, or the end behind the last one."""
    if 0 <= place < len(card.items):
        return read_step(uow, card, place)
    return read_end(uow, card)


def turn(store: Store, jobs: JobQueue, command: Turn, now: datetime) -> None:
    """Keep where the manager turned to, and ask that the open window show it."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        row = review_for(uow, actor, command.review_id, for_update=True)
        place = max(0, min(command.place, uow.reviews.count_of_deals(row.id)))
        uow.reviews.change(row.id, place=place)
        show_step(uow, jobs, actor.id, command.view_id, row.id, now)


def shown_in_window(
    uow: UnitOfWork, person: Person, review_id: str, now: datetime
) -> ReviewStep | ReviewEnd | None:
    """Return what a manager's open window shows of a review now."""
    row = uow.reviews.get(review_id)
    if row is None or row.manager_id != person.id:
        return None
    return standing_at(uow, card_of(uow, row, person, uow.people.tree(), now), row.place)


def swap_choices(
    store: Store, slack_user_id: str, review_id: str, leaving_id: str, now: datetime
) -> SwapChoices:
    """Return which deals could take the place of one, or raise when it can't leave any more."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        row = review_for(uow, actor, review_id)
        card = card_of(uow, row, actor.person, actor.tree, now)
        leaving = next((one for one in card.items if one.deal.id == leaving_id), None)
        if leaving is None or leaving.decision is not None:
            raise StaleAction("This deal was decided or swapped already, so it stays as it is.")
        spare = _spare(uow, actor, card, now)
        deals = uow.deals.with_ids([pick.deal_id for pick in spare])
        return SwapChoices(
            card,
            leaving,
            tuple((deals[one.deal_id], actor.tree.get(one.rep_id), one.reason) for one in spare),
        )


def swap(store: Store, jobs: JobQueue, command: Swap, now: datetime) -> ReviewCard:
    """Swap the deals, have the new one's rep asked where the review is still to come, and show the list."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        row = review_for(uow, actor, command.review_id, for_update=True)
        card = card_of(uow, row, actor.person, actor.tree, now)
        if any(one.deal.id == command.leaving_id and one.decision for one in card.items):
            raise StaleAction("This deal was decided meanwhile, so it stays in the review.")
        spare = {one.deal_id: one for one in _spare(uow, actor, card, now)}
        incoming = spare.get(command.incoming_id)
        if incoming is None:
            raise InvalidInput("Choose one of your team's open deals that is not in yet.", field="incoming")
        if not uow.reviews.swap(row.id, command.leaving_id, incoming, now):
            raise StaleAction("That deal was swapped already, so nothing was changed.")
        _audit(
            uow,
            actor,
            row,
            "pipeline_review.swapped",
            {"out": command.leaving_id, "in": incoming.deal_id},
            now,
        )
        if row.fire_id is None:
            _ask_instead(uow, jobs, actor, row, command, now)
        refresh_review(uow, jobs, row.id, actor.id, now)
        return card_of(uow, row, actor.person, actor.tree, now)


def _ask_instead(
    uow: UnitOfWork, jobs: JobQueue, actor: Actor, row: ReviewRow, command: Swap, now: datetime
) -> None:
    starts_at = review_starts_at(actor.settings, row.review_on, actor.person.time_zone)
    deals = uow.deals.with_ids([command.leaving_id, command.incoming_id])
    left = deals.get(command.leaving_id)
    owner = uow.people.get(left.owner_id) if left else None
    if left is not None and owner is not None:
        release(uow, jobs, left, owner, actor.id, starts_at, now)
    ask_for_review(uow, jobs, [deals[command.incoming_id]], starts_at, now, actor_id=actor.id)


def _spare(uow: UnitOfWork, actor: Actor, card: ReviewCard, now: datetime) -> list[Pick]:
    reps = actor.tree.reps_of(actor.id)
    today = local_day(now, actor.person.time_zone)
    facts = team_facts(uow, reps, today, actor.settings, now)
    weighed = candidates_of(uow, actor.person, reps, facts, actor.settings, now)
    inside = {one.deal.id for one in card.items}
    ranked = ranked_deals(weighed, today=today, days=facts.days(actor.person.time_zone))
    return [one for one in ranked if one.deal_id not in inside][:MOST_CHOICES]


def _audit(
    uow: UnitOfWork, actor: Actor, row: ReviewRow, action: str, what: dict[str, object] | None, now: datetime
) -> None:
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action=action,
        entity_kind="pipeline_review",
        entity_id=row.id,
        after=what,
    )
