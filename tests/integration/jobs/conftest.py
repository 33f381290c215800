"""Job tests run real DBOS on the store's own database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.jobs.engine import JobEngine
from bot.jobs.protocols import TryAgain
from bot.jobs.queue import DurableQueue
from bot.store.unit_of_work import Store
from tests.integration.services.company import SUNDAY

Sending = Callable[[str, int], Awaitable[TryAgain | None]]


async def settled(_delivery_id: str, _attempt: int) -> TryAgain | None:
    return None


@dataclass
class Workshop:
    """The queue on a store, and engines started on it; it notes what was carried out."""

    url: str
    store: Store
    queue: DurableQueue
    sent: list[tuple[str, int]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def running(
        self, send: Sending = settled, expand: Callable[[str], bool] = lambda _fire_id: False
    ) -> AsyncIterator[JobEngine]:
        async def deliver(delivery_id: str, attempt: int) -> TryAgain | None:
            self.sent.append((delivery_id, attempt))
            return await send(delivery_id, attempt)

        def page(fire_id: str) -> bool:
            self.pages.append(fire_id)
            return expand(fire_id)

        engine = JobEngine(self.url, "embedded", deliver, page)
        await engine.launch()
        try:
            yield engine
        finally:
            await engine.stop(0)


@pytest.fixture
def workshop(store: Store, store_url: str) -> Workshop:
    with store.writing() as uow:
        uow.workspace.ensure("Acme", "EUR", "Europe/Berlin", SUNDAY)
    return Workshop(store_url, store, DurableQueue(store.engine))
