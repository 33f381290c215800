"""Runs the durable jobs: registers the workflows, launches DBOS in the running event loop, drains, stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from dbos import DBOS, DBOSConfig, EnqueueOptions

from bot.errors import reference_id
from bot.jobs.pacers import Unpaced
from bot.jobs.protocols import Deliver, Expand, Lane, Pacer, TryAgain
from bot.jobs.queue import APPLICATION, WORKFLOW_VERSION, next_attempt_id
from bot.jobs.quiet_polls import QuietPolls
from bot.store.engine import store_url

log = structlog.get_logger()

POLL_SECONDS = {Lane.INTERACTIVE: 0.1, Lane.DELIVERIES: 0.2, Lane.REFRESHES: 0.2, Lane.EXPANSIONS: 0.2}
# Jobs at work: those that only wait for their turn, or for Slack's Retry-After, count too. So that an answer
# finds a place beside many that wait, its lane has more; calls in flight are bounded by the one session, of
# whose connections the other lanes leave many free, however slow Slack is.
WORKERS = {Lane.INTERACTIVE: 64, Lane.DELIVERIES: 16, Lane.REFRESHES: 4, Lane.EXPANSIONS: 1}
# A job that ends in an error is over for good: its id is taken, so that asking again would do nothing.
LONGEST_PAUSE = 60.0
IDLE_SECONDS = 20.0

Fence = Callable[[], Awaitable[None]]


async def pass_all() -> None:
    """Let everything pass: where one process runs, nobody can have taken its jobs."""


def migrate_jobs(database_url: str) -> None:
    """Create or migrate the job tables; at release only, never by a worker."""
    DBOS.migrate(database_url)


class JobEngine:
    """The process-wide runner of jobs; DBOS allows one per process."""

    def __init__(
        self,
        database_url: str,
        executor_id: str,
        deliver: Deliver,
        expand: Expand,
        fence: Fence = pass_all,
        pacer: Pacer | None = None,
    ) -> None:
        self._config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": database_url,
            "application_version": WORKFLOW_VERSION,
            "executor_id": executor_id,
            "run_migrations": False,
            "enable_otlp": False,
            "log_level": "WARNING",
            "use_listen_notify": False,
            # Nothing here waits for DBOS's notifications, but the end of a process waits for the next look.
            "notification_listener_polling_interval_sec": 0.1,
            # One process moves on what is to be tried again; once its host has vanished, another does.
            "sys_db_idle_transaction_timeout_sec": IDLE_SECONDS,
        }
        self._deliver = deliver
        self._expand = expand
        self._fence = fence
        self._pacer = pacer or Unpaced()
        self._stopping = False
        self._launched = False
        self._polls = QuietPolls(store_url(database_url))
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def launch(self) -> None:
        """Start carrying out jobs in this event loop; what an earlier run left is taken up again."""
        self._dbos = DBOS(config=self._config)
        self._register()
        DBOS.launch()
        self._polls.watch(self._dbos)
        for lane in Lane:
            await DBOS.register_queue_async(
                lane.value, polling_interval_sec=POLL_SECONDS[lane], worker_concurrency=WORKERS[lane]
            )
        self._launched = True

    @property
    def runs(self) -> bool:
        """Tell whether jobs are taken from the queues: launched, and not told to stop."""
        return self._launched and not self._stopping

    async def _page(self, fire_id: str, attempt: int) -> tuple[bool, float]:
        try:
            return await asyncio.to_thread(self._expand, fire_id), 0.0
        except Exception:
            log.exception("expansion_failed", fire=fire_id, reference=reference_id())
            return True, _pause(attempt)

    async def _send(self, delivery_id: str, lane: str, attempt: int) -> float | None:
        try:
            while True:
                await self._my_turn(delivery_id, Lane(lane))
                again = await self._carry_out(delivery_id, attempt)
                if again is None or not again.refused:
                    return None if again is None else again.seconds
                # The pacer knows of the pause too: a process that takes this job up waits for what is left.
                await asyncio.sleep(again.seconds)
        except Exception:
            log.exception("delivery_failed", delivery=delivery_id, reference=reference_id())
            return _pause(attempt)

    async def _my_turn(self, delivery_id: str, lane: Lane) -> None:
        """Return when this delivery may leave; what only waits is not in hand, and holds up no shutdown."""
        await self._may_begin()
        turn = await asyncio.to_thread(self._pacer.take, delivery_id, lane)
        while not turn.mine or turn.seconds > 0:
            await asyncio.sleep(turn.seconds)
            await self._may_begin()
            if turn.mine:
                turn = await asyncio.to_thread(self._pacer.confirm, delivery_id)
            else:
                turn = await asyncio.to_thread(self._pacer.take, delivery_id, lane)

    async def _carry_out(self, delivery_id: str, attempt: int) -> TryAgain | None:
        self._in_hand += 1
        self._idle.clear()
        try:
            return await self._deliver(delivery_id, attempt)
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._idle.set()

    def _register(self) -> None:
        send, page = self._send, self._page

        @DBOS.workflow(name="deliver")
        async def deliver_workflow(delivery_id: str, lane: str, attempt: int = 1) -> None:
            wait = await DBOS.run_step_async({"name": "send"}, send, delivery_id, lane, attempt)
            if wait is not None:
                await _later("deliver", Lane(lane), attempt, wait, delivery_id, lane)

        @DBOS.workflow(name="expand")
        async def expand_workflow(fire_id: str, attempt: int = 1) -> None:
            left, wait = True, 0.0
            while left and not wait:
                left, wait = await DBOS.run_step_async({"name": "page"}, page, fire_id, attempt)
                attempt = attempt if wait else 1
            if wait:
                await _later("expand", Lane.EXPANSIONS, attempt, wait, fire_id)

    async def has_unfinished(self) -> bool:
        """Tell whether a job is waiting or at work."""
        return await asyncio.to_thread(self._polls.any_unfinished)

    async def drain(self, limit_seconds: float) -> bool:
        """Wait until no job is left, or the limit has passed; tell which."""
        deadline = time.monotonic() + limit_seconds
        while await self.has_unfinished():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    async def _may_begin(self) -> None:
        """Return when a message may be sent; never once the engine stops: it is left for the next start."""
        await self._fence()
        if self._stopping:
            await asyncio.Event().wait()

    async def stop(self, limit_seconds: float = 10) -> None:
        """Begin no message, finish what is in hand within the limit, leave the rest for the next start.

        A job that only waits, such as for Slack's Retry-After, is not waited for.
        """
        self._stopping = True
        if not self._launched:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), limit_seconds)
        if limit_seconds:
            # What was just sent has its outcome recorded; unrecorded, it would only be looked at once more.
            await asyncio.sleep(0.2)
        await self._end()

    async def _end(self) -> None:
        """End DBOS and what it would leave: it waits neither for its tasks nor for its threads.

        A task that waits would be collected in some later moment, a thread that works would keep its line to
        a database that may be another's by then.
        """
        tasks, threads = self._dbos._workflow_tasks, self._dbos._executor  # noqa: SLF001 - no other way in
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=0)
        self._launched = False
        # DBOS put its own pool of threads under the loop and has closed it; what ends after it needs one.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        left = list(tasks)
        if left:
            log.info("jobs_left_for_the_next_start", count=len(left))
            # Twice for each of them it would warn that it was cancelled.
            logging.getLogger("dbos").setLevel(logging.ERROR)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.to_thread(threads.shutdown)
        self._polls.close()


async def _later(workflow: str, lane: Lane, attempt: int, seconds: float, *subject: str) -> None:
    """Let a job of its own make the next attempt.

    One that slept for so long would keep others from its place: a few that always fail would hold up a lane.
    """
    options: EnqueueOptions = {
        "workflow_name": workflow,
        "queue_name": lane.value,
        "workflow_id": next_attempt_id(str(DBOS.workflow_id), attempt + 1),
        "app_version": WORKFLOW_VERSION,
        "delay_seconds": seconds,
    }
    await DBOS.enqueue_workflow_with_options_async(options, *subject, attempt + 1)


def _pause(attempt: int) -> float:
    """Return the seconds to wait after this many failed tries."""
    return min(2.0**attempt, LONGEST_PAUSE)
