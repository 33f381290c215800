"""A pipeline review as it stands now: its deals, the step in front of the manager, what it ends with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.domain.advancing import InCommon, Traits, in_common, team_gap
from bot.domain.decisions import Decision, DecisionKind, stage_ahead, stage_behind
from bot.domain.evidence import Grade
from bot.domain.inspection import CriterionStatus
from bot.domain.obligations import Obligation, ObligationKind
from bot.domain.people import ManagerTree, Person
from bot.domain.pipeline import Deal, Stage
from bot.domain.pipeline_review import days_in_stage, usual_ages
from bot.domain.review_cards import Asking, ProposedDemotion, ReviewCard, ReviewEnd, ReviewItem, ReviewStep
from bot.domain.settings import Settings
from bot.services.answering_time import calendars_of
from bot.services.criterion_statuses import inspection_of, inspections_of
from bot.services.pipeline_facts import PipelineFacts, rep_coverage
from bot.services.review_asking import askings
from bot.services.review_picks import flags_by_deal, local_day, team_facts
from bot.services.settings_book import current_settings
from bot.store.repositories.reviews import ReviewDealRow, ReviewRow
from bot.store.unit_of_work import UnitOfWork

# What moved forward so recently is looked at for what advancing deals share.
ADVANCED_WITHIN = timedelta(days=30)
USUAL_DAYS_TO_DO = 6
# For so long what came of a review is shown among what waits; one that is still owed is in any case.
SHOWN_FOR = timedelta(days=4)


def read_review(uow: UnitOfWork, review_id: str, now: datetime) -> ReviewCard | None:
    """Return a review as it stands now, or None when it or its manager is not there."""
    row = uow.reviews.get(review_id)
    tree = uow.people.tree()
    manager = tree.get(row.manager_id) if row else None
    if row is None or manager is None:
        return None
    return card_of(uow, row, manager, tree, now)


def card_of(uow: UnitOfWork, row: ReviewRow, manager: Person, tree: ManagerTree, now: datetime) -> ReviewCard:
    """Return a review's card from its row."""
    workspace = uow.workspace.get()
    picked = uow.reviews.deals(row.id)
    deals = uow.deals.with_ids([one.deal_id for one in picked])
    decided = {one.deal_id: one for one in uow.decisions.of_review(row.id)}
    asked = askings(uow, deals.values(), now) if row.fire_id is None else {}
    away = _away(uow, tree, {deal.owner_id for deal in deals.values()}, row.review_on)
    items = tuple(
        _item(one, deals[one.deal_id], decided.get(one.deal_id), manager, tree, asked.get(one.deal_id), away)
        for one in picked
        if one.deal_id in deals
    )
    people = {one.owner_id for one in decided.values()} | {item.deal.owner_id for item in items}
    return ReviewCard(
        id=row.id,
        manager=manager,
        review_on=row.review_on,
        now=now,
        items=items,
        place=row.place,
        outcome=row.outcome,
        opened=row.opened_at is not None,
        obligation=obligation_of(uow, row),
        currency=workspace.currency,
        crm_as_of=workspace.crm_as_of,
        names={id_: person.name for id_ in people if (person := tree.get(id_))},
    )


def current_review(uow: UnitOfWork, manager: Person, now: datetime) -> ReviewCard | None:
    """Return the review that waits for a manager, or was held of late; None where none is of now."""
    row = uow.reviews.latest(manager.id)
    if row is None:
        return None
    if row.review_on < local_day(now, manager.time_zone) - SHOWN_FOR:
        owed = obligation_of(uow, row)
        if owed is None or not owed.is_open:
            return None
    return card_of(uow, row, manager, uow.people.tree(), now)


def obligation_of(uow: UnitOfWork, row: ReviewRow, *, for_update: bool = False) -> Obligation | None:
    """Return what the manager owes of this review; None until its day has come."""
    if row.fire_id is None:
        return None
    every = uow.obligations.of_fire(row.fire_id, row.manager_id)
    owed = next((one for one in every if one.kind is ObligationKind.PIPELINE_REVIEW), None)
    return uow.obligations.get(owed.id, for_update=True) if owed and for_update else owed


def _away(uow: UnitOfWork, tree: ManagerTree, person_ids: Collection[str], day: date) -> set[str]:
    """Return who of these people does not work that day."""
    people = [person for id_ in person_ids if (person := tree.get(id_))]
    return {id_ for id_, calendar in calendars_of(uow, people).items() if not calendar.is_working_day(day)}


def _item(
    row: ReviewDealRow,
    deal: Deal,
    decision: Decision | None,
    manager: Person,
    tree: ManagerTree,
    asking: Asking | None,
    away: Collection[str],
) -> ReviewItem:
    rep = tree.get(deal.owner_id)
    gone = why_gone(deal, rep, manager)
    return ReviewItem(deal, rep, row.reason, decision, gone, asking, deal.owner_id in away)


def why_gone(deal: Deal, rep: Person | None, manager: Person) -> str | None:
    """Say why a deal is not this manager's to decide any more; None while it is."""
    if not deal.stage.is_open:
        return (
            f"closed as {'won' if deal.stage is Stage.CLOSED_WON else 'lost'}, so nothing is left to decide"
        )
    if rep is None or not rep.active:
        return "its owner has left, and the CRM names no new one"
    if rep.manager_id != manager.id:
        return f"{rep.name} reports to another manager now"
    return None


def read_step(uow: UnitOfWork, card: ReviewCard, place: int) -> ReviewStep:
    """Return one deal of a review with everything a decision rests on."""
    settings = current_settings(uow)
    tree = uow.people.tree()
    manager, item = card.manager, card.items[place]
    today = local_day(card.now, manager.time_zone)
    reps = tree.reps_of(manager.id)
    facts = team_facts(uow, reps, today, settings, card.now)
    flags = flags_by_deal(manager, reps, facts, settings, card.now)
    every = facts.open_deals_of(reps)
    days = facts.days(manager.time_zone)
    pushes = pushes_of(uow, item.deal, but=item.decision)
    return ReviewStep(
        card=card,
        place=place,
        item=item,
        today=today,
        flags=flags.get(item.deal.id, ()),
        statuses=inspection_of(uow, item.deal, settings) if item.deal.stage.is_open else (),
        days_in_stage=days_in_stage(item.deal, today, days),
        usual_days=usual_ages(every, today, days).get(item.deal.stage),
        ahead=stage_ahead(item.deal.stage, facts.stages),
        behind=stage_behind(item.deal.stage, facts.stages),
        pushes=pushes,
        may_re_date=pushes < settings.measures.close_date_pushes,
        owners=tuple(one for one in (item.rep, manager) if one is not None and one.active),
        due_on=max(today, card.review_on) + timedelta(days=USUAL_DAYS_TO_DO),
        demotion=_demotion(uow, item.deal, settings, card.now),
    )


def _demotion(uow: UnitOfWork, deal: Deal, settings: Settings, now: datetime) -> ProposedDemotion | None:
    """Return the demotion proposed of a deal, once others than its rep may see it."""
    proposal = uow.inspections.demotions_seen([deal.id], now).get(deal.id)
    if proposal is None or proposal.rep_id != deal.owner_id:
        return None
    asked = (settings.stages.criterion(one) for one in proposal.criteria)
    return ProposedDemotion(proposal.to_stage, tuple(one.question for one in asked if one))


def pushes_of(uow: UnitOfWork, deal: Deal, *, but: Decision | None = None) -> int:
    """Return how often a close date was pushed: by the CRM's history, or by what was decided here.

    `but` is a decision that is about to be withdrawn.
    """
    decided = sum(
        one.kind is DecisionKind.RE_DATE
        and one.new_close_date is not None
        and (one.old_close_date is None or one.new_close_date > one.old_close_date)
        for one in uow.decisions.of_deal(deal.id)
        if but is None or one.id != but.id
    )
    return max(deal.close_date_pushes, decided)


def read_end(uow: UnitOfWork, card: ReviewCard) -> ReviewEnd:
    """Return what a review ends with."""
    settings = current_settings(uow)
    manager = card.manager
    today = local_day(card.now, manager.time_zone)
    reps = uow.people.tree().reps_of(manager.id)
    facts = team_facts(uow, reps, today, settings, card.now)
    figures = [rep_coverage(rep, facts, settings.measures, card.now) for rep in reps]
    short = [one for one in figures if one.coverage.gap]
    return ReviewEnd(
        card=card,
        gap=team_gap(figures),
        target=settings.measures.coverage_target,
        common=_shared(uow, card, reps, facts, settings, today),
        short=tuple(sorted(short, key=lambda one: (-(one.coverage.gap or 0), one.rep.name))),
    )


def _shared(
    uow: UnitOfWork,
    card: ReviewCard,
    reps: Sequence[Person],
    facts: PipelineFacts,
    settings: Settings,
    today: date,
) -> InCommon:
    """Compare what is decided to advance, or moved forward of late, with the team's other open deals."""
    deals = facts.open_deals_of(reps)
    advancing = {one.deal_id for one in card.taken if one.kind is DecisionKind.ADVANCE}
    advancing |= _moved_forward(reps, facts, card.now)
    found = inspections_of(uow, deals, settings)
    traits = {deal.id: Traits(deal, _proven(found[deal.id])) for deal in deals}
    return in_common(
        [one for id_, one in traits.items() if id_ in advancing],
        [one for id_, one in traits.items() if id_ not in advancing],
        today=today,
        days=facts.days(card.manager.time_zone),
        held=facts.held,
    )


def _moved_forward(reps: Sequence[Person], facts: PipelineFacts, now: datetime) -> set[str]:
    moves = [move for rep in reps for move in facts.moves.get(rep.id, ())]
    return {
        move.deal_id
        for move in moves
        if move.at >= now - ADVANCED_WITHIN
        and move.left is not None
        and move.entered is not move.left
        and move.entered.is_at_or_beyond(move.left)
    }


def _proven(found: Sequence[CriterionStatus]) -> bool | None:
    """Tell whether anything goes beyond the rep's own words; None where nothing was ever asked or said."""
    if not any(one.question or one.evidence for one in found):
        return None
    return any(one.best is not None and one.best.grade is not Grade.CLAIMED for one in found)


def deal_names(uow: UnitOfWork, decisions: Sequence[Decision]) -> Mapping[str, str]:
    """Return the names of the deals that were decided."""
    return {id_: deal.name for id_, deal in uow.deals.with_ids([one.deal_id for one in decisions]).items()}
