"""Each request of Slack's is carried out once: by which key it is known again, and how its answer is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.slack.listeners.desk import ActionAnswer, FieldErrors, FormAnswer, OpenModal, ReplaceForm, Reply
from bot.slack.payloads import CallbackId
from bot.slack.views.text import message_view, section
from bot.store.handling import AlreadyHandledError, Inbound
from bot.store.unit_of_work import Store

# What people are told is short; a longer answer is not worth its place beside each key.
MOST_KEPT = 6_000
DONE = "This was done already, when you asked the first time. `/drumbeat today` shows how things stand."
A = TypeVar("A")
Counted = Callable[[str], None]
CommandAnswer = Reply | OpenModal


def command_key(body: Mapping[str, Any]) -> str | None:
    """Return what is the same when Slack repeats a slash command, and never for another one."""
    trigger = body.get("trigger_id")
    return f"command:{trigger}" if trigger else None


def action_key(body: Mapping[str, Any]) -> str | None:
    """Return what is the same when Slack repeats a click; a second click of the person's is another one."""
    elements = body.get("actions")
    element = elements[0] if isinstance(elements, list) and elements else {}
    at = element.get("action_ts") if isinstance(element, dict) else None
    trigger = body.get("trigger_id")
    if not (trigger or at):
        return None
    meant = element.get("action_id") if isinstance(element, dict) else body.get("callback_id")
    return f"action:{_user(body)}:{trigger}:{at}:{meant}"


def submission_key(body: Mapping[str, Any]) -> str | None:
    """Return what is the same when a form comes again with the same values: repeated, or sent once more.

    A person who was told of trouble and sends the form again sends the same; with other values it is another.
    """
    view = body.get("view")
    if not isinstance(view, dict) or not view.get("id"):
        return None
    if view.get("callback_id") == CallbackId.COACHING_RATING:
        # A digest of one of five values would give it away. A rating is final: the view alone tells it.
        return f"form:{_user(body)}:{view['id']}:{CallbackId.COACHING_RATING}"
    values = json.dumps(view.get("state"), sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(values.encode()).hexdigest()[:32]
    return f"form:{_user(body)}:{view['id']}:{view.get('hash')}:{view.get('callback_id')}:{digest}"


def once(
    store: Store, request: Inbound | None, codec: Codec[A], work: Callable[[], A], repeated: Counted
) -> A:
    """Do the work and return its answer; for a request that was carried out before, only that answer.

    The answer is kept, not made anew: it tells of how things stood before the request changed them.
    Without a request's key (nothing that Slack sends) the work is done as it comes.
    """
    if request is None:
        return work()
    try:
        with store.handling(request) as handling:
            answer = work()
            handling.keep(codec.kept(answer))
            return answer
    except AlreadyHandledError as again:
        repeated(request.kind)
        return codec.restored(again.answer)


@dataclass(frozen=True, slots=True)
class Codec(Generic[A]):
    """How one kind of answer becomes JSON and comes back; `done` stands for one that was too long to keep."""

    parts: Callable[[A], Mapping[str, Any] | None]
    whole: Callable[[Mapping[str, Any] | None], A]
    done: Mapping[str, Any]

    def kept(self, answer: A) -> str | None:
        """Return what is to be kept of an answer; None for an ack without words."""
        parts = self.parts(answer)
        if parts is None:
            return None
        text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
        return text if len(text) <= MOST_KEPT else json.dumps(self.done)

    def restored(self, kept: str | None) -> A:
        """Return the answer that `kept` was made of."""
        return self.whole(None if kept is None else json.loads(kept))


_DONE_REPLY: dict[str, Any] = {"text": DONE, "blocks": [section(DONE)]}
_DONE_VIEW: dict[str, Any] = {"view": message_view("Done already", DONE)}


def _said(answer: CommandAnswer) -> Mapping[str, Any] | None:
    if isinstance(answer, OpenModal):
        return {"view": answer.view} if answer.kept else _DONE_VIEW
    return {"text": answer.text, "blocks": answer.blocks} if answer.kept else _DONE_REPLY


def _say_again(parts: Mapping[str, Any] | None) -> CommandAnswer:
    found = _DONE_REPLY if parts is None else parts
    return OpenModal(found["view"]) if "view" in found else Reply(found["text"], found["blocks"])


def _opened(answer: ActionAnswer) -> Mapping[str, Any] | None:
    if answer is None:
        return None
    return {"view": answer.view} if answer.kept else _DONE_VIEW


def _became(answer: FormAnswer) -> Mapping[str, Any] | None:
    if isinstance(answer, FieldErrors):
        return {"errors": dict(answer.errors)}
    return None if answer is None else {"view": answer.view}


def _became_again(parts: Mapping[str, Any] | None) -> FormAnswer:
    if parts is None:
        return None
    return FieldErrors(parts["errors"]) if "errors" in parts else ReplaceForm(parts["view"])


COMMAND_ANSWER: Codec[CommandAnswer] = Codec(_said, _say_again, _DONE_REPLY)
ACTION_ANSWER: Codec[ActionAnswer] = Codec(
    _opened, lambda parts: None if parts is None else OpenModal(parts["view"]), _DONE_VIEW
)
FORM_ANSWER: Codec[FormAnswer] = Codec(_became, _became_again, _DONE_VIEW)


def _user(body: Mapping[str, Any]) -> str:
    user = body.get("user")
    return str(user.get("id")) if isinstance(user, dict) else ""
