"""Each figure that an operator watches moves when what it counts happens, and not otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.jobs.protocols import Lane, TryAgain
from bot.jobs.queue import DurableQueue
from bot.metrics import Metrics
from bot.operations import Operations, counted, noted
from bot.services.cadence_fires import record_due_fires
from bot.services.presence import message_received
from bot.services.status import read_figures
from bot.slack.connection import team_id
from bot.slack.messenger import Messenger
from tests.integration.services.company import MONDAY
from tests.integration.slack.conftest import Office
from tests.integration.slack.signed import Line, event, listening

HOUR = timedelta(hours=1)


@dataclass
class Watched:
    """The company's office, its metrics as they are served, and a line to its endpoint."""

    office: Office
    metrics: Metrics
    line: Line

    async def figure(self, name: str) -> float:
        """What `/metrics` says of one line, named with its labels."""
        told = (await self.line.http.get(f"http://127.0.0.1:{self.line.port}/metrics")).text
        found = [one for one in told.splitlines() if one.startswith(f"drumbeat_{name} ")]
        assert len(found) == 1, f"{name} in\n{told}"
        return float(found[0].rpartition(" ")[2])

    async def failed(self) -> float:
        return await self.figure('job_failures_total{kind="deliver"}')

    async def hint(self, user: str, key: str) -> TryAgain | None:
        """Somebody writes to the bot; its reply is sent once."""
        message_received(self.office.store, self.office.jobs, user, key, MONDAY)
        return await noted(self.office.messenger, self.metrics)(self.office.take(), 1)


@pytest.fixture
async def watched(office: Office) -> AsyncIterator[Watched]:
    metrics = Metrics(lambda: read_figures(office.store, office.clock.now()))
    office.messenger = Messenger(
        office.store, office.client, office.clock, on_failure=lambda: metrics.job_failed("deliver")
    )
    asked = Operations(office.store, metrics, lambda: team_id(office.client))
    async with listening(office, metrics, asked.routes()) as line:
        yield Watched(office, metrics, line)


async def test_messages_are_counted_by_state_with_the_age_of_the_oldest(watched: Watched) -> None:
    office = watched.office
    assert await watched.figure('deliveries{state="queued"}') == 1
    assert await watched.figure('deliveries{state="dead"}') == 0
    office.clock.at = MONDAY + HOUR
    assert await watched.figure("oldest_unsent_seconds") == 3600

    await office.work_off()

    assert await watched.figure('deliveries{state="queued"}') == 0
    assert await watched.figure('deliveries{state="sent"}') == 1
    assert await watched.figure("oldest_unsent_seconds") == 0


async def test_a_pause_that_slack_asks_for_is_no_failure_and_an_error_is(watched: Watched) -> None:
    office = watched.office
    await office.work_off()
    assert await watched.failed() == 0

    await office.slack.fault(kind="rate_limit", method="chat.postMessage", times=1)
    refused = await watched.hint("UVIC", "Ev1")
    assert refused is not None
    assert refused.refused
    assert await watched.failed() == 0

    await office.slack.fault(kind="server_error", method="chat.postMessage", times=1)
    assert await watched.hint("UVIC", "Ev2") is not None
    assert await watched.failed() == 1
    assert await watched.figure('deliveries{state="failed"}') == 2

    with office.store.writing() as uow:
        uow.connection.execute(text("UPDATE people SET slack_user_id = 'UNOBODY' WHERE id = 'vic'"))
    assert await watched.hint("UNOBODY", "Ev3") is None
    assert await watched.figure('deliveries{state="dead"}') == 1
    assert await watched.failed() == 2, "what is given up at once has failed too"


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_nobody_foresaw_is_a_failure(watched: Watched) -> None:
    async def breaks(delivery_id: str, attempt: int) -> TryAgain | None:
        raise RuntimeError(delivery_id, attempt)

    def breaks_too(fire_id: str) -> bool:
        raise RuntimeError(fire_id)

    with pytest.raises(RuntimeError):
        await noted(breaks, watched.metrics)("dlv_1", 1)
    with pytest.raises(RuntimeError):
        counted(breaks_too, watched.metrics)("fire_1")

    assert await watched.failed() == 1
    assert await watched.figure('job_failures_total{kind="expand"}') == 1


async def test_jobs_are_counted_while_they_wait_and_when_they_ended_in_an_error(watched: Watched) -> None:
    store = watched.office.store
    queue = DurableQueue(store.engine)
    with store.writing() as uow:
        queue.deliver(uow.connection, "dlv_1", Lane.INTERACTIVE)
        queue.deliver(uow.connection, "dlv_2", Lane.INTERACTIVE)
    assert await watched.figure('queue_depth{lane="interactive"}') == 2
    assert await watched.figure('queue_depth{lane="expansions"}') == 0
    assert await watched.figure("jobs_failed") == 0

    table = "workflow_status" if store.engine.dialect.name == "sqlite" else "dbos.workflow_status"
    with store.writing() as uow:
        uow.connection.execute(
            text(f"UPDATE {table} SET status = 'ERROR' WHERE workflow_uuid = 'deliver:dlv_2'")
        )
    assert await watched.figure('queue_depth{lane="interactive"}') == 1
    assert await watched.figure("jobs_failed") == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_acks_are_timed_to_either_side_of_slacks_three_seconds(watched: Watched) -> None:
    answer = await watched.line.send(event("app_home_opened", "Ev1", tab="home"), json_body=True)
    assert answer.status_code == 200

    kind = 'kind="event_callback"'
    assert await watched.figure(f"ack_seconds_count{{{kind}}}") == 1
    for edge in ("2.5", "3.0", "5.0"):
        assert await watched.figure(f'ack_seconds_bucket{{{kind},le="{edge}"}}') == 1
    assert 0 < await watched.figure(f"ack_seconds_sum{{{kind}}}") < 3


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_cadence_is_missed_that_came_due_while_nothing_ran(watched: Watched) -> None:
    office = watched.office
    assert await watched.figure("fires_missed") == 0

    # New York's nine o'clock, of which nobody hears before eleven.
    recorded = await asyncio.to_thread(record_due_fires, office.store, office.jobs, MONDAY + 8 * HOUR)

    assert recorded
    assert await watched.figure("fires_missed") == len(recorded)
