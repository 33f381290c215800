"""Turns the page, or changes the filter, of the list of flagged deals that a manager has open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.settings import Permission
from bot.jobs.protocols import JobQueue
from bot.services.access import actor_for
from bot.services.notifying import Mode, NoticeKind, Subject, Urgency, tell
from bot.store.ids import new_id
from bot.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show this part of the list in the open view; `chosen` is the encoded filter and page."""

    slack_user_id: str
    view_id: str
    fire_id: str
    chosen: str


def show_page(store: Store, jobs: JobQueue, command: ShowPage, now: datetime) -> None:
    """Ask that the open view be filled anew. Nothing is sent from inside the click that asked for it."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        actor.require(Permission.DISMISS_FLAGS)
        tell(
            uow,
            jobs,
            kind=NoticeKind.DEAL_LIST,
            person_id=actor.id,
            # What is to be shown where: the view, the health check it belongs to, and the part of the list.
            subject=Subject("view", f"{command.view_id}|{command.fire_id}|{command.chosen}"),
            reason="you turned the page",
            cause=new_id("dlv"),
            urgency=Urgency.DIRECT,
            now=now,
            mode=Mode.VIEW,
        )
