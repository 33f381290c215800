"""The workspace's clock, with real clients of its protocol over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.sandbox.clock import Due
from bot.sandbox.clock_targets import resolve_target
from tests.integration.sandbox.conftest import workspace_at
from tests.integration.sandbox.workspace import KARA, NORTH, TIGHT, Json, Slack

START = datetime(2026, 10, 5, 6, 55, tzinfo=UTC)


@dataclass
class Follower:
    """A client of the clock that has things to do at certain instants, and notes when it did them."""

    base_url: str
    dues: list[datetime]
    name: str = "worker"
    work: float = 0.0
    done: list[tuple[datetime, datetime]] = field(default_factory=list)
    started: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=30) as http:
            state = (await http.get(f"{self.base_url}/clock")).json()
            while True:
                now = datetime.fromisoformat(state["now"])
                due = sorted(instant for instant in self.dues if instant <= now)
                if due:
                    await asyncio.sleep(self.work)
                self.done += [(instant, now) for instant in due]
                self.dues = [instant for instant in self.dues if instant > now]
                self.started.set()
                body = {
                    "seen": state["step"],
                    "next_due": self._next(),
                    "next_cadence": None,
                    "client": self.name,
                }
                state = (await http.post(f"{self.base_url}/clock/await", json=body)).json()

    def _next(self) -> Json | None:
        return {"at": min(self.dues).isoformat(), "label": f"{self.name} due"} if self.dues else None


@contextlib.asynccontextmanager
async def following(slack: Slack, *followers: Follower) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(follower.run()) for follower in followers]
    await asyncio.gather(*(follower.started.wait() for follower in followers))
    await asyncio.sleep(0.05)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


async def test_nothing_passes_by_itself(slack: Slack) -> None:
    assert await slack.look("clock") == {"now": "2026-10-05T06:55:00Z", "step": 0}
    await asyncio.sleep(0.05)
    assert (await slack.look("clock"))["step"] == 0


async def test_a_step_without_followers_jumps(slack: Slack) -> None:
    answer = await slack.page("clock/step", to="+1h")
    assert answer == {"ok": True, "now": "2026-10-05T07:55:00Z", "passed": [], "late_clients": []}
    ts = (await slack.page(f"{KARA}/messages", channel=NORTH, text="later"))["ts"]
    assert ts.startswith(str(int((START + timedelta(hours=1)).timestamp())))


async def test_each_due_instant_is_worked_off_before_the_next_comes(slack: Slack) -> None:
    one = Follower(slack.base_url, [at(5), at(20), at(20), at(90)], "one", work=0.02)
    two = Follower(slack.base_url, [at(10), at(60)], "two")
    async with following(slack, one, two):
        answer = await slack.page("clock/step", to="+1h")
        assert [(due["at"], due["label"]) for due in answer["passed"]] == [
            ("2026-10-05T07:00:00Z", "one due"),
            ("2026-10-05T07:05:00Z", "two due"),
            ("2026-10-05T07:15:00Z", "one due"),
            ("2026-10-05T07:55:00Z", "two due"),
        ]
        assert answer["late_clients"] == []
        # Everything was done at its own instant, and done when the answer came.
        assert one.done == [(at(5), at(5)), (at(20), at(20)), (at(20), at(20))]
        assert two.done == [(at(10), at(10)), (at(60), at(60))]
        state = await slack.look("page/clock")
        assert state["next_due"] == {"at": "2026-10-05T08:25:00Z", "label": "one due"}
        assert state["stepping"] is False


async def test_what_an_instant_makes_due_within_the_step_is_done_in_it(slack: Slack) -> None:
    class Chain(Follower):
        def _next(self) -> Json | None:
            if self.done and len(self.done) < 4 and not self.dues:
                self.dues.append(self.done[-1][0] + timedelta(minutes=10))
            return super()._next()

    chain = Chain(slack.base_url, [at(5)])
    async with following(slack, chain):
        await slack.page("clock/step", to="+1h")
    assert [instant for instant, _ in chain.done] == [at(5), at(15), at(25), at(35)]


async def test_what_people_did_since_the_last_step_is_on_the_way(slack: Slack) -> None:
    follower = Follower(slack.base_url, [at(90)])
    async with following(slack, follower):
        # Someone snoozes something: the follower has announced 08:25 and is not asked again before the step.
        follower.dues.append(at(15))
        answer = await slack.page("clock/step", to="next_due")
    assert answer["now"] == "2026-10-05T07:10:00Z"
    assert follower.done == [(at(15), at(15))]


async def test_a_follower_that_died_does_not_hang_a_step(tight: Slack) -> None:
    dead = Follower(tight.base_url, [at(5)], "dead")
    async with following(tight, dead):
        pass
    alive = Follower(tight.base_url, [at(30)], "alive")
    async with following(tight, alive), asyncio.timeout(5):
        await asyncio.sleep(TIGHT.client_grace + 0.1)
        answer = await tight.page("clock/step", to="+1h")
    assert answer["late_clients"] == []
    assert [due["label"] for due in answer["passed"]] == ["alive due"]


async def test_a_follower_that_dies_at_work_is_named_late(tight: Slack) -> None:
    stuck = Follower(tight.base_url, [at(5)], "stuck", work=60)
    alive = Follower(tight.base_url, [at(30)], "alive")
    async with following(tight, stuck, alive), asyncio.timeout(6):
        answer = await tight.page("clock/step", to="+1h")
    assert answer["late_clients"] == ["stuck"]
    assert [due["label"] for due in answer["passed"]] == ["stuck due", "alive due"]


async def test_a_follower_at_work_longer_than_the_grace_is_waited_for() -> None:
    timing = replace(TIGHT, client_grace=0.1, step_patience=10)
    async with workspace_at(None, timing=timing) as slack:
        slow = Follower(slack.base_url, [at(5)], work=0.8)
        async with following(slack, slow):
            answer = await slack.page("clock/step", to="next_due")
        assert answer["late_clients"] == []
        assert slow.done == [(at(5), at(5))]


async def test_a_follower_that_never_gets_done_does_not_hold_the_clock(slack: Slack) -> None:
    class Stuck(Follower):
        def _next(self) -> Json | None:
            return {"at": at(5).isoformat(), "label": "never done"}

    stuck, alive = Stuck(slack.base_url, [], "stuck"), Follower(slack.base_url, [at(30)], "alive")
    async with following(slack, stuck, alive), asyncio.timeout(10):
        answer = await slack.page("clock/step", to="+1h")
    assert answer["late_clients"] == ["stuck"]
    assert [due["label"] for due in answer["passed"]] == ["never done", "alive due"]
    assert answer["now"] == "2026-10-05T07:55:00Z"


async def test_a_second_step_is_refused_while_one_runs(slack: Slack) -> None:
    slow = Follower(slack.base_url, [at(5)], work=0.5)
    async with following(slack, slow):
        first = asyncio.create_task(slack.page("clock/step", to="+1h"))
        await asyncio.sleep(0.2)
        assert (await slack.look("page/clock"))["stepping"] is True
        second = await slack.page("clock/step", to="+1h")
        assert (second["ok"], second["error"]) == (False, "step_refused")
        assert (await first)["ok"]


@pytest.mark.parametrize("to", ["2026-10-05T06:54:59Z", "soon", "next_cadence", "+9999d"])
async def test_a_step_that_makes_no_sense_is_refused_with_words(slack: Slack, to: str) -> None:
    answer = await slack.page("clock/step", to=to)
    assert answer["ok"] is False
    assert answer["message"].endswith((".", "Z."))
    assert (await slack.look("clock"))["step"] == 0


async def test_a_question_is_held_until_the_next_step(slack: Slack) -> None:
    body = {"seen": 0, "next_due": None, "next_cadence": None, "client": "c"}
    asking = asyncio.create_task(slack.http.post(f"{slack.base_url}/clock/await", json=body))
    await asyncio.sleep(0.1)
    assert not asking.done()
    stepping = asyncio.create_task(slack.page("clock/step", to="+1h"))
    # First a step in which no time passes, to hear what lies ahead by now.
    assert (await asking).json() == {"now": "2026-10-05T06:55:00Z", "step": 1}
    second = await slack.http.post(f"{slack.base_url}/clock/await", json=body | {"seen": 1})
    assert second.json() == {"now": "2026-10-05T07:55:00Z", "step": 2}
    await slack.http.post(f"{slack.base_url}/clock/await", json=body | {"seen": 2})
    assert (await stepping)["ok"]
    behind = await slack.http.post(f"{slack.base_url}/clock/await", json=body)
    assert behind.json()["step"] == 2
    malformed = await slack.http.post(f"{slack.base_url}/clock/await", json={"seen": 1, "next_due": "soon"})
    assert malformed.status_code == httpx.codes.BAD_REQUEST


@pytest.mark.parametrize(
    ("to", "tz", "now", "expected"),
    [
        ("monday", "Europe/Berlin", "2026-10-05T06:55:00+00:00", "2026-10-05T07:00:00+00:00"),
        ("monday", "Europe/Berlin", "2026-10-05T07:00:00+00:00", "2026-10-12T07:00:00+00:00"),
        ("monday", "America/New_York", "2026-10-05T06:55:00+00:00", "2026-10-05T13:00:00+00:00"),
        ("monday", "Europe/Berlin", "2026-10-22T10:00:00+00:00", "2026-10-26T08:00:00+00:00"),
        ("monday", "Asia/Tokyo", "2026-10-04T23:59:00+00:00", "2026-10-05T00:00:00+00:00"),
        ("+1d", "UTC", "2026-10-05T07:00:00+00:00", "2026-10-06T07:00:00+00:00"),
        ("2026-10-06T09:00:00+02:00", "UTC", "2026-10-05T07:00:00+00:00", "2026-10-06T07:00:00+00:00"),
        ("next_cadence", "UTC", "2026-10-05T07:00:00+00:00", "2026-10-09T07:00:00+00:00"),
    ],
)
def test_what_is_asked_of_the_clock_means_an_instant(to: str, tz: str, now: str, expected: str) -> None:
    cadence = Due(datetime(2026, 10, 9, 7, tzinfo=UTC), "digest")
    found = resolve_target(to, now=datetime.fromisoformat(now), tz=tz, next_cadence=cadence)
    assert found == datetime.fromisoformat(expected)
