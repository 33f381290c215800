"""Composition objects: text, option, option group, confirm and the small configuration objects."""

from __future__ import annotations

from bot.sandbox.blocks.rules import at_least_one
from bot.sandbox.blocks.schema import Check, array, one_of_types, shape, typed
from bot.sandbox.blocks.values import boolean, enum, identifier, link_url, string, web_url

TEXT_MAX = 3000
OPTIONS_MAX = 100


def plain_text(high: int) -> Check:
    """A plain_text object of 1..high characters."""
    return typed("plain_text", {"text": string(high)}, {"emoji": boolean})


def mrkdwn(high: int) -> Check:
    """A mrkdwn object of 1..high characters."""
    return typed("mrkdwn", {"text": string(high)}, {"verbatim": boolean})


def any_text(high: int) -> Check:
    """plain_text or mrkdwn of 1..high characters."""
    return one_of_types({"plain_text": plain_text(high), "mrkdwn": mrkdwn(high)})


def option(text: Check, description: Check | None = None, url: Check | None = None) -> Check:
    """An option: its text, its value (150), and what else the element lets it carry."""
    extra = {"description": description, "url": url}
    allowed = {name: check for name, check in extra.items() if check is not None}
    return shape({"text": text, "value": string(150)}, allowed)


menu_option = option(plain_text(75), plain_text(75))
choice_option = option(any_text(75), any_text(75))
overflow_option = option(plain_text(75), url=link_url)

option_group = shape(
    {"label": plain_text(75), "options": array(menu_option, 1, OPTIONS_MAX)},
)

button_style = enum("primary", "danger")

confirm = shape(
    {
        "title": plain_text(100),
        "text": any_text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
    },
    {"style": button_style},
)

dispatch_action_config = shape(
    {"trigger_actions_on": array(enum("on_enter_pressed", "on_character_entered"), 1, 2)},
)

conversation_filter = shape(
    optional={
        "include": array(enum("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    rules=[at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users")],
)

slack_file = shape(
    optional={"id": identifier, "url": web_url},
    rules=[at_least_one("id", "url")],
)

feedback_button = shape({"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})

workflow = shape(
    {
        "trigger": shape(
            {"url": web_url},
            {
                "customizable_input_parameters": array(
                    shape({"name": string(255), "value": string(3000, low=0)}), 0, 100
                )
            },
        )
    }
)
