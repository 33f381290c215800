"""Slack's dicts become typed requests; every command, action_id and callback_id; the metadata codec."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from bot.errors import StaleAction

COMMAND = "/drumbeat"
DEAL_COMMAND = "/deal"
ONE_ON_ONE_COMMAND = "/one-on-one"
MY_DATA_COMMAND = "/mydata"
USE_AS_EVIDENCE = "deal_evidence.use_message"


class ActionId(StrEnum):
    """Every element a person can act on."""

    LOG_CONVERSATION = "coverage_conversation.log"
    CONFIRM_PLAN = "coverage_conversation.confirm_plan"
    SNOOZE = "obligation.snooze"
    WHY = "verdict.why"
    COMMENT = "verdict.comment"
    COMMENT_TAKEN_BACK = "verdict.take_comment_back"
    DEAL_MENU = "deal_flag.menu"
    ALL_DEALS = "deal_flag.all"
    DEALS_PAGE = "deal_flag.page"
    DEALS_FILTER = "deal_flag.filter"
    DEALS_PICKED = "deal_flag.picked"
    ANSWERED_FLAGS = "deal_flag.answered"
    HELD = "acknowledgement.held"
    NOT_HELD = "acknowledgement.not_held"
    REVIEW_OPEN = "pipeline_review.open"
    REVIEW_TURN = "pipeline_review.turn"
    REVIEW_SWAP = "pipeline_review.swap"
    DECISION_DONE = "decision.done"
    DECISION_NOT_DONE = "decision.not_done"
    DECISION_WHY = "decision.why"
    OPEN_LINK = "link.open"
    ONE_ON_ONE_HELD = "one_on_one.held"
    ONE_ON_ONE_CANCELLED = "one_on_one.cancelled"
    MOVE_ONE_ON_ONE = "one_on_one.move"
    PROPOSE_TIME = "one_on_one.propose_time"
    ACCEPT_TIME = "one_on_one.accept_time"
    DECLINE_TIME = "one_on_one.decline_time"
    OPEN_AGENDA = "one_on_one.agenda"
    ADD_TO_AGENDA = "one_on_one.add_item"
    COACHING_LOG = "coaching_log.open"
    COACHING_DEEP_DIVE = "coaching_log.deep_dive"
    COACHING_EDIT = "coaching_log.edit"
    COACHING_DRAFT = "coaching_log.draft"
    COACHING_READ = "coaching_log.read"
    COACHING_RELEASE = "coaching_log.release"
    COACHING_CONFIRM = "coaching_log.confirm"
    COACHING_DISPUTE = "coaching_log.dispute"
    COACHING_RATE = "coaching_log.rate"
    SET_UP_ONE_ON_ONES = "one_on_one.set_up"
    DEAL_CHOSEN = "deal_thread.chosen"
    ON_RECORD = "deal_inspection.on_record"
    ASK_QUESTIONS = "deal_inspection.ask"
    USE_MESSAGE = "deal_evidence.use"
    ANSWERS_NOTHING = "deal_evidence.none"
    ACCEPT_EVIDENCE = "deal_evidence.accept"
    REJECT_EVIDENCE = "deal_evidence.reject"
    OPEN_NOTICE = "day_card.open"
    MORE_NOTICES = "day_card.more"


class CallbackId(StrEnum):
    """Every form a person can submit."""

    CONVERSATION = "coverage_conversation.form"
    DISMISS_FLAG = "deal_flag.dismiss_form"
    BULK = "deal_flag.bulk_form"
    TAKE_BACK_ANSWERS = "deal_flag.take_back_form"
    DISPUTE = "acknowledgement.dispute_form"
    EVIDENCE = "deal_evidence.form"
    RULING = "deal_evidence.ruling_form"
    REVIEW_STEP = "pipeline_review.step_form"
    REVIEW_SWAP = "pipeline_review.swap_form"
    DECISION_NOT_DONE = "decision.not_done_form"
    ONE_ON_ONE_SCHEDULE = "one_on_one.schedule_form"
    MOVE_ONE_ON_ONE = "one_on_one.move_form"
    PROPOSE_TIME = "one_on_one.propose_form"
    AGENDA_ITEM = "one_on_one.item_form"
    COACHING_LOG = "coaching_log.form"
    COACHING_DISPUTE = "coaching_log.dispute_form"
    COACHING_RATING = "coaching_log.rating_form"
    COMMENT = "verdict.comment_form"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a click came from, so that what the person sees there can be brought up to date."""

    channel: str | None = None
    message_ts: str | None = None
    ephemeral: bool = False
    view_id: str | None = None
    view_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One click or choice. `value` is what the button or the option picked carries, decoded."""

    user: str
    team: str
    action_id: str
    block_id: str
    value: Mapping[str, Any]
    trigger_id: str
    where: Where
    view_metadata: Mapping[str, Any]
    state: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted form: its values by block, and what its `private_metadata` carried."""

    user: str
    team: str
    callback_id: str
    metadata: Mapping[str, Any]
    state: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: its first word and the rest of the text."""

    user: str
    team: str
    verb: str
    rest: str
    trigger_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class MessageShortcut:
    """A shortcut used on a message: which, by whom, and the message with its author (a Slack user)."""

    user: str
    callback_id: str
    channel: str
    message_ts: str
    thread_ts: str | None
    author: str
    text: str
    files: int
    said_at: datetime


def encode(**fields: str | int | None) -> str:
    """Pack ids and versions into a button's value or a form's metadata; nothing personal goes in there."""
    return json.dumps(
        {key: value for key, value in fields.items() if value is not None}, separators=(",", ":")
    )


def decode(text: str | None) -> dict[str, Any]:
    """Unpack what `encode` packed; raise StaleAction for anything else, as after an upgrade or a forgery."""
    try:
        value = json.loads(text) if text else {}
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise StaleAction(
            "This button is from an older version of Drumbeat. Use `/drumbeat today` for a fresh one."
        )
    return value


def number_in(packed: Mapping[str, Any], key: str) -> int:
    """Return a number that `encode` packed; 0 where there is none."""
    value = packed.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


@contextmanager
def _as_slack_sends_it() -> Iterator[None]:
    """Refuse in words what is not shaped as Slack's payloads are."""
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise StaleAction(
            "Slack sent something that I can't read, so nothing was changed. Use `/drumbeat today` instead."
        ) from error


def parse_action(body: Mapping[str, Any]) -> Action:
    """Read a block_actions payload; raise StaleAction where it is none."""
    with _as_slack_sends_it():
        return _action(body)


def _action(body: Mapping[str, Any]) -> Action:
    element = body["actions"][0]
    container = body.get("container", {})
    view = body.get("view") or {}
    option = element.get("selected_option") or {}
    state = (view.get("state") or body.get("state") or {}).get("values", {})
    return Action(
        user=str(body["user"]["id"]),
        team=str(body["team"]["id"]),
        action_id=str(element["action_id"]),
        block_id=element.get("block_id", ""),
        value=_carried(element, option),
        trigger_id=body.get("trigger_id", ""),
        where=Where(
            channel=container.get("channel_id"),
            message_ts=container.get("message_ts"),
            ephemeral=bool(container.get("is_ephemeral")),
            view_id=view.get("id"),
            view_hash=view.get("hash"),
        ),
        view_metadata=decode(view.get("private_metadata")) if view else {},
        state=state,
    )


def _carried(element: Mapping[str, Any], option: Mapping[str, Any]) -> dict[str, Any]:
    if element["type"] in {"button", "overflow"}:
        return decode(option.get("value") or element.get("value"))
    return {}


def parse_submission(body: Mapping[str, Any]) -> Submission:
    """Read a view_submission payload; raise StaleAction where it is none."""
    with _as_slack_sends_it():
        view = body["view"]
        return Submission(
            user=str(body["user"]["id"]),
            team=str(body["team"]["id"]),
            callback_id=str(view["callback_id"]),
            metadata=decode(view.get("private_metadata")),
            state=dict(view["state"]["values"]),
        )


def verb_in(text: str) -> str:
    """Return the word that says what is wanted; nothing said is `help`."""
    words = text.split(maxsplit=1)
    return words[0].lower() if words else "help"


def parse_command(body: Mapping[str, Any]) -> Command:
    """Read a slash command."""
    with _as_slack_sends_it():
        words = body.get("text", "").split(maxsplit=1)
        return Command(
            user=str(body["user_id"]),
            team=str(body["team_id"]),
            verb=verb_in(body.get("text", "")),
            rest=words[1].strip() if len(words) > 1 else "",
            trigger_id=body.get("trigger_id", ""),
            text=body.get("text", "").strip(),
        )


def parse_shortcut(body: Mapping[str, Any]) -> MessageShortcut:
    """Read a message_action payload; raise StaleAction where it is none, or on what no person wrote."""
    with _as_slack_sends_it():
        message = body["message"]
        ts = str(message["ts"])
        if "bot_id" in message:
            raise StaleAction("An app wrote this. Only people's own words can be evidence.")
        return MessageShortcut(
            user=str(body["user"]["id"]),
            callback_id=str(body["callback_id"]),
            channel=str(body["channel"]["id"]),
            message_ts=ts,
            thread_ts=message.get("thread_ts"),
            author=str(message["user"]),
            text=plain_text(str(message.get("text") or "")),
            files=len(message.get("files") or ()),
            said_at=time_of_ts(ts),
        )


_MARKED_UP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain_text(text: str) -> str:
    """Return a message's text as a person reads it: links as their address, mentions as their name or id."""
    shown = _MARKED_UP.sub(lambda found: found[2] if found[2] and found[1][:1] in "@#!" else found[1], text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def time_of_ts(ts: str) -> datetime:
    """Return when a message was written, from its ts."""
    with _as_slack_sends_it():
        return datetime.fromtimestamp(float(ts), UTC)


def text_of(state: Mapping[str, Mapping[str, Any]], block: str) -> str:
    """Return what was typed in an input block, trimmed; empty when nothing was."""
    with _as_slack_sends_it():
        return str(_only(state, block).get("value") or "").strip()


def choice_of(state: Mapping[str, Mapping[str, Any]], block: str) -> str | None:
    """Return the value of the option chosen in an input block."""
    with _as_slack_sends_it():
        option = _only(state, block).get("selected_option")
        return str(option["value"]) if option else None


def choices_of(state: Mapping[str, Mapping[str, Any]], block: str) -> list[str]:
    """Return the values of the options ticked in an input block."""
    with _as_slack_sends_it():
        return [str(option["value"]) for option in _only(state, block).get("selected_options") or []]


def date_of(state: Mapping[str, Mapping[str, Any]], block: str) -> date | None:
    """Return the date picked in an input block."""
    with _as_slack_sends_it():
        picked = _only(state, block).get("selected_date")
        return date.fromisoformat(picked) if picked else None


def time_of(state: Mapping[str, Mapping[str, Any]], block: str) -> time | None:
    """Return the time picked in an input block."""
    with _as_slack_sends_it():
        picked = _only(state, block).get("selected_time")
        return time.fromisoformat(picked) if picked else None


def _only(state: Mapping[str, Mapping[str, Any]], block: str) -> Mapping[str, Any]:
    elements = state.get(block) or {}
    return next(iter(elements.values()), {})
