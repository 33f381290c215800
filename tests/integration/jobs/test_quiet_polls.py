"""DBOS takes from a queue only where a job waits, and finds it at the next poll."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
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
class Tables:
    """DBOS's own tables as its threads ask them, without what stands between; notes each question."""

    asked: list[str] = field(default_factory=list)

    def get_queue(self, name: str) -> str:
        self.asked.append(name)
        return name

    def transition_delayed_workflows(self) -> None:
        self.asked.append("delayed")

    def cancel_timed_out_workflows(self, limit: int) -> list[str]:
        self.asked.append(f"{limit} deadlines")
        return ["late"]

    def dequeue_scopes(self, queue: str) -> list[None]:
        raise AssertionError(f"asked for {queue} itself")


@dataclass
class Polled:
    """What the threads of DBOS ask, as it is answered."""

    tables: Tables
    polls: QuietPolls

    def scopes(self, queue: str) -> list[None]:
        return self.tables.dequeue_scopes(queue)

    def break_line(self) -> None:
        """Close the connection behind its back, as a server does that goes away."""
        driver: Any = self.polls._connection and self.polls._connection.driver_connection
        driver.close()


@pytest.fixture
def polled(workshop: Workshop) -> Iterator[Polled]:
    made = Polled(Tables(), QuietPolls(parsed(workshop.url)))
    made.polls.watch(cast("DBOS", SimpleNamespace(_sys_db=made.tables)))
    yield made
    made.polls.close()


def test_an_empty_queue_is_read_at_first_and_after_a_while(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_polls, "LONGEST", 60.0)
    assert [polled.scopes("deliveries") for _ in range(3)] == [[None], [], []]
    monkeypatch.setattr(quiet_polls, "LONGEST", 0.0)
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
    assert [polled.tables.get_queue("a"), polled.tables.get_queue("a"), polled.tables.get_queue("b")] == [
        "a",
        "a",
        "b",
    ]
    assert polled.tables.asked == ["a", "b"]
    monkeypatch.setattr(quiet_polls, "LONGEST", 0.0)
    polled.tables.get_queue("a")
    assert polled.tables.asked == ["a", "b", "a"]


def test_where_it_cannot_look_dbos_asks_by_itself_until_it_can_again(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_polls, "BLIND", 60.0)
    assert [polled.scopes("deliveries") for _ in range(2)] == [[None], []]
    polled.break_line()
    assert [polled.scopes("deliveries") for _ in range(2)] == [[None], [None]]
    monkeypatch.setattr(quiet_polls, "BLIND", 0.0)
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


def test_what_is_to_be_tried_again_is_moved_on_once_its_time_has_come(
    polled: Polled, workshop: Workshop
) -> None:
    with workshop.store.writing() as uow:
        workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
    in_a_while, long_ago = int(time.time() * 1000) + 60_000, 1_000
    for due in (in_a_while, long_ago):
        with workshop.store.writing() as uow:
            table = "workflow_status" if uow.connection.dialect.name == "sqlite" else "dbos.workflow_status"
            delay = text(f"UPDATE {table} SET status = 'DELAYED', delay_until_epoch_ms = :due")
            uow.connection.execute(delay, {"due": due})
        polled.tables.transition_delayed_workflows()
        assert polled.tables.asked == (["delayed"] if due == long_ago else [])


def test_deadlines_are_looked_after_once_in_a_while(polled: Polled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet_polls, "LONGEST", 60.0)
    assert [polled.tables.cancel_timed_out_workflows(10) for _ in range(2)] == [["late"], []]
    monkeypatch.setattr(quiet_polls, "LONGEST", 0.0)
    assert polled.tables.cancel_timed_out_workflows(10) == ["late"]
    assert polled.tables.asked == ["10 deadlines", "10 deadlines"]


async def test_the_pollers_of_this_dbos_ask_here(workshop: Workshop) -> None:
    async with workshop.running() as engine:
        await asyncio.sleep(2)  # DBOS looks for new queues once a second
        assert set(Lane) <= set(engine._polls._read)
        assert set(Lane) <= set(engine._polls._queues)
