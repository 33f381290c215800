"""What was recorded is carried out: not before its commit, not twice, and also after a restart."""

from __future__ import annotations

import asyncio
import time
from threading import Event

import pytest

from bot.jobs.engine import WORKERS
from bot.jobs.leftovers import job_exists_for
from bot.jobs.protocols import Lane, TryAgain
from bot.jobs.queue import AGAIN, next_attempt_id
from bot.services.fire_now import FireNow, fire_now
from tests.integration.jobs.conftest import Workshop
from tests.integration.services.company import MONDAY, set_up

ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])


class ChangedMyMindError(Exception):
    """Rolls a transaction back."""


def ask_and_roll_back(workshop: Workshop) -> None:
    with workshop.store.writing() as uow:
        workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
        workshop.queue.expand(uow.connection, "fire_1")
        raise ChangedMyMindError


async def test_a_job_is_carried_out_once_its_transaction_is_committed(workshop: Workshop) -> None:
    async with workshop.running() as engine:
        with workshop.store.writing() as uow:
            workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
            workshop.queue.deliver(uow.connection, "dlv_2", Lane.INTERACTIVE)
        assert await engine.drain(10)

    assert sorted(workshop.sent) == [("dlv_1", 1), ("dlv_2", 1)]


async def test_what_is_rolled_back_is_never_carried_out(workshop: Workshop) -> None:
    async with workshop.running() as engine:
        with pytest.raises(ChangedMyMindError):
            ask_and_roll_back(workshop)
        assert not await engine.has_unfinished()
        await asyncio.sleep(0.3)

    assert (workshop.sent, workshop.pages) == ([], [])


@ON_ONE
async def test_a_dry_run_leaves_no_job(workshop: Workshop) -> None:
    set_up(workshop.store)
    command = FireNow("health_check", MONDAY, None, dry_run=True)
    async with workshop.running() as engine:
        opened = await asyncio.to_thread(fire_now, workshop.store, workshop.queue, command)
        assert len(opened) == 2
        assert not await engine.has_unfinished()


async def test_asked_for_twice_it_is_one_job(workshop: Workshop) -> None:
    async with workshop.running() as engine:
        for _ in range(3):
            with workshop.store.writing() as uow:
                workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
                workshop.queue.expand(uow.connection, "fire_1")
        assert await engine.drain(10)

    assert (workshop.sent, workshop.pages) == ([("dlv_1", 1)], ["fire_1"])


@ON_ONE
async def test_it_is_tried_again_after_the_wait_that_was_asked_for(workshop: Workshop) -> None:
    async def send(_delivery_id: str, attempt: int) -> TryAgain | None:
        return TryAgain(0.1) if attempt < 3 else None

    async with workshop.running(send) as engine:
        with workshop.store.writing() as uow:
            workshop.queue.deliver(uow.connection, "dlv_1", Lane.INTERACTIVE)
        assert await engine.drain(10)

    assert [attempt for _, attempt in workshop.sent] == [1, 2, 3]


@ON_ONE
async def test_a_fire_is_expanded_page_by_page(workshop: Workshop) -> None:
    left = iter([True, True, False])

    async with workshop.running(expand=lambda _fire_id: next(left)) as engine:
        with workshop.store.writing() as uow:
            workshop.queue.expand(uow.connection, "fire_1")
        assert await engine.drain(10)

    assert workshop.pages == ["fire_1"] * 3


@ON_ONE
async def test_what_was_asked_for_while_nothing_ran_is_carried_out_at_the_start(workshop: Workshop) -> None:
    with workshop.store.writing() as uow:
        workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)

    async with workshop.running() as engine:
        assert await engine.drain(10)

    assert workshop.sent == [("dlv_1", 1)]


async def test_a_new_start_takes_up_what_was_in_hand_and_leaves_what_was_done(workshop: Workshop) -> None:
    stuck = asyncio.Event()

    async def hang(delivery_id: str, _attempt: int) -> TryAgain | None:
        if delivery_id == "dlv_hangs":
            stuck.set()
            await asyncio.sleep(3600)
        return None

    async with workshop.running(hang):
        with workshop.store.writing() as uow:
            workshop.queue.deliver(uow.connection, "dlv_done", Lane.DELIVERIES)
            workshop.queue.deliver(uow.connection, "dlv_hangs", Lane.DELIVERIES)
        await asyncio.wait_for(stuck.wait(), 10)
        await asyncio.sleep(0.3)
    workshop.sent.clear()

    async with workshop.running() as engine:
        assert await engine.drain(15)

    assert {delivery_id for delivery_id, _ in workshop.sent} == {"dlv_hangs"}


@ON_ONE
async def test_a_stop_leaves_nothing_behind_that_waits_or_works(workshop: Workshop) -> None:
    before = asyncio.all_tasks()
    hangs, works = asyncio.Event(), Event()

    async def hang(_delivery_id: str, _attempt: int) -> TryAgain | None:
        hangs.set()
        await asyncio.sleep(3600)
        return None

    def work(fire_id: str) -> bool:
        works.set()
        time.sleep(1)
        ended.append(fire_id)
        return False

    ended: list[str] = []
    async with workshop.running(hang, work) as engine:
        with workshop.store.writing() as uow:
            workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
            workshop.queue.expand(uow.connection, "fire_1")
        await asyncio.wait_for(hangs.wait(), 10)
        assert await asyncio.to_thread(works.wait, 10)
        await engine.stop(0)  # and once more at the end of the block, which does nothing

    assert ended == ["fire_1"]
    assert asyncio.all_tasks() == before


@ON_ONE
async def test_draining_gives_up_at_its_limit(workshop: Workshop) -> None:
    async def wait(_delivery_id: str, attempt: int) -> TryAgain | None:
        return TryAgain(0.6) if attempt == 1 else None

    async with workshop.running(wait) as engine:
        with workshop.store.writing() as uow:
            workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
        assert await engine.drain(0.2) is False
        assert await engine.drain(10) is True


@ON_ONE
async def test_a_click_does_not_wait_behind_a_mondays_fan_out(workshop: Workshop) -> None:
    async def slowly(delivery_id: str, _attempt: int) -> TryAgain | None:
        await asyncio.sleep(0.2 if delivery_id.startswith("slow") else 0)
        return None

    async with workshop.running(slowly) as engine:
        with workshop.store.writing() as uow:
            for number in range(16):
                workshop.queue.deliver(uow.connection, f"slow_{number}", Lane.DELIVERIES)
                workshop.queue.deliver(uow.connection, f"slow_refresh_{number}", Lane.REFRESHES)
            workshop.queue.deliver(uow.connection, "click", Lane.INTERACTIVE)
        assert await engine.drain(20)

    order = [delivery_id for delivery_id, _ in workshop.sent]
    assert order.index("click") < len(order) - 1


async def test_what_fails_again_and_again_holds_up_nobody_else(workshop: Workshop) -> None:
    async def send(delivery_id: str, _attempt: int) -> TryAgain | None:
        return TryAgain(300.0) if delivery_id.startswith("bad") else None

    def expand(fire_id: str) -> bool:
        if fire_id == "bad_fire":
            raise ValueError("it always fails")
        return False

    async with workshop.running(send, expand):
        with workshop.store.writing() as uow:
            workshop.queue.expand(uow.connection, "bad_fire")
            for number in range(WORKERS[Lane.DELIVERIES] + 2):
                workshop.queue.deliver(uow.connection, f"bad_{number}", Lane.DELIVERIES)
            workshop.queue.deliver(uow.connection, "good", Lane.DELIVERIES)
            workshop.queue.expand(uow.connection, "good_fire")
        deadline = time.monotonic() + 20
        while ("good", 1) not in workshop.sent or "good_fire" not in workshop.pages:
            await asyncio.sleep(0.05)
            assert time.monotonic() < deadline, (workshop.sent, workshop.pages)

        with workshop.store.writing() as uow:
            known = job_exists_for(uow.connection)
        assert {purpose for purpose in known if "bad" in purpose} == {
            "expand:bad_fire",
            *(f"deliver:bad_{number}" for number in range(WORKERS[Lane.DELIVERIES] + 2)),
        }


def test_each_attempt_has_an_id_of_its_own_for_the_same_purpose() -> None:
    first = next_attempt_id("deliver:dlv_1.5", 2)
    again = next_attempt_id(f"deliver:dlv_1.5{AGAIN}_x", 2)

    ids = [first, next_attempt_id(first, 3), again, next_attempt_id(again, 3)]

    assert len(set(ids)) == 4
    assert {one.partition(AGAIN)[0] for one in ids} == {"deliver:dlv_1.5"}
    assert len(next_attempt_id(again, 3)) == len(again)


@ON_ONE
async def test_a_failure_that_nobody_foresaw_is_tried_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.engine.LONGEST_PAUSE", 0.1)
    failing = iter([True, True, False, False])

    def expand(_fire_id: str) -> bool:
        if next(failing):
            raise ConnectionError("the database is away")
        return False

    async def send(_delivery_id: str, attempt: int) -> TryAgain | None:
        if attempt == 1:
            raise ConnectionError("the database is away")
        return None

    async with workshop.running(send, expand) as engine:
        with workshop.store.writing() as uow:
            workshop.queue.expand(uow.connection, "fire_1")
            workshop.queue.deliver(uow.connection, "dlv_1", Lane.DELIVERIES)
        assert await engine.drain(10)

    assert workshop.pages == ["fire_1"] * 3
    assert workshop.sent == [("dlv_1", 1), ("dlv_1", 2)]
