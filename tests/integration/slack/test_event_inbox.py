"""Events are kept before they are acked, and worked off afterwards: in order, once, by whoever is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.slack import event_inbox
from bot.slack.event_inbox import EventInbox
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.events import take_event
from bot.store.repositories.inbox import KeptEvent
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, every
from tests.integration.slack.conftest import Office
from tests.integration.slack.signed import event, listening

HOUR = timedelta(hours=1)
BATCH = 64
TAKE = "bot.slack.event_inbox.take_event"


def inbox_of(office: Office, store: Store | None = None) -> EventInbox:
    return EventInbox(Desk(store or office.store, office.jobs), office.client, office.clock)


def said(number: int, text: str = "hello", user: str = "UVIC") -> dict[str, Any]:
    """The body of an event with somebody's message to the bot."""
    message = {"type": "message", "channel_type": "im", "channel": "D1", "user": user, "text": text}
    return {"event_id": f"Ev{number}", "event": {**message, "ts": f"1759647600.{number:06}"}}


def hints(office: Office) -> list[dict[str, Any]]:
    return [one for one in office.table("notices") if one["kind"] == "hint"]


def waiting(office: Office) -> list[dict[str, Any]]:
    return office.table("inbox_events")


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the store alone tells
            await asyncio.sleep(0.02)


async def test_what_came_together_is_kept_in_one_commit_and_worked_off_in_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = inbox_of(office)
    commits, order = [], []
    commit = inbox._commit

    def committing(events: Sequence[KeptEvent]) -> set[str]:
        commits.append(len(events))
        return commit(events)

    def taking(desk: Desk, one: dict[str, Any], now: datetime) -> None:
        order.append(one["ts"])
        take_event(desk, one, now)

    monkeypatch.setattr(inbox, "_commit", committing)
    monkeypatch.setattr(TAKE, taking)
    bodies = [said(number) for number in range(BATCH)]

    async with inbox.running():
        await asyncio.gather(*(inbox.keep(body) for body in bodies))
        assert await inbox.settled(20)

    assert commits == [BATCH]
    assert order == [body["event"]["ts"] for body in bodies]
    assert len(hints(office)) == BATCH
    assert waiting(office) == []


async def test_an_event_is_acked_before_it_is_worked_off_and_bears_the_time_it_came(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    came, times = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def slowly(desk: Desk, one: dict[str, Any], now: datetime) -> None:
        asyncio.run_coroutine_threadsafe(came.wait(), loop).result()
        times.append(now)
        take_event(desk, one, now)

    monkeypatch.setattr(TAKE, slowly)
    inbox = inbox_of(office)
    async with inbox.running():
        await inbox.keep(said(1))
        assert len(waiting(office)) == 1
        assert not await inbox.settled(0.1)
        office.clock.at = MONDAY + HOUR
        came.set()
        assert await inbox.settled(5)

    assert times == [MONDAY]


async def test_what_a_killed_process_had_kept_is_worked_off_by_the_next_once(office: Office) -> None:
    inbox = inbox_of(office)
    kept = KeptEvent("message:D1:1759647600.000001", said(1)["event"], "UVIC", MONDAY, time.time_ns())
    inbox._commit([kept])  # acked, and killed then

    async with inbox_of(office).running(), inbox_of(office).running():
        await until(lambda: not waiting(office))

    assert len(hints(office)) == 1


async def test_what_a_live_process_leaves_is_taken_up_after_ten_seconds(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_inbox, "LEFT_SECONDS", 0.2)
    inbox = inbox_of(office)
    async with inbox.running():
        await until(lambda: not inbox._at_work)
        inbox._commit([KeptEvent("Ev1", said(1)["event"], "UVIC", MONDAY, time.time_ns())])
        await until(lambda: not waiting(office))
    assert len(hints(office)) == 1


async def test_one_that_fails_is_tried_again_later_and_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def failing(desk: Desk, one: dict[str, Any], now: datetime) -> None:
        if one["text"] == "bad":
            tries.append(one)
            take_event(desk, one, now)  # what it wrote is undone with it
            raise RuntimeError("a fault of ours")
        take_event(desk, one, now)

    monkeypatch.setattr(TAKE, failing)
    monkeypatch.setattr(event_inbox, "LEFT_SECONDS", 0.01)
    monkeypatch.setattr(event_inbox, "LONGER", 1)
    inbox = inbox_of(office)
    async with inbox.running():
        await asyncio.gather(inbox.keep(said(1, "bad")), inbox.keep(said(2)))
        await until(lambda: len(tries) == 5)
        await until(lambda: waiting(office)[0]["attempts"] == 5)
        await asyncio.sleep(0.1)

    assert len(tries) == 5, "it waits for an operator"
    assert len(hints(office)) == 1
    with office.store.writing() as uow:
        figures = uow.inbox.figures()
        assert (figures.waiting, len(figures.stuck)) == (0, 1)
        assert figures.stuck[0], "the reference of the last attempt"
        assert uow.inbox.revive() == 1
    monkeypatch.setattr(TAKE, take_event)
    async with inbox_of(office).running():
        await until(lambda: not waiting(office))
    assert len(hints(office)) == 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_failed_one_waits_longer_each_time(office: Office) -> None:
    inbox = inbox_of(office)
    now = time.time_ns()
    for attempts, seconds in ((0, 0.1), (1, 29), (2, 91), (4, 800)):
        one = KeptEvent(f"Ev{attempts}", said(1)["event"], None, MONDAY, now - int(seconds * 10**9))
        inbox._commit([replace(one, attempts=attempts)])
    assert [one.attempts for one in inbox._find_left(now)] == [0, 2]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_words_that_are_odd_hinder_no_others(office: Office) -> None:
    inbox = inbox_of(office)
    odd = ["\x00 and \x1b", "\ud83d half a pair", "😀 שׁלום", "'; DROP TABLE inbox_events; --"]
    async with inbox.running():
        await asyncio.gather(*(inbox.keep(said(n, words)) for n, words in enumerate(odd)))
        assert len(every(office.store, "inbox_events")) == len(odd)
        assert await inbox.settled(5)
    assert len(hints(office)) == len(odd)


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_fails_to_be_kept_is_told_to_each_that_waits(office: Office) -> None:
    async with listening(office) as line:
        with office.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE inbox_events RENAME TO lost"))
        bodies = [event("app_home_opened", f"Ev{number}", tab="home") for number in range(5)]
        answers = await asyncio.gather(*(line.send(body, json_body=True) for body in bodies))
        assert {answer.status_code for answer in answers} == {503}
        with office.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE lost RENAME TO inbox_events"))
        assert await line.send_event(bodies[0]) == 200


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_acks_go_before_the_work_behind_them_but_not_for_ever(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_inbox, "CALM_SECONDS", 0.2)
    monkeypatch.setattr(event_inbox, "MOST_SECONDS", 0.5)
    inbox = inbox_of(office)
    async with inbox.running():
        began = time.monotonic()
        while not hints(office):
            await inbox.keep(said(int((time.monotonic() - began) * 1_000_000)))
            await asyncio.sleep(0.02)
        assert 0.5 <= time.monotonic() - began < 5
        assert await inbox.settled(20)


def slow_commits(inbox: EventInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = inbox._commit

    def slowly(events: Sequence[KeptEvent]) -> set[str]:
        time.sleep(0.3)
        return commit(events)

    monkeypatch.setattr(inbox, "_commit", slowly)


async def test_nothing_is_worked_off_beside_a_commit_that_others_wait_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = inbox_of(office)
    async with inbox.running():
        await inbox.keep(said(1))
        slow_commits(inbox, monkeypatch)
        await asyncio.gather(inbox.keep(said(2)), inbox.keep(said(3)))
        assert hints(office) == []
        assert await inbox.settled(20)


async def test_what_is_still_to_be_kept_is_not_settled(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = inbox_of(office)
    slow_commits(inbox, monkeypatch)
    async with inbox.running():
        keeping = asyncio.create_task(inbox.keep(said(1)))
        await asyncio.sleep(0.1)
        assert await inbox.settled(20)
        assert keeping.done()
        assert len(hints(office)) == 1


async def test_the_event_in_hand_is_finished_at_the_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(desk: Desk, one: dict[str, Any], now: datetime) -> None:
        loop.call_soon_threadsafe(begun.set)
        time.sleep(0.2)
        take_event(desk, one, now)

    monkeypatch.setattr(TAKE, slowly)
    inbox = inbox_of(office)
    async with inbox.running():
        await asyncio.gather(inbox.keep(said(1)), inbox.keep(said(2)))
        await begun.wait()
    assert len(hints(office)) == 1
    assert len(waiting(office)) == 1, "the rest waits for the next start"
