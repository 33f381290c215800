"""One tick at a time, and none that fails takes the others with it."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime

import pytest
import structlog
from structlog.testing import capture_logs

from bot.clock import DueInstant, Horizon
from bot.scheduler import Scheduler

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
AHEAD = Horizon(next_due=DueInstant(NOW, "a deadline"))


class Standing:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(autouse=True)
def _plain_log() -> None:
    structlog.reset_defaults()


async def test_it_wakes_with_the_clocks_moment_and_tells_what_lies_ahead() -> None:
    seen: list[datetime] = []

    def tick(now: datetime) -> Horizon:
        seen.append(now)
        return AHEAD

    assert await Scheduler(tick, Standing()).wake() == AHEAD
    assert seen == [NOW]


async def test_one_tick_at_a_time_and_never_in_the_event_loop() -> None:
    at_work, most, threads = 0, 0, set()

    def tick(_now: datetime) -> Horizon:
        nonlocal at_work, most
        threads.add(threading.current_thread())
        at_work += 1
        most = max(most, at_work)
        time.sleep(0.05)
        at_work -= 1
        return AHEAD

    scheduler = Scheduler(tick, Standing())
    await asyncio.gather(*(scheduler.wake() for _ in range(5)))

    assert most == 1
    assert threading.main_thread() not in threads


async def test_a_tick_that_fails_is_logged_with_a_reference_and_the_next_one_runs() -> None:
    outcomes = iter([ConnectionError("the database is away"), None])

    def tick(_now: datetime) -> Horizon:
        if error := next(outcomes):
            raise error
        return AHEAD

    scheduler = Scheduler(tick, Standing())
    with capture_logs() as logged:
        assert await scheduler.wake() == Horizon()
    assert await scheduler.wake() == AHEAD

    assert [entry["event"] for entry in logged] == ["tick_failed"]
    assert len(logged[0]["reference"]) == 9


async def test_started_it_wakes_by_itself_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.scheduler.WAKE_SECONDS", 0.05)
    ticks = 0

    def tick(_now: datetime) -> Horizon:
        nonlocal ticks
        ticks += 1
        return AHEAD

    scheduler = Scheduler(tick, Standing())
    scheduler.stop()  # not started: nothing to stop
    scheduler.start()
    await asyncio.sleep(0.4)
    scheduler.stop()
    await asyncio.sleep(0.1)
    counted = ticks
    await asyncio.sleep(0.2)

    assert counted >= 2
    assert ticks == counted


async def test_a_routine_that_fails_is_done_again_next_time() -> None:
    scheduler = Scheduler(lambda _now: AHEAD, Standing())
    done, twice = 0, asyncio.Event()

    async def work() -> None:
        nonlocal done
        done += 1
        if done == 2:
            twice.set()
        raise ConnectionError("Slack is away")

    with capture_logs() as logged:
        scheduler.every(1, work)
        scheduler.start()
        await asyncio.wait_for(twice.wait(), 5)
        scheduler.stop()

    assert {entry["event"] for entry in logged} == {"routine_failed"}
