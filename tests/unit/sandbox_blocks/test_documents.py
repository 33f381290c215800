"""Whole documents: counts, unique ids, limits over all blocks, attachments, views, messages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.blocks import (
    Surface,
    check_attachments,
    check_blocks,
    check_message,
    check_view,
    is_view_too_large,
)
from tests.unit.sandbox_blocks.samples import block, chart, element, plain, table_cells, view

DIVIDER = {"type": "divider"}


def _markdown(size: int) -> dict[str, Any]:
    return {"type": "markdown", "text": "x" * size}


def _section(size: int) -> dict[str, Any]:
    return {"type": "section", "text": plain("x" * size)}


def _chart() -> dict[str, Any]:
    return {"type": "data_visualization", "title": "Deals", "chart": chart("pie")}


def _table() -> dict[str, Any]:
    return {"type": "table", "rows": [table_cells()]}


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_number_of_blocks(surface: Surface, most: int) -> None:
    assert check_blocks([DIVIDER] * most, surface) == []
    (found,) = check_blocks([DIVIDER] * (most + 1), surface)
    assert (found.path, found.message) == (
        "/blocks",
        f"no more than {most} items allowed [json-pointer:/blocks]",
    )


def test_no_blocks_are_no_fault_and_other_things_are_no_blocks() -> None:
    assert check_blocks([], "message") == []
    others: list[object] = [None, {}, "[]", 1]
    for other in others:
        (found,) = check_blocks(other, "message")
        assert found.message == "must provide an array [json-pointer:/blocks]"


def test_block_ids_are_unique_inside_holders_too() -> None:
    inner = {"type": "divider", "block_id": "b_divider"}
    container = {"type": "container", "title": plain(), "child_blocks": [inner]}
    paths = [found.path for found in check_blocks([block("divider"), block("divider"), container], "message")]
    assert paths == ["/blocks/1/block_id", "/blocks/2/child_blocks/0/block_id"]
    for holder, field in (("carousel", "elements"), ("plan", "tasks")):
        outer = block(holder)
        twice = {**outer, field: [outer[field][0], outer[field][0]]}
        (found,) = check_blocks([twice], "message")
        assert found.path == f"/blocks/0/{field}/1/block_id"


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    actions = {"type": "actions", "elements": [element("button")]}
    assert check_blocks([actions, actions], "message") == []


def test_one_element_has_the_focus() -> None:
    one = {"type": "input", "label": plain(), "element": element("datepicker")}
    two = {"type": "section", "text": plain(), "accessory": element("checkboxes")}
    three = {"type": "actions", "elements": [element("overflow"), element("timepicker")]}
    paths = [found.path for found in check_blocks([one, two, three], "modal")]
    assert paths == [
        "/blocks/1/accessory/focus_on_load",
        "/blocks/2/elements/1/focus_on_load",
    ]


def test_a_message_holds_one_table_and_two_charts() -> None:
    assert check_blocks([_table(), _chart(), _chart()], "message") == []
    (found,) = check_blocks([_table(), _table()], "message")
    assert (found.path, found.message.split(" [")[0]) == (
        "/blocks/1",
        "no more than 1 table allowed in a message",
    )
    (found,) = check_blocks([_chart(), _chart(), _chart()], "message")
    assert found.path == "/blocks/2"


def test_markdown_has_one_limit_for_all_blocks() -> None:
    assert check_blocks([_markdown(6000), _markdown(6000)], "message") == []
    (found,) = check_blocks([_markdown(6000), _markdown(6001)], "message")
    assert found.message == "markdown must be less than 12001 characters in all [json-pointer:/blocks]"
    (found,) = check_blocks([_markdown(12_001)], "message")
    assert found.path == "/blocks/0/text"


def test_attachments_hold_blocks_of_their_own() -> None:
    assert check_attachments([{"color": "#fff", "blocks": [DIVIDER]}, {"text": "old"}] * 50) == []
    assert check_attachments([]) == []
    (found,) = check_attachments([{"text": "old"}, {"blocks": [{"type": "header", "text": plain("")}]}])
    assert found.path == "/attachments/1/blocks/0/text/text"
    assert [found.path for found in check_attachments([7])] == ["/attachments/0"]
    assert [found.path for found in check_attachments("x")] == ["/attachments"]
    assert [found.path for found in check_attachments([{}] * 101)] == ["/attachments"]


def test_faults_in_a_view_point_into_the_view() -> None:
    (found,) = check_view(view() | {"blocks": [{"type": "header", "text": plain("x" * 151)}]})
    assert found.path == "/view/blocks/0/text/text"
    (found,) = check_view(view("home") | {"blocks": [block("alert")]})
    assert found.path == "/view/blocks/0/type"
    (found,) = check_view(view() | {"blocks": [DIVIDER] * 101})
    assert found.path == "/view/blocks"
    (found,) = check_view(view("home") | {"title": plain()})
    assert found.message == "invalid additional property: title [json-pointer:/view]"


def test_an_input_in_a_container_needs_a_submit_as_well() -> None:
    container = {"type": "container", "title": plain(), "child_blocks": [block("input")]}
    modal = {"type": "modal", "title": plain(), "blocks": [container]}
    (found,) = check_view(modal)
    assert found.message.startswith("must define `submit`")
    assert check_view({"type": "home", "blocks": [container]}) == []


def test_a_view_has_at_most_250_kb() -> None:
    home: dict[str, Any] = {"type": "home", "blocks": []}
    frame = len('{"type":"home","blocks":[],"pad":""}')
    assert not is_view_too_large(home | {"pad": "x" * (250_000 - frame)})
    assert is_view_too_large(home | {"pad": "x" * (250_001 - frame)})
    assert is_view_too_large(home | {"pad": "é" * 125_000})
    told = [found.message for found in check_view(home | {"pad": "x" * 250_000})]
    assert "must be at most 250000 bytes [json-pointer:/view]" in told


@pytest.mark.parametrize(
    ("text", "blocks", "attachments", "expected"),
    [
        ("Hello", None, None, None),
        ("x" * 50_000, None, None, None),
        (None, [DIVIDER], None, None),
        ("", None, [{"text": "old"}], None),
        (None, None, None, "no_text"),
        ("", [], [], "no_text"),
        (" \n", None, None, "no_text"),
        (7, None, None, "invalid_arguments"),
        ("Hello", {}, None, "invalid_blocks_format"),
        ("Hello", None, "x", "invalid_attachments"),
        ("Hello", None, [{}] * 100, None),
        ("Hello", None, [{}] * 101, "too_many_attachments"),
        ("Hello", [_section(3000)] * 4 + [_section(1200)], None, None),
        ("Hello", [_section(3000)] * 4 + [_section(1201)], None, "msg_blocks_too_long"),
        (None, [{"type": "actions", "elements": [element("button") | {"value": "v" * 20_000}]}], None, None),
        (
            "Hello",
            [{"type": "data_table", "rows": [[{"type": "raw_text", "text": "x" * 15_000}]]}],
            None,
            None,
        ),
        (
            "Hello",
            [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 15_000}]]}],
            None,
            "msg_blocks_too_long",
        ),
        (
            "Hello",
            [{"type": "data_visualization", "chart": {"axis_config": {"categories": ["x" * 700] * 20}}}],
            None,
            "msg_blocks_too_long",
        ),
    ],
)
def test_a_message_as_a_whole(
    text: object, blocks: object, attachments: object, expected: str | None
) -> None:
    assert check_message(text, blocks, attachments) == expected


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("type", "text", "elements", "blocks", "rows", "options", "block_id", "value")),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
_TYPES = st.sampled_from(("section", "actions", "input", "table", "data_table", "plan", "container", "modal"))


@settings(max_examples=150, deadline=None)
@given(value=_JSON, kind=_TYPES)
def test_no_json_makes_the_checks_fail(value: Any, kind: str) -> None:
    typed = value | {"type": kind} if isinstance(value, dict) else value
    for document in (value, [typed]):
        check_blocks(document, "message")
        check_attachments(document)
        check_message(document, document, document)
    check_view(typed)


def test_depth_does_not_make_the_checks_fail() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = {"type": [deep], "text": deep} if isinstance(deep, str) else {"text": [deep]}
    assert check_blocks([deep], "message") != []
    assert check_blocks([{"type": "section", "text": deep, "fields": deep}], "message") != []
    assert check_view({"type": "modal", "title": deep, "blocks": [deep]}) != []
    assert check_message(None, [deep], None) is None
