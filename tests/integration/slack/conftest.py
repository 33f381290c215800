"""The messenger between a real store and a workspace on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest

from bot.jobs.protocols import TryAgain
from bot.sandbox.running import running_sandbox
from bot.sandbox.server import build_sandbox
from bot.slack.connection import SlackClient, web_client
from bot.slack.messenger import Messenger
from bot.store.repositories.notices import DeliveryRow
from bot.store.unit_of_work import Store
from tests.integration.sandbox.workspace import QUICK, Slack
from tests.integration.services.company import MONDAY, RecordedJobs, brought, every, monday
from tests.integration.slack.workspace import TOKEN, manifest, workspace


@dataclass
class StandingClock:
    """A clock that stands where it is put."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class Office:
    """A company whose Monday has come, its workspace, and the messenger between them."""

    store: Store
    jobs: RecordedJobs
    slack: Slack
    client: SlackClient
    messenger: Messenger
    clock: StandingClock

    async def work_off(self) -> list[TryAgain | None]:
        """Carry out every delivery asked for so far, once each, in order."""
        found = []
        while self.jobs.deliveries:
            delivery_id, _lane = self.jobs.deliveries.pop(0)
            found.append(await self.messenger(delivery_id, 1))
        return found

    def take(self) -> str:
        """The id of the delivery asked for first, which is no longer waiting."""
        return self.jobs.deliveries.pop(0)[0]

    def delivery(self, delivery_id: str) -> DeliveryRow:
        with self.store.reading() as uow:
            found = uow.notices.delivery(delivery_id)
        assert found is not None
        return found

    async def told(self, user: str) -> list[dict[str, Any]]:
        """The messages in the app's conversation with somebody."""
        return await self.slack.messages(user, await self.slack.app_dm(user))

    async def under(self, user: str, ts: str) -> list[dict[str, Any]]:
        """The replies under one of these messages."""
        channel = await self.slack.app_dm(user)
        thread: list[dict[str, Any]] = (
            await self.slack.look(f"page/{user}/channels/{channel}/threads/{ts}")
        )["messages"]
        return thread[1:]

    async def calls(self, method: str) -> int:
        return len((await self.slack.look(f"control/calls?method={method}"))["calls"])

    def table(self, name: str) -> list[dict[str, Any]]:
        return list(every(self.store, name).values())


@pytest.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    """Monday at nine: Mia's health check is recorded and waits to be sent."""
    jobs, clock = RecordedJobs(), StandingClock()
    brought(store, jobs, "monday", lambda made: monday(store, made))
    app = build_sandbox(workspace(), manifest(), events_url=None, data=None, timing=QUICK)
    async with (
        running_sandbox(app) as base_url,
        httpx.AsyncClient(timeout=15) as http,
        web_client(TOKEN, f"{base_url}/api/") as client,
    ):
        messenger = Messenger(store, client, clock)
        yield Office(store, jobs, Slack(base_url, http), client, messenger, clock)
