"""DBOS takes from a queue only where a job waits, and finds it at the next poll."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dbos import DBOS
from sqlalchemy import text

from bot.jobs import quiet_polls
from bot.jobs.protocols import Lane
from bot.jobs.quiet_polls import QuietPolls
from bot.store.engine import store_url as parsed
from tests.integration.jobs.conftest import Workshop

# Everybody else's connection to this database.
CUT_OFF = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass
class Polled:
    """What a poller of DBOS asks, and for which queues the tables were asked how they are polled."""

    asked: list[str] = field(default_factory=list)
    scopes: Callable[[str], list[None]] = lambda _queue: [None]
    queue: Callable[[str], Any] = lambda _queue: None
    break_line: Callable[[], None] = lambda: None


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
    # The driver's connection is closed behind its back, as by a server that goes away.
    made.break_line = partial(_break, polls)
    yield made
    polls.close()


def _break(polls: QuietPolls) -> None:
    driver: Any = polls._connection and polls._connection.driver_connection
    driver.close()


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


def test_where_it_cannot_look_dbos_asks_by_itself_until_it_can_again(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_polls, "BLIND", 0.05)
    assert [polled.scopes("deliveries") for _ in range(2)] == [[None], []]
    polled.break_line()
    assert [polled.scopes("deliveries") for _ in range(2)] == [[None], [None]]
    time.sleep(0.06)
    assert polled.scopes("deliveries") == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_line_that_was_cut_is_opened_anew(
    polled: Polled, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_polls, "BLIND", 0.0)
    assert [polled.scopes("deliveries") for _ in range(2)] == [[None], []]
    with workshop.store.writing() as uow:
        uow.connection.execute(CUT_OFF)
    assert [polled.scopes("deliveries") for _ in range(2)] == [[None], []]


async def test_the_pollers_of_this_dbos_ask_here(workshop: Workshop) -> None:
    async with workshop.running() as engine:
        await asyncio.sleep(2)  # DBOS looks for new queues once a second
        assert set(Lane) <= set(engine._polls._read)
        assert set(Lane) <= set(engine._polls._queues)
