"""Signed requests as Slack sends them, to an endpoint on loopback."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.slack.connection import EVENTS_PATH
from tests.integration.slack.workspace import SECRET

PERSON = {"user": {"id": "UMIA"}, "team": {"id": "T0SANDBOX1"}, "api_app_id": "A0SANDBOX1", "token": "t"}


@dataclass(frozen=True)
class Line:
    """The way to one endpoint."""

    http: httpx.AsyncClient
    port: int

    async def send(self, body: str, *, json_body: bool = False) -> httpx.Response:
        """Post a body, signed now."""
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
            "Content-Type": "application/json" if json_body else "application/x-www-form-urlencoded",
        }
        return await self.http.post(
            f"http://127.0.0.1:{self.port}{EVENTS_PATH}", content=body, headers=headers
        )


def click(**more: Any) -> str:
    """Return the body of a click on a button."""
    element = {"type": "button", "action_id": "coverage_conversation.log", "block_id": "b", "value": "{}"}
    action = {**element, **more.pop("element", {})}
    body = {"type": "block_actions", **PERSON, "trigger_id": "1.2.3", "actions": [action], **more}
    return urlencode({"payload": json.dumps(body)})


def form(callback_id: str, metadata: str, values: Any) -> str:
    """Return the body of a submitted form."""
    view = {
        "id": "V1",
        "hash": "1.abc",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "state": {"values": values},
    }
    return urlencode({"payload": json.dumps({"type": "view_submission", **PERSON, "view": view})})


def event(kind: str, event_id: str, user: str = "UMIA", **more: Any) -> str:
    """Return the body of an event."""
    envelope = {"type": "event_callback", "event_id": event_id, "team_id": "T0SANDBOX1", "api_app_id": "A"}
    return json.dumps({**envelope, "event": {"type": kind, "user": user, **more}})
