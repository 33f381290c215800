"""Slack's dicts become typed requests; every command, action_id and callback_id; the metadata codec."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.errors import StaleAction

COMMAND = "/drumbeat"


class ActionId(StrEnum):
    """Every element a person can act on."""

    LOG_CONVERSATION = "coverage_conversation.log"
    CONFIRM_PLAN = "coverage_conversation.confirm_plan"
    SNOOZE = "obligation.snooze"
    WHY = "verdict.why"
    DEAL_MENU = "deal_flag.menu"
    ALL_DEALS = "deal_flag.all"
    DEALS_PAGE = "deal_flag.page"
    DEALS_FILTER = "deal_flag.filter"
    DEALS_PICKED = "deal_flag.picked"
    HELD = "acknowledgement.held"
    NOT_HELD = "acknowledgement.not_held"
    OPEN_TODAY = "health_check.open"


class CallbackId(StrEnum):
    """Every form a person can submit."""

    CONVERSATION = "coverage_conversation.form"
    DISMISS_FLAG = "deal_flag.dismiss_form"
    BULK = "deal_flag.bulk_form"
    DISPUTE = "acknowledgement.dispute_form"
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


def encode(**fields: str | int | None) -> str:
    """Pack ids and versions into a button's value or a form's metadata; nothing personal goes in there."""
    return json.dumps(
        {key: value for key, value in fields.items() if value is not None}, separators=(",", ":")
    )


def decode(text: str | None) -> dict[str, Any]:
    """Unpack what `encode` packed; raise StaleAction for anything else, as after an upgrade or a forgery."""
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise StaleAction(
            "This button is from an older version of Drumbeat. Use `/drumbeat today` for a fresh one."
        )
    return value


def parse_action(body: Mapping[str, Any]) -> Action:
    """Read a block_actions payload."""
    element = body["actions"][0]
    container = body.get("container", {})
    view = body.get("view") or {}
    option = element.get("selected_option") or {}
    state = (view.get("state") or body.get("state") or {}).get("values", {})
    return Action(
        user=body["user"]["id"],
        team=body["team"]["id"],
        action_id=element["action_id"],
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
    """Read a view_submission payload."""
    view = body["view"]
    return Submission(
        user=body["user"]["id"],
        team=body["team"]["id"],
        callback_id=view["callback_id"],
        metadata=decode(view.get("private_metadata")),
        state=view["state"]["values"],
    )


def parse_command(body: Mapping[str, Any]) -> Command:
    """Read a slash command."""
    verb, _, rest = body.get("text", "").strip().partition(" ")
    return Command(
        user=body["user_id"],
        team=body["team_id"],
        verb=verb.lower() or "help",
        rest=rest.strip(),
        trigger_id=body.get("trigger_id", ""),
    )


def text_of(state: Mapping[str, Mapping[str, Any]], block: str) -> str:
    """Return what was typed in an input block, trimmed; empty when nothing was."""
    return str(_only(state, block).get("value") or "").strip()


def choice_of(state: Mapping[str, Mapping[str, Any]], block: str) -> str | None:
    """Return the value of the option chosen in an input block."""
    option = _only(state, block).get("selected_option")
    return option["value"] if option else None


def choices_of(state: Mapping[str, Mapping[str, Any]], block: str) -> list[str]:
    """Return the values of the options ticked in an input block."""
    return [option["value"] for option in _only(state, block).get("selected_options") or []]


def date_of(state: Mapping[str, Mapping[str, Any]], block: str) -> date | None:
    """Return the date picked in an input block."""
    picked = _only(state, block).get("selected_date")
    return date.fromisoformat(picked) if picked else None


def _only(state: Mapping[str, Mapping[str, Any]], block: str) -> Mapping[str, Any]:
    elements = state.get(block) or {}
    return next(iter(elements.values()), {})
