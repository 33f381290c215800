"""Slack's dicts become requests; whatever else comes is refused in words, and nothing raises but that."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaleAction
from bot.slack.payloads import (
    Command,
    choice_of,
    choices_of,
    date_of,
    decode,
    encode,
    number_in,
    parse_action,
    parse_command,
    parse_submission,
    plain_text,
    text_of,
)
from bot.slack.views.deal_flags import ListFilter

CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "team": {"id": "T1"},
    "trigger_id": "1.2.3",
    "container": {"type": "message", "channel_id": "D1", "message_ts": "1.0", "is_ephemeral": True},
    "actions": [
        {"type": "button", "action_id": "a.b", "block_id": "row", "value": '{"o":"obl_1","v":3}'},
    ],
    "state": {"values": {"filters": {"x": {"selected_option": {"value": "y"}}}}},
}
IN_MODAL: dict[str, Any] = {
    **CLICK,
    "actions": [
        {"type": "overflow", "action_id": "a.b", "selected_option": {"value": '{"d":"deal_1","a":"fixed"}'}}
    ],
    "view": {
        "id": "V1",
        "hash": "h",
        "type": "modal",
        "private_metadata": '{"f":"fire_1"}',
        "state": {"values": {"q": {"w": {"value": "e"}}}},
    },
}
FORM: dict[str, Any] = {
    "type": "view_submission",
    "user": {"id": "U1"},
    "team": {"id": "T1"},
    "view": {
        "callback_id": "some.form",
        "private_metadata": '{"o":"obl_1","v":3}',
        "state": {"values": {"plan": {"plan": {"type": "plain_text_input", "value": "  text "}}}},
    },
}
COMMAND: dict[str, Any] = {"user_id": "U1", "team_id": "T1", "text": "today", "trigger_id": "1.2.3"}
GARBAGE: list[Any] = [
    *(None, "", "x", 0, -1, 1e99, True),
    *([], ["x"], {}, {"id": None}, {"values": []}),
    *("\x00", "{", "[1]"),
]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<@U1> asks <@U2|anna>", "@U1 asks @U2"),
        ("<!channel> and <!subteam^S1|@sales> in <#C1|deals>", "@channel and @sales in #deals"),
        (
            "<https://a.example/x> and <https://a.example|a.example>",
            "https://a.example/x and https://a.example",
        ),
        ("the <https://a.example/x|signed plan>", "the signed plan <https://a.example/x>"),
        ("<mailto:anna@a.example|anna@a.example>", "mailto:anna@a.example"),
    ],
)
def test_a_message_is_read_as_a_person_does(text: str, read: str) -> None:
    assert plain_text(text) == read


def test_a_click_in_a_message() -> None:
    action = parse_action(CLICK)

    assert (action.user, action.team, action.action_id) == ("U1", "T1", "a.b")
    assert action.value == {"o": "obl_1", "v": 3}
    assert (action.where.channel, action.where.message_ts, action.where.ephemeral) == ("D1", "1.0", True)
    assert action.where.view_id is None
    assert action.view_metadata == {}
    assert action.state["filters"]


def test_a_choice_in_a_modal() -> None:
    action = parse_action(IN_MODAL)

    assert action.value == {"d": "deal_1", "a": "fixed"}
    assert (action.where.view_id, action.where.view_hash) == ("V1", "h")
    assert action.view_metadata == {"f": "fire_1"}
    assert text_of(action.state, "q") == "e"


def test_a_select_carries_nothing_of_ours() -> None:
    element = {"type": "static_select", "action_id": "a", "selected_option": {"value": "not json"}}

    assert parse_action({**CLICK, "actions": [element]}).value == {}


def test_a_submitted_form() -> None:
    form = parse_submission(FORM)

    assert (form.callback_id, form.metadata) == ("some.form", {"o": "obl_1", "v": 3})
    assert text_of(form.state, "plan") == "text"


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("", "help", ""),
        ("   ", "help", ""),
        ("TODAY", "today", ""),
        ("  team   north  region ", "team", "north  region"),
        ("week\tlast", "week", "last"),
        ("today\u00a0", "today", ""),
        ("🎉", "🎉", ""),
    ],
)
def test_the_words_of_a_command(text: str, verb: str, rest: str) -> None:
    assert parse_command({**COMMAND, "text": text}) == Command("U1", "T1", verb, rest, "1.2.3", text.strip())


def mutations(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The payload with each part of it, at any depth, missing or replaced by garbage."""

    def places(value: object, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        inner = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, inside in inner:
            yield (*path, key)
            yield from places(inside, (*path, key))

    for path in places(payload, ()):
        for garbage in [*GARBAGE, KeyError]:
            changed = copy.deepcopy(payload)
            holder: Any = changed
            for key in path[:-1]:
                holder = holder[key]
            if garbage is KeyError:
                del holder[path[-1]]
            else:
                holder[path[-1]] = garbage
            yield changed


def read_all(state: Any) -> None:
    """What a handler may ask of a form's state."""
    for block in ("plan", "q", "filters", "nothing"):
        text_of(state, block)
        choice_of(state, block)
        choices_of(state, block)
        date_of(state, block)


@pytest.mark.parametrize(
    ("payload", "parse"),
    [(CLICK, parse_action), (IN_MODAL, parse_action), (FORM, parse_submission), (COMMAND, parse_command)],
    ids=["click", "click in a modal", "form", "command"],
)
def test_garbage_in_any_place_is_refused_in_words_or_read_as_nothing(
    payload: dict[str, Any], parse: Callable[[dict[str, Any]], Any]
) -> None:
    for changed in mutations(payload):
        try:
            request = parse(changed)
            if not isinstance(request, Command):
                read_all(request.state)
        except StaleAction as error:
            assert "/drumbeat today" in str(error)  # noqa: PT017 - it is raised for some of the garbage only


@pytest.mark.parametrize(
    "element",
    [
        {"selected_date": "2026-02-30"},
        {"selected_date": "soon"},
        {"selected_date": 20261005},
        {"selected_date": ["2026-10-05"]},
    ],
)
def test_a_date_that_is_none_is_refused(element: dict[str, Any]) -> None:
    with pytest.raises(StaleAction):
        date_of({"held_on": {"held_on": element}}, "held_on")


def test_what_a_form_holds_is_read_by_block() -> None:
    state: dict[str, Any] = {
        "day": {"x": {"selected_date": "2026-10-05"}},
        "one": {"x": {"selected_option": {"value": "a"}}},
        "many": {"x": {"selected_options": [{"value": "a"}, {"value": "b"}]}},
        "none": {
            "x": {"selected_date": None, "selected_option": None, "selected_options": None, "value": None}
        },
    }
    assert date_of(state, "day") == date(2026, 10, 5)
    assert choice_of(state, "one") == "a"
    assert choices_of(state, "many") == ["a", "b"]
    for block in ("none", "absent"):
        assert date_of(state, block) is None
        assert choice_of(state, block) is None
        assert choices_of(state, block) == []
        assert text_of(state, block) == ""


@given(st.dictionaries(st.text(max_size=5), st.one_of(st.text(), st.integers(), st.none()), max_size=5))
def test_what_is_packed_is_what_is_unpacked(fields: dict[str, Any]) -> None:
    packed = encode(**fields)

    assert decode(packed) == {key: value for key, value in fields.items() if value is not None}


@given(st.one_of(st.text(), st.none()))
def test_anything_else_is_unpacked_as_nothing_or_refused(text: str | None) -> None:
    try:
        assert isinstance(decode(text), dict)
    except StaleAction:
        assert text


def test_deep_garbage_does_not_exhaust_the_reader() -> None:
    with pytest.raises(StaleAction):
        decode("[" * 100_000)


@pytest.mark.parametrize("value", ["3", None, 1.5, True, [3], {}])
def test_a_number_that_is_none_is_zero(value: object) -> None:
    assert number_in({"v": value}, "v") == 0
    assert number_in({}, "v") == 0
    assert number_in({"v": 3}, "v") == 3


@pytest.mark.parametrize(
    ("metadata", "page"),
    [({"p": -5}, 0), ({"p": "two"}, 0), ({"p": None}, 0), ({"p": 2}, 2), ({"k": ["x"], "r": {"a": 1}}, 0)],
)
def test_a_filter_that_can_not_be_read_is_no_filter(metadata: dict[str, Any], page: int) -> None:
    assert ListFilter.parse(metadata) == ListFilter(page=page)
    assert ListFilter.parse(json.loads(ListFilter(2, rep="rob").encode())) == ListFilter(2, rep="rob")
