"""Every block type: its fields, the elements it may hold and the surfaces it may stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.blocks.cards import card, carousel, plan, task_card
from bot.sandbox.blocks.charts import data_visualization
from bot.sandbox.blocks.elements import ELEMENTS, image_element
from bot.sandbox.blocks.fault import Fault, fault
from bot.sandbox.blocks.rich_text import rich_text
from bot.sandbox.blocks.rules import at_least_one, exactly_one, needs, not_both_true, unique
from bot.sandbox.blocks.schema import Check, Rule, array, one_of_types, only_on, pick, typed
from bot.sandbox.blocks.tables import data_table, table
from bot.sandbox.blocks.text_objects import (
    TEXT_MAX,
    any_text,
    mrkdwn,
    plain_text,
    slack_file,
)
from bot.sandbox.blocks.values import boolean, enum, https_url, identifier, string, web_url

MARKDOWN_MAX = 12_000

_SELECTS = (
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
)
_MULTI_SELECTS = tuple(f"multi_{name}" for name in _SELECTS)
_CHOICES = ("radio_buttons", "checkboxes")
_TEXT_INPUTS = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
)

_accessory = one_of_types(
    pick(
        ELEMENTS,
        *("button", "overflow", "image", "datepicker", "timepicker", "workflow_button"),
        *_SELECTS,
        *_MULTI_SELECTS,
        *_CHOICES,
    )
)
_action = one_of_types(
    pick(
        ELEMENTS,
        *("button", "overflow", "datepicker", "timepicker", "datetimepicker", "workflow_button"),
        *_SELECTS,
        *_CHOICES,
    )
)
_input = one_of_types(
    {
        **pick(ELEMENTS, "datepicker", "timepicker", "datetimepicker"),
        **pick(ELEMENTS, *_TEXT_INPUTS, *_SELECTS, *_MULTI_SELECTS, *_CHOICES),
        "file_input": only_on(("modal",), ELEMENTS["file_input"]),
    }
)
_context = one_of_types(
    {
        "plain_text": plain_text(TEXT_MAX),
        "mrkdwn": mrkdwn(TEXT_MAX),
        "image": image_element,
    }
)


def _block(
    name: str,
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    rules: Sequence[Rule] = (),
) -> tuple[str, Check]:
    return name, typed(name, required, {"block_id": identifier, **(optional or {})}, rules)


def _file_input_waits(value: Mapping[str, object], path: str) -> Iterator[Fault]:
    element = value.get("element")
    is_file = isinstance(element, Mapping) and element.get("type") == "file_input"
    if is_file and value.get("dispatch_action"):
        yield fault(f"{path}/dispatch_action", "is incompatible with file_input")


_EVERYWHERE = [
    _block(
        "section",
        None,
        {
            "text": any_text(TEXT_MAX),
            "fields": array(any_text(2000), 1, 10),
            "accessory": _accessory,
            "expand": boolean,
        },
        [at_least_one("text", "fields")],
    ),
    _block("header", {"text": plain_text(150)}),
    _block("divider"),
    _block(
        "image",
        {"alt_text": string(2000)},
        {"image_url": web_url, "slack_file": slack_file, "title": plain_text(2000)},
        [exactly_one("image_url", "slack_file")],
    ),
    _block("context", {"elements": array(_context, 1, 10)}),
    _block("actions", {"elements": array(_action, 1, 25)}, None, [unique("elements", "action_id")]),
    _block(
        "input",
        {"label": plain_text(2000), "element": _input},
        {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
        [_file_input_waits],
    ),
    _block(
        "video",
        {
            "alt_text": string(2000),
            "title": plain_text(199),
            "thumbnail_url": web_url,
            "video_url": https_url,
        },
        {
            "author_name": string(49),
            "description": plain_text(TEXT_MAX),
            "provider_icon_url": web_url,
            "provider_name": string(TEXT_MAX),
            "title_url": https_url,
        },
    ),
    ("rich_text", rich_text),
]

_MESSAGE_ONLY = [
    _block("markdown", {"text": string(MARKDOWN_MAX)}),
    _block("file", {"external_id": identifier, "source": enum("remote")}),
    _block(
        "context_actions",
        {"elements": array(one_of_types(pick(ELEMENTS, "feedback_buttons", "icon_button")), 1, 5)},
        None,
        [unique("elements", "action_id")],
    ),
    ("table", table),
    ("data_table", data_table),
    ("data_visualization", data_visualization),
    ("card", card),
    ("carousel", carousel),
    ("task_card", task_card),
    ("plan", plan),
]

_MODAL_ONLY = [
    _block(
        "alert",
        {"text": any_text(200)},
        {"level": enum("default", "info", "warning", "error", "success")},
    ),
]

_PLAIN_BLOCKS: Mapping[str, Check] = {
    **dict(_EVERYWHERE),
    **{name: only_on(("message",), check) for name, check in _MESSAGE_ONLY},
    **{name: only_on(("modal",), check) for name, check in _MODAL_ONLY},
}

_container = _block(
    "container",
    {
        "child_blocks": array(
            one_of_types(
                pick(_PLAIN_BLOCKS, *dict(_EVERYWHERE), "file", "table"),
            ),
            1,
            10,
        )
    },
    {
        "title": plain_text(150),
        "rich_text_title": rich_text,
        "subtitle": any_text(150),
        "width": enum("narrow", "standard", "wide", "full"),
        "icon": image_element,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    [
        at_least_one("title", "rich_text_title"),
        needs("default_collapsed", "is_collapsible"),
        not_both_true("has_header_divider", "is_collapsible"),
    ],
)

BLOCKS: Mapping[str, Check] = {**_PLAIN_BLOCKS, **dict([_container])}
block = one_of_types(BLOCKS)
