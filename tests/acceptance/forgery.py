"""Payloads as a forger or an old client would send them: signed, straight to the bot, around the page."""

from __future__ import annotations

import json
import time
from urllib.parse import urlencode

import httpx

from bot.sandbox.http_transport import sign
from tests.acceptance.person import PATIENCE, Person
from tests.acceptance.screen import Json
from tests.acceptance.workspace import Workspace

SECRET = "sandbox-signing-secret"


class Forger:
    """Sends what no page would send."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._url = f"http://127.0.0.1:{workspace.bot.port}/slack/events"

    def click(self, person: Person, action_id: str, value: str) -> None:
        """Let this person click a button of this id and value, wherever it came from."""
        action = {"type": "button", "block_id": "forged", "action_id": action_id, "value": value}
        container = {"type": "message", "channel_id": person.dm, "message_ts": "1.000001"}
        body = self._common(person) | {
            "type": "block_actions",
            "container": container,
            "channel": {"id": person.dm},
            "actions": [action],
        }
        assert self.post(body).status_code == 200

    def submission(self, person: Person, callback_id: str, metadata: str, values: Json) -> Json:
        """Let this person submit a form of this id; return the bot's answer."""
        view = {
            "id": "V0FORGED00",
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": metadata,
            "state": {"values": values},
            "blocks": [],
        }
        answer = self.post(self._common(person) | {"type": "view_submission", "view": view})
        assert answer.status_code == 200
        found: Json = answer.json()
        return found

    def post(self, body: Json, *, secret: str = SECRET, age: int = 0) -> httpx.Response:
        """Send a payload signed with this secret, so many seconds ago."""
        content = urlencode({"payload": json.dumps(body)}).encode()
        stamp = str(int(time.time()) - age)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(secret, stamp, content),
        }
        return httpx.post(self._url, content=content, headers=headers, timeout=PATIENCE, trust_env=False)

    def _common(self, person: Person) -> Json:
        # A trigger that is good, so that the bot can say what it thinks of the rest.
        trigger = self._workspace.hub.triggers.issue(person.id)
        return {
            "user": {"id": person.id, "team_id": "T0SANDBOX1"},
            "team": {"id": "T0SANDBOX1", "domain": "meridian"},
            "api_app_id": "A0SANDBOX1",
            "trigger_id": trigger,
        }
