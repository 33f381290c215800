"""Every field of every sample: known, of its own type, and required exactly where Slack requires it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.blocks import Fault
from tests.unit.sandbox_blocks.pointers import places, removed, replaced
from tests.unit.sandbox_blocks.subjects import SUBJECTS, Subject

ALL = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())

# By the object's type; by its field's name where it has none.
REQUIRED: dict[str, set[str]] = {
    # blocks
    "section": set(),
    "header": {"text"},
    "divider": set(),
    "image": {"alt_text"},
    "context": {"elements"},
    "actions": {"elements"},
    "input": {"label", "element"},
    "video": {"alt_text", "title", "thumbnail_url", "video_url"},
    "rich_text": {"elements"},
    "markdown": {"text"},
    "file": {"external_id", "source"},
    "context_actions": {"elements"},
    "table": {"rows"},
    "data_table": {"rows", "caption"},
    "data_visualization": {"title", "chart"},
    "card": set(),
    "carousel": {"elements"},
    "task_card": {"task_id", "title"},
    "plan": {"title"},
    "alert": {"text"},
    "container": {"child_blocks"},
    # elements
    "button": {"text"},
    "icon_button": {"icon", "text"},
    "workflow_button": {"text", "workflow"},
    "feedback_buttons": {"positive_button", "negative_button"},
    "overflow": {"options"},
    "static_select": set(),
    "external_select": set(),
    "users_select": set(),
    "conversations_select": set(),
    "channels_select": set(),
    "multi_static_select": set(),
    "multi_external_select": set(),
    "multi_users_select": set(),
    "multi_conversations_select": set(),
    "multi_channels_select": set(),
    "radio_buttons": {"options"},
    "checkboxes": {"options"},
    "datepicker": set(),
    "timepicker": set(),
    "datetimepicker": set(),
    "plain_text_input": set(),
    "number_input": {"is_decimal_allowed"},
    "email_text_input": set(),
    "url_text_input": set(),
    "rich_text_input": set(),
    "file_input": set(),
    # composition objects
    "plain_text": {"text"},
    "mrkdwn": {"text"},
    "options": {"text", "value"},
    "initial_option": {"text", "value"},
    "initial_options": {"text", "value"},
    "option_groups": {"label", "options"},
    "confirm": {"title", "text", "confirm", "deny"},
    "dispatch_action_config": {"trigger_actions_on"},
    "filter": set(),
    "slack_file": set(),
    "positive_button": {"text", "value"},
    "negative_button": {"text", "value"},
    "workflow": {"trigger"},
    "trigger": {"url"},
    "customizable_input_parameters": {"name", "value"},
    # rich text
    "rich_text_section": {"elements"},
    "rich_text_list": {"style", "elements"},
    "rich_text_preformatted": {"elements"},
    "rich_text_quote": {"elements"},
    "text": {"text"},
    "link": {"url"},
    "emoji": {"name"},
    "user": {"user_id"},
    "usergroup": {"usergroup_id"},
    "channel": {"channel_id"},
    "team": {"team_id"},
    "broadcast": {"range"},
    "color": {"value"},
    "date": {"timestamp", "format"},
    "style": set(),
    # tables, charts, tasks
    "raw_text": {"text"},
    "raw_number": {"value", "text"},
    "column_settings": set(),
    "pie": {"segments"},
    "bar": {"series", "axis_config"},
    "area": {"series", "axis_config"},
    "line": {"series", "axis_config"},
    "segments": {"label", "value"},
    "series": {"name", "data"},
    "data": {"label", "value"},
    "axis_config": {"categories"},
    "url": {"url", "text"},
    # views
    "modal": {"title", "blocks"},
    "home": {"blocks"},
}


def _inside(subject: Subject) -> list[tuple[str, Any]]:
    found = places(subject.document)
    return [(pointer, value) for pointer, value in found if pointer.startswith(subject.pointer)]


def _told_at(faults: list[Fault], pointer: str) -> list[str]:
    return [found.message for found in faults if found.path == pointer]


@ALL
def test_a_complete_sample_has_no_fault(subject: Subject) -> None:
    assert subject.faults() == []


@ALL
def test_an_unknown_field_is_refused_in_every_object(subject: Subject) -> None:
    for pointer, value in _inside(subject):
        if isinstance(value, dict):
            faults = subject.faults(replaced(subject.document, f"{pointer}/surprise", 1))
            expected = f"invalid additional property: surprise [json-pointer:{pointer}]"
            assert expected in _told_at(faults, pointer), pointer


# A type: the word of the complaint, and values that are not of the type.
STRANGERS: dict[type, tuple[str, list[object]]] = {
    str: ("a string", [7, None, {}]),
    bool: ("a boolean", ["true", 1, None]),
    int: ("", ["7", True, None, {}]),
    float: ("a number", ["7", True, None, float("nan")]),
    dict: ("an object", [7, "words", None, []]),
    list: ("an array", [7, "words", None, {}]),
    # A column without settings is null.
    type(None): ("an object", [7, "words", []]),
}


@ALL
def test_a_value_of_another_type_is_refused_everywhere(subject: Subject) -> None:
    for pointer, value in _inside(subject):
        word, others = STRANGERS[type(value)]
        optional = isinstance(value, dict) and "/column_settings/" in pointer
        for other in others:
            if optional and other is None:
                continue
            told = _told_at(subject.faults(replaced(subject.document, pointer, other)), pointer)
            assert any(f"must provide {word}" in text for text in told), (pointer, other, told)


@ALL
def test_a_field_is_required_exactly_where_slack_requires_it(subject: Subject) -> None:
    for pointer, value in _inside(subject):
        if not isinstance(value, dict):
            continue
        field = next(step for step in reversed(pointer.split("/")) if not step.isdigit())
        needed = REQUIRED[value.get("type", field)] | ({"type"} & value.keys())
        for name in value:
            faults = subject.faults(removed(subject.document, f"{pointer}/{name}"))
            told = f"missing required field: {name} [json-pointer:{pointer}]"
            assert (told in _told_at(faults, pointer)) == (name in needed), (pointer, name)


@ALL
def test_an_unknown_type_is_refused_wherever_a_type_stands(subject: Subject) -> None:
    for pointer, _ in _inside(subject):
        if pointer.endswith("/type"):
            told = _told_at(subject.faults(replaced(subject.document, pointer, "nope")), pointer)
            assert told == [f"unsupported type: nope [json-pointer:{pointer}]"], pointer
