"""What a person may do with a block's element: the values it can take, and the one it starts with."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time

from bot.sandbox.json_types import Json
from bot.sandbox.messages import elements_of, every_block

# element type -> the field that holds what was chosen, and the field it starts from
VALUE_FIELDS: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_BUTTONS = ("button", "workflow_button", "icon_button")
_LISTS = ("selected_options", "selected_users", "selected_channels", "selected_conversations")


class ChoiceError(Exception):
    """Something that can't be done with an element; the text is for the person."""


class Choices:
    """What may be chosen beyond an element's own options: members, conversations, the app's offers."""

    def __init__(
        self,
        is_member: Callable[[str], bool],
        is_conversation: Callable[[str], bool],
        is_offered: Callable[[Json, str], bool],
    ) -> None:
        self.is_member = is_member
        self.is_conversation = is_conversation
        self.is_offered = is_offered


def stateful(block: Json) -> list[Json]:
    """The elements of a block that keep a value."""
    return [element for element in elements_of(block) if element.get("type") in VALUE_FIELDS]


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    """The element of these ids."""
    for block in every_block(blocks):
        if block.get("block_id") == block_id:
            return next((found for found in elements_of(block) if found.get("action_id") == action_id), None)
    return None


def initial_state(element: Json) -> Json:
    """The element's value before anyone touched it, as `state.values` holds it."""
    field, start = VALUE_FIELDS[element["type"]]
    value = element.get(start)
    if value is None and field in _LISTS:
        value = []
    return {"type": element["type"], field: value}


def chosen_state(element: Json, given: Json, choices: Choices) -> Json:
    """What a person put into an element, checked; raises `ChoiceError`."""
    field, _ = VALUE_FIELDS[element["type"]]
    value = given.get(field)
    if value in (None, "", []):
        return {"type": element["type"], field: [] if field in _LISTS else None}
    return {"type": element["type"], field: _checked(element, field, value, choices)}


def action_fields(element: Json, given: Json, choices: Choices) -> Json:
    """The part of a block action that says what was done; raises `ChoiceError`."""
    kind = element["type"]
    if kind in VALUE_FIELDS:
        start = VALUE_FIELDS[kind][1]
        shown = {key: element[key] for key in ("placeholder", start) if key in element}
        return chosen_state(element, given, choices) | shown
    return {"type": kind, **_clicked(element, given, choices)}


def _clicked(element: Json, given: Json, choices: Choices) -> Json:
    kind = element["type"]
    if kind == "overflow":
        return {"selected_option": _option(element, given.get("selected_option"), choices)}
    if kind == "feedback_buttons":
        return _feedback(element, given)
    if kind not in _BUTTONS:
        raise ChoiceError("This element can't be used.")
    if given.get("value") not in (None, "", element.get("value")):
        raise ChoiceError("This button is not there any more.")
    return {key: element[key] for key in ("text", "icon", "value", "style") if key in element}


def _checked(element: Json, field: str, value: object, choices: Choices) -> object:
    if field == "selected_option":
        return _option(element, value, choices)
    if field == "selected_options":
        return [_option(element, item, choices) for item in _as_list(value)]
    if field in ("selected_user", "selected_users"):
        return _known(value, choices.is_member)
    if field in ("selected_channel", "selected_channels", "selected_conversation", "selected_conversations"):
        return _known(value, choices.is_conversation)
    if field in ("selected_date", "selected_time", "selected_date_time"):
        return _moment(field, value)
    if field == "value" and not isinstance(value, str):
        raise ChoiceError("A text was expected.")
    return value


def _option(element: Json, given: object, choices: Choices) -> Json:
    value = given.get("value") if isinstance(given, dict) else given
    for option in options_of(element):
        if option.get("value") == value:
            return option
    external = element["type"] in ("external_select", "multi_external_select")
    if external and isinstance(given, dict) and choices.is_offered(element, str(value)):
        return {"text": given.get("text"), "value": value}
    raise ChoiceError("This option is not there any more.")


def options_of(holder: Json) -> list[Json]:
    """All options of an element, or of an app's answer, with or without groups."""
    groups = [holder, *(group for group in holder.get("option_groups") or [] if isinstance(group, dict))]
    listed = [group.get("options") for group in groups]
    return [
        option
        for options in listed
        if isinstance(options, list)
        for option in options
        if isinstance(option, dict)
    ]


def _known(value: object, is_known: Callable[[str], bool]) -> object:
    for item in _as_list(value) if isinstance(value, list) else [value]:
        if not isinstance(item, str) or not is_known(item):
            raise ChoiceError("This is not in the workspace.")
    return value


def _moment(field: str, value: object) -> object:
    try:
        if field == "selected_date" and isinstance(value, str):
            return date.fromisoformat(value).isoformat()
        if field == "selected_time" and isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value):
            return time.fromisoformat(value).strftime("%H:%M")
        if field == "selected_date_time" and isinstance(value, int):
            return value
    except ValueError:
        pass
    raise ChoiceError("Please enter a valid date or time.")


def _feedback(element: Json, given: Json) -> Json:
    for name in ("positive_button", "negative_button"):
        if element.get(name, {}).get("value") == given.get("value"):
            return {key: element[name][key] for key in ("text", "value") if key in element[name]}
    raise ChoiceError("This button is not there any more.")


def _as_list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ChoiceError("A list was expected.")
    return value
