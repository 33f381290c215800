"""Wakes the tick: APScheduler by the minute, and whoever knows that time has moved; one tick at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock, Horizon
from bot.errors import reference_id

log = structlog.get_logger()

# What is due is decided by our own tables, so waking often costs a few reads and waking late costs seconds.
WAKE_SECONDS = 15

Tick = Callable[[datetime], Horizon]


class Scheduler:
    """Drives `tick(now)`; it holds no schedule of its own, since two processes may run one each."""

    def __init__(self, tick: Tick, clock: Clock) -> None:
        self._tick = tick
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._waker = AsyncIOScheduler(timezone="UTC")
        self.finishing = False

    def start(self) -> None:
        """Wake the tick now and then every few seconds, until stopped; a slow tick is not overtaken."""
        self._waker.add_job(
            self.wake, IntervalTrigger(seconds=WAKE_SECONDS), id="tick", max_instances=1, coalesce=True
        )
        self._waker.start()

    def every(self, seconds: int, work: Callable[[], Awaitable[None]]) -> None:
        """Do this now and then, apart from the tick; a failure is logged, and it is done again next time."""

        async def guarded() -> None:
            try:
                await work()
            except Exception:
                log.exception("routine_failed", reference=reference_id())

        self._waker.add_job(guarded, IntervalTrigger(seconds=seconds), max_instances=1, coalesce=True)

    async def finish(self) -> None:
        """Wake no more, and wait for the tick in hand: cut short, it would end in a stack trace."""
        self.finishing = True
        if self._waker.running:
            self._waker.pause()
        async with self._one_at_a_time:
            return

    def stop(self) -> None:
        """Wake no more."""
        if self._waker.running:
            self._waker.shutdown(wait=False)

    async def wake(self) -> Horizon:
        """Carry out what is due at this moment and tell what lies ahead; a failure is logged, not raised."""
        async with self._one_at_a_time:
            try:
                return await asyncio.to_thread(self._tick, self._clock.now())
            except Exception:
                log.exception("tick_failed", reference=reference_id())
                return Horizon()
