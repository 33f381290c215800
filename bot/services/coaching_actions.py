"""What the CRM and the deals' threads show of the next actions that coaching sessions agreed.

It is read afresh whenever somebody asks: nobody is told at the moment it changes, so nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from bot.domain.coaching import LogContent
from bot.domain.coaching_actions import SessionAction, judge_session_action, session_over_at
from bot.domain.decision_verification import Judgement
from bot.domain.one_on_one_schedule import moment
from bot.domain.people import Person
from bot.services.crm_evidence import DealRecords, read_deal_records
from bot.services.settings_book import current_settings
from bot.store.repositories.coaching import LogRow
from bot.store.unit_of_work import UnitOfWork

Judgements = Mapping[str, Judgement]


@dataclass(frozen=True, slots=True)
class Session:
    """A session as one version of its log has it: between whom, and what is known of when it was over."""

    manager_id: str
    rep_id: str
    logged_at: datetime
    slot_ends_at: datetime | None
    content: LogContent


def session_of(uow: UnitOfWork, row: LogRow, content: LogContent) -> Session:
    """Return the session that a log is about."""
    slot = uow.one_on_ones.get(row.one_on_one_id) if row.one_on_one_id else None
    return Session(row.manager_id, row.rep_id, row.logged_at, slot.ends_at if slot else None, content)


def judge_actions(uow: UnitOfWork, session: Session) -> Judgements:
    """Return what the records say of each action of a session, by deal."""
    return judge_all_actions(uow, [session])[0]


def judge_all_actions(uow: UnitOfWork, sessions: Sequence[Session]) -> list[Judgements]:
    """Return the same for many sessions, in their order, with one look at the records."""
    if not any(one.content.deal_actions for one in sessions):
        return [{} for _ in sessions]
    tree, end = uow.people.tree(), current_settings(uow).cadences.working_hours.end
    agreed = [_actions(one, tree.get(one.manager_id), end) for one in sessions]
    every = [action for actions in agreed for action in actions]
    records = read_deal_records(
        uow,
        {one.deal_id for one in every},
        since=min(one.agreed_at for one in every),
        due_from=min(one.due_at for one in every),
    )
    return [
        {one.deal_id: _judged(one, records, tree.get(session.manager_id)) for one in actions}
        for session, actions in zip(sessions, agreed, strict=True)
    ]


def _actions(session: Session, manager: Person | None, end_of_work: time) -> list[SessionAction]:
    """Return the actions with their time: after the session, by the day that its next step has."""
    zone, content = manager.time_zone if manager else "UTC", session.content
    over_at = session_over_at(
        content.held_on, zone, logged_at=session.logged_at, slot_ends_at=session.slot_ends_at
    )
    due_at = moment(content.step.due_on, end_of_work, zone)
    return [SessionAction(one.deal_id, session.rep_id, over_at, due_at) for one in content.deal_actions]


def _judged(action: SessionAction, records: DealRecords, manager: Person | None) -> Judgement:
    view = records.view(action.deal_id, action.due_at, manager)
    return judge_session_action(action, replace(view, parted=view.parted or _handed_over(action, records)))


def _handed_over(action: SessionAction, records: DealRecords) -> str | None:
    deal = records.deals.get(action.deal_id)
    owner = records.tree.get(deal.owner_id) if deal else None
    return f"The deal is {owner.name}’s now." if owner and owner.id != action.owner_id else None
