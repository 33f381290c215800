"""The manifest declares exactly what the code uses, and every id has both its ends."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.listeners import one_on_one
from bot.slack.listeners.actions import ACTIONS
from bot.slack.listeners.commands import COMMANDS
from bot.slack.listeners.submissions import SUBMISSIONS
from bot.slack.payloads import (
    COMMAND,
    DEAL_COMMAND,
    MY_DATA_COMMAND,
    ONE_ON_ONE_COMMAND,
    USE_AS_EVIDENCE,
    ActionId,
    CallbackId,
)
from tests.architecture.project import ROOT, bot_files, name_of, tree_of
from tests.unit.slack.cards import small_card
from tests.unit.slack.showing import MESSAGES, VIEWS

MANIFEST: dict[str, Any] = json.loads((ROOT / "config" / "slack_manifest.json").read_text(encoding="utf-8"))
SLACK = [path for path in bot_files(".py") if path.is_relative_to(ROOT / "bot" / "slack")]

# https://docs.slack.dev/reference/methods: what each method the code calls asks of a bot token. The directory
# is read with users.list, and its addresses are shown only with users:read.email.
SCOPES = {
    "auth_test": set(),
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"im:history", "groups:history"},
    "conversations_list": {"groups:read"},
    "conversations_members": {"groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"im:history", "groups:history"},
    "users_list": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
# What each event asks for. https://docs.slack.dev/reference/events
# Deals are spoken about in private channels alone: what is in a public one, the whole workspace may read.
EVENT_SCOPES = {
    "app_home_opened": set(),
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
}


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path in SLACK:
        for node in ast.walk(tree_of(path)):
            yield path, node


def called_methods() -> set[str]:
    """Every method of the web client that bot/slack names: whatever hangs on something called a client."""
    return {
        node.attr
        for _, node in nodes()
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value).rpartition(".")[2] in {"client", "_client"}
    }


def test_the_table_of_scopes_names_the_methods_called_and_no_others() -> None:
    assert called_methods() == set(SCOPES)


def test_the_scopes_are_those_needed_and_no_others() -> None:
    needed = set().union(*SCOPES.values(), *EVENT_SCOPES.values(), {"commands"})

    declared = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert sorted(declared) == sorted(needed)
    assert "user" not in MANIFEST["oauth_config"]["scopes"]


def test_the_commands_are_declared_with_the_words_they_know() -> None:
    declared = {one["command"]: one for one in MANIFEST["features"]["slash_commands"]}
    assert set(declared) == {COMMAND, DEAL_COMMAND, ONE_ON_ONE_COMMAND, MY_DATA_COMMAND}
    assert set(declared[COMMAND]["usage_hint"].replace(" ", "").split("|")) == {*COMMANDS, "help"}
    hints = set(declared[ONE_ON_ONE_COMMAND]["usage_hint"].replace(" ", "").split("|"))
    assert hints == set(one_on_one.COMMANDS) - {"week"}  # which is what no word at all shows


def test_the_shortcut_is_declared_on_messages_and_listened_to() -> None:
    source = (ROOT / "bot" / "slack" / "bolt.py").read_text(encoding="utf-8")
    (declared,) = MANIFEST["features"]["shortcuts"]

    assert (declared["callback_id"], declared["type"]) == (USE_AS_EVIDENCE, "message")
    assert "app.message_shortcut(USE_AS_EVIDENCE)" in source
    assert len(declared["name"]) <= 24


def test_the_events_are_those_listened_to() -> None:
    """`message` comes from conversations with the app and from private channels alone."""
    source = (ROOT / "bot" / "slack" / "bolt.py").read_text(encoding="utf-8")
    listened = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.For) and ast.unparse(node.target) == "event"
    ]
    names = ast.literal_eval(ast.unparse(listened[0].iter))
    declared = MANIFEST["settings"]["event_subscriptions"]["bot_events"]

    assert {name.partition(".")[0] for name in declared} == set(names)
    assert set(declared) == set(EVENT_SCOPES)


def test_what_the_events_and_views_need_is_switched_on() -> None:
    home = MANIFEST["features"]["app_home"]

    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True


def test_the_manifest_keeps_slacks_limits() -> None:
    about = MANIFEST["display_information"]

    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert all(len(one["command"]) <= 32 for one in MANIFEST["features"]["slash_commands"])


# ---------------------------------------------------------------- ids


def ids_in(shown: object, key: str) -> set[str]:
    if isinstance(shown, dict):
        own = {shown[key]} if isinstance(shown.get(key), str) else set()
        return own.union(*(ids_in(inner, key) for inner in shown.values()))
    return set().union(*(ids_in(inner, key) for inner in shown)) if isinstance(shown, list) else set()


SHOWN = [make(small_card()) for make in (*MESSAGES.values(), *VIEWS.values())]


def test_every_action_id_has_a_handler_and_no_handler_waits_for_another() -> None:
    assert set(ACTIONS) == set(ActionId)


def test_every_callback_id_has_a_handler_and_no_handler_waits_for_another() -> None:
    assert set(SUBMISSIONS) == set(CallbackId)


def used(names: type[ActionId | CallbackId]) -> dict[str, str]:
    """Where the views name each member of an enumeration, by its name."""
    return {
        node.attr: name_of(path)
        for path, node in nodes()
        if path.parent.name == "views"
        and isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == names.__name__
    }


@pytest.mark.parametrize("member", [*ActionId, *CallbackId], ids=lambda member: member.name)
def test_every_id_is_shown_by_some_view(member: ActionId | CallbackId) -> None:
    shown = set().union(*(ids_in(made, "action_id") | ids_in(made, "callback_id") for made in SHOWN))

    assert (
        member.value in shown
        or any(one.startswith(f"{member.value}.") for one in shown)
        or member.name in used(type(member))
    )


def test_no_view_shows_an_id_that_nobody_handles() -> None:
    shown = set().union(*(ids_in(made, "action_id") for made in SHOWN))
    clicks = {one for one in shown if "." in one}

    # What stands in an input block is read when its form is submitted: its id is the block's own.
    assert {one for one in clicks if one not in ACTIONS and one.rpartition(".")[0] not in ACTIONS} == set()
    assert set().union(*(ids_in(made, "callback_id") for made in SHOWN)) <= set(SUBMISSIONS)


def test_no_id_is_written_out_beside_the_enumerations() -> None:
    known = {str(member.value) for member in (*ActionId, *CallbackId)}
    written = [
        f"{name_of(path)}:{node.lineno} {node.value}"
        for path, node in nodes()
        if path.name != "payloads.py" and isinstance(node, ast.Constant) and node.value in known
    ]

    assert written == []
