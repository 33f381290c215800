"""What changes while a message is under way, and what must not become alive or reach a leaver."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.services.notifying import publish_home
from bot.services.presence import home_opened
from bot.slack.bolt import Trouble
from bot.slack.messenger import Messenger
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, logged
from tests.integration.slack.conftest import Office

ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])


def leaves(store: Store, person_id: str) -> None:
    with store.writing() as uow:
        one = uow.people.get(person_id)
        assert one is not None
        uow.people.save(replace(one, active=False), "crm", f"crm-{person_id}")


@ON_ONE
async def test_an_answer_given_while_the_card_is_under_way_is_shown_on_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    record: Callable[..., bool] = Messenger._sent
    answered: list[str] = []

    def answered_meanwhile(messenger: Messenger, *given: Any) -> bool:
        if not answered:
            answered.append("rob")
            logged(office.store, office.jobs)  # the card is posted, and not on record as sent
        return record(messenger, *given)

    monkeypatch.setattr(Messenger, "_sent", answered_meanwhile)

    await office.messenger(office.take(), 1)

    card, *others = await office.told("UMIA")
    assert others == []
    assert card["text"].startswith("Health check: 1 conversation owed")


class Delayed:
    """The client of another process, whose changes leave late."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.leaving, self.may_leave = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        if name not in {"chat_update", "views_publish"} or self.leaving.is_set():
            return getattr(self._client, name)
        return functools.partial(self._late, getattr(self._client, name))

    async def _late(self, call: Callable[..., Awaitable[Any]], **given: Any) -> Any:
        self.leaving.set()
        await self.may_leave.wait()
        return await call(**given)


@pytest.mark.parametrize("mode", ["update", "home"])
async def test_of_two_processes_the_newest_state_stays_on_top(office: Office, mode: str) -> None:
    home_opened(office.store, office.jobs, "UMIA", MONDAY)
    await office.work_off()
    late = Delayed(office.client)
    elsewhere = Messenger(office.store, late, office.clock)  # type: ignore[arg-type]  # stands for a client
    logged(office.store, office.jobs, "rob")
    older = asyncio.create_task(elsewhere(asked_for(office, mode), 1))
    await late.leaving.wait()
    logged(office.store, office.jobs, "ria")
    office.clock.at = MONDAY + timedelta(minutes=1)
    await office.messenger(asked_for(office, mode), 1)

    late.may_leave.set()
    await older

    if mode == "update":
        assert (await office.told("UMIA"))[0]["text"] == "Health check of 5 Oct: no conversation is open"
    else:
        _opened, newer, older_one, last = [call["args"]["view"] for call in await published(office)]
        assert last == newer != older_one


def asked_for(office: Office, mode: str) -> str:
    """The delivery of this kind to Mia that was asked for last."""
    found = [one for one in office.table("deliveries") if (one["mode"], one["person_id"]) == (mode, "mia")]
    return str(max(one["id"] for one in found))


async def published(office: Office) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = (await office.slack.look("control/calls?method=views.publish"))["calls"]
    return calls


@ON_ONE
async def test_a_leaver_is_told_nothing_more_of_the_team(office: Office) -> None:
    waiting = office.take()
    leaves(office.store, "mia")

    assert await office.messenger(waiting, 1) is None

    assert await office.told("UMIA") == []
    assert office.delivery(waiting).state == "superseded"


def test_a_name_in_a_refusal_does_not_come_alive() -> None:
    words = Trouble("<https://evil.example|Rob> & co reports to another manager now: `/drumbeat today`.").view

    said = words["blocks"][0]["text"]["text"]
    assert said.startswith("&lt;https://evil.example|Rob&gt; &amp; co")
    assert said.endswith("`/drumbeat today`.")


async def test_of_several_updates_that_wait_the_last_one_is_made(office: Office) -> None:
    asked = []
    for _ in range(3):
        with office.store.writing() as uow:
            publish_home(uow, office.jobs, person_id="mia", now=MONDAY)
        asked.append(office.jobs.deliveries.pop()[0])

    # The workers take them in any order.
    for delivery_id in (asked[1], asked[2], asked[0]):
        await office.messenger(delivery_id, 1)

    assert [office.delivery(each).state for each in asked] == ["superseded", "superseded", "sent"]
    assert await office.calls("views.publish") == 1
