"""Runs the durable jobs: registers the workflows, launches DBOS in the running event loop, drains, stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import structlog
from dbos import DBOS, DBOSConfig

from bot.errors import reference_id
from bot.jobs.protocols import Deliver, Expand, Lane
from bot.jobs.queue import APPLICATION, WORKFLOW_VERSION

log = structlog.get_logger()

UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")
POLL_SECONDS = {Lane.INTERACTIVE: 0.1, Lane.DELIVERIES: 0.2, Lane.EXPANSIONS: 0.2}
# Slack calls in flight: one session serves all, and more than sixteen only gathers rate limits.
WORKERS = {Lane.INTERACTIVE: 8, Lane.DELIVERIES: 8, Lane.EXPANSIONS: 1}
# A job that ends in an error is over for good: its id is taken, so that asking again would do nothing.
LONGEST_PAUSE = 60.0


def migrate_jobs(database_url: str) -> None:
    """Create or migrate the job tables; at release only, never by a worker."""
    DBOS.migrate(database_url)


class JobEngine:
    """The process-wide runner of jobs; DBOS allows one per process."""

    def __init__(self, database_url: str, executor_id: str, deliver: Deliver, expand: Expand) -> None:
        self._config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": database_url,
            "application_version": WORKFLOW_VERSION,
            "executor_id": executor_id,
            "run_migrations": False,
            "enable_otlp": False,
            "log_level": "WARNING",
            "use_listen_notify": False,
        }
        self._deliver = deliver
        self._expand = expand

    async def launch(self) -> None:
        """Start carrying out jobs in this event loop; what an earlier run left is taken up again."""
        DBOS(config=self._config)
        self._register()
        DBOS.launch()
        for lane in Lane:
            await DBOS.register_queue_async(
                lane.value, polling_interval_sec=POLL_SECONDS[lane], worker_concurrency=WORKERS[lane]
            )

    def _register(self) -> None:
        deliver, expand = self._deliver, self._expand

        async def page(fire_id: str, attempt: int) -> tuple[bool, float]:
            try:
                return await asyncio.to_thread(expand, fire_id), 0.0
            except Exception:
                log.exception("expansion_failed", fire=fire_id, reference=reference_id())
                return True, _pause(attempt)

        async def send(delivery_id: str, attempt: int) -> float | None:
            try:
                again = await deliver(delivery_id, attempt)
            except Exception:
                log.exception("delivery_failed", delivery=delivery_id, reference=reference_id())
                return _pause(attempt)
            return None if again is None else again.seconds

        @DBOS.workflow(name="deliver")
        async def deliver_workflow(delivery_id: str) -> None:
            attempt = 1
            while (
                wait := await DBOS.run_step_async({"name": "send"}, send, delivery_id, attempt)
            ) is not None:
                await DBOS.sleep_async(wait)
                attempt += 1

        @DBOS.workflow(name="expand")
        async def expand_workflow(fire_id: str) -> None:
            left, failed = True, 0
            while left:
                left, wait = await DBOS.run_step_async({"name": "page"}, page, fire_id, failed + 1)
                failed = failed + 1 if wait else 0
                if wait:
                    await DBOS.sleep_async(wait)

    async def unfinished(self) -> int:
        """Count the jobs that are waiting or at work."""
        states: Sequence[str] = UNFINISHED
        jobs = await DBOS.list_workflows_async(status=list(states), load_input=False, load_output=False)
        return len(jobs)

    async def drain(self, limit_seconds: float) -> bool:
        """Wait until no job is left, or the limit has passed; tell which."""
        deadline = time.monotonic() + limit_seconds
        while await self.unfinished():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    async def stop(self, limit_seconds: int = 10) -> None:
        """Stop taking jobs, finish what is in hand within the limit, leave the rest for the next start."""
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=limit_seconds
        )


def _pause(attempt: int) -> float:
    """Return the seconds to wait after this many failed tries."""
    return min(2.0**attempt, LONGEST_PAUSE)
