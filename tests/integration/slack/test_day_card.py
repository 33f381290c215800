"""What is held stands on the card in the end: it came before the card was sent, while it was, or after."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.verification import Answer
from bot.jobs.protocols import TryAgain
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.day_card import open_line
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.slack.messenger import Messenger
from tests.integration.services.company import MONDAY, logged, question_to, quiet
from tests.integration.slack.conftest import Office

ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])
HEADING = "Also for you"


def hold(office: Office, cause: str = "line", person: str = "mia") -> None:
    """Something is told that stands on the card as a line: how to use the bot."""
    with office.store.writing() as uow:
        tell(
            uow,
            office.jobs,
            kind=NoticeKind.HINT,
            person_id=person,
            subject=Subject("person", cause),
            reason="a test",
            cause=cause,
            urgency=Urgency.NEWS,
            now=MONDAY,
        )


async def only_card(office: Office, user: str = "UMIA") -> str:
    (card,) = await office.told(user)
    return str(card["blocks"])


async def test_a_line_that_came_before_the_card_was_sent_stands_on_it(office: Office) -> None:
    quiet(office.store)
    hold(office)
    assert await office.work_off() == [None]

    card = await only_card(office)
    assert HEADING in card
    assert "I don't answer messages" in card
    assert await office.calls("chat.update") == 0


async def test_a_line_comes_onto_a_card_that_was_sent_without_a_sound(office: Office) -> None:
    quiet(office.store)
    await office.work_off()
    assert HEADING not in await only_card(office)

    hold(office)
    await office.work_off()

    assert HEADING in await only_card(office)
    assert await office.calls("chat.postMessage") == 1


@pytest.mark.parametrize("moment", ["_say", "_sent"])
async def test_a_line_that_comes_while_the_card_is_sent_is_not_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Between the rendering and the post, and between the post and its record."""
    quiet(office.store)
    original = getattr(Messenger, moment)
    came: list[str] = []

    def meanwhile(messenger: Messenger, *given: Any) -> Any:
        if not came:
            came.append("line")
            hold(office)
        return original(messenger, *given)

    monkeypatch.setattr(Messenger, moment, meanwhile)
    delivery_id = office.take()

    again = await office.messenger(delivery_id, 1)
    assert again == TryAgain(0.0, refused=True)  # taken up at once, or by whoever takes over
    assert office.jobs.deliveries == []
    assert await office.messenger(delivery_id, 1) is None

    assert HEADING in await only_card(office)
    assert await office.calls("chat.postMessage") == 1
    assert office.delivery(delivery_id).state == "sent"


@ON_ONE
async def test_opened_it_stands_in_full_and_its_line_says_so(office: Office) -> None:
    quiet(office.store)
    hold(office)
    await office.work_off()
    line = next(one for one in office.table("notices") if one["subject_id"] == "line")

    open_line(office.store, office.jobs, "UMIA", line["id"], MONDAY)
    await office.work_off()

    card, opened = await office.told("UMIA")
    assert "I don't answer messages" in opened["text"]
    assert "opened: it stands below" in str(card["blocks"])
    assert "day_card.open" not in str(card["blocks"])


@ON_ONE
async def test_what_is_answered_elsewhere_is_ticked_off_on_the_card(office: Office) -> None:
    quiet(office.store, 0)
    hold(office, "first for rob", "rob")
    await office.work_off()
    logged(office.store, office.jobs)
    await office.work_off()
    assert "Waits for you" in await only_card(office, "UROB")

    acknowledge(
        office.store, office.jobs, Acknowledge("UROB", question_to(office.store), Answer.CONFIRMED), MONDAY
    )
    await office.work_off()

    card = await only_card(office, "UROB")
    assert ":white_check_mark: Thank you" in card
    assert "Waits for you" not in card


async def test_a_ping_waits_for_its_card(office: Office) -> None:
    card = office.take()
    hold(office, "ping")
    ping = office.take()

    assert await office.messenger(ping, 1) == TryAgain(1.0, refused=True)
    await office.messenger(card, 1)
    assert await office.messenger(ping, 1) is None

    (message,) = await office.told("UMIA")
    (reply,) = await office.under("UMIA", message["ts"])
    assert "I don't answer messages" in reply["text"]
    assert office.delivery(ping).thread_ts == message["ts"]
