"""Submitted forms: each callback id has one handler, in the file of its feature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.errors import StaleAction
from bot.slack.listeners import (
    acknowledgement,
    coaching_log,
    coverage_conversation,
    deal_flags,
    deal_inspection,
    one_on_one,
    pipeline_review,
    verdict_comments,
)
from bot.slack.listeners.desk import OLD_FORM, Desk, FormAnswer, FormHandler
from bot.slack.payloads import CallbackId, Submission


def _close(_desk: Desk, _form: Submission, _now: datetime) -> FormAnswer:
    return None


SUBMISSIONS: Mapping[str, FormHandler] = {
    **coverage_conversation.SUBMISSIONS,
    **deal_flags.SUBMISSIONS,
    **acknowledgement.SUBMISSIONS,
    **deal_inspection.SUBMISSIONS,
    **pipeline_review.SUBMISSIONS,
    **one_on_one.SUBMISSIONS,
    **coaching_log.SUBMISSIONS,
    **verdict_comments.SUBMISSIONS,
    CallbackId.READ_ONLY: _close,
}


def answer_submission(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    """Answer one submitted form; what is wrong with it is said at its field."""
    handler = SUBMISSIONS.get(form.callback_id)
    if handler is None:
        raise StaleAction(OLD_FORM)
    return handler(desk, form, now)
