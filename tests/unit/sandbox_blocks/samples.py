"""One valid, complete sample of each block, element and view: every field Slack knows is filled."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": False}


def option(value: str = "a") -> Json:
    return {"text": plain(f"Option {value}"), "value": value, "description": plain("More")}


def choice(value: str = "a") -> Json:
    return {"text": mrkdwn(f"Option {value}"), "value": value, "description": mrkdwn("More")}


def confirm() -> Json:
    return {
        "title": plain("Sure?"),
        "text": mrkdwn("It can't be undone."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
        "style": "danger",
    }


def rich_text() -> Json:
    style = {"bold": True, "italic": False, "strike": False, "code": True, "underline": True}
    mention = {
        "bold": True,
        "italic": True,
        "strike": True,
        "highlight": True,
        "client_highlight": False,
        "unlink": False,
        "underline": False,
    }
    pieces = [
        {"type": "text", "text": "Hello", "style": style},
        {"type": "link", "url": "https://example.com/", "text": "", "unsafe": False, "style": style},
        {"type": "emoji", "name": "wave", "unicode": "1f44b", "skin_tone": 2, "style": style},
        {"type": "user", "user_id": "U001", "style": mention},
        {"type": "usergroup", "usergroup_id": "S001", "style": mention},
        {"type": "channel", "channel_id": "C001", "style": mention},
        {"type": "team", "team_id": "T001", "style": mention},
        {"type": "broadcast", "range": "here", "style": mention},
        {"type": "color", "value": "#FF0a00"},
        {
            "type": "date",
            "timestamp": 1_790_000_000,
            "format": "{date_long}",
            "url": "https://example.com/",
            "fallback": "soon",
            "style": style,
        },
    ]
    section = {"type": "rich_text_section", "elements": pieces}
    return {
        "type": "rich_text",
        "elements": [
            section,
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 8,
                "offset": 3,
                "border": 1,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "One"}]}],
            },
            {"type": "rich_text_preformatted", "elements": [], "border": 0, "language": "python"},
            {"type": "rich_text_quote", "elements": [], "border": 1},
        ],
    }


MENU: Json = {"confirm": confirm(), "focus_on_load": True, "placeholder": plain("Pick")}
FIELD: Json = {
    "focus_on_load": True,
    "placeholder": plain("Type"),
    "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
}
FILTER: Json = {
    "include": ["im", "mpim", "private", "public"],
    "exclude_external_shared_channels": True,
    "exclude_bot_users": True,
}
IMAGE: Json = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"}
SLACK_FILE_IMAGE: Json = {
    "type": "image",
    "slack_file": {"id": "F001", "url": "https://example.com/F001"},
    "alt_text": "A file",
}
_GROUPS = [{"label": plain("Group"), "options": [option("a"), option("b")]}]
_FEEDBACK = {"text": plain("Good"), "value": "good", "accessibility_label": "Say it was good"}

_ELEMENTS: dict[str, Json] = {
    "button": {
        "text": plain("Go"),
        "url": "mailto:kara@example.com",
        "value": "v",
        "style": "primary",
        "confirm": confirm(),
        "accessibility_label": "Go on",
        "visible_to_user_ids": ["U001"],
        "agent_prompt": "Do it",
        "agent_prompt_display": "Done",
    },
    "icon_button": {
        "icon": "trash",
        "text": plain("Delete"),
        "value": "v",
        "confirm": confirm(),
        "accessibility_label": "Delete it",
        "visible_to_user_ids": ["U001"],
    },
    "workflow_button": {
        "text": plain("Run"),
        "style": "danger",
        "accessibility_label": "Run it",
        "workflow": {
            "trigger": {
                "url": "https://example.com/trigger",
                "customizable_input_parameters": [{"name": "deal", "value": ""}],
            }
        },
    },
    "feedback_buttons": {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
    "overflow": {
        "options": [{"text": plain("More"), "value": "more", "url": "https://example.com/"}],
        "confirm": confirm(),
    },
    "static_select": {**MENU, "options": [option("a"), option("b")], "initial_option": option("b")},
    "external_select": {**MENU, "initial_option": option(), "min_query_length": 0},
    "users_select": {**MENU, "initial_user": "U001"},
    "conversations_select": {
        **MENU,
        "initial_conversation": "C001",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": FILTER,
    },
    "channels_select": {**MENU, "initial_channel": "C001", "response_url_enabled": True},
    "multi_static_select": {
        **MENU,
        "option_groups": _GROUPS,
        "initial_options": [option("a"), option("b")],
        "max_selected_items": 2,
    },
    "multi_external_select": {
        **MENU,
        "initial_options": [option("a")],
        "min_query_length": 3,
        "max_selected_items": 1,
    },
    "multi_users_select": {**MENU, "initial_users": ["U001"], "max_selected_items": 1},
    "multi_conversations_select": {
        **MENU,
        "initial_conversations": ["C001"],
        "default_to_current_conversation": False,
        "filter": FILTER,
        "max_selected_items": 1,
    },
    "multi_channels_select": {**MENU, "initial_channels": ["C001"], "max_selected_items": 1},
    "radio_buttons": {
        "options": [choice("a"), choice("b")],
        "initial_option": choice("a"),
        "confirm": confirm(),
        "focus_on_load": True,
    },
    "checkboxes": {
        "options": [choice("a"), choice("b")],
        "initial_options": [choice("b")],
        "confirm": confirm(),
        "focus_on_load": True,
    },
    "datepicker": {**MENU, "initial_date": "2026-02-28"},
    "timepicker": {**MENU, "initial_time": "23:59", "timezone": "Europe/Berlin"},
    "datetimepicker": {
        "initial_date_time": 1_790_000_000,
        "confirm": confirm(),
        "focus_on_load": True,
    },
    "plain_text_input": {
        **FIELD,
        "initial_value": "",
        "multiline": True,
        "min_length": 1,
        "max_length": 1,
    },
    "number_input": {
        **FIELD,
        "is_decimal_allowed": True,
        "initial_value": "-1.5",
        "min_value": "-1.5",
        "max_value": "10",
    },
    "email_text_input": {**FIELD, "initial_value": ""},
    "url_text_input": {**FIELD, "initial_value": ""},
    "rich_text_input": {**FIELD, "initial_value": rich_text()},
    "file_input": {"filetypes": ["pdf"], "max_files": 10},
}


def element(name: str) -> Json:
    """A new copy of the sample of this element."""
    if name == "image":
        return dict(IMAGE)
    return {"type": name, "action_id": f"act_{name}", **_ELEMENTS[name]}


ELEMENT_NAMES = (*_ELEMENTS, "image")


def table_cells() -> list[Json]:
    return [
        {"type": "raw_text", "text": "Deal"},
        {"type": "raw_number", "value": 12.5, "text": "12.5"},
        rich_text(),
    ]


def chart(kind: str) -> Json:
    if kind == "pie":
        return {"type": "pie", "segments": [{"label": "Won", "value": 3}]}
    return {
        "type": kind,
        "series": [
            {"name": "North", "data": [{"label": "Mon", "value": -1}, {"label": "Tue", "value": 2}]},
            {"name": "South", "data": [{"label": "Tue", "value": 0}, {"label": "Mon", "value": 2.5}]},
        ],
        "axis_config": {"categories": ["Mon", "Tue"], "x_label": "Day", "y_label": "Deals"},
    }


CARD: Json = {
    "type": "card",
    "block_id": "card",
    "hero_image": IMAGE,
    "icon": IMAGE,
    "title": plain("Title"),
    "subtitle": mrkdwn("Subtitle"),
    "body": plain("Body"),
    "actions": [element("button")],
}
TASK: Json = {
    "type": "task_card",
    "block_id": "task",
    "task_id": "t1",
    "title": "Look it up",
    "details": rich_text(),
    "output": rich_text(),
    "sources": [{"type": "url", "url": "https://example.com/", "text": "Source"}],
    "status": "in_progress",
}

_BLOCKS: dict[str, Json] = {
    "section": {
        "text": mrkdwn(),
        "fields": [plain(), mrkdwn()],
        "accessory": element("button"),
        "expand": True,
    },
    "header": {"text": plain()},
    "divider": {},
    "image": {**IMAGE, "title": plain()},
    "context": {"elements": [plain(), mrkdwn(), IMAGE, SLACK_FILE_IMAGE]},
    "actions": {"elements": [element("button"), element("static_select")]},
    "input": {
        "label": plain(),
        "hint": plain(),
        "optional": True,
        "dispatch_action": True,
        "element": element("plain_text_input"),
    },
    "video": {
        "alt_text": "A film",
        "title": plain(),
        "thumbnail_url": "http://example.com/t.png",
        "video_url": "https://example.com/v",
        "author_name": "Kara",
        "description": plain(),
        "provider_icon_url": "https://example.com/i.png",
        "provider_name": "Films",
        "title_url": "https://example.com/",
    },
    "rich_text": rich_text(),
    "markdown": {"text": "# Words"},
    "file": {"external_id": "F1", "source": "remote"},
    "context_actions": {"elements": [element("feedback_buttons"), element("icon_button")]},
    "table": {
        "rows": [table_cells()],
        "column_settings": [None, {"align": "right", "is_wrapped": True}],
    },
    "data_table": {
        "caption": "Deals",
        "rows": [table_cells()[:2], [rich_text(), rich_text()]],
        "page_size": 100,
        "row_header_column_index": 1,
    },
    "data_visualization": {"title": "Deals", "chart": chart("line")},
    "card": CARD,
    "carousel": {"elements": [CARD]},
    "task_card": TASK,
    "plan": {"title": "Plan", "tasks": [TASK]},
    "alert": {"text": mrkdwn(), "level": "warning"},
    "container": {
        "title": plain(),
        "rich_text_title": rich_text(),
        "subtitle": mrkdwn(),
        "width": "full",
        "icon": IMAGE,
        "is_collapsible": True,
        "default_collapsed": True,
        "has_header_divider": False,
        "child_blocks": [{"type": "divider", "block_id": "inner"}],
    },
}

BLOCK_NAMES = tuple(_BLOCKS)


def block(name: str) -> Json:
    """A new copy of the sample of this block, with a block_id."""
    return {"type": name, "block_id": f"b_{name}", **_BLOCKS[name]} | {"type": name}


def view(kind: str = "modal") -> Json:
    common: Json = {
        "type": kind,
        "blocks": [block("input"), block("divider")],
        "private_metadata": "",
        "callback_id": "log",
        "external_id": "x1",
    }
    if kind == "home":
        return common
    return {
        **common,
        "title": plain("Log"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "clear_on_close": True,
        "notify_on_close": True,
        "submit_disabled": False,
    }


# Where each block may stand.
EVERYWHERE = frozenset({"message", "modal", "home"})
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(BLOCK_NAMES, EVERYWHERE),
    **dict.fromkeys(
        (
            "markdown",
            "file",
            "context_actions",
            "table",
            "data_table",
            "data_visualization",
            "card",
            "carousel",
            "task_card",
            "plan",
        ),
        frozenset({"message"}),
    ),
    "alert": frozenset({"modal"}),
}
