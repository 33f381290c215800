"""Response URLs: five uses within their time, to replace, delete or add."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from tests.integration.sandbox.conftest import ScriptedApp, workspace_at
from tests.integration.sandbox.workspace import KARA, LIAM, NORTH, QUICK, Json, Slack, button

GO = {"type": "button", "block_id": "row", "action_id": "go", "value": "1"}


async def clicked(slack: Slack, app: ScriptedApp) -> tuple[str, str]:
    """A message of the app that was clicked: its ts, and the response URL of the click."""
    ts = (await slack.api("chat.postMessage", channel=NORTH, text="hi", blocks=[button()]))["ts"]
    await slack.page(f"{KARA}/actions", container={"type": "message", "channel": NORTH, "ts": ts}, action=GO)
    return ts, app.last("block_actions")["response_url"]


async def answer(slack: Slack, url: str, **body: object) -> httpx.Response:
    return await slack.http.post(url, json=body)


async def texts(slack: Slack, user: str) -> list[str]:
    return [message["text"] for message in await slack.messages(user, NORTH)]


async def test_it_adds_replaces_and_deletes_where_the_person_acted(
    slack: Slack, scripted: ScriptedApp
) -> None:
    ts, url = await clicked(slack, scripted)
    assert (await answer(slack, url, text="only you")).text == "ok"
    assert (await texts(slack, KARA), await texts(slack, LIAM)) == (["hi", "only you"], ["hi"])
    await answer(slack, url, text="all", response_type="in_channel")
    assert await texts(slack, LIAM) == ["hi", "all"]
    await answer(slack, url, text="replaced", replace_original=True)
    first = (await slack.messages(LIAM, NORTH))[0]
    assert (first["ts"], first["text"], first.get("blocks")) == (ts, "replaced", None)
    await answer(slack, url, delete_original=True)
    assert await texts(slack, LIAM) == ["all"]


async def test_it_works_five_times(slack: Slack, scripted: ScriptedApp) -> None:
    _, url = await clicked(slack, scripted)
    statuses = [(await answer(slack, url, text=str(n))).status_code for n in range(6)]
    assert statuses == [200] * 5 + [404]
    assert (await answer(slack, url, text="x")).json()["error"] == "used_url"
    assert (
        await answer(slack, f"{slack.base_url}/response/nothing", text="x")
    ).status_code == httpx.codes.NOT_FOUND


async def test_it_ends_with_its_time(scripted: ScriptedApp) -> None:
    async with workspace_at(scripted.url, timing=replace(QUICK, response_url_life=0.1)) as slack:
        _, url = await clicked(slack, scripted)
        await asyncio.sleep(0.15)
        assert (await answer(slack, url, text="x")).json()["error"] == "expired_url"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"blocks": [{"type": "nonsense"}], "text": "x"}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
async def test_what_it_is_sent_is_checked(
    slack: Slack, scripted: ScriptedApp, body: Json, error: str
) -> None:
    _, url = await clicked(slack, scripted)
    refused = await answer(slack, url, **body)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
