"""Events are kept as they came, acked, and worked off afterwards, one by one in the order they arrived.

To work off an event takes far longer than to keep it. So one writer commits all that wait in one insert, and
what is asked of us within three seconds goes before what is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import reference_id
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.events import concerns_us, event_key, sender_of, take_event
from bot.slack.strangers import greet_stranger
from bot.store.handling import AlreadyHandledError, Inbound
from bot.store.repositories.inbox import KeptEvent

log = structlog.get_logger()

KIND = "event"
# While more keeps coming, what was kept waits this long after the last ack, and so long at most.
CALM_SECONDS = 0.02
MOST_SECONDS = 1.0
# What another process left, or what failed, is taken up so long after it came.
LEFT_SECONDS = 10.0
# Each further attempt waits three times as long: the last comes after four and a half minutes.
LONGER = 3
A_PAGE = 1000
POLL_SECONDS = 0.02
_NANOSECONDS = 1_000_000_000


class EventInbox:
    """One process's part in it: it keeps what comes to it, and works that off, and what others left."""

    def __init__(
        self,
        desk: Desk,
        client: AsyncWebClient,
        clock: Clock,
        repeated: Callable[[str], None] = lambda _kind: None,
    ) -> None:
        self._desk = desk
        self._client = client
        self._clock = clock
        self._repeated = repeated
        self._coming: list[tuple[KeptEvent, asyncio.Future[None]]] = []
        self._came = asyncio.Event()
        self._unacked = 0
        self._acked_at = 0.0
        self._waiting: deque[KeptEvent] = deque()
        self._more = asyncio.Event()
        self._at_work = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep and work off events while the block runs; what is in hand at its end is finished."""
        keeping = asyncio.create_task(self._keep_all())
        working = asyncio.create_task(self._work_off(time.time_ns()))
        try:
            yield
        finally:
            for task in (keeping, working):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def keep(self, body: Mapping[str, Any]) -> None:
        """Return once the event is kept, with others in one commit; raise what hindered that.

        One that means nothing to us is let go at once.
        """
        event = body["event"]
        if not concerns_us(event):
            return
        kept = KeptEvent(event_key(body), event, sender_of(event), self._clock.now(), time.time_ns())
        done = asyncio.get_running_loop().create_future()
        self._coming.append((kept, done))
        self._came.set()
        self._unacked += 1
        try:
            await done
        finally:
            self._unacked -= 1
            self._acked_at = time.monotonic()

    async def settled(self, seconds: float) -> bool:
        """Wait until nothing is left to be worked off, by any process; False when that took too long."""
        until = time.monotonic() + seconds
        while self._has_any or await asyncio.to_thread(self._anything_waits):
            if time.monotonic() > until:
                return False
            await asyncio.sleep(POLL_SECONDS)
        return True

    @property
    def _has_any(self) -> bool:
        return bool(self._unacked or self._waiting or self._at_work)

    async def _keep_all(self) -> None:
        while True:
            await self._came.wait()
            self._came.clear()
            batch, self._coming = self._coming, []
            try:
                new = await asyncio.to_thread(self._commit, [kept for kept, _ in batch])
            except Exception as error:  # noqa: BLE001 - it is raised where each of them is awaited
                for _, done in batch:
                    _settle(done, error)
                continue
            for kept, done in batch:
                _settle(done)
                if kept.key in new:
                    new.remove(kept.key)
                    self._waiting.append(kept)
                else:
                    self._repeated(KIND)
            self._more.set()

    def _commit(self, events: Sequence[KeptEvent]) -> set[str]:
        with self._desk.store.writing() as uow:
            return uow.inbox.keep(events)

    async def _work_off(self, started: int) -> None:
        # What is here at the start was left, however new it is: whoever kept it may have ended.
        self._waiting.extend(await self._left(started))
        looked = time.monotonic()
        while True:
            while self._waiting:
                await self._calm(self._waiting[0])
                await self._carry_out(self._waiting.popleft())
            if time.monotonic() - looked >= LEFT_SECONDS:
                self._waiting.extend(await self._left(time.time_ns() - int(LEFT_SECONDS * _NANOSECONDS)))
                looked = time.monotonic()
                continue
            self._more.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._more.wait(), LEFT_SECONDS)

    async def _calm(self, first: KeptEvent) -> None:
        """Let those go first who wait for an ack."""
        while _age(first) <= MOST_SECONDS:
            rest = CALM_SECONDS if self._unacked else self._acked_at + CALM_SECONDS - time.monotonic()
            if rest <= 0:
                return
            await asyncio.sleep(rest)

    async def _carry_out(self, kept: KeptEvent) -> None:
        self._at_work = True
        try:
            work = asyncio.to_thread(self._take, kept)
            # A thread can't be stopped: whoever ends us waits for the event that is in hand.
            await _to_its_end(asyncio.ensure_future(work))
            await greet_stranger(self._desk.store, self._client, kept.event)
        except Exception:
            reference = reference_id()
            log.exception("event_failed", request=KIND, attempt=kept.attempts + 1, reference=reference)
            await self._failed(kept, reference)
        finally:
            self._at_work = False

    def _take(self, kept: KeptEvent) -> None:
        """Work it off and let go of it in one transaction, once, by its key."""
        store = self._desk.store
        try:
            with store.handling(Inbound(kept.key, KIND, kept.received_at)):
                take_event(self._desk, kept.event, kept.received_at)
                with store.writing() as uow:
                    uow.inbox.remove(kept.key)
        except AlreadyHandledError:
            self._repeated(KIND)
            with store.writing() as uow:
                uow.inbox.remove(kept.key)

    async def _failed(self, kept: KeptEvent, reference: str) -> None:
        try:
            await asyncio.to_thread(self._count_failure, kept.key, reference)
        except Exception:
            # Most likely the database is what failed: then it is tried again as if for the first time.
            log.exception("failure_not_counted", reference=reference)

    def _count_failure(self, key: str, reference: str) -> None:
        with self._desk.store.writing() as uow:
            uow.inbox.failed(key, reference)

    async def _left(self, arrived_before: int) -> list[KeptEvent]:
        try:
            return await asyncio.to_thread(self._find_left, arrived_before)
        except Exception:
            log.exception("inbox_not_read", reference=reference_id())
            return []

    def _find_left(self, arrived_before: int) -> list[KeptEvent]:
        with self._desk.store.reading() as uow:
            found = uow.inbox.left(arrived_before, A_PAGE)
        return [one for one in found if not one.attempts or _age(one) >= LEFT_SECONDS * LONGER**one.attempts]

    def _anything_waits(self) -> bool:
        with self._desk.store.reading() as uow:
            return uow.inbox.anything_waits()


def _age(kept: KeptEvent) -> float:
    """Return for how many seconds of real time an event has waited."""
    return (time.time_ns() - kept.arrived) / _NANOSECONDS


def _settle(done: asyncio.Future[None], error: Exception | None = None) -> None:
    if done.done():
        return  # whoever waited has gone
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)


async def _to_its_end(work: asyncio.Future[None]) -> None:
    """Await a thread's work; where this is cancelled meanwhile, only once that work is done."""
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await work
        raise
