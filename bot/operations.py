"""What an operator's machines ask a process: is it alive, is it ready, what are its figures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.jobs.backlog import queue_depth
from bot.jobs.protocols import Deliver, Expand, TryAgain
from bot.metrics import CONTENT_TYPE, Metrics
from bot.store.migrate import at_head
from bot.store.unit_of_work import Store

log = structlog.get_logger()

# Probes come every few seconds, from each balancer: Slack is asked once for all of them.
SLACK_SECONDS = 30.0
ANSWER_SECONDS = 5.0
UNAVAILABLE = 503


class Operations:
    """Answers `/healthz`, `/readyz` and `/metrics`; `ask_slack` raises where Slack does not answer."""

    def __init__(self, store: Store, metrics: Metrics, ask_slack: Callable[[], Awaitable[object]]) -> None:
        self._store = store
        self._metrics = metrics
        self._ask_slack = ask_slack
        self._slack: tuple[float, str | None] | None = None
        self._asking = asyncio.Lock()
        self._engine_runs: Callable[[], bool] = _nothing_to_run

    def watch(self, engine_runs: Callable[[], bool]) -> None:
        """Be ready only while this holds: a process that carries out jobs is of no use without its engine."""
        self._engine_runs = engine_runs

    def routes(self) -> list[Route]:
        """Return the three addresses."""
        return [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._figures),
        ]

    async def _healthz(self, _request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def _readyz(self, _request: Request) -> Response:
        faults = dict(
            zip(
                ("database", "jobs", "slack"),
                await asyncio.gather(
                    _fault(asyncio.to_thread(self._database)),
                    _fault(asyncio.to_thread(self._jobs)),
                    self._slack_fault(),
                ),
                strict=True,
            )
        )
        ready = not any(faults.values())
        body = {"ready": ready, **{part: fault or "ok" for part, fault in faults.items()}}
        return JSONResponse(body, status_code=200 if ready else UNAVAILABLE)

    async def _figures(self, _request: Request) -> Response:
        try:
            text = await asyncio.to_thread(self._metrics.text)
        except Exception as error:  # noqa: BLE001 - whatever a driver raises, the scraper is told it failed
            log.warning("metrics_not_read", error=type(error).__name__)
            return PlainTextResponse("the database does not answer\n", status_code=UNAVAILABLE)
        return Response(text, media_type=CONTENT_TYPE)

    def _database(self) -> str | None:
        current, head = at_head(self._store.engine)
        return None if current == head else f"at revision {current or 'none'}, not {head}: drumbeat migrate"

    def _jobs(self) -> str | None:
        with self._store.reading() as uow:
            queue_depth(uow.connection)
        return None if self._engine_runs() else "not carried out by this process: its engine does not run"

    async def _slack_fault(self) -> str | None:
        async with self._asking:
            if self._slack is None or time.monotonic() - self._slack[0] > SLACK_SECONDS:
                self._slack = (time.monotonic(), await _fault(self._ask()))
            return self._slack[1]

    async def _ask(self) -> str | None:
        await self._ask_slack()
        return None


def _nothing_to_run() -> bool:
    return True


async def _fault(work: Awaitable[str | None]) -> str | None:
    """Return what is wrong in a word that holds no address and no secret, or None."""
    try:
        return await asyncio.wait_for(work, ANSWER_SECONDS)
    except Exception as error:  # noqa: BLE001 - any failure means "not ready"; the log has the rest
        log.warning("not_ready", error=type(error).__name__)
        return f"does not answer ({type(error).__name__})"


def noted(deliver: Deliver, metrics: Metrics) -> Deliver:
    """Return the same delivery, its id on every line logged meanwhile, and what nobody foresaw counted.

    Whether a foreseen answer of Slack's means that it failed is known to the messenger alone.
    """

    async def carry_out(delivery_id: str, attempt: int) -> TryAgain | None:
        with structlog.contextvars.bound_contextvars(delivery=delivery_id), _counted(metrics, "deliver"):
            return await deliver(delivery_id, attempt)

    return carry_out


def counted(expand: Expand, metrics: Metrics) -> Expand:
    """Return the same expansion, each page counted that failed."""

    def carry_out(fire_id: str) -> bool:
        with _counted(metrics, "expand"):
            return expand(fire_id)

    return carry_out


@contextmanager
def _counted(metrics: Metrics, kind: str) -> Iterator[None]:
    try:
        yield
    except Exception:
        metrics.job_failed(kind)
        raise
