"""What there is to talk about in a one-on-one, read from the records of others; and what the two add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadence import fiscal_quarter
from bot.domain.coaching import FOCUS_NAMES, OUTCOME_NAMES
from bot.domain.flags import FlaggedDeal
from bot.domain.inspection import Backing
from bot.domain.one_on_one import AgendaItem, OneOnOne
from bot.domain.one_on_one_cards import Agenda, AgendaLine, AgreedDealAction, AgreedStep
from bot.domain.people import Person
from bot.errors import InvalidInput, NotAllowed, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import actor_for
from bot.services.coaching_actions import judge_actions, session_of
from bot.services.criterion_statuses import inspections_of
from bot.services.health_check import basis_now
from bot.services.one_on_one_slots import show
from bot.services.pipeline_facts import read_facts
from bot.services.raised_flags import flagged_deals
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.coaching import LogRow
from bot.store.unit_of_work import Store, UnitOfWork

MOST_STEPS = 2
MOST_DEALS = 3
MOST_QUESTIONS = 3
MOST_ITEMS = 10
ASKED_SINCE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class AddItem:
    """One of the two puts something on the agenda; the other sees it."""

    slack_user_id: str
    one_on_one_id: str
    text: str


def add_item(store: Store, jobs: JobQueue, command: AddItem, now: datetime) -> OneOnOne:
    """Put it on the agenda and show it to both; return the slot."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        slot = uow.one_on_ones.get(command.one_on_one_id, for_update=True)
        if slot is None or actor.id not in {slot.manager_id, slot.rep_id}:
            raise NotAllowed("Only the two who talk can add to this agenda.")
        if not slot.is_scheduled:
            raise StaleAction(f"This one-on-one is {slot.state.value} already, so nothing was added.")
        if not command.text:
            raise InvalidInput("Say in a few words what you want to talk about.", field="item")
        if len(uow.one_on_ones.items(slot.id)) >= MOST_ITEMS:
            raise InvalidInput(
                f"The agenda has {MOST_ITEMS} items: more than half an hour holds.", field="item"
            )
        item = AgendaItem(new_id("agi"), slot.id, actor.id, command.text, now)
        uow.one_on_ones.add_item(item)
        uow.audit.record(
            at=now,
            actor_id=actor.id,
            action="one_on_one.item_added",
            entity_kind="one_on_one",
            entity_id=slot.id,
            after={"item": item.id},
        )
        show(uow, jobs, slot, now)
        return slot


def read_agenda(uow: UnitOfWork, slot: OneOnOne, manager: Person, rep: Person, now: datetime) -> Agenda:
    """Return what there is to talk about, the same for both: nothing private is in it."""
    names = {manager.id: manager.name, rep.id: rep.name}
    last = uow.coaching.of_pair(manager.id, rep.id, limit=1)
    return Agenda(
        steps=tuple(_steps(uow, manager, rep, names)),
        actions=tuple(_actions(uow, last[0])) if last else (),
        focus_area=FOCUS_NAMES[last[0].focus_area] if last else None,
        deals=tuple(_flagged(uow, manager, rep, now)[:MOST_DEALS]),
        questions=tuple(_open_questions(uow, rep, now)[:MOST_QUESTIONS]),
        items=tuple(
            AgendaLine(by=names.get(item.by_id, "someone who has left"), text=item.text)
            for item in uow.one_on_ones.items(slot.id)
        ),
    )


def _steps(uow: UnitOfWork, manager: Person, rep: Person, names: Mapping[str, str]) -> Iterator[AgreedStep]:
    for step in uow.coaching_records.steps_of_pair(manager.id, rep.id, MOST_STEPS):
        yield AgreedStep(
            text=step.words,
            owner=names.get(step.owner_id, "someone who has left"),
            due_on=step.due_on,
            outcome=OUTCOME_NAMES[step.outcome] if step.outcome else None,
        )


def _actions(uow: UnitOfWork, last: LogRow) -> Iterator[AgreedDealAction]:
    content = uow.coaching.versions(last.id)[-1].content
    judged = judge_actions(uow, session_of(uow, last, content))
    deals = uow.deals.with_ids(judged.keys())
    for action in content.deal_actions:
        deal = deals.get(action.deal_id)
        name = deal.name if deal else "a deal that is gone"
        yield AgreedDealAction(name, action.words, judged[action.deal_id])


def _flagged(uow: UnitOfWork, manager: Person, rep: Person, now: datetime) -> list[FlaggedDeal]:
    settings = current_settings(uow)
    today = now.astimezone(ZoneInfo(manager.time_zone)).date()
    period = fiscal_quarter(today, uow.workspace.get().fiscal_first_month)
    facts = read_facts(uow, [rep], period=period, measures=settings.measures, now=now)
    return flagged_deals([rep], facts, basis_now(manager, facts, settings, now))


def _open_questions(uow: UnitOfWork, rep: Person, now: datetime) -> list[tuple[str, str]]:
    """Return the name of the deal and the words of each question at its deal's stage without evidence."""
    asked = uow.inspections.of_rep(rep.id, now - ASKED_SINCE)
    deals = uow.deals.with_ids([one.deal_id for one in asked])
    theirs = [deal for deal in deals.values() if deal.owner_id == rep.id]
    waiting = {
        status.question.id
        for found in inspections_of(uow, theirs, current_settings(uow)).values()
        for status in found
        if status.question is not None and status.backing is not Backing.EVIDENCED
    }
    return [(deals[one.deal_id].name, one.text) for one in asked if one.id in waiting]
