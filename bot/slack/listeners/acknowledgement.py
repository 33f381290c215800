"""A rep confirms that a conversation took place, or disputes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.verification import Answer
from bot.services import acknowledgement
from bot.slack.listeners.desk import (
    ActionAnswer,
    ActionHandler,
    Desk,
    FormAnswer,
    FormHandler,
    OpenModal,
    ReplaceForm,
    carried,
    say,
)
from bot.slack.payloads import Action, ActionId, CallbackId, Submission, text_of
from bot.slack.views import acknowledgement as views
from bot.slack.views.text import escaped, message_view


def _held(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = acknowledgement.Acknowledge(action.user, carried(action, "k"), Answer.CONFIRMED)
    card = acknowledgement.acknowledge(desk.store, desk.jobs, command, now)
    return say(action, "Thank you", f"You confirmed the conversation with *{escaped(card.manager.name)}*.")


def _not_held(desk: Desk, action: Action, _now: datetime) -> ActionAnswer:
    card = acknowledgement.open_dispute(desk.store, action.user, carried(action, "k"))
    return OpenModal(views.dispute_form(card))


def _dispute(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    command = acknowledgement.Acknowledge(
        form.user, str(form.metadata.get("k", "")), Answer.DISPUTED, text_of(form.state, "comment") or None
    )
    card = acknowledgement.acknowledge(desk.store, desk.jobs, command, now)
    return ReplaceForm(
        message_view("Sent", f"*{escaped(card.manager.name)}* is told that you remember it differently.")
    )


ACTIONS: Mapping[str, ActionHandler] = {ActionId.HELD: _held, ActionId.NOT_HELD: _not_held}
SUBMISSIONS: Mapping[str, FormHandler] = {CallbackId.DISPUTE: _dispute}
