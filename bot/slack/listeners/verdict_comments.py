"""Comments on verdicts: written, changed, taken back by the one judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.verdict_comments import WORDS, Judged
from bot.errors import StaleAction
from bot.services import verdict_comments
from bot.services.verdict_comments import Behind, TakeBack, WriteComment
from bot.slack.listeners.desk import (
    OLD_BUTTON,
    ActionAnswer,
    ActionHandler,
    Desk,
    FormAnswer,
    FormHandler,
    OpenModal,
    ReplaceForm,
    carried,
)
from bot.slack.payloads import Action, ActionId, CallbackId, Submission, number_in, text_of
from bot.slack.views import verdict_comments as views


def _open(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    judged = _judged(action.value.get("j"))
    shown = verdict_comments.open_form(desk.store, action.user, judged, carried(action, "i"), now)
    # Somebody's own words: not kept beside the request's key.
    return OpenModal(views.form(shown, action.where.view_id, _text(action.value, "l")), kept=False)


def _take_back(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = TakeBack(
        action.user,
        carried(action, "c"),
        number_in(action.value, "v"),
        _behind(action.where.view_id, _text(action.value, "l")),
    )
    verdict_comments.take_back(desk.store, desk.jobs, command, now)
    return OpenModal(views.taken_back())


def _write(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    command = WriteComment(
        slack_user_id=form.user,
        judged=_judged(form.metadata.get("j")),
        judged_id=str(form.metadata.get("i", "")),
        words=text_of(form.state, WORDS),
        known_id=_text(form.metadata, "c"),
        version=number_in(form.metadata, "v"),
        behind=_behind(_text(form.metadata, "w"), _text(form.metadata, "l")),
    )
    return ReplaceForm(views.written(verdict_comments.write(desk.store, desk.jobs, command, now)))


def _judged(value: object) -> Judged:
    if value not in tuple(Judged):
        raise StaleAction(OLD_BUTTON)
    return Judged(str(value))


def _text(packed: Mapping[str, object], key: str) -> str | None:
    value = packed.get(key)
    return value if isinstance(value, str) else None


def _behind(view_id: str | None, log_id: str | None) -> Behind | None:
    return Behind(view_id, log_id) if view_id else None


ACTIONS: Mapping[str, ActionHandler] = {ActionId.COMMENT: _open, ActionId.COMMENT_TAKEN_BACK: _take_back}
SUBMISSIONS: Mapping[str, FormHandler] = {CallbackId.COMMENT: _write}
