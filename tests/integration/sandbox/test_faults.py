"""Faults on demand, each set through the control API and met over real HTTP."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.integration.sandbox.conftest import ScriptedApp
from tests.integration.sandbox.workspace import BOT_TOKEN, KARA, NORTH, Json, Slack


async def post(slack: Slack, text: str = "hi") -> httpx.Response:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    body = {"channel": NORTH, "text": text}
    return await slack.http.post(f"{slack.base_url}/api/chat.postMessage", json=body, headers=headers)


async def arrived(slack: Slack) -> list[str]:
    return [message["text"] for message in await slack.messages(KARA, NORTH)]


async def test_a_rate_limit_says_how_long_and_ends(slack: Slack) -> None:
    await slack.fault(kind="rate_limit", method="chat.postMessage", times=2, retry_after=7)
    assert (await slack.api("auth.test"))["ok"]
    for _ in range(2):
        limited = await post(slack)
        assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
        assert limited.json()["error"] == "ratelimited"
    assert (await post(slack)).json()["ok"]
    assert await arrived(slack) == ["hi"]
    log = (await slack.look("control/calls?method=chat.postMessage"))["calls"]
    assert [(call["status"], call["error"]) for call in log] == [
        (429, "ratelimited"),
        (429, "ratelimited"),
        (200, None),
    ]


async def test_slacks_own_limits_hold_each_channel_and_method(slack: Slack) -> None:
    await slack.fault(kind="slack_limits")
    statuses = [(await post(slack)).status_code for _ in range(8)]
    assert statuses[:5] == [200] * 5
    assert 429 in statuses[5:]
    assert (await slack.api("chat.postMessage", channel=KARA, text="elsewhere"))["ok"]
    listing = [(await slack.api("users.list"))["ok"] for _ in range(21)]
    assert listing == [True] * 20 + [False]
    again = await slack.http.post(f"{slack.base_url}/api/users.list", data={"token": BOT_TOKEN})
    assert 50 <= int(again.headers["retry-after"]) <= 60


async def test_a_server_error_performs_nothing(slack: Slack) -> None:
    await slack.fault(kind="server_error", method="*", times=1)
    assert (await post(slack)).status_code == 503
    assert await arrived(slack) == []


@pytest.mark.parametrize("status", [None, 502])
async def test_a_lost_reply_has_accepted_the_message(slack: Slack, status: int | None) -> None:
    await slack.fault(kind="lost_reply", method="chat.postMessage", times=1, status=status)
    if status is None:
        with pytest.raises(httpx.RemoteProtocolError):
            await post(slack)
    else:
        assert (await post(slack)).status_code == status
    assert await arrived(slack) == ["hi"]
    assert (await post(slack, "next")).json()["ok"]


async def test_a_slow_reply_comes_late(slack: Slack) -> None:
    await slack.fault(kind="slow_reply", method="chat.postMessage", delay=0.3)
    started = time.monotonic()
    assert (await post(slack)).json()["ok"]
    assert time.monotonic() - started >= 0.3


async def test_a_duplicated_event_has_the_same_id(slack: Slack, scripted: ScriptedApp) -> None:
    await slack.fault(kind="duplicate_event", times=1)
    await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
    await scripted.until(lambda: len(scripted.received) == 2)
    assert len({body["event_id"] for body in scripted.received}) == 1
    await slack.page(f"{KARA}/messages", channel=NORTH, text="ho")
    await scripted.until(lambda: len(scripted.received) == 3)


async def test_a_reordered_event_comes_after_the_next_one_or_after_a_while(
    slack: Slack, scripted: ScriptedApp
) -> None:
    await slack.fault(kind="reordered_event", times=1, delay=30)
    for text in ("first", "second"):
        await slack.page(f"{KARA}/messages", channel=NORTH, text=text)
    await scripted.until(lambda: len(scripted.received) == 2)
    assert [event["text"] for event in scripted.events("message")] == ["second", "first"]
    await slack.fault(kind="reordered_event", times=1, delay=0.1)
    await slack.page(f"{KARA}/messages", channel=NORTH, text="alone")
    await scripted.until(lambda: len(scripted.received) == 3)


async def test_a_probability_with_a_seed_strikes_the_same_calls_each_time(slack: Slack) -> None:
    outcomes = []
    for _ in range(2):
        await slack.http.delete(f"{slack.base_url}/control/faults")
        await slack.fault(kind="server_error", method="auth.test", probability=0.5, seed=3)
        url = f"{slack.base_url}/api/auth.test"
        outcomes.append([(await slack.http.post(url)).status_code for _ in range(12)])
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {200, 503}


async def test_faults_are_listed_and_lifted(slack: Slack) -> None:
    await slack.fault(kind="server_error", method="auth.test")
    await slack.fault(kind="rate_limit", method="chat.postMessage", times=1)
    listed = (await slack.look("control/faults"))["faults"]
    assert [(fault["kind"], fault["struck"]) for fault in listed] == [("server_error", 0), ("rate_limit", 0)]
    await slack.http.delete(f"{slack.base_url}/control/faults?kind=rate_limit")
    assert [fault["kind"] for fault in (await slack.look("control/faults"))["faults"]] == ["server_error"]
    await slack.http.delete(f"{slack.base_url}/control/faults")
    assert (await slack.look("control/faults"))["faults"] == []


@pytest.mark.parametrize(
    "body",
    [{"kind": "meteor"}, {"kind": "rate_limit", "times": "many"}, {"kind": "rate_limit", "probability": 2}],
)
async def test_a_fault_that_makes_no_sense_is_refused(slack: Slack, body: Json) -> None:
    answer = await slack.http.post(f"{slack.base_url}/control/faults", json=body)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert (await slack.look("control/faults"))["faults"] == []
