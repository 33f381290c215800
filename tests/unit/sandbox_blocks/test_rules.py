"""Rules between fields: what must go together, what excludes each other, what must be unique."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.unit.sandbox_blocks.pointers import removed, replaced
from tests.unit.sandbox_blocks.samples import (
    IMAGE,
    SLACK_FILE_IMAGE,
    choice,
    element,
    option,
    plain,
    rich_text,
)
from tests.unit.sandbox_blocks.subjects import SUBJECTS


@dataclass(frozen=True)
class Case:
    """A sample with fields set and others taken away; the fault expected, below the sample."""

    name: str
    change: dict[str, Any]
    without: tuple[str, ...]
    at: str
    text: str


def case(name: str, change: dict[str, Any] | None = None, *without: str, at: str = "", text: str) -> Case:
    return Case(name, change or {}, without, at, text)


_GROUP = {"label": plain("Group"), "options": [option("z")]}
_HEADED = [[{"type": "raw_text", "text": "A"}], [{"type": "raw_text", "text": "1"}]]

REFUSED = [
    case("section", None, "/text", "/fields", text="must define at least one of: text, fields"),
    case("image", None, "/image_url", text="must define either `image_url` or `slack_file`"),
    case("image", {"/slack_file": SLACK_FILE_IMAGE["slack_file"]}, text="must define either `image_url` or"),
    case("element:image", None, "/image_url", text="must define either `image_url` or `slack_file`"),
    case("context", {"/elements/3/slack_file": {}}, at="/elements/3/slack_file", text="must define at least"),
    case("actions", {"/elements/1/action_id": "act_button"}, at="/elements/1/action_id", text="duplicate"),
    case(
        "context_actions",
        {"/elements/1/action_id": "act_feedback_buttons"},
        at="/elements/1/action_id",
        text="duplicate action_id: act_feedback_buttons",
    ),
    case(
        "card",
        {"/actions": [element("button"), element("button")]},
        at="/actions/1/action_id",
        text="duplicate action_id: act_button",
    ),
    case("card", None, "/hero_image", "/title", "/actions", "/body", text="must define at least one of"),
    case("card", {"/slack_icon": {"type": "icon", "name": "book"}}, text="must not define both `icon`"),
    case("container", None, "/title", "/rich_text_title", text="must define at least one of: title"),
    case("container", {"/is_collapsible": False}, at="/default_collapsed", text="requires `is_collapsible`"),
    case("container", None, "/is_collapsible", at="/default_collapsed", text="requires `is_collapsible`"),
    case(
        "container",
        {"/has_header_divider": True},
        at="/has_header_divider",
        text="must not be true when `is_collapsible` is",
    ),
    case("input", {"/element": element("file_input")}, at="/dispatch_action", text="is incompatible with"),
    case("element:button", None, "/agent_prompt", at="/agent_prompt_display", text="requires"),
    case("element:static_select", None, "/options", "/initial_option", text="must define either `options`"),
    case("element:static_select", {"/option_groups": [_GROUP]}, text="must define either `options` or"),
    case("element:multi_static_select", {"/options": [option("a")]}, text="must define either `options`"),
    case(
        "element:multi_static_select", None, "/option_groups", "/initial_options", text="must define either"
    ),
    case("element:static_select", {"/initial_option": option("z")}, at="/initial_option", text="must match"),
    case(
        "element:static_select",
        {"/initial_option/text/text": "Other words"},
        at="/initial_option",
        text="must match one of the provided options",
    ),
    case(
        "element:multi_static_select",
        {"/initial_options/1": option("z")},
        at="/initial_options/1",
        text="must match one of the provided options",
    ),
    case("element:radio_buttons", {"/initial_option": choice("z")}, at="/initial_option", text="must match"),
    case(
        "element:checkboxes", {"/initial_options/0": choice("z")}, at="/initial_options/0", text="must match"
    ),
    case("element:conversations_select", {"/filter": {}}, at="/filter", text="must define at least one of"),
    case("element:plain_text_input", {"/min_length": 2}, at="/min_length", text="must not be greater than"),
    case("element:number_input", {"/min_value": "11"}, at="/min_value", text="must not be greater than `max"),
    case("element:number_input", {"/initial_value": "-2"}, at="/min_value", text="must not be greater than"),
    case("element:number_input", {"/initial_value": "11"}, at="/initial_value", text="must not be greater"),
    case("data_table", {"/rows": [*_HEADED, [*_HEADED[1], *_HEADED[1]]]}, at="/rows", text="all rows must"),
    case("data_table", {"/rows/0/0": rich_text()}, at="/rows/0/0", text="a header cell must not be"),
    case("data_table", {"/rows": _HEADED}, at="/row_header_column_index", text="must be the index of"),
    case(
        "data_table",
        {"/rows/1/0": {"type": "raw_text", "text": "x" * 20_000}},
        at="/rows",
        text="must be less than 20001 characters",
    ),
    *(
        case(name, {"/series/1/name": "North"}, at="/series/1/name", text="duplicate name: North")
        for name in ("chart:bar", "chart:area", "chart:line")
    ),
    case("chart:line", {"/series/0/data/0/label": "Sun"}, at="/series/0/data", text="must have one point"),
    case("chart:line", {"/axis_config/categories": ["Mon"]}, at="/series/1/data", text="must have one point"),
    case("chart:pie", {"/segments/0/value": 0}, at="/segments/0/value", text="must be greater than 0"),
    case("chart:pie", {"/segments/0/value": -1.5}, at="/segments/0/value", text="must be greater than 0"),
    case("view:modal", None, "/submit", text="must define `submit` to use an `input` block in modals"),
    *(
        case(
            f"element:multi_{kind}_select",
            {"/max_selected_items": 1, f"/{initial}": given},
            at=f"/{initial}",
            text="must not hold more items than `max_selected_items`",
        )
        for kind, initial, given in (
            ("static", "initial_options", [option("a"), option("b")]),
            ("external", "initial_options", [option("a"), option("b")]),
            ("users", "initial_users", ["U001", "U002"]),
            ("conversations", "initial_conversations", ["C001", "C002"]),
            ("channels", "initial_channels", ["C001", "C002"]),
        )
    ),
]

# The same rules, kept.
TAKEN: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("section", {}, ("/text",)),
    ("section", {}, ("/fields",)),
    ("image", {"/slack_file": {"id": "F1"}}, ("/image_url",)),
    ("image", {"/slack_file": {"url": "https://example.com/"}}, ("/image_url",)),
    ("card", {}, ("/title", "/actions", "/body")),
    ("card", {}, ("/hero_image", "/actions", "/body")),
    ("card", {}, ("/hero_image", "/title", "/body")),
    ("card", {}, ("/hero_image", "/title", "/actions")),
    ("container", {"/has_header_divider": True, "/is_collapsible": False}, ("/default_collapsed",)),
    ("container", {}, ("/title",)),
    ("container", {}, ("/rich_text_title",)),
    ("actions", {}, ("/elements/0/action_id", "/elements/1/action_id")),
    ("element:static_select", {"/option_groups": [_GROUP], "/initial_option": option("z")}, ("/options",)),
    ("element:conversations_select", {"/filter": {"exclude_bot_users": False}}, ()),
    ("element:conversations_select", {"/filter": {"include": ["im"]}}, ()),
    ("element:conversations_select", {"/filter": {"exclude_external_shared_channels": True}}, ()),
    ("element:number_input", {"/min_value": "2", "/max_value": "10", "/initial_value": "9"}, ()),
    ("data_table", {"/rows": _HEADED, "/row_header_column_index": 0}, ()),
    ("input", {"/dispatch_action": False, "/element": element("plain_text_input")}, ()),
    ("view:modal", {"/blocks": [{"type": "divider"}]}, ("/submit",)),
    ("context", {"/elements/0": IMAGE}, ()),
    ("chart:pie", {"/segments/0/value": 0.5}, ()),
]


def _changed(name: str, change: dict[str, Any], without: tuple[str, ...]) -> Any:
    subject = SUBJECTS[name]
    document = subject.document
    for field, value in change.items():
        document = replaced(document, subject.pointer + field, value)
    for field in without:
        document = removed(document, subject.pointer + field)
    return document


@pytest.mark.parametrize("broken", REFUSED, ids=lambda broken: f"{broken.name}{broken.at}")
def test_a_broken_rule_is_told(broken: Case) -> None:
    subject = SUBJECTS[broken.name]
    pointer = subject.pointer + broken.at
    faults = subject.faults(_changed(broken.name, broken.change, broken.without))
    told = [found.message for found in faults if found.path == pointer]
    assert any(text.startswith(broken.text) for text in told), faults
    assert all(text.endswith(f" [json-pointer:{pointer}]") for text in told)


@pytest.mark.parametrize(("name", "change", "without"), TAKEN)
def test_a_kept_rule_is_no_fault(name: str, change: dict[str, Any], without: tuple[str, ...]) -> None:
    assert SUBJECTS[name].faults(_changed(name, change, without)) == []
