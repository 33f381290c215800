"""Clicks and choices: each action id has one handler, in the file of its feature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.errors import StaleAction
from bot.slack.listeners import (
    acknowledgement,
    coaching_log,
    coverage_conversation,
    day_card,
    deal_flags,
    deal_inspection,
    one_on_one,
    pipeline_review,
    verdict_comments,
)
from bot.slack.listeners.desk import OLD_BUTTON, ActionAnswer, ActionHandler, Desk
from bot.slack.payloads import Action

ACTIONS: Mapping[str, ActionHandler] = {
    **coverage_conversation.ACTIONS,
    **deal_flags.ACTIONS,
    **acknowledgement.ACTIONS,
    **deal_inspection.ACTIONS,
    **pipeline_review.ACTIONS,
    **one_on_one.ACTIONS,
    **coaching_log.ACTIONS,
    **verdict_comments.ACTIONS,
    **day_card.ACTIONS,
}


def answer_action(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    """Answer one click; an id that no version of this product knows any more is refused in words."""
    # A suffix tells elements of one kind apart, as Slack wants ids to be unique in a block.
    handler = ACTIONS.get(action.action_id) or ACTIONS.get(action.action_id.rpartition(".")[0])
    if handler is None:
        raise StaleAction(OLD_BUTTON)
    return handler(desk, action, now)
