"""Blocks and views the page's tests show: every kind a bot commonly uses."""

from __future__ import annotations

from typing import Any, Final

Blocks = list[dict[str, Any]]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


CONFIRM: Final[dict[str, Any]] = {
    "title": plain("Drop the deal?"),
    "text": mrkdwn("*Harbor Freight* leaves your list."),
    "confirm": plain("Drop it"),
    "deny": plain("Keep it"),
    "style": "danger",
}

BUTTONS: Final[Blocks] = [
    {"type": "section", "block_id": "intro", "text": mrkdwn("*Harbor Freight* waits for an answer.")},
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {
                "type": "button",
                "action_id": "open_form",
                "text": plain("Log conversation"),
                "style": "primary",
                "value": "7",
            },
            {
                "type": "button",
                "action_id": "drop",
                "text": plain("Drop"),
                "style": "danger",
                "value": "7",
                "confirm": CONFIRM,
            },
            {"type": "button", "action_id": "silent", "text": plain("Nobody answers"), "value": "x"},
            {"type": "button", "action_id": "open_every_field", "text": plain("Every field")},
        ],
    },
]

CHOICES: Final[Blocks] = [
    {
        "type": "section",
        "block_id": "pick",
        "text": mrkdwn("Stage"),
        "accessory": {
            "type": "static_select",
            "action_id": "stage",
            "placeholder": plain("Choose a stage"),
            "options": options("Prospect", "Proposal", "Closing"),
        },
    },
    {
        "type": "actions",
        "block_id": "when",
        "elements": [
            {"type": "datepicker", "action_id": "day", "placeholder": plain("Day")},
            {"type": "timepicker", "action_id": "hour", "placeholder": plain("Hour")},
            {"type": "users_select", "action_id": "who", "placeholder": plain("Who")},
            {
                "type": "external_select",
                "action_id": "deal",
                "placeholder": plain("Deal"),
                "min_query_length": 1,
            },
            {"type": "overflow", "action_id": "more", "options": options("Snooze", "Dismiss")},
        ],
    },
    {
        "type": "section",
        "block_id": "tagging",
        "text": mrkdwn("Tags"),
        "accessory": {
            "type": "multi_static_select",
            "action_id": "tags",
            "placeholder": plain("Choose tags"),
            "options": options("Hot", "Late", "New"),
        },
    },
    {
        "type": "actions",
        "block_id": "ways",
        "elements": [
            {"type": "radio_buttons", "action_id": "mood", "options": options("Good", "Bad")},
            {"type": "checkboxes", "action_id": "done", "options": options("Called", "Mailed")},
        ],
    },
]

FORM: Final[dict[str, Any]] = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Log conversation"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "notify_on_close": True,
    "blocks": [
        {"type": "section", "block_id": "about", "text": mrkdwn("With *Ben Ochoa* about *Harbor Freight*")},
        {
            "type": "input",
            "block_id": "topic",
            "label": plain("Topic"),
            "hint": plain("One line is enough"),
            "element": {
                "type": "plain_text_input",
                "action_id": "value",
                "max_length": 60,
                "placeholder": plain("What was it about?"),
            },
        },
        {
            "type": "input",
            "block_id": "notes",
            "optional": True,
            "label": plain("Notes"),
            "element": {"type": "plain_text_input", "action_id": "value", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "date",
            "label": plain("Date"),
            "element": {"type": "datepicker", "action_id": "value", "initial_date": "2026-10-05"},
        },
        {
            "type": "input",
            "block_id": "minutes",
            "label": plain("Minutes"),
            "element": {
                "type": "number_input",
                "action_id": "value",
                "is_decimal_allowed": False,
                "min_value": "1",
                "max_value": "480",
                "initial_value": "30",
            },
        },
        {
            "type": "input",
            "block_id": "kind",
            "label": plain("Kind"),
            "element": {
                "type": "static_select",
                "action_id": "value",
                "options": options("Coaching", "Deal", "Pipeline"),
                "initial_option": options("Deal")[0],
            },
        },
        {
            "type": "actions",
            "block_id": "steps",
            "elements": [
                {"type": "button", "action_id": "push", "text": plain("Add a next step")},
                {"type": "button", "action_id": "grow", "text": plain("More fields")},
            ],
        },
    ],
}


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block; its element's action is called "value"."""
    shown = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": shown, **more}


GROUPS: Final = [
    {"label": plain("Early"), "options": options("Lead", "Qualified")},
    {"label": plain("Late"), "options": options("Closing")},
]

EVERY_FIELD: Final[dict[str, Any]] = {
    "type": "modal",
    "callback_id": "every_field",
    "title": plain("Every field"),
    "submit": plain("Send"),
    "blocks": [
        {"type": "alert", "level": "warning", "text": mrkdwn("*Careful*, this counts")},
        field("when", "When", {"type": "datetimepicker", "initial_date_time": 1791183300}),
        field("at", "At", {"type": "timepicker"}),
        field("mood", "Mood", {"type": "radio_buttons", "options": options("Good", "Bad")}),
        field("done", "Done", {"type": "checkboxes", "options": options("Called", "Mailed")}, optional=True),
        field("people", "People", {"type": "multi_users_select", "initial_users": ["U001"]}),
        field("where", "Where", {"type": "conversations_select"}),
        field("stage", "Stage", {"type": "static_select", "option_groups": GROUPS}, optional=True),
        field("mail", "Mail", {"type": "email_text_input"}),
        field("link", "Link", {"type": "url_text_input"}),
        field("note", "Note", {"type": "plain_text_input", "min_length": 5, "max_length": 20}),
        field(
            "search",
            "Search",
            {
                "type": "plain_text_input",
                "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
            },
            dispatch_action=True,
            optional=True,
        ),
    ],
}

STEP_FORM: Final[dict[str, Any]] = {
    "type": "modal",
    "callback_id": "step",
    "title": plain("Next step"),
    "submit": plain("Add"),
    "blocks": [
        {
            "type": "input",
            "block_id": "step",
            "label": plain("Step"),
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}

HOME: Final[dict[str, Any]] = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Your week")},
        {"type": "section", "block_id": "owed", "text": mrkdwn("*2 conversations* are due :eyes:")},
        {
            "type": "actions",
            "block_id": "home_acts",
            "elements": [
                {"type": "button", "action_id": "home_done", "text": plain("Mark done"), "value": "1"}
            ],
        },
    ],
}


def chart(kind: str) -> dict[str, Any]:
    categories = ["Jul", "Aug", "Sep"]
    series = [
        {
            "name": name,
            "data": [
                {"label": label, "value": value} for label, value in zip(categories, values, strict=True)
            ],
        }
        for name, values in (("Won", (120000, 90000, 140000)), ("Lost", (40000, 70000, 30000)))
    ]
    axis = {"categories": categories, "x_label": "Month", "y_label": "EUR"}
    return {
        "type": "data_visualization",
        "title": f"{kind.title()} of the quarter",
        "chart": {"type": kind, "series": series, "axis_config": axis},
    }


PIE: Final[dict[str, Any]] = {
    "type": "data_visualization",
    "title": "Open pipeline",
    "chart": {
        "type": "pie",
        "segments": [
            {"label": "Commit", "value": 45},
            {"label": "Best case", "value": 35},
            {"label": "Upside", "value": 20},
        ],
    },
}


def cell(text: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


GALLERY: Final[Blocks] = [
    {"type": "header", "text": plain("Monday health check :drum_with_drumsticks:")},
    {
        "type": "context",
        "elements": [mrkdwn("Week 41 · <!date^1791183600^{date_short_pretty} at {time}|Monday> · _North_")],
    },
    {
        "type": "section",
        "text": mrkdwn(
            "*Bold* _italic_ ~gone~ `code` <https://example.com/a?b=1&amp;c=2|a link> <@U002> in <#C001> "
            "3 &lt; 5 &amp; :warning: :not_an_emoji:\n> quoted\n• one\n• two\n```let x = '<b>';\nlet y;```"
        ),
    },
    {
        "type": "section",
        "fields": [
            mrkdwn("*Coverage*\n3.1×"),
            mrkdwn("*Conversion*\n24 %"),
            mrkdwn("*Velocity*\n€ 41k/day"),
            mrkdwn("*Off*\n2 reps"),
        ],
    },
    {"type": "divider"},
    {
        "type": "markdown",
        "text": "## Plan\n1. **Call** Ben\n2. Write to [Acme](https://example.com)\n\n"
        "| Rep | Deals |\n| --- | ---: |\n| Ben | 4 |\n",
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Rich ", "style": {"bold": True}},
                    {"type": "user", "user_id": "U001"},
                    {"type": "text", "text": " "},
                    {"type": "emoji", "name": "tada"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "second"}]},
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        ],
    },
    {
        "type": "table",
        "column_settings": [{"align": "left"}, {"align": "right"}],
        "rows": [
            [cell("Rep"), cell("Coverage")],
            [cell("Ben Ochoa"), cell("3.1×")],
            [cell("Ana Ruiz"), cell("1.4×")],
        ],
    },
    {
        "type": "data_table",
        "caption": "Deals that matter",
        "page_size": 2,
        "rows": [
            [cell("Deal"), cell("Value")],
            *(
                [cell(f"Deal {n}"), {"type": "raw_number", "value": n * 1000, "text": f"€ {n},000"}]
                for n in range(1, 6)
            ),
        ],
    },
    {
        "type": "card",
        "title": mrkdwn("*Harbor Freight*"),
        "subtitle": mrkdwn("Proposal · closes Oct 30"),
        "body": mrkdwn("No activity for 12 days"),
        "actions": [{"type": "button", "action_id": "card_open", "text": plain("Open")}],
    },
    {
        "type": "image",
        "title": plain("Away"),
        "image_url": "https://example.com/x.png",
        "alt_text": "A picture elsewhere",
    },
    chart("bar"),
    PIE,
]
