"""What monitoring asks a process over HTTP, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import text

from bot.jobs.engine import JobEngine
from bot.jobs.protocols import TryAgain
from bot.jobs.queue import DurableQueue
from bot.metrics import Metrics
from bot.operations import Operations
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.services.status import read_figures
from bot.slack.connection import operators_app
from bot.slack.http_server import HttpServer
from bot.store.engine import store_engine
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, SUNDAY, set_up


class Slack:
    """A Slack that answers, or does not; it counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.up = True

    async def __call__(self) -> str:
        self.asked += 1
        if not self.up:
            raise ConnectionError
        return "T1"


@asynccontextmanager
async def served(store: Store, slack: Slack) -> AsyncIterator[tuple[httpx.AsyncClient, Metrics]]:
    metrics = Metrics(lambda: read_figures(store, MONDAY))
    app = operators_app(Operations(store, metrics, slack).routes())
    async with HttpServer(app, 0).running() as port, httpx.AsyncClient() as http:
        http.base_url = httpx.URL(f"http://127.0.0.1:{port}")
        yield http, metrics


@pytest.fixture
def ready(store: Store) -> Store:
    set_up(store)
    return store


async def test_a_whole_process_is_alive_and_ready_and_asks_slack_once(ready: Store) -> None:
    slack = Slack()
    async with served(ready, slack) as (http, _):
        assert (await http.get("/healthz")).status_code == 200
        await http.get("/readyz")
        answer = await http.get("/readyz")

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"ready": True, "database": "ok", "jobs": "ok", "slack": "ok"}
    assert slack.asked == 1


async def test_what_is_wrong_is_named_and_the_process_stays_alive(ready: Store) -> None:
    with ready.writing() as uow:
        uow.connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    slack = Slack()
    slack.up = False
    async with served(ready, slack) as (http, _):
        answer = await http.get("/readyz")
        assert (await http.get("/healthz")).status_code == 200

    assert answer.status_code == 503
    assert "drumbeat migrate" in answer.json()["database"]
    assert "ConnectionError" in answer.json()["slack"]


async def test_a_database_that_is_away_is_named_as_that() -> None:
    away = Store(store_engine("postgresql://127.0.0.1:9/x"))

    async with served(away, Slack()) as (http, _):
        answer = await http.get("/readyz")

    assert answer.json()["database"] == "does not answer (OperationalError)"


async def test_without_its_engine_a_process_that_carries_out_jobs_is_not_ready(
    ready: Store, store_url: str
) -> None:
    async def deliver(delivery_id: str, attempt: int) -> TryAgain | None:
        return None

    engine = JobEngine(store_url, "embedded", deliver, lambda _fire_id: False)
    slack, metrics = Slack(), Metrics(lambda: read_figures(ready, MONDAY))
    asked = Operations(ready, metrics, slack)
    asked.watch(lambda: engine.runs)
    async with HttpServer(operators_app(asked.routes()), 0).running() as port, httpx.AsyncClient() as http:
        address = f"http://127.0.0.1:{port}/readyz"
        before = await http.get(address)
        await engine.launch()
        meanwhile = await http.get(address)
        await engine.stop(0)
        after = await http.get(address)

    told = [one.json()["jobs"] for one in (before, meanwhile, after)]
    assert [one if one == "ok" else one.rpartition(": ")[2] for one in told] == [
        "its engine does not run",
        "ok",
        "its engine does not run",
    ]
    assert (before.status_code, after.status_code) == (503, 503)


async def test_the_figures_are_those_of_the_database_now(ready: Store) -> None:
    with ready.writing() as uow:
        tell(
            uow,
            DurableQueue(ready.engine),
            kind=NoticeKind.HINT,
            person_id="mia",
            subject=Subject("person", "mia"),
            reason="a test",
            cause="d1",
            urgency=Urgency.DIRECT,
            now=SUNDAY,
        )
    async with served(ready, Slack()) as (http, metrics):
        with metrics.ack("command"):
            pass
        metrics.job_failed("deliver")
        told = (await http.get("/metrics")).text

    age = (MONDAY - SUNDAY).total_seconds()
    for line in (
        'drumbeat_deliveries{state="queued"} 1.0',
        'drumbeat_queue_depth{lane="interactive"} 1.0',
        'drumbeat_queue_depth{lane="deliveries"} 0.0',
        f"drumbeat_oldest_unsent_seconds {age}",
        'drumbeat_ack_seconds_count{kind="command"} 1.0',
        'drumbeat_job_failures_total{kind="deliver"} 1.0',
        "drumbeat_fires_missed 0.0",
    ):
        assert line in told.splitlines(), told
