"""Socket Mode seen from the wire: tickets, envelopes, acknowledgements, lines that drop."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import websockets

from tests.integration.sandbox.conftest import ScriptedApp, workspace_at
from tests.integration.sandbox.workspace import APP_TOKEN, KARA, NORTH, TIGHT, Json, Slack


async def connect(slack: Slack) -> websockets.ClientConnection:
    """Open a connection and take in its greeting."""
    opened = await slack.api("apps.connections.open", token=APP_TOKEN)
    line = await websockets.connect(opened["url"])
    hello = json.loads(await line.recv())
    assert (hello["type"], hello["connection_info"]["app_id"]) == ("hello", "A0SANDBOX1")
    return line


async def receive(line: websockets.ClientConnection, payload: Any = None) -> Json:
    """Take the next envelope and acknowledge it."""
    async with asyncio.timeout(3):
        envelope: Json = json.loads(await line.recv())
    answer = {"envelope_id": envelope["envelope_id"]}
    await line.send(json.dumps(answer | ({"payload": payload} if payload else {})))
    return envelope


async def test_payloads_go_to_open_connections_in_turn_and_not_to_the_request_url(
    slack: Slack, scripted: ScriptedApp
) -> None:
    lines = [await connect(slack), await connect(slack)]
    for _ in range(2):
        asking = asyncio.create_task(slack.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat today"))
        envelope = await receive(lines[0], {"text": "hello"})
        assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "today")
        assert envelope["accepts_response_payload"] is True
        assert (await asking)["ok"]
        lines.reverse()
    assert [message["text"] for message in await slack.messages(KARA, NORTH)] == ["hello", "hello"]
    await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
    event = await receive(lines[0])
    assert (event["type"], event["retry_attempt"]) == ("events_api", 0)
    assert scripted.received == []
    for line in lines:
        await line.close()


async def test_a_ticket_opens_one_connection(slack: Slack) -> None:
    url = (await slack.api("apps.connections.open", token=APP_TOKEN))["url"]
    async with websockets.connect(url):
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(url)


async def test_ten_connections_are_the_most(slack: Slack) -> None:
    lines = [await connect(slack) for _ in range(10)]
    assert (await slack.api("apps.connections.open", token=APP_TOKEN))["error"] == "too_many_websockets"
    for line in lines:
        await line.close()


async def test_an_unacknowledged_event_is_repeated(scripted: ScriptedApp) -> None:
    async with workspace_at(scripted.url, timing=TIGHT) as slack:
        line = await connect(slack)
        await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
        first = json.loads(await line.recv())
        again = await receive(line)
        assert again["payload"]["event_id"] == first["payload"]["event_id"]
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
        await line.close()


async def test_a_line_that_drops_leaves_the_person_with_trouble_and_the_next_goes_over_http(
    slack: Slack, scripted: ScriptedApp
) -> None:
    line = await connect(slack)
    async with slack.watching(KARA) as page:
        asking = asyncio.create_task(slack.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat"))
        await line.recv()
        await line.close()
        assert (await asking)["ok"]
        assert "could not be reached" in (await page.next("trouble"))["text"]
    await slack.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat")
    assert scripted.last("command")["command"] == "/drumbeat"


async def test_the_workspace_asks_to_reconnect_before_it_hangs_up(slack: Slack) -> None:
    line = await connect(slack)
    assert (await slack.look("control/sockets"))["socket_connections"] == 1
    await slack.http.delete(f"{slack.base_url}/control/sockets")
    goodbye = json.loads(await line.recv())
    assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "refresh_requested")
    with pytest.raises(websockets.ConnectionClosed):
        await line.recv()


async def test_a_socket_is_cut_without_a_closing_frame_and_the_event_comes_again(
    scripted: ScriptedApp,
) -> None:
    async with workspace_at(None, timing=TIGHT) as slack:
        lines = [await connect(slack), await connect(slack)]
        await slack.fault(kind="dropped_socket", method="message", times=1)
        await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
        first = json.loads(await lines[0].recv())
        with pytest.raises(websockets.ConnectionClosedError) as broken:
            await lines[0].recv()
        assert broken.value.rcvd is None
        again = await receive(lines[1])
        assert again["payload"]["event_id"] == first["payload"]["event_id"]
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "connection_failed")
        await slack.http.delete(f"{slack.base_url}/control/sockets?abrupt=1")
        with pytest.raises(websockets.ConnectionClosedError):
            await lines[1].recv()
        assert (await slack.look("control/sockets"))["socket_connections"] == 0


async def test_a_socket_falls_silent_and_stays_open_and_the_event_comes_again(scripted: ScriptedApp) -> None:
    async with workspace_at(None, timing=TIGHT) as slack:
        lines = [await connect(slack), await connect(slack)]
        await slack.fault(kind="deaf_socket", method="message", times=1)
        await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
        again = await receive(lines[1])
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
        assert await slack.look("control/sockets") == {"socket_connections": 2, "deaf": 1}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(await lines[0].ping(), 0.3)
        await asyncio.wait_for(await lines[1].ping(), 3)

        await slack.http.delete(f"{slack.base_url}/control/sockets?deaf=1")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(await lines[1].ping(), 0.3)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lines[1].recv(), 0.1)
        for line in lines:
            line.transport.abort()
        await until_gone(slack)


async def until_gone(slack: Slack) -> None:
    """Wait until the workspace has noticed that nobody is connected."""
    for _ in range(300):
        if not (await slack.look("control/sockets"))["socket_connections"]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("a connection is left")
