"""The workspace's limit, a message a second in each conversation, and Slack's pauses: over all processes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.settings import Delivery
from bot.jobs.engine import JobEngine
from bot.jobs.protocols import Lane, TryAgain, Turn
from bot.services.notifying import Mode
from bot.services.pacing import WORKSPACE, SharedPacer, hold
from tests.integration.jobs.conftest import Workshop
from tests.integration.services.company import MONDAY, PEOPLE, set_up

Sending = Callable[[str, int], Awaitable[TryAgain | None]]


@dataclass
class Post:
    """Deliveries recorded and asked for, and when each was carried out (seconds of a running clock)."""

    workshop: Workshop
    left: list[tuple[str, float]] = field(default_factory=list)

    def limit(self, messages_per_minute: int) -> None:
        values = Delivery(messages_per_minute=messages_per_minute).model_dump(mode="json")
        with self.workshop.store.writing() as uow:
            uow.settings.put("delivery", values, None, MONDAY)

    def ask(
        self, delivery_id: str, person: str, lane: Lane = Lane.DELIVERIES, mode: Mode = Mode.POST
    ) -> None:
        with self.workshop.store.writing() as uow:
            notice = uow.notices.add("hint", person, "person", person, "a test", MONDAY)
            uow.notices.add_delivery(delivery_id, notice, person, mode.value, MONDAY)
            self.workshop.queue.deliver(uow.connection, delivery_id, lane)

    @asynccontextmanager
    async def running(self, send: Sending | None = None) -> AsyncIterator[JobEngine]:
        async def deliver(delivery_id: str, attempt: int) -> TryAgain | None:
            self.left.append((delivery_id, time.monotonic()))
            if send and (again := await send(delivery_id, attempt)):
                return again
            with self.workshop.store.writing() as uow:
                uow.notices.mark_sent(delivery_id, "D1", "1.0", "", MONDAY)
            return None

        pacer = SharedPacer(self.workshop.store)
        engine = JobEngine(self.workshop.url, "embedded", deliver, lambda _fire: False, pacer=pacer)
        await engine.launch()
        try:
            yield engine
        finally:
            await engine.stop(0)

    def at(self, delivery_id: str) -> float:
        return next(at for one, at in self.left if one == delivery_id)


@pytest.fixture
def post(workshop: Workshop) -> Post:
    set_up(workshop.store)
    return Post(workshop)


def crowd(post: Post, count: int) -> list[str]:
    """Make so many people to write to; return their ids."""
    rep = next(one for one in PEOPLE if one.id == "rob")
    made = [
        replace(rep, id=f"p{number}", email=f"p{number}@acme.example", slack_user_id=f"UP{number}")
        for number in range(count)
    ]
    with post.workshop.store.writing() as uow:
        for one in made:
            uow.people.save(one, "crm", f"crm-{one.id}")
    return [one.id for one in made]


def assert_no_earlier(times: list[float], began: float, *, every: float) -> None:
    """Check that each left at its place or later: a busy machine may hold several up and then let all go."""
    early = [(count, at - began) for count, at in enumerate(times) if at - began < count * every - 0.05]
    assert not early, early


async def test_a_fan_out_is_no_faster_than_the_limit(post: Post) -> None:
    post.limit(240)
    people = crowd(post, 20)
    for person in people:
        post.ask(f"to_{person}", person)

    began = time.monotonic()
    async with post.running() as engine:
        assert await engine.drain(30)

    times = sorted(at for _, at in post.left)
    assert len(times) == 20
    assert_no_earlier(times, began, every=60 / 240)


async def test_one_conversation_gets_a_message_a_second_and_slows_no_other(post: Post) -> None:
    post.limit(6000)
    for number in range(3):
        post.ask(f"mia_{number}", "mia")
    for person in crowd(post, 5):
        post.ask(f"to_{person}", person)

    began = time.monotonic()
    async with post.running() as engine:
        assert await engine.drain(20)

    mias = sorted(at for one, at in post.left if one.startswith("mia"))
    others = [at for one, at in post.left if one.startswith("to_")]
    assert_no_earlier(mias, began, every=1.0)
    assert max(others) < mias[2]


async def test_an_answer_does_not_wait_behind_a_fan_out(post: Post) -> None:
    post.limit(60)
    people = crowd(post, 20)
    for person in people:
        post.ask(f"to_{person}", person)

    async with post.running():
        while not post.left:  # noqa: ASYNC110 - what happens in another task
            await asyncio.sleep(0.02)
        asked = time.monotonic()
        post.ask("answer", "mia", Lane.INTERACTIVE)
        post.ask("home", "mia", Lane.INTERACTIVE, Mode.HOME)
        while not {"answer", "home"} <= {one for one, _ in post.left}:
            await asyncio.sleep(0.02)
            assert time.monotonic() - asked < 5

    assert max(post.at("answer"), post.at("home")) - asked < 5
    assert len(post.left) < 8


async def test_a_pause_that_slack_asks_for_holds_all_its_messages_and_counts_as_no_attempt(
    post: Post,
) -> None:
    post.limit(6000)
    turned_away: list[tuple[str, int]] = []

    async def too_fast(delivery_id: str, attempt: int) -> TryAgain | None:
        turned_away.append((delivery_id, attempt))
        if len(turned_away) > 1:
            return None
        with post.workshop.store.writing() as uow:
            hold(uow, "chat.postMessage", 2.0)
        return TryAgain(2.0, refused=True)

    post.ask("to_first", "mia")
    async with post.running(too_fast) as engine:
        while not post.left:  # noqa: ASYNC110 - what happens in another task
            await asyncio.sleep(0.02)
        held = post.left[0][1]
        for person in crowd(post, 8):
            post.ask(f"to_{person}", person)
        post.ask("home", "mia", Lane.INTERACTIVE, Mode.HOME)
        assert await engine.drain(20)

    assert {attempt for _, attempt in turned_away} == {1}
    later = [at for one, at in post.left[1:] if one != "home"]
    assert len(later) == 9
    assert min(later) - held >= 1.9
    assert post.at("home") - held < 5, "another method is not held"


async def test_a_pause_outlives_a_restart(post: Post) -> None:
    post.ask("to_mia", "mia")
    began = time.monotonic()

    async def too_fast(_delivery_id: str, _attempt: int) -> TryAgain | None:
        with post.workshop.store.writing() as uow:
            hold(uow, "chat.postMessage", 4.0)
        return TryAgain(4.0, refused=True)

    async with post.running(too_fast):
        while not post.left:  # noqa: ASYNC110 - what happens in another task
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
    post.left.clear()

    async with post.running() as engine:
        assert await engine.drain(20)

    assert [one for one, _ in post.left] == ["to_mia"]
    assert post.left[0][1] - began >= 3.9


@pytest.mark.parametrize(
    ("mode", "attempts", "method"),
    [
        (Mode.CHANNEL, 0, "conversations.members"),
        (Mode.CHANNEL, 0, "chat.postEphemeral"),
        (Mode.CHANNEL, 0, "chat.getPermalink"),
        (Mode.CHANNEL, 0, "chat.update"),
        (Mode.POST, 1, "conversations.history"),
        (Mode.POST, 1, "chat.update"),
        (Mode.UPDATE, 0, "chat.update"),
        (Mode.HOME, 0, "views.publish"),
        (Mode.VIEW, 0, "views.update"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_whatever_a_delivery_calls_is_called_no_sooner_than_slack_said(
    post: Post, mode: Mode, attempts: int, method: str
) -> None:
    post.ask("held", "mia", mode=mode)
    with post.workshop.store.writing() as uow:
        for _ in range(attempts):
            uow.notices.begin_attempt("held")
        hold(uow, method, 30.0)

    turn = SharedPacer(post.workshop.store).take("held", Lane.INTERACTIVE)

    assert (turn.mine, 25 < turn.seconds <= 30) == (False, True)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_many_processes_at_once_share_one_limit(post: Post) -> None:
    post.limit(600)
    people = crowd(post, 24)
    for person in people:
        post.ask(f"to_{person}", person)
    pacer = SharedPacer(post.workshop.store)

    with post.workshop.store.reading() as uow:
        began = uow.paces.now()

    async def all_at_once() -> list[Turn]:
        asked = [asyncio.to_thread(pacer.take, f"to_{person}", Lane.DELIVERIES) for person in people]
        return await asyncio.gather(*asked)

    assert all(turn.mine for turn in asyncio.run(all_at_once()))
    with post.workshop.store.writing() as uow:
        free_at = uow.paces.locked([WORKSPACE])[WORKSPACE]
    assert (free_at - began).total_seconds() >= 2.4, "each took a tenth of a second of its own"
