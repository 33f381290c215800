"""A person opens a line of the day's card, or asks for those that found no place on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.errors import NotAllowed, StaleAction
from bot.services import day_card
from bot.services.access import actor_for
from bot.slack.listeners.desk import OLD_BUTTON, ActionAnswer, ActionHandler, Desk, OpenModal, carried, say
from bot.slack.payloads import Action, ActionId
from bot.slack.rendering import lines_of
from bot.slack.views.day_card import all_lines


def _open(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    day_card.open_line(desk.store, desk.jobs, action.user, carried(action, "n"), now)
    in_window = action.where.view_id is not None
    return say(action, "Opened", "You find it at the end of our conversation.", always=in_window)


def _more(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    card_id = carried(action, "n")
    card = day_card.read_lines(desk.store, card_id)
    if card is None:
        raise StaleAction(OLD_BUTTON)
    with desk.store.reading() as uow:
        if actor_for(uow, action.user).id != card.person.id:
            raise NotAllowed("Only the person whose card this is can open it.")
    shown = all_lines(lines_of(desk.store, card, now), card_id, card.person.time_zone, now)
    return OpenModal(shown, kept=False)


ACTIONS: Mapping[str, ActionHandler] = {ActionId.OPEN_NOTICE: _open, ActionId.MORE_NOTICES: _more}
