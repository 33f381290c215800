"""Signed requests as Slack sends them, to an endpoint on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier
from starlette.routing import Route

from bot.metrics import Metrics
from bot.slack.bolt import build_bolt
from bot.slack.connection import EVENTS_PATH, http_app
from bot.slack.event_inbox import EventInbox
from bot.slack.http_server import HttpServer
from bot.slack.listeners.desk import Desk
from tests.integration.slack.conftest import Office
from tests.integration.slack.workspace import SECRET

WORKED_OFF_SECONDS = 5.0
PERSON = {"user": {"id": "UMIA"}, "team": {"id": "T0SANDBOX1"}, "api_app_id": "A0SANDBOX1", "token": "t"}


@dataclass(frozen=True)
class Line:
    """The way to one endpoint."""

    http: httpx.AsyncClient
    port: int
    inbox: EventInbox

    async def send(
        self, body: str, *, json_body: bool = False, secret: str = SECRET, age: int = 0
    ) -> httpx.Response:
        """Post a body, signed `age` seconds ago."""
        stamp = str(int(time.time()) - age)
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
            "Content-Type": "application/json" if json_body else "application/x-www-form-urlencoded",
        }
        return await self.http.post(
            f"http://127.0.0.1:{self.port}{EVENTS_PATH}", content=body, headers=headers
        )

    async def send_event(self, body: str) -> int:
        """Post an event, wait until it is worked off, and return the status of its ack."""
        answer = await self.send(body, json_body=True)
        assert await self.inbox.settled(WORKED_OFF_SECONDS), "it is never worked off"
        return answer.status_code


@asynccontextmanager
async def listening(
    office: Office, metrics: Metrics | None = None, beside: Sequence[Route] = ()
) -> AsyncIterator[Line]:
    """Run the bot's endpoint on loopback, with its inbox."""
    desk = Desk(office.store, office.jobs)
    counted = {"repeated": metrics.repeated} if metrics else {}
    inbox = EventInbox(desk, office.client, office.clock, **counted)
    bolt = build_bolt(desk, office.clock, office.client, SECRET, inbox.keep, metrics)
    async with (
        inbox.running(),
        HttpServer(http_app(bolt, beside), 0).running() as port,
        httpx.AsyncClient(timeout=10) as http,
    ):
        yield Line(http, port, inbox)


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
