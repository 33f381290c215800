"""What it costs to deliver a message durably, beside a bare loop that posts the same one in the same run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.domain.settings.delivery import UNLIMITED
from bot.jobs.engine import JobEngine
from bot.jobs.protocols import Lane
from bot.jobs.queue import DurableQueue
from bot.services.crm_import import import_batch
from bot.services.directory import SlackMember, everybody, join_directory
from bot.services.notifying import Mode, NoticeKind
from bot.services.pacing import SharedPacer
from bot.services.settings_book import ensure_first_settings
from bot.settings_files import load_settings
from bot.slack.connection import CONNECTIONS, web_client
from bot.slack.messenger import Messenger
from bot.store.engine import store_engine
from bot.store.tables import Deliveries
from bot.store.unit_of_work import Store
from tests.benchmarks.company import NOW, write_company
from tests.benchmarks.servers import serving

MAPPING = Path("config/mappings/sample_company.yaml")
MANAGERS = 60
REPS = 9
LIMIT_SECONDS = 300.0


@dataclass(frozen=True)
class Took:
    """How long so many messages took, and how much of a processor."""

    messages: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU for each message, in this process: the server's are another's."""
        return self.cpu_seconds / self.messages * 1e3


@pytest.mark.benchmark
async def test_deliveries(ready_url: str, tmp_path: Path) -> None:
    store = Store(store_engine(ready_url))
    people = _company(store, tmp_path)
    with serving("slack") as port:
        address = f"http://127.0.0.1:{port}/api/"
        bare = await _timed(len(people), lambda: _bare(f"{address}chat.postMessage", len(people)))
        durable = await _delivered(store, ready_url, address, people)
    assert _sent(store) == len(people)
    kind = store.engine.dialect.name
    print(f"\n{len(people)} deliveries on {kind}, {CONNECTIONS} connections to a Slack that answers at once")
    print(f"  bare aiohttp loop  {bare.rate:6.0f}/s  {bare.cpu_ms:6.2f} ms of CPU each")
    print(
        f"  durable            {durable.rate:6.0f}/s  {durable.cpu_ms:6.2f} ms of CPU each: "
        f"{durable.rate / bare.rate:.3f}× the rate, {durable.cpu_ms / bare.cpu_ms:.0f}× the CPU"
    )
    store.engine.dispose()


def _company(store: Store, folder: Path) -> list[str]:
    """Take in a company whose people are all in Slack, without limits on the rate; return their ids."""
    write_company(folder / "crm", MANAGERS, reps=REPS, deals=0)
    import_batch(store, open_source(folder / "crm", load_mapping(MAPPING)), as_of=None, now=NOW)
    first = load_settings(Path("config")).model_copy(update={"delivery": UNLIMITED})
    ensure_first_settings(store, first, NOW)
    found = everybody(store)
    join_directory(
        store, [SlackMember(f"U{n}", one.email) for n, one in enumerate(found) if one.email], "T1", NOW
    )
    return [one.id for one in found]


async def _delivered(store: Store, url: str, address: str, people: list[str]) -> Took:
    queue = DurableQueue(store.engine)
    async with web_client("xoxb-benchmark", address) as client:
        messenger = Messenger(store, client, SystemClock())
        engine = JobEngine(url, "embedded", messenger, lambda _fire_id: False, pacer=SharedPacer(store))
        await engine.launch()
        try:
            _ask(store, queue, people[:1])
            await engine.drain(LIMIT_SECONDS)  # the first one compiles statements and connects
            _ask(store, queue, people[1:])
            return await _timed(len(people) - 1, lambda: engine.drain(LIMIT_SECONDS))
        finally:
            await engine.stop()


def _ask(store: Store, queue: DurableQueue, people: list[str]) -> None:
    with store.writing() as uow:
        for person_id in people:
            notice = uow.notices.add(NoticeKind.HINT.value, person_id, "person", person_id, "a measure", NOW)
            uow.notices.add_delivery(f"dlv_{person_id}", notice, person_id, Mode.POST.value, NOW)
            queue.deliver(uow.connection, f"dlv_{person_id}", Lane.DELIVERIES)


async def _bare(address: str, count: int) -> None:
    body = {"channel": "D1", "text": "a measure", "blocks": []}
    headers = {"Authorization": "Bearer xoxb-benchmark"}
    numbers = iter(range(count))

    async def one(http: aiohttp.ClientSession) -> None:
        for _ in numbers:
            async with http.post(address, json=body, headers=headers) as answer:
                await answer.json()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as http:
        await asyncio.gather(*(one(http) for _ in range(CONNECTIONS)))


async def _timed(messages: int, work: Callable[[], Awaitable[object]]) -> Took:
    began, cpu = time.perf_counter(), time.process_time()
    await work()
    return Took(messages, time.perf_counter() - began, time.process_time() - cpu)


def _sent(store: Store) -> int:
    with store.reading() as uow:
        states = uow.connection.scalars(select(Deliveries.state)).all()
    return sum(state == "sent" for state in states)
