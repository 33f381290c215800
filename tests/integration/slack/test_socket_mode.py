"""A socket over which nothing comes any more is replaced, and what was missed meanwhile is made up for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import httpx
import pytest

from bot.sandbox.running import running_sandbox
from bot.sandbox.server import build_sandbox
from bot.sandbox.socket_transport import SocketTransport
from bot.slack.bolt import build_bolt
from bot.slack.catch_up import CatchUp
from bot.slack.connection import web_client
from bot.slack.event_inbox import EventInbox
from bot.slack.listeners.desk import Desk
from bot.slack.socket_mode import socket_mode
from bot.store.unit_of_work import Store
from tests.integration.sandbox.workspace import QUICK, Slack
from tests.integration.services.company import RecordedJobs, every, set_up
from tests.integration.slack.conftest import StandingClock
from tests.integration.slack.workspace import SECRET, TOKEN, manifest, workspace

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
QUICKLY = 0.1
PATIENCE = 10.0
# No event comes a second time: what is answered was looked for.
ONCE = replace(QUICK, ack=0.2, event_retries=())


@dataclass
class Lines:
    """The workspace's end of the connections, and how often the bot was told of a new one."""

    sockets: SocketTransport
    slack: Slack
    store: Store
    opened: int = 0

    @property
    def alive(self) -> int:
        return self.sockets.connected - self.sockets.deaf

    async def fall_silent(self) -> None:
        await self.slack.http.delete(f"{self.slack.base_url}/control/sockets?deaf=1")


@pytest.fixture
async def lines(store: Store) -> AsyncIterator[Lines]:
    """The company's bot, connected and pinging quickly."""
    set_up(store)
    jobs, clock = RecordedJobs(), StandingClock()
    app = build_sandbox(workspace(), manifest(), events_url=None, data=None, timing=ONCE)
    async with (
        running_sandbox(app) as base_url,
        httpx.AsyncClient(timeout=15) as http,
        web_client(TOKEN, f"{base_url}/api/") as client,
    ):
        missed = CatchUp(client, store, jobs, clock)
        lines = Lines(app.state.hub.dispatcher.sockets, Slack(base_url, http), store)

        def connected() -> None:
            lines.opened += 1
            missed.after_a_gap()

        desk = Desk(store, jobs)
        inbox = EventInbox(desk, client, clock)
        bolt = build_bolt(desk, clock, client, SECRET, inbox.keep)
        async with inbox.running(), missed.running(), socket_mode(bolt, "xapp-sandbox", connected, QUICKLY):
            await until(lambda: lines.alive == 1 and lines.opened == 1)
            yield lines


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds; fail when it never does."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, "it never came to hold"
        await asyncio.sleep(0.02)


async def test_a_silent_socket_is_replaced_and_what_was_said_meanwhile_answered(lines: Lines) -> None:
    dm = await lines.slack.app_dm("UVIC")
    await lines.fall_silent()
    assert lines.alive == 0
    await lines.slack.page("UVIC/messages", channel=dm, text="Is anybody there?")

    await until(lambda: lines.alive == 1 and lines.opened == 2)
    await until(lambda: every(lines.store, "notices"))

    (answer,) = every(lines.store, "notices").values()
    assert (answer["kind"], answer["person_id"]) == ("hint", "vic")


async def test_an_address_that_opens_nothing_is_not_tried_for_ever(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ticket = lines.sockets.ticket

    def a_bad_one_first() -> str:
        asked.append("it opens nothing" if not asked else ticket())
        return asked[-1]

    monkeypatch.setattr(lines.sockets, "ticket", a_bad_one_first)
    await lines.fall_silent()

    await until(lambda: lines.alive == 1)
    assert len(asked) >= 2
