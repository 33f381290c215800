"""What it costs to record before answering, and to put ten thousand deliveries in line."""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from pathlib import Path

import pytest

from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.jobs.protocols import Lane
from bot.jobs.queue import DurableQueue
from bot.services.crm_import import import_batch
from bot.services.directory import SlackMember, join_directory
from bot.services.settings_book import ensure_first_settings
from bot.settings_files import load_settings
from bot.store.engine import store_engine
from bot.store.unit_of_work import Store
from tests.benchmarks.client import all_at_once, burst, event_request
from tests.benchmarks.company import NOW, write_company
from tests.benchmarks.servers import serving

MAPPING = Path("config/mappings/sample_company.yaml")
ROUNDS = 7
# So many in flight, and so many events on each.
FLIGHTS = {1: 30, 16: 16, 64: 8}
BURST = 500
JOBS = 10_000
PAGE = 100


@pytest.mark.benchmark
async def test_acks_with_the_durable_write(ready_url: str, tmp_path: Path) -> None:
    engine = store_engine(ready_url)
    store = Store(engine)
    write_company(tmp_path / "crm", 1, reps=1, deals=1)
    import_batch(store, open_source(tmp_path / "crm", load_mapping(MAPPING)), as_of=None, now=NOW)
    join_directory(store, [SlackMember("U1", "m0@example.test")], "T1", NOW)
    ensure_first_settings(store, load_settings(Path("config")), NOW)
    print(f"\nevents acked a second on {engine.dialect.name}, with and without the durable write")
    with serving("bot", ready_url) as port:
        await all_at_once(port, 4, 10, _message)
        await _worked_off(store)
        for connections, each in FLIGHTS.items():
            durable, bare, worked = [], [], []
            for _ in range(ROUNDS):
                bare.append(await all_at_once(port, connections, each, _echo))
                durable.append(await all_at_once(port, connections, each, _message))
                worked.append(connections * each / await _worked_off(store))
            ratio = statistics.median(d / b for d, b in zip(durable, bare, strict=True))
            print(
                f"  {connections:2} in flight: {statistics.median(durable):6.0f} durable, "
                f"{statistics.median(bare):6.0f} without: {ratio:.2f}×; "
                f"worked off afterwards: {statistics.median(worked):.0f}/s"
            )
        took = await burst(port, [_message() for _ in range(BURST)])
        print(
            f"  {BURST} within a second: p50 {statistics.median(took):.2f} s, slowest {max(took):.2f} s "
            f"(Slack waits 3 s); worked off {await _worked_off(store):.1f} s after the last"
        )
    engine.dispose()


async def _worked_off(store: Store) -> float:
    """Wait until no event is left, for the next round to have the machine; return the seconds it took."""
    began = time.perf_counter()
    while await asyncio.to_thread(_anything_waits, store):  # noqa: ASYNC110 - the store alone tells
        await asyncio.sleep(0.01)
    return time.perf_counter() - began


def _anything_waits(store: Store) -> bool:
    with store.reading() as uow:
        return uow.inbox.anything_waits()


def _message() -> bytes:
    return event_request("U1", recorded=True)


def _echo() -> bytes:
    return event_request("U1", recorded=False)


@pytest.mark.benchmark
def test_enqueue_ten_thousand(ready_url: str) -> None:
    engine = store_engine(ready_url)
    queue = DurableQueue(engine)
    before = _most_memory()
    began = time.perf_counter()
    for page in range(0, JOBS, PAGE):
        with engine.begin() as connection:
            for number in range(page, page + PAGE):
                queue.deliver(connection, f"dlv_{number}", Lane.DELIVERIES)
    took = time.perf_counter() - began
    grown = (_most_memory() - before) / 1024
    print(
        f"\nenqueue on {engine.dialect.name}: {JOBS:,} deliveries in pages of {PAGE} in {took:.1f} s, "
        f"{JOBS / took:,.0f}/s, {grown:.1f} MiB more at most"
    )
    engine.dispose()


def _most_memory() -> int:
    """Return the most memory this process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
