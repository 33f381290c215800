"""On SQLite DBOS takes from a queue only where a job waits, and finds it at the next poll."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dbos import DBOS

from bot.jobs import quiet_polls
from bot.jobs.protocols import Lane
from bot.jobs.quiet_polls import QuietPolls
from bot.store.engine import store_url as parsed
from tests.integration.jobs.conftest import Workshop

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@dataclass
class Polled:
    """What a poller of DBOS asks, and for which queues the tables were asked how they are polled."""

    asked: list[str] = field(default_factory=list)
    scopes: Callable[[str], list[None]] = lambda _queue: [None]
    queue: Callable[[str], Any] = lambda _queue: None


@pytest.fixture
def polled(workshop: Workshop) -> Iterator[Polled]:
    made = Polled()

    def get_queue(name: str) -> str:
        made.asked.append(name)
        return name

    database = SimpleNamespace(get_queue=get_queue)
    polls = QuietPolls(parsed(workshop.url))
    polls.watch(cast("DBOS", SimpleNamespace(_sys_db=database)))
    made.scopes, made.queue = database.dequeue_scopes, database.get_queue
    yield made
    polls.close()


def test_an_empty_queue_is_read_at_first_and_after_a_while(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_polls, "LONGEST", 0.05)
    assert [polled.scopes("deliveries") for _ in range(3)] == [[None], [], []]
    time.sleep(0.06)
    assert polled.scopes("deliveries") == [None]


def test_a_queue_is_read_as_long_as_a_job_waits_in_it(polled: Polled, workshop: Workshop) -> None:
    lanes = (Lane.DELIVERIES, Lane.EXPANSIONS)
    assert [polled.scopes(lane) for lane in lanes] == [[None], [None]]
    with workshop.store.writing() as uow:
        workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
        assert polled.scopes(Lane.DELIVERIES) == [], "not committed yet"
    assert [polled.scopes(lane) for lane in (*lanes, *lanes)] == [[None], [], [None], []]


def test_how_a_queue_is_polled_is_asked_once_a_second(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [polled.queue("a"), polled.queue("a"), polled.queue("b")] == ["a", "a", "b"]
    assert polled.asked == ["a", "b"]
    monkeypatch.setattr(quiet_polls, "LONGEST", 0.0)
    polled.queue("a")
    assert polled.asked == ["a", "b", "a"]


async def test_the_pollers_of_this_dbos_ask_here(workshop: Workshop) -> None:
    async with workshop.running() as engine:
        await asyncio.sleep(2)  # DBOS looks for new queues once a second
        assert engine._polls is not None
        assert set(Lane) <= set(engine._polls._read)
        assert set(Lane) <= set(engine._polls._queues)
