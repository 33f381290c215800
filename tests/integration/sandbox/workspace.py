"""The workspace and the manifest that the sandbox's tests share, and clients for its surfaces."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import websockets

from bot.sandbox.timing import Timing
from bot.sandbox.workspace_file import WorkspaceFile, parse_workspace

Json = dict[str, Any]

BOT_TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-sandbox"
SECRET = "sandbox-signing-secret"
BOT = "U0DRUMBEAT"
KARA, LIAM, MONA = "U001", "U002", "U003"
NORTH, SOUTH, QUIET, SECRETS = "C001", "C002", "C003", "G001"

# Repetitions come quickly; deadlines stay long enough for a machine that is busy with other things.
QUICK = Timing(event_retries=(0.0, 0.05, 0.1), await_hold=1.0)
# For the tests of the deadlines themselves.
TIGHT = replace(QUICK, ack=0.3, trigger_life=0.3, client_grace=0.3, step_patience=1.0)


def workspace() -> WorkspaceFile:
    people = [(KARA, "kara", "Kara Voss"), (LIAM, "liam", "Liam Roe"), (MONA, "mona", "Mona Ash")]
    return parse_workspace(
        {
            "team": {"id": "T0SANDBOX1", "name": "Meridian", "domain": "meridian"},
            "clock": "2026-10-05T06:55:00Z",
            "app": {
                "id": "A0SANDBOX1",
                "name": "Drumbeat",
                "bot_user_id": BOT,
                "bot_token": BOT_TOKEN,
                "app_token": APP_TOKEN,
                "signing_secret": SECRET,
            },
            "users": [
                {
                    "id": key,
                    "name": name,
                    "real_name": real,
                    "email": f"{name}@meridian.example",
                    "tz": "Europe/Berlin",
                    "is_admin": key == MONA,
                }
                for key, name, real in people
            ],
            "channels": [
                {"id": NORTH, "name": "team-north", "topic": "North", "members": [KARA, LIAM]},
                {"id": SOUTH, "name": "team-south", "members": [KARA, MONA], "app_is_member": False},
                {"id": QUIET, "name": "quiet", "members": [LIAM], "app_is_member": True},
                {
                    "id": SECRETS,
                    "name": "board",
                    "is_private": True,
                    "members": [MONA],
                    "app_is_member": False,
                },
            ],
        }
    )


SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
    "users:read.email",
]


def manifest(*, without: tuple[str, ...] = (), extra: tuple[str, ...] = ()) -> Json:
    return {
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "slash_commands": [
                {
                    "command": "/drumbeat",
                    "description": "Your day",
                    "usage_hint": "today",
                    "should_escape": True,
                },
                {"command": "/plain", "description": "As typed"},
            ],
            "shortcuts": [
                {"name": "Log it", "callback_id": "log_it", "type": "message", "description": "d"},
                {"name": "New plan", "callback_id": "new_plan", "type": "global", "description": "d"},
            ],
        },
        "oauth_config": {"scopes": {"bot": [scope for scope in [*SCOPES, *extra] if scope not in without]}},
        "settings": {
            "event_subscriptions": {
                "bot_events": [
                    "app_home_opened",
                    "app_mention",
                    "member_joined_channel",
                    "message.channels",
                    "message.im",
                    "reaction_added",
                ]
            },
            "interactivity": {"is_enabled": True},
        },
    }


@dataclass
class Slack:
    """The sandbox as its clients see it: the Web API for the app, the page for people, control for tests."""

    base_url: str
    http: httpx.AsyncClient

    async def api(self, method: str, *, token: str | None = BOT_TOKEN, **args: object) -> Json:
        """A Web API call with a JSON body."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = await self.http.post(f"{self.base_url}/api/{method}", json=args, headers=headers)
        answer: Json = response.json()
        return answer

    async def page(self, path: str, **body: object) -> Json:
        """Something the page posts."""
        response = await self.http.post(
            f"{self.base_url}/page/{path}", json=body, headers={"X-Sandbox-Page": "1"}
        )
        answer: Json = response.json()
        return answer

    async def look(self, path: str) -> Json:
        """Something anyone reads."""
        answer: Json = (await self.http.get(f"{self.base_url}/{path}")).json()
        return answer

    async def messages(self, user: str, channel: str) -> list[Json]:
        found: list[Json] = (await self.look(f"page/{user}/channels/{channel}/messages"))["messages"]
        return found

    async def fault(self, **fault: object) -> None:
        answer = await self.http.post(f"{self.base_url}/control/faults", json=fault)
        assert answer.json()["ok"], answer.text

    async def app_dm(self, user: str) -> str:
        opened = await self.api("conversations.open", users=user)
        return str(opened["channel"]["id"])

    @contextlib.asynccontextmanager
    async def watching(self, user: str) -> AsyncIterator[Watcher]:
        """A page of someone, with its live frames."""
        address = self.base_url.replace("http", "ws", 1) + f"/page/ws?user={user}"
        async with websockets.connect(address) as feed:
            yield Watcher(feed)


class Watcher:
    """Reads a page's live frames."""

    def __init__(self, feed: websockets.ClientConnection) -> None:
        self._feed = feed
        self._passed: list[Json] = []

    async def next(self, kind: str, seconds: float = 3.0) -> Json:
        """The next frame of a type; others on the way are kept for later."""
        for frame in self._passed:
            if frame["type"] == kind:
                self._passed.remove(frame)
                return frame
        async with asyncio.timeout(seconds):
            while True:
                arrived: Json = json.loads(await self._feed.recv())
                if arrived["type"] == kind:
                    return arrived
                self._passed.append(arrived)


def button(action_id: str = "go", value: str = "1", block_id: str = "row") -> Json:
    """A block with one button."""
    element = {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": {"type": "plain_text", "text": "Go"},
    }
    return {"type": "actions", "block_id": block_id, "elements": [element]}


def text_input(block_id: str = "note", *, optional: bool = False, **element: object) -> Json:
    """A block with one text field."""
    return {
        "type": "input",
        "block_id": block_id,
        "optional": optional,
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "text", **element},
    }


def modal(*blocks: Json, **fields: object) -> Json:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "callback_id": "log",
        "title": {"type": "plain_text", "text": "Log"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": list(blocks) or [text_input()],
        **fields,
    }


def typed(text: str, block_id: str = "note") -> Json:
    """The state of a text field that was filled in."""
    return {"values": {block_id: {"text": {"type": "plain_text_input", "value": text}}}}
