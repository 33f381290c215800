"""Jobs that are over are forgotten after their time; what they did is not done again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text

from bot.jobs.finished import FinishedJobs
from bot.jobs.protocols import Lane, TryAgain
from bot.jobs.queue import next_attempt_id
from tests.integration.jobs.conftest import Workshop

WEEK = timedelta(days=7)


def jobs(workshop: Workshop) -> dict[str, str]:
    schema = "" if workshop.store.engine.dialect.name == "sqlite" else "dbos."
    with workshop.store.reading() as uow:
        found = uow.connection.execute(text(f"SELECT workflow_uuid, status FROM {schema}workflow_status"))
        return {row[0]: row[1] for row in found}


def leftovers(workshop: Workshop) -> int:
    """Count what the steps of jobs left, whichever job it was."""
    schema = "" if workshop.store.engine.dialect.name == "sqlite" else "dbos."
    tables = ("operation_outputs", "workflow_input", "workflow_output")
    with workshop.store.reading() as uow:
        counts = [uow.connection.scalar(text(f"SELECT count(*) FROM {schema}{name}")) for name in tables]
    return sum(count or 0 for count in counts)


async def test_what_is_over_goes_after_its_time_and_what_waits_stays(workshop: Workshop) -> None:
    async def send(delivery_id: str, _attempt: int) -> TryAgain | None:
        return TryAgain(3600) if delivery_id == "dlv_waits" else None

    async with workshop.running(send) as engine:
        with workshop.store.writing() as uow:
            for name in ("dlv_1", "dlv_2", "dlv_3"):
                workshop.queue.deliver(uow.connection, name, Lane.DELIVERIES)
            workshop.queue.expand(uow.connection, "fire_1")
        assert await engine.drain(10)
        with workshop.store.writing() as uow:
            workshop.queue.deliver(uow.connection, "dlv_waits", Lane.DELIVERIES)
        async with asyncio.timeout(20):
            while jobs(workshop)["deliver:dlv_waits"] != "SUCCESS":  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.05)
    finished = FinishedJobs(workshop.store.engine)
    with workshop.store.reading() as uow:
        now = uow.paces.now() + timedelta(seconds=1)

    assert finished.forget_before(now - WEEK, at_most=100) == 0
    assert finished.forget_before(now, at_most=3) == 3
    assert finished.forget_before(now, at_most=3) == 2, "the last one, and a first attempt"
    assert finished.forget_before(now, at_most=3) == 0

    left = jobs(workshop)
    assert left == {next_attempt_id("deliver:dlv_waits", 2): "DELAYED"}
    assert leftovers(workshop) <= 1, "its own input"
