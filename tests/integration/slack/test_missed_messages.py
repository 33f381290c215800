"""What somebody wrote to the bot while it could not hear is answered once, as if it had come at once."""

from __future__ import annotations

import time

import pytest

from bot.services.missed_messages import LOOK_BACK, correspondents
from bot.slack import catch_up as catching_up
from bot.slack.catch_up import CatchUp
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.events import event_key, take_event
from bot.store.handling import Inbound
from tests.integration.services.company import MONDAY
from tests.integration.slack.conftest import Office

ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])
SESSION = "1:1 with Rob today, 30 min, about discovery: he lets the customer talk now"


async def wrote(office: Office, user: str, text: str) -> str:
    """Somebody writes to the bot; returns the ts."""
    dm = await office.slack.app_dm(user)
    return str((await office.slack.page(f"{user}/messages", channel=dm, text=text))["ts"])


def catch_up(office: Office) -> CatchUp:
    return CatchUp(office.client, office.store, office.jobs, office.clock)


def answers(office: Office) -> list[tuple[str, str]]:
    """Kind and person of each notice that answers a message."""
    found = [(one["kind"], one["person_id"]) for one in office.table("notices")]
    return sorted(one for one in found if one[0] in {"hint", "coaching_offer"})


async def test_a_missed_message_is_answered_once_and_a_session_offered_as_a_log(office: Office) -> None:
    await office.work_off()
    await wrote(office, "UMIA", SESSION)
    await wrote(office, "UVIC", "hello?")

    await catch_up(office).conversations()
    await catch_up(office).conversations()

    assert answers(office) == [("coaching_offer", "mia"), ("hint", "vic")]
    await office.work_off()
    assert len(await office.told("UVIC")) == 2, "the message and its answer"


async def test_a_missed_reply_under_a_card_is_answered_once(office: Office) -> None:
    await office.work_off()
    (card,) = await office.told("UMIA")
    dm = await office.slack.app_dm("UMIA")
    await office.slack.page("UMIA/messages", channel=dm, text=SESSION, thread_ts=card["ts"])

    for _ in range(2):
        await catch_up(office).conversations()
        await office.work_off()  # its answer makes the thread longer by one of ours

    assert answers(office) == [("coaching_offer", "mia")]


async def test_what_an_event_brought_is_not_answered_again_nor_the_other_way_round(office: Office) -> None:
    dm = await office.slack.app_dm("UVIC")
    brought = await wrote(office, "UVIC", "first")
    said = {"type": "message", "channel_type": "im", "channel": dm, "user": "UVIC", "text": "hello"}

    def event(ts: str) -> None:
        came = {**said, "ts": ts}
        key = event_key({"event_id": f"Ev{ts}", "event": came})
        with office.store.handling(Inbound(key, "event", MONDAY)):
            take_event(Desk(office.store, office.jobs), came, MONDAY)

    event(brought)
    assert answers(office) == [("hint", "vic")]
    found = await wrote(office, "UVIC", "second")
    await catch_up(office).conversations()
    assert answers(office) == [("hint", "vic")] * 2
    with pytest.raises(Exception, match="carried out before"):
        event(found)


@ON_ONE
async def test_old_words_and_the_bots_own_are_left_alone(office: Office) -> None:
    await wrote(office, "UVIC", "a week ago")
    office.clock.at = MONDAY + 3 * LOOK_BACK
    await office.work_off()

    await catch_up(office).conversations()

    assert answers(office) == []


@ON_ONE
async def test_one_that_can_not_be_read_keeps_nobody_else_waiting(office: Office) -> None:
    await office.work_off()
    await wrote(office, "UMIA", "hello")
    await wrote(office, "UVIC", "hello")
    await office.slack.fault(kind="rate_limit", method="conversations.history", times=1, retry_after=7)

    await catch_up(office).conversations()
    assert answers(office) == [("hint", "vic")], "Mia was written to last, and is read first"
    await catch_up(office).conversations()
    assert answers(office) == [("hint", "mia"), ("hint", "vic")]


@ON_ONE
async def test_many_conversations_are_read_slowly_after_the_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = len(correspondents(office.store))
    monkeypatch.setattr(catching_up, "AT_ONCE", 2)
    monkeypatch.setattr(catching_up, "PAUSE_SECONDS", 0.05)
    began = time.monotonic()

    await catch_up(office).conversations()

    assert time.monotonic() - began > 0.05 * (here - 2)
