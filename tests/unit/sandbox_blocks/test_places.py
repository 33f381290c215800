"""Where things may stand: blocks on surfaces, elements in blocks, kinds of text in fields."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.blocks import Surface, check_blocks
from tests.unit.sandbox_blocks.pointers import replaced
from tests.unit.sandbox_blocks.samples import (
    BLOCK_NAMES,
    ELEMENT_NAMES,
    EVERYWHERE,
    SURFACES,
    block,
    element,
    mrkdwn,
    plain,
)
from tests.unit.sandbox_blocks.subjects import SUBJECTS

ALL_SURFACES: tuple[Surface, ...] = ("message", "modal", "home")
SELECTS = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
MULTI_SELECTS = {f"multi_{name}" for name in SELECTS}
CHOICES = {"radio_buttons", "checkboxes"}

HOLDERS: dict[str, tuple[Any, str, set[str]]] = {
    "accessory": (
        {"type": "section", "text": plain(), "accessory": None},
        "/blocks/0/accessory",
        {"button", "overflow", "image", "datepicker", "timepicker", "workflow_button"}
        | SELECTS
        | MULTI_SELECTS
        | CHOICES,
    ),
    "actions": (
        {"type": "actions", "elements": [None]},
        "/blocks/0/elements/0",
        {"button", "overflow", "datepicker", "timepicker", "datetimepicker", "workflow_button"}
        | SELECTS
        | CHOICES,
    ),
    "input": (
        {"type": "input", "label": plain(), "element": None},
        "/blocks/0/element",
        {"datepicker", "timepicker", "datetimepicker", "file_input", "rich_text_input"}
        | {"plain_text_input", "number_input", "email_text_input", "url_text_input"}
        | SELECTS
        | MULTI_SELECTS
        | CHOICES,
    ),
    "context": ({"type": "context", "elements": [None]}, "/blocks/0/elements/0", {"image"}),
    "context_actions": (
        {"type": "context_actions", "elements": [None]},
        "/blocks/0/elements/0",
        {"feedback_buttons", "icon_button"},
    ),
    "card": ({"type": "card", "actions": [None]}, "/blocks/0/actions/0", {"button"}),
}

# Fields that take plain_text only; every other text takes mrkdwn as well.
PLAIN_ONLY = [
    ("header", "/text"),
    ("image", "/title"),
    ("input", "/label"),
    ("input", "/hint"),
    ("video", "/title"),
    ("video", "/description"),
    ("container", "/title"),
    ("element:button", "/text"),
    ("element:button", "/confirm/title"),
    ("element:button", "/confirm/confirm"),
    ("element:button", "/confirm/deny"),
    ("element:icon_button", "/text"),
    ("element:workflow_button", "/text"),
    ("element:feedback_buttons", "/positive_button/text"),
    ("element:overflow", "/options/0/text"),
    ("element:static_select", "/options/0/text"),
    ("element:static_select", "/options/0/description"),
    ("element:static_select", "/placeholder"),
    ("element:multi_static_select", "/option_groups/0/label"),
    ("element:plain_text_input", "/placeholder"),
    ("view:modal", "/title"),
    ("view:modal", "/submit"),
    ("view:modal", "/close"),
]
EITHER = [
    ("section", "/text"),
    ("section", "/fields/0"),
    ("context", "/elements/0"),
    ("alert", "/text"),
    ("card", "/title"),
    ("card", "/subtitle"),
    ("card", "/body"),
    ("container", "/subtitle"),
    ("element:button", "/confirm/text"),
    ("element:radio_buttons", "/options/1/text"),
    ("element:radio_buttons", "/options/1/description"),
    ("element:checkboxes", "/options/0/text"),
]
CONTAINED = {name for name, where in SURFACES.items() if where == EVERYWHERE} - {"container"} | {
    "file",
    "table",
}


@pytest.mark.parametrize("name", BLOCK_NAMES)
@pytest.mark.parametrize("surface", ALL_SURFACES)
def test_a_block_stands_only_on_its_surfaces(name: str, surface: Surface) -> None:
    faults = check_blocks([block(name)], surface)
    if surface in SURFACES[name]:
        assert faults == []
    else:
        assert [found.path for found in faults] == ["/blocks/0/type"]
        assert faults[0].message.startswith(f"unsupported type: {name} in a {surface}")


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("name", ELEMENT_NAMES)
def test_an_element_stands_only_where_slack_puts_it(holder: str, name: str) -> None:
    document, pointer, allowed = HOLDERS[holder]
    surface: Surface = "modal" if holder in ("accessory", "actions", "input") else "message"
    placed = replaced({"blocks": [document]}, pointer, element(name))
    faults = check_blocks(placed["blocks"], surface)
    if name in allowed:
        assert faults == []
    else:
        assert [found.path for found in faults] == [f"{pointer}/type"]


@pytest.mark.parametrize("name", BLOCK_NAMES)
def test_a_container_holds_the_plain_blocks(name: str) -> None:
    holder = {"type": "container", "title": plain(), "child_blocks": [block(name)]}
    faults = check_blocks([holder], "message")
    assert (faults == []) == (name in CONTAINED)


def test_a_carousel_holds_cards_and_a_plan_holds_tasks() -> None:
    for holder, name in (("carousel", "elements"), ("plan", "tasks")):
        placed = {**block(holder), name: [{"type": "divider"}]}
        (found,) = check_blocks([placed], "message")
        assert found.path == f"/blocks/0/{name}/0/type"


def test_file_input_and_response_urls_are_for_modals() -> None:
    for name, field in (
        ("file_input", "/type"),
        ("conversations_select", "/response_url_enabled"),
        ("channels_select", "/response_url_enabled"),
    ):
        placed = [{"type": "input", "label": plain(), "element": element(name)}]
        assert check_blocks(placed, "modal") == []
        for surface in ALL_SURFACES:
            if surface != "modal":
                (found,) = check_blocks(placed, surface)
                assert found.path == f"/blocks/0/element{field}"
                assert f"in a {surface} (only in: modal)" in found.message


@pytest.mark.parametrize(("name", "field"), PLAIN_ONLY)
def test_mrkdwn_is_refused_where_text_is_plain(name: str, field: str) -> None:
    subject = SUBJECTS[name]
    pointer = subject.pointer + field
    faults = subject.faults(replaced(subject.document, pointer, mrkdwn()))
    assert f"{pointer}/type" in [found.path for found in faults]


@pytest.mark.parametrize(("name", "field"), EITHER)
def test_mrkdwn_and_plain_text_are_taken_where_both_may_stand(name: str, field: str) -> None:
    subject = SUBJECTS[name]
    for text in (mrkdwn(), plain()):
        assert subject.faults(replaced(subject.document, subject.pointer + field, text)) == []


def test_each_kind_of_text_has_its_own_flag() -> None:
    for text in (plain() | {"verbatim": True}, mrkdwn() | {"emoji": True}):
        (found,) = check_blocks([{"type": "section", "text": text}], "message")
        assert found.path == "/blocks/0/text"
        assert found.message.startswith("invalid additional property: ")
