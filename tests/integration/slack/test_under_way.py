"""What changes while a message is under way, and what must not become alive or reach a leaver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.services.notifying import publish_home
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
