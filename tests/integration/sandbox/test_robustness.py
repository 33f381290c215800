"""Whatever is sent, the workspace answers: never with a crash, and never by changing something."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bot.sandbox.web_api.methods import METHODS
from tests.integration.sandbox.conftest import workspace_at
from tests.integration.sandbox.workspace import BOT_TOKEN, KARA, NORTH, Json, Slack, button

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD = [
    None,
    "",
    "x",
    7,
    -1.5,
    True,
    [],
    [None],
    ["x"],
    {},
    {"a": {"b": None}},
    "null",
    "[]",
    "{",
    "\U0001f600" * 9,
]
FIELDS = [
    "attachments",
    "bot",
    "blocks",
    "channel",
    "cursor",
    "external_id",
    "hash",
    "latest",
    "limit",
    "message_ts",
    "metadata",
    "name",
    "oldest",
    "team",
    "text",
    "thread_ts",
    "timestamp",
    "trigger_id",
    "ts",
    "types",
    "user",
    "user_id",
    "users",
    "view",
    "view_id",
]
PAGE = [
    "messages",
    "commands",
    "actions",
    "home",
    "dms",
    "shortcuts",
    "options",
    "views/V1/submit",
    "views/V1/close",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sturdy() -> AsyncIterator[Slack]:
    async with workspace_at(None) as found:
        yield found


def mixed(dice: random.Random, good: Json, fields: list[str], share: float) -> Json:
    """A body that is mostly right, with odd values in some fields."""
    return good | {name: dice.choice(ODD) for name in fields if dice.random() < share}


async def test_every_method_survives_odd_arguments(sturdy: Slack) -> None:
    ts = (await sturdy.api("chat.postMessage", channel=NORTH, text="kept", blocks=[button()]))["ts"]
    good: Json = {"channel": NORTH, "text": "x", "ts": ts, "user": KARA, "user_id": KARA, "users": KARA}
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    dice = random.Random(2026)  # noqa: S311 - the same odd bodies in each run
    for method in METHODS:
        for share in (0.1, 0.1, 0.2, 0.2, 0.4, 0.8):
            body = mixed(dice, good, FIELDS, share)
            response = await sturdy.http.post(f"{sturdy.base_url}/api/{method}", json=body, headers=headers)
            assert response.status_code == httpx.codes.OK, (method, body)
            assert isinstance(response.json()["ok"], bool)


async def test_the_page_api_survives_odd_bodies(sturdy: Slack) -> None:
    headers = {"X-Sandbox-Page": "1"}
    ts = (await sturdy.api("chat.postMessage", channel=NORTH, text="kept", blocks=[button()]))["ts"]
    good: Json = {
        "channel": NORTH,
        "text": "x",
        "container": {"type": "message", "channel": NORTH, "ts": ts},
        "action": {"type": "button", "block_id": "row", "action_id": "go"},
        "state": {"values": {"row": {"go": {}}}},
    }
    dice = random.Random(2026)  # noqa: S311 - the same odd bodies in each run
    for path in (*PAGE, f"channels/{NORTH}/read"):
        bodies = [
            mixed(dice, good, [*good, "ts", "thread_ts", "user", "value"], share) for share in (0.1, 0.3, 0.6)
        ]
        for part in ("container", "action", "state"):
            bodies += [good | {part: mixed(dice, good[part], list(good[part]), 0.5)} for _ in range(3)]
        odd_bodies: list[object] = [*bodies, [], "x", None]
        for body in odd_bodies:
            response = await sturdy.http.post(
                f"{sturdy.base_url}/page/{KARA}/{path}", json=body, headers=headers
            )
            assert response.status_code < httpx.codes.INTERNAL_SERVER_ERROR, (path, body)


@pytest.mark.parametrize("path", ["api/chat.postMessage", "page/U001/messages", "clock/await", "response/x"])
async def test_half_a_character_is_refused(sturdy: Slack, path: str) -> None:
    headers = {
        "X-Sandbox-Page": "1",
        "Authorization": f"Bearer {BOT_TOKEN}",
        "Content-Type": "application/json",
    }
    body = f'{{"channel": "{NORTH}", "text": "half of one: \\ud83d", "seen": 0}}'
    response = await sturdy.http.post(f"{sturdy.base_url}/{path}", content=body, headers=headers)
    assert response.status_code < httpx.codes.INTERNAL_SERVER_ERROR
    assert response.json()["ok"] is False
