"""What is known of a deal's inspection: where each criterion stands, as the viewer may see it."""

from __future__ import annotations

from bot.domain.inspection import Answered, framework_of
from bot.domain.inspection_cards import InspectionCard, RoundCard
from bot.domain.settings import Permission
from bot.services.access import actor_for
from bot.services.criterion_statuses import inspection_of
from bot.services.deal_thread import channel_for, stage_name, visible_deal
from bot.services.settings_book import current_settings
from bot.store.unit_of_work import Store, UnitOfWork


def read_inspection(store: Store, slack_user_id: str, deal_id: str) -> InspectionCard:
    """Return a deal's inspection for its rep, or for somebody above; raise NotAllowed for anybody else."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        deal = visible_deal(uow, actor, deal_id)
        owner = actor.require_sight(deal.owner_id)
        settings = current_settings(uow)
        found = inspection_of(uow, deal, settings)
        evidence = [one for status in found for one in status.evidence]
        rulings = uow.evidence.rulings([one.id for one in evidence])
        people = {one.author_id for one in evidence} | {
            ruling.by_id for given in rulings.values() for ruling in given
        }
        channel = channel_for(uow, owner)
        thread = uow.threads.of_deal(deal.id, channel.channel) if channel else None
        leads = owner.manager_id == actor.id and actor.may(Permission.SEE_TREE_BELOW)
        names = {id_: person.name for id_ in people if (person := actor.tree.get(id_))}
        return InspectionCard(
            deal=deal,
            owner=owner,
            viewer=actor.person,
            stage_name=stage_name(settings, deal),
            framework=framework_of(deal.amount, settings.measures.bant_below),
            statuses=found,
            rulings={id_: tuple(given) for id_, given in rulings.items()},
            names=names,
            permalink=thread.permalink if thread else None,
            may_rule=leads,
            may_ask=deal.stage.is_open and (leads or actor.id == owner.id),
        )


def read_round(uow: UnitOfWork, round_id: str) -> RoundCard | None:
    """Return what was asked at once, and what of it is still open; None where it is gone."""
    questions = uow.inspections.of_round(round_id)
    deal = uow.deals.get(questions[0].deal_id) if questions else None
    owner = uow.people.get(deal.owner_id) if deal else None
    thread = uow.threads.get(questions[0].thread_id) if questions else None
    if deal is None or owner is None or thread is None:
        return None
    found = inspection_of(uow, deal, current_settings(uow))
    place = {one.criterion.id: number for number, one in enumerate(found)}
    questions.sort(key=lambda one: place.get(one.criterion_id, len(place)))
    open_criteria = {one.criterion.id for one in found if one.answered is Answered.OPEN}
    asked_by = questions[0].asked_by_id
    return RoundCard(
        deal=deal,
        owner=owner,
        asked_by=uow.people.get(asked_by) if asked_by else None,
        questions=tuple(questions),
        open_ids=frozenset(
            one.id for one in questions if one.criterion_id in open_criteria and one.stage is deal.stage
        ),
        drafter=uow.inspections.drafter_of(round_id),
        answer_by=questions[0].answer_by,
        permalink=thread.permalink,
    )
