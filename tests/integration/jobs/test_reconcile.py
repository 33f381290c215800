"""What is recorded as owed is carried out though its job is gone, and not twice while its job is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text

from bot.jobs import slots
from bot.services.notifying import Mode, NoticeKind, Subject, Urgency, tell
from bot.services.reconcile import PAGE, reconcile
from bot.store.unit_of_work import UnitOfWork
from tests.integration.jobs.conftest import Workshop
from tests.integration.services.company import MONDAY, set_up


def say(workshop: Workshop, *delivery_ids: str, mode: Mode = Mode.POST) -> None:
    with workshop.store.writing() as uow:
        for delivery_id in delivery_ids:
            tell(
                uow,
                workshop.queue,
                kind=NoticeKind.HINT,
                person_id="mia",
                subject=Subject("person", "mia"),
                reason="a test",
                cause=delivery_id,
                urgency=Urgency.DIRECT,
                now=MONDAY,
                mode=mode,
            )


def jobs_table(connection: Connection) -> str:
    return "workflow_status" if connection.dialect.name == "sqlite" else "dbos.workflow_status"


def lose_jobs(uow: UnitOfWork) -> None:
    uow.connection.execute(text(f"DELETE FROM {jobs_table(uow.connection)}"))


def of_version(uow: UnitOfWork, version: str) -> None:
    update = text(f"UPDATE {jobs_table(uow.connection)} SET application_version = :version")
    uow.connection.execute(update, {"version": version})


@contextmanager
def alive(workshop: Workshop, version: str) -> Iterator[None]:
    """Stand for a process that carries out jobs of this version."""
    lock = text("SELECT pg_advisory_lock_shared(:kind, :key)")
    with workshop.store.engine.connect() as connection:
        connection.execute(lock, {"kind": slots._VERSION, "key": slots._signed(version)})
        yield
        # The lock falls with its session, which the pool would keep.
        connection.invalidate()


@pytest.fixture
def company(workshop: Workshop) -> Workshop:
    set_up(workshop.store)
    return workshop


async def carried_out(workshop: Workshop) -> list[str]:
    async with workshop.running() as engine:
        assert await engine.drain(20)
    return sorted(delivery_id for delivery_id, _ in workshop.sent)


async def test_a_delivery_and_a_fire_whose_jobs_are_lost_are_carried_out(company: Workshop) -> None:
    say(company, "dlv_1", "dlv_2")
    with company.store.writing() as uow:
        fire = uow.fires.record(
            "health_check",
            "Europe/Berlin",
            MONDAY.date(),
            starts_at=MONDAY,
            due_at=MONDAY,
            now=MONDAY,
            late=False,
        )
        uow.notices.mark_failed("dlv_2", "Slack was away", dead=False)
        lose_jobs(uow)
    assert fire is not None

    assert await asyncio.to_thread(reconcile, company.store, company.queue) == 3

    assert await carried_out(company) == ["dlv_1", "dlv_2"]
    assert company.pages == [fire.id]


async def test_what_has_a_job_or_is_settled_is_left_alone(company: Workshop) -> None:
    say(company, "dlv_waits", "dlv_sent", "dlv_dead", "dlv_superseded")
    with company.store.writing() as uow:
        uow.notices.mark_sent("dlv_sent", "D1", "1.0", "", MONDAY)
        uow.notices.mark_failed("dlv_dead", "user_disabled", dead=True)
        uow.notices.mark_superseded("dlv_superseded")

    assert await asyncio.to_thread(reconcile, company.store, company.queue) == 0
    with company.store.writing() as uow:
        lose_jobs(uow)
    assert await asyncio.to_thread(reconcile, company.store, company.queue) == 1
    assert await asyncio.to_thread(reconcile, company.store, company.queue) == 0, "its new job is known"

    assert await carried_out(company) == ["dlv_waits"]


async def test_a_deploy_with_a_new_version_strands_nothing(company: Workshop) -> None:
    say(company, "dlv_1")
    with company.store.writing() as uow:
        of_version(uow, "0")

    assert await asyncio.to_thread(reconcile, company.store, company.queue) == 1

    assert await carried_out(company) == ["dlv_1"]


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_a_version_that_still_runs_keeps_its_jobs(company: Workshop) -> None:
    say(company, "dlv_1")
    with company.store.writing() as uow:
        of_version(uow, "0")

    with alive(company, "0"):
        assert await asyncio.to_thread(reconcile, company.store, company.queue) == 0
    assert await asyncio.to_thread(reconcile, company.store, company.queue) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_several_processes_at_once_ask_once(company: Workshop) -> None:
    wanted = [f"dlv_{number:03}" for number in range(PAGE + 20)]
    say(company, *wanted)
    with company.store.writing() as uow:
        lose_jobs(uow)

    counts = await asyncio.gather(
        *(asyncio.to_thread(reconcile, company.store, company.queue) for _ in range(4))
    )

    assert sum(counts) == len(wanted)
    with company.store.reading() as uow:
        assert uow.connection.scalar(text("SELECT count(*) FROM dbos.workflow_status")) == len(wanted)
