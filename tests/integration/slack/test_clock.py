"""The stepped clock against the workspace's own: each step is worked off before the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import _told_the_time
from bot.clock import DueInstant, Horizon, SteppedClock, SystemClock
from bot.errors import ConfigurationError
from bot.sandbox.running import running_sandbox
from bot.sandbox.server import build_sandbox
from tests.integration.sandbox.conftest import serving
from tests.integration.sandbox.workspace import QUICK, Slack
from tests.integration.slack.workspace import manifest, workspace

START = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LABEL = "Health check (Europe/Berlin)"


@asynccontextmanager
async def at_work(work: Any) -> AsyncIterator[tuple[Slack, SteppedClock]]:
    """A workspace, and a clock that follows it with this work."""
    timing = replace(QUICK, step_patience=5.0)
    app = build_sandbox(workspace(), manifest(), events_url=None, data=None, timing=timing)
    async with running_sandbox(app) as base_url, httpx.AsyncClient(timeout=15) as http:
        clock = SteppedClock(f"{base_url}/clock/")
        assert await clock.read() == START
        following = asyncio.create_task(clock.follow(work))
        try:
            yield Slack(base_url, http), clock
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            await clock.close()


async def known(slack: Slack, what: str = "next_due") -> dict[str, Any]:
    """Wait until the workspace has been told what lies ahead."""
    async with asyncio.timeout(5):
        while not (state := await slack.look("page/clock"))[what]:  # noqa: ASYNC110 - told over HTTP only
            await asyncio.sleep(0.02)
    return state


async def test_a_step_stops_at_each_instant_that_is_due_and_waits_for_the_work() -> None:
    due = [START + HOUR, START + 2 * HOUR, START + 30 * HOUR]
    worked: list[datetime] = []

    async def work(now: datetime) -> Horizon:
        await asyncio.sleep(0.05)
        worked.append(now)
        ahead = [at for at in due if at > now]
        first = DueInstant(ahead[0], "a deadline") if ahead else None
        return Horizon(next_due=first, next_cadence=DueInstant(due[-1], LABEL))

    async with at_work(work) as (slack, clock):
        state = await known(slack)
        assert state["next_cadence"]["label"] == LABEL
        answer = await slack.page("clock/step", to="+1d")

        assert answer["ok"] is True
        assert [step["at"][:16] for step in answer["passed"]] == ["2026-10-05T08:00", "2026-10-05T09:00"]
        assert answer["late_clients"] == []
        # Asked once more before it steps, for what lies ahead: each instant may be worked off again.
        assert list(dict.fromkeys(worked)) == [START, START + HOUR, START + 2 * HOUR, START + 24 * HOUR]
        assert clock.now() == START + 24 * HOUR

        await slack.page("clock/step", to="next_cadence")
        assert worked[-1] == START + 30 * HOUR


async def test_once_it_is_followed_no_step_passes_over_what_is_due() -> None:
    to_work = asyncio.Event()

    async def work(now: datetime) -> Horizon:
        await to_work.wait()
        return Horizon(next_due=DueInstant(START + HOUR, LABEL) if now == START else None)

    async with at_work(work) as (slack, clock):
        await asyncio.sleep(0.1)
        assert not clock.followed.is_set(), "it is still at its first work"
        to_work.set()
        await asyncio.wait_for(clock.followed.wait(), 5)
        answer = await slack.page("clock/step", to="+1d")

        assert [step["label"] for step in answer["passed"]] == [LABEL]


async def test_between_steps_the_clock_stands_still_and_asks_for_no_work() -> None:
    worked: list[datetime] = []

    async def work(now: datetime) -> Horizon:
        worked.append(now)
        return Horizon(next_due=DueInstant(START + HOUR, "a deadline"))

    async with at_work(work) as (slack, clock):
        await known(slack)
        await asyncio.sleep(1.3)  # longer than one question is held

        assert worked == [START]
        assert clock.now() == START


async def test_a_source_that_is_gone_is_asked_again_until_it_is_back() -> None:
    app = build_sandbox(workspace(), manifest(), events_url=None, data=None, timing=QUICK)
    worked: list[datetime] = []

    async def work(now: datetime) -> Horizon:
        worked.append(now)
        return Horizon(next_due=DueInstant(START + HOUR, "a deadline"))

    async with running_sandbox(app) as base_url:
        clock = SteppedClock(f"{base_url}/clock")
        await clock.read()
        following = asyncio.create_task(clock.follow(work))
        async with httpx.AsyncClient() as http:
            await known(Slack(base_url, http))
    await asyncio.sleep(0.2)
    assert not following.done()
    port = int(base_url.rpartition(":")[2])
    again = build_sandbox(workspace(), manifest(), events_url=None, data=None, timing=QUICK)
    async with running_sandbox(again, port=port), httpx.AsyncClient(timeout=15) as http:
        slack = Slack(base_url, http)
        await known(slack)
        await slack.page("clock/step", to="+1h")

        assert worked[-1] == START + HOUR
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        await clock.close()


async def test_an_answer_that_is_no_clocks_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.clock.RETRY_SECONDS", 0.01)
    asked = asyncio.Event()
    answers = iter(["<html>Bad gateway</html>", "[]", "{}", '{"now":"soon","step":2}', '{"step":"x"}'])

    async def show(_request: Request) -> Response:
        return JSONResponse({"now": START.isoformat(), "step": 1})

    async def follow(_request: Request) -> Response:
        if (answer := next(answers, None)) is not None:
            return Response(answer)
        asked.set()
        return JSONResponse({"now": (START + HOUR).isoformat(), "step": 2})

    async def work(now: datetime) -> Horizon:
        worked.append(now)
        if len(worked) > 1:
            await asyncio.sleep(3600)
        return Horizon()

    worked: list[datetime] = []
    routes = [Route("/clock", show), Route("/clock/await", follow, methods=["POST"])]
    async with serving(Starlette(routes=routes)) as address:
        clock = SteppedClock(f"{address}/clock")
        await clock.read()
        following = asyncio.create_task(clock.follow(work))
        await asyncio.wait_for(asked.wait(), 5)
        await asyncio.sleep(0.1)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        await clock.close()

    assert worked == [START, START + HOUR]


async def test_before_it_is_read_it_tells_no_time_and_a_dead_source_is_said() -> None:
    clock = SteppedClock("http://127.0.0.1:9")
    with pytest.raises(RuntimeError, match="has not been read"):
        clock.now()
    with pytest.raises(ConfigurationError, match=r"tells no time \(ConnectError\)"):
        await clock.read()
    await clock.close()


def test_the_machines_clock_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


async def test_a_process_where_nothing_is_due_is_told_the_time_as_well() -> None:
    app = build_sandbox(workspace(), manifest(), events_url=None, data=None, timing=QUICK)
    async with running_sandbox(app) as base_url, httpx.AsyncClient(timeout=15) as http:
        clock = SteppedClock(f"{base_url}/clock")
        await clock.read()
        asked = []

        async def taken_in() -> None:
            asked.append(clock.now())

        async with _told_the_time(clock, taken_in), asyncio.timeout(5):
            await Slack(base_url, http).page("clock/step", to="+1h")
            while clock.now() == START:  # noqa: ASYNC110 - told over HTTP only
                await asyncio.sleep(0.02)
            assert clock.now() == START + HOUR
        assert asked, "what came before the step is worked off before it is acknowledged"
        await clock.close()
