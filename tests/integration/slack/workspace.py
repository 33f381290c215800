"""The workspace of the company of the service tests, under the project's own manifest."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.workspace_file import WorkspaceFile, parse_workspace
from tests.integration.services.company import CONFIG, PEOPLE

TOKEN = "xoxb-sandbox"
SECRET = "sandbox-signing-secret"


def manifest() -> dict[str, Any]:
    made: dict[str, Any] = json.loads((CONFIG / "slack_manifest.json").read_text(encoding="utf-8"))
    return made


def workspace() -> WorkspaceFile:
    """Everybody of the company; their Slack ids are those the CRM links them to."""
    return parse_workspace(
        {
            "team": {"id": "T0SANDBOX1", "name": "Acme", "domain": "acme"},
            "clock": "2026-10-05T07:00:00Z",
            "app": {
                "id": "A0SANDBOX1",
                "name": "Drumbeat",
                "bot_user_id": "U0DRUMBEAT",
                "bot_token": TOKEN,
                "app_token": "xapp-sandbox",
                "signing_secret": SECRET,
            },
            "users": [
                {
                    "id": one.slack_user_id,
                    "name": one.id,
                    "real_name": one.name,
                    "email": one.email,
                    "tz": one.time_zone,
                }
                for one in PEOPLE
            ],
            "channels": [
                {"id": "C001", "name": "general", "members": ["UMIA", "UROB"]},
                {
                    "id": "C0MIA",
                    "name": "deals-mia",
                    "is_private": True,
                    "members": ["UMIA", "UROB", "URIA"],
                },
                {
                    "id": "C0OPEN",
                    "name": "deals-open",
                    "is_private": True,
                    "members": ["UMAX", "URAY", "ULEA"],
                },
            ],
        }
    )
