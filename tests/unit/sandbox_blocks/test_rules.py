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


def refused(name: str, change: dict[str, Any] | None = None, *without: str, at: str = "", text: str) -> Case:
    return Case(name, change or {}, without, at, text)


_GROUP = {"label": plain("Group"), "options": [option("z")]}
_HEADED = [[{"type": "raw_text", "text": "A"}], [{"type": "raw_text", "text": "1"}]]

REFUSED = [
    refused("section", None, "/text", "/fields", text="must define at least one of: text, fields"),
    refused("image", None, "/image_url", text="must define either `image_url` or `slack_file`"),
    refused(
        "image", {"/slack_file": SLACK_FILE_IMAGE["slack_file"]}, text="must define either `image_url` or"
    ),
    refused("element:image", None, "/image_url", text="must define either `image_url` or `slack_file`"),
    refused(
        "context", {"/elements/3/slack_file": {}}, at="/elements/3/slack_file", text="must define at least"
    ),
    refused("actions", {"/elements/1/action_id": "act_button"}, at="/elements/1/action_id", text="duplicate"),
    refused(
        "context_actions",
        {"/elements/1/action_id": "act_feedback_buttons"},
        at="/elements/1/action_id",
        text="duplicate action_id: act_feedback_buttons",
    ),
    refused(
        "card",
        {"/actions": [element("button"), element("button")]},
        at="/actions/1/action_id",
        text="duplicate action_id: act_button",
    ),
    refused("card", None, "/hero_image", "/title", "/actions", "/body", text="must define at least one of"),
    refused("card", {"/slack_icon": {"type": "icon", "name": "book"}}, text="must not define both `icon`"),
    refused("container", None, "/title", "/rich_text_title", text="must define at least one of: title"),
    refused(
        "container", {"/is_collapsible": False}, at="/default_collapsed", text="requires `is_collapsible`"
    ),
    refused("container", None, "/is_collapsible", at="/default_collapsed", text="requires `is_collapsible`"),
    refused(
        "container",
        {"/has_header_divider": True},
        at="/has_header_divider",
        text="must not be true when `is_collapsible` is",
    ),
    refused("input", {"/element": element("file_input")}, at="/dispatch_action", text="is incompatible with"),
    refused("element:button", None, "/agent_prompt", at="/agent_prompt_display", text="requires"),
    refused(
        "element:static_select", None, "/options", "/initial_option", text="must define either `options`"
    ),
    refused("element:static_select", {"/option_groups": [_GROUP]}, text="must define either `options` or"),
    refused("element:multi_static_select", {"/options": [option("a")]}, text="must define either `options`"),
    refused(
        "element:multi_static_select", None, "/option_groups", "/initial_options", text="must define either"
    ),
    refused(
        "element:static_select", {"/initial_option": option("z")}, at="/initial_option", text="must match"
    ),
    refused(
        "element:static_select",
        {"/initial_option/text/text": "Other words"},
        at="/initial_option",
        text="must match one of the provided options",
    ),
    refused(
        "element:multi_static_select",
        {"/initial_options/1": option("z")},
        at="/initial_options/1",
        text="must match one of the provided options",
    ),
    refused(
        "element:radio_buttons", {"/initial_option": choice("z")}, at="/initial_option", text="must match"
    ),
    refused(
        "element:checkboxes", {"/initial_options/0": choice("z")}, at="/initial_options/0", text="must match"
    ),
    refused(
        "element:conversations_select", {"/filter": {}}, at="/filter", text="must define at least one of"
    ),
    refused(
        "element:plain_text_input", {"/min_length": 2}, at="/min_length", text="must not be greater than"
    ),
    refused(
        "element:number_input", {"/min_value": "11"}, at="/min_value", text="must not be greater than `max"
    ),
    refused(
        "element:number_input", {"/initial_value": "-2"}, at="/min_value", text="must not be greater than"
    ),
    refused(
        "element:number_input", {"/initial_value": "11"}, at="/initial_value", text="must not be greater"
    ),
    refused(
        "data_table", {"/rows": [*_HEADED, [*_HEADED[1], *_HEADED[1]]]}, at="/rows", text="all rows must"
    ),
    refused("data_table", {"/rows/0/0": rich_text()}, at="/rows/0/0", text="a header cell must not be"),
    refused("data_table", {"/rows": _HEADED}, at="/row_header_column_index", text="must be the index of"),
    refused(
        "data_table",
        {"/rows/1/0": {"type": "raw_text", "text": "x" * 20_000}},
        at="/rows",
        text="must be less than 20001 characters",
    ),
    *(
        refused(name, {"/series/1/name": "North"}, at="/series/1/name", text="duplicate name: North")
        for name in ("chart:bar", "chart:area", "chart:line")
    ),
    refused("chart:line", {"/series/0/data/0/label": "Sun"}, at="/series/0/data", text="must have one point"),
    refused(
        "chart:line", {"/axis_config/categories": ["Mon"]}, at="/series/1/data", text="must have one point"
    ),
    refused("chart:pie", {"/segments/0/value": 0}, at="/segments/0/value", text="must be greater than 0"),
    refused("chart:pie", {"/segments/0/value": -1.5}, at="/segments/0/value", text="must be greater than 0"),
    refused("view:modal", None, "/submit", text="must define `submit` to use an `input` block in modals"),
    *(
        refused(
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
]


def _changed(name: str, change: dict[str, Any], without: tuple[str, ...]) -> Any:
    subject = SUBJECTS[name]
    document = subject.document
    for field, value in change.items():
        document = replaced(document, subject.pointer + field, value)
    for field in without:
        document = removed(document, subject.pointer + field)
    return document


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.name}{case.at}")
def test_a_broken_rule_is_told(case: Case) -> None:
    subject = SUBJECTS[case.name]
    pointer = subject.pointer + case.at
    faults = subject.faults(_changed(case.name, case.change, case.without))
    told = [found.message for found in faults if found.path == pointer]
    assert any(text.startswith(case.text) for text in told), faults
    assert all(text.endswith(f" [json-pointer:{pointer}]") for text in told)


@pytest.mark.parametrize(("name", "change", "without"), TAKEN)
def test_a_kept_rule_is_no_fault(name: str, change: dict[str, Any], without: tuple[str, ...]) -> None:
    assert SUBJECTS[name].faults(_changed(name, change, without)) == []
