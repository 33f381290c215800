"""Five hundred payloads within a second: each acked and carried out, none twice, some sent again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.sandbox.http_transport import sign
from tests.acceptance.environment import POSTGRESQL_HTTP, SQLITE_HTTP, Kind, sample_company
from tests.acceptance.forgery import SECRET
from tests.acceptance.workspace import Workspace

BURST = 500
AGAIN = 100
SENT_SECONDS = 120.0
TEAM = {"team": {"id": "T0SANDBOX1"}, "api_app_id": "A0SANDBOX1", "token": "t"}


@pytest.fixture(params=[SQLITE_HTTP, POSTGRESQL_HTTP], ids=str)
def meridian(request: pytest.FixtureRequest, story_folder: Path) -> Iterator[Workspace]:
    kind: Kind = request.param
    folder = story_folder / str(kind)
    folder.mkdir()
    with sample_company(folder, kind) as workspace:
        yield workspace


def event(number: int, user: str) -> tuple[str, bytes]:
    body = {
        "type": "event_callback",
        "event_id": f"EvBURST{number}",
        "team_id": "T0SANDBOX1",
        "api_app_id": "A0SANDBOX1",
        "event": {"type": "app_home_opened", "tab": "home", "user": user, "channel": "D1"},
    }
    return "application/json", json.dumps(body).encode()


def snooze(deal: str, user: str) -> tuple[str, bytes]:
    element = {
        "type": "button",
        "block_id": "burst",
        "action_id": "deal_flag.menu",
        "action_ts": f"1.{deal}",
        "value": json.dumps({"d": deal, "a": "snooze"}),
    }
    body = {"type": "block_actions", **TEAM, "user": {"id": user}, "trigger_id": deal, "actions": [element]}
    return "application/x-www-form-urlencoded", urlencode({"payload": json.dumps(body)}).encode()


async def burst(port: int, payloads: Sequence[tuple[str, bytes]]) -> list[int]:
    """Send all within a second, as Slack does; return the status of each answer."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector) as http:

        async def one(number: int, content_type: str, body: bytes) -> int:
            await asyncio.sleep(number / len(payloads))
            stamp = str(int(time.time()))
            headers = {
                "Content-Type": content_type,
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": sign(SECRET, stamp, body),
            }
            async with http.post("/slack/events", data=body, headers=headers) as answer:
                return answer.status

        return await asyncio.gather(*(one(number, *each) for number, each in enumerate(payloads)))


def counted(workspace: Workspace) -> dict[str, int]:
    questions = {
        "events": "SELECT count(*) FROM inbound_keys WHERE kind = 'event'",
        "homes": "SELECT count(*) FROM notices WHERE kind = 'home' AND reason = 'your Home tab'",
        "clicks": "SELECT count(*) FROM inbound_keys WHERE kind = 'action'",
        "snoozed": "SELECT count(DISTINCT deal_id) FROM flag_responses WHERE kind = 'snoozed'",
    }
    return {name: int(workspace.records(query)[0][0]) for name, query in questions.items()}


def test_a_burst_loses_nothing_and_doubles_nothing(meridian: Workspace) -> None:
    managed = meridian.records(
        "SELECT d.id, m.slack_user_id FROM deals d JOIN people r ON r.id = d.owner_id "
        "JOIN people m ON m.id = r.manager_id WHERE m.slack_user_id IS NOT NULL "
        "AND d.stage NOT LIKE 'closed%' ORDER BY d.id"
    )
    clicks = [snooze(deal, user) for deal, user in managed[: BURST // 2]]
    users = sorted({user for _, user in managed})
    events = [event(number, users[number % len(users)]) for number in range(BURST - len(clicks))]
    payloads = [each for pair in zip(events, clicks, strict=False) for each in pair]
    payloads += events[len(clicks) :]
    assert len(payloads) == BURST
    before = counted(meridian)

    answers = asyncio.run(burst(meridian.bot.port, payloads))
    until_none(meridian, "SELECT count(*) FROM inbox_events")
    after = counted(meridian)

    assert set(answers) == {200}
    assert after["events"] - before["events"] == len(events)
    assert after["homes"] - before["homes"] >= len(events)
    # A deal without flags is refused, in words; each of the others is answered with its key.
    assert after["clicks"] == after["snoozed"] > 0

    asyncio.run(burst(meridian.bot.port, payloads[:AGAIN]))
    until_none(meridian, "SELECT count(*) FROM inbox_events")
    assert counted(meridian) == after
    # Hundreds of Home tabs are still to leave; how they do is told elsewhere.
    meridian.bot.stop(kill=True)


def until_none(workspace: Workspace, question: str) -> None:
    deadline = time.monotonic() + SENT_SECONDS
    while workspace.records(question) != [(0,)]:
        assert time.monotonic() < deadline, question
        time.sleep(0.2)
