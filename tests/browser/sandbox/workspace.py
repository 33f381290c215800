"""The workspace and the manifest that the page's tests run on."""

from __future__ import annotations

from typing import Any, Final

KARA: Final = "U001"
BEN: Final = "U002"
VERA: Final = "U003"
TEAM: Final = "C001"
APP_USER: Final = "U0DRUMBEAT"

WORKSPACE: Final[dict[str, Any]] = {
    "team": {"id": "T0SANDBOX1", "name": "Meridian", "domain": "meridian"},
    "clock": "2026-10-05T06:55:00Z",
    "app": {
        "id": "A0SANDBOX1",
        "name": "Drumbeat",
        "bot_user_id": APP_USER,
        "bot_token": "xoxb-sandbox",
        "app_token": "xapp-sandbox",
        "signing_secret": "sandbox-signing-secret",
    },
    "users": [
        {
            "id": KARA,
            "name": "kara",
            "real_name": "Kara Voss",
            "email": "kara@meridian.example",
            "tz": "Europe/Berlin",
            "title": "Sales Manager",
        },
        {
            "id": BEN,
            "name": "ben",
            "real_name": "Ben Ochoa",
            "email": "ben@meridian.example",
            "tz": "America/New_York",
            "title": "Account Executive",
        },
        {
            "id": VERA,
            "name": "vera",
            "real_name": "Vera Lindqvist",
            "email": "vera@meridian.example",
            "tz": "Europe/Stockholm",
            "title": "VP of Sales",
            "is_admin": True,
        },
    ],
    "channels": [
        {"id": TEAM, "name": "team-north", "topic": "North region", "members": [KARA, BEN, VERA]},
        {"id": "C002", "name": "leadership", "is_private": True, "topic": "", "members": [KARA, VERA]},
    ],
}

MANIFEST: Final[dict[str, Any]] = {
    "display_information": {"name": "Drumbeat"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Drumbeat", "always_online": True},
        "slash_commands": [
            {
                "command": "/drumbeat",
                "description": "See what is due",
                "usage_hint": "[help | today | team]",
                "should_escape": True,
            },
            {
                "command": "/dispatch",
                "description": "Send something",
                "usage_hint": "[what]",
                "should_escape": False,
            },
        ],
        "shortcuts": [
            {
                "name": "Log a conversation",
                "type": "message",
                "callback_id": "log_from_message",
                "description": "Log it",
            },
            {"name": "Plan my week", "type": "global", "callback_id": "plan_week", "description": "Plan"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "chat:write",
                "commands",
                "im:write",
                "im:history",
                "im:read",
                "channels:history",
                "channels:read",
                "groups:history",
                "groups:read",
                "users:read",
                "reactions:write",
                "reactions:read",
                "app_mentions:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": ["app_home_opened", "message.im", "message.channels", "app_mention"]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": False,
    },
}
