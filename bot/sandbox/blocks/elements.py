"""Block elements: what each interactive element, and the image, is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.sandbox.blocks.rich_text import rich_text
from bot.sandbox.blocks.rules import (
    ascending,
    exactly_one,
    initial_among_options,
    needs,
    no_more_than,
)
from bot.sandbox.blocks.schema import Check, Rule, array, only_on, typed
from bot.sandbox.blocks.text_objects import (
    OPTIONS_MAX,
    button_style,
    choice_option,
    confirm,
    conversation_filter,
    dispatch_action_config,
    feedback_button,
    menu_option,
    option_group,
    overflow_option,
    plain_text,
    slack_file,
    workflow,
)
from bot.sandbox.blocks.values import (
    boolean,
    clock_time,
    identifier,
    integer,
    iso_date,
    link_url,
    numeral,
    string,
    time_zone,
    unix_seconds,
    web_url,
)

_CONFIRM: dict[str, Check] = {"confirm": confirm}
_FOCUS: dict[str, Check] = {"focus_on_load": boolean}
_PLACEHOLDER: dict[str, Check] = {"placeholder": plain_text(150)}
_DISPATCH: dict[str, Check] = {"dispatch_action_config": dispatch_action_config}
_LABEL: dict[str, Check] = {"accessibility_label": string(75)}
_MENU = _CONFIRM | _FOCUS | _PLACEHOLDER
_FIELD = _DISPATCH | _FOCUS | _PLACEHOLDER
_SEVERAL: dict[str, Check] = {"max_selected_items": integer(1, OPTIONS_MAX)}
_OFFERED: dict[str, Check] = {
    "options": array(menu_option, 1, OPTIONS_MAX),
    "option_groups": array(option_group, 1, OPTIONS_MAX),
}
_CONVERSATIONS: dict[str, Check] = {
    "default_to_current_conversation": boolean,
    "filter": conversation_filter,
}
_VISIBLE: dict[str, Check] = {"visible_to_user_ids": array(identifier, 1, 10)}
# Slack offers a response_url for a view's menus only.
_RESPONSE_URL: dict[str, Check] = {"response_url_enabled": only_on(("modal",), boolean)}


def _element(
    name: str,
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    rules: Sequence[Rule] = (),
) -> tuple[str, Check]:
    """An interactive element: every one of them may carry an action_id."""
    return name, typed(name, required, {"action_id": identifier, **(optional or {})}, rules)


def _ids(name: str) -> dict[str, Check]:
    return {name: array(identifier, 1, OPTIONS_MAX)}


_BUTTONS = [
    _element(
        "button",
        {"text": plain_text(75)},
        _CONFIRM
        | _LABEL
        | _VISIBLE
        | {
            "url": link_url,
            "value": string(2000),
            "style": button_style,
            "agent_prompt": string(4000),
            "agent_prompt_display": string(4000),
        },
        [needs("agent_prompt_display", "agent_prompt")],
    ),
    _element(
        "icon_button",
        {"icon": string(255), "text": plain_text(75)},
        _CONFIRM | _LABEL | _VISIBLE | {"value": string(2000)},
    ),
    _element(
        "workflow_button",
        {"text": plain_text(75), "workflow": workflow},
        _LABEL | {"style": button_style},
    ),
    _element(
        "feedback_buttons",
        {"positive_button": feedback_button, "negative_button": feedback_button},
    ),
    _element("overflow", {"options": array(overflow_option, 1, 5)}, _CONFIRM),
]

_SELECTS = [
    _element(
        "static_select",
        None,
        _MENU | _OFFERED | {"initial_option": menu_option},
        [exactly_one("options", "option_groups"), initial_among_options("initial_option")],
    ),
    _element(
        "external_select",
        None,
        _MENU | {"initial_option": menu_option, "min_query_length": integer(0, 3000)},
    ),
    _element("users_select", None, _MENU | {"initial_user": identifier}),
    _element(
        "conversations_select",
        None,
        _MENU | _CONVERSATIONS | _RESPONSE_URL | {"initial_conversation": identifier},
    ),
    _element("channels_select", None, _MENU | _RESPONSE_URL | {"initial_channel": identifier}),
]

_MULTI_SELECTS = [
    _element(
        "multi_static_select",
        None,
        _MENU | _OFFERED | _SEVERAL | {"initial_options": array(menu_option, 1, OPTIONS_MAX)},
        [
            exactly_one("options", "option_groups"),
            initial_among_options("initial_options"),
            no_more_than("initial_options", "max_selected_items"),
        ],
    ),
    _element(
        "multi_external_select",
        None,
        _MENU
        | _SEVERAL
        | {
            "initial_options": array(menu_option, 1, OPTIONS_MAX),
            "min_query_length": integer(0, 3000),
        },
        [no_more_than("initial_options", "max_selected_items")],
    ),
    _element(
        "multi_users_select",
        None,
        _MENU | _SEVERAL | _ids("initial_users"),
        [no_more_than("initial_users", "max_selected_items")],
    ),
    _element(
        "multi_conversations_select",
        None,
        _MENU | _SEVERAL | _CONVERSATIONS | _ids("initial_conversations"),
        [no_more_than("initial_conversations", "max_selected_items")],
    ),
    _element(
        "multi_channels_select",
        None,
        _MENU | _SEVERAL | _ids("initial_channels"),
        [no_more_than("initial_channels", "max_selected_items")],
    ),
]

_CHOICES = [
    _element(
        "radio_buttons",
        {"options": array(choice_option, 1, 10)},
        _CONFIRM | _FOCUS | {"initial_option": choice_option},
        [initial_among_options("initial_option")],
    ),
    _element(
        "checkboxes",
        {"options": array(choice_option, 1, 10)},
        _CONFIRM | _FOCUS | {"initial_options": array(choice_option, 1, 10)},
        [initial_among_options("initial_options")],
    ),
]

_PICKERS = [
    _element("datepicker", None, _MENU | {"initial_date": iso_date}),
    _element("timepicker", None, _MENU | {"initial_time": clock_time, "timezone": time_zone}),
    _element("datetimepicker", None, _CONFIRM | _FOCUS | {"initial_date_time": unix_seconds}),
]

_INPUTS = [
    _element(
        "plain_text_input",
        None,
        _FIELD
        | {
            "initial_value": string(3000, low=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        [ascending("min_length", "max_length")],
    ),
    _element(
        "number_input",
        {"is_decimal_allowed": boolean},
        _FIELD | {"initial_value": numeral, "min_value": numeral, "max_value": numeral},
        [
            ascending("min_value", "max_value"),
            ascending("min_value", "initial_value"),
            ascending("initial_value", "max_value"),
        ],
    ),
    _element("email_text_input", None, _FIELD | {"initial_value": string(3000, low=0)}),
    _element("url_text_input", None, _FIELD | {"initial_value": string(3000, low=0)}),
    _element("rich_text_input", None, _FIELD | {"initial_value": rich_text}),
    _element(
        "file_input",
        None,
        {"filetypes": array(string(255), 1, 100), "max_files": integer(1, 10)},
    ),
]

image_element = typed(
    "image",
    {"alt_text": string(2000)},
    {"image_url": web_url, "slack_file": slack_file},
    [exactly_one("image_url", "slack_file")],
)

ELEMENTS: Mapping[str, Check] = {
    **dict([*_BUTTONS, *_SELECTS, *_MULTI_SELECTS, *_CHOICES, *_PICKERS, *_INPUTS]),
    "image": image_element,
}
