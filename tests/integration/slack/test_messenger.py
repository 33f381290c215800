"""Each recorded delivery becomes one message, whatever Slack answers or the network loses."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.verification import Answer
from bot.jobs.engine import WORKERS
from bot.jobs.protocols import Lane, TryAgain
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.deal_list import ShowPage, show_page
from bot.services.enforcement import advance
from bot.services.notifying import Mode, NoticeKind, Subject, Urgency, tell
from bot.services.pacing import SharedPacer
from bot.services.presence import home_opened, message_received
from bot.services.snooze import Snooze, snooze
from bot.slack import posted
from bot.slack.messenger import MOST_ATTEMPTS, Messenger
from tests.integration.services.company import MONDAY, PEOPLE, logged, owed_to, question_to
from tests.integration.slack.conftest import Office
from tests.integration.slack.workspace import TOKEN

HOUR = timedelta(hours=1)
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])


async def test_posted_once_and_put_on_record(office: Office) -> None:
    delivery_id = office.take()

    assert await office.messenger(delivery_id, 1) is None
    assert await office.messenger(delivery_id, 2) is None

    message, *others = await office.told("UMIA")
    assert others == []
    assert message["text"].startswith("Health check: 2 conversations owed")
    sent = office.delivery(delivery_id)
    assert (sent.state, sent.slack_ts, sent.attempts) == ("sent", message["ts"], 1)
    assert sent.sent_at == MONDAY
    assert await office.calls("conversations.history") == 0


async def test_an_update_changes_the_message_where_it_stands(office: Office) -> None:
    await office.work_off()
    before = (await office.told("UMIA"))[0]["ts"]
    logged(office.store, office.jobs)

    await office.work_off()

    message, *others = await office.told("UMIA")
    assert others == []
    assert message["ts"] == before
    assert message["text"].startswith("Health check: 1 conversation owed")
    question, *others = await office.told("UROB")
    assert others == []
    assert "Did it take place?" in question["text"]


@ON_ONE
async def test_the_answer_is_seen_by_both_and_a_dispute_rings(office: Office) -> None:
    await office.work_off()
    logged(office.store, office.jobs)
    await office.work_off()
    command = Acknowledge("UROB", question_to(office.store), Answer.DISPUTED, "We <!channel> did not")
    acknowledge(office.store, office.jobs, command, MONDAY)

    await office.work_off()

    assert len(await office.told("UROB")) == 1
    (card,) = await office.told("UMIA")
    (dispute,) = await office.under("UMIA", card["ts"])
    assert "remembers the coverage conversation differently" in dispute["text"]
    assert "&lt;!channel&gt;" in str(dispute["blocks"])
    assert "<!channel>" not in str(dispute["blocks"])
    assert "Disputed" in str(card["blocks"])


async def test_a_reminder_stands_under_the_card(office: Office) -> None:
    await office.work_off()
    snooze(office.store, office.jobs, Snooze("UMIA", owed_to(office.store, "rob").id, "hour"), MONDAY)
    advance(office.store, office.jobs, MONDAY + HOUR)
    office.clock.at = MONDAY + HOUR

    await office.work_off()

    card, *others = await office.told("UMIA")
    assert others == []
    thread = await office.under("UMIA", card["ts"])
    assert [("*Rob*" in message["text"]) for message in thread] == [True]


@ON_ONE
async def test_the_home_tab_is_published_and_a_hint_answered(office: Office) -> None:
    await office.work_off()
    home_opened(office.store, office.jobs, "UVIC", MONDAY)
    message_received(office.store, office.jobs, "UVIC", "Ev2", MONDAY)

    await office.work_off()

    assert await office.calls("views.publish") == 1
    assert "I don't answer messages" in (await office.told("UVIC"))[0]["text"]


@ON_ONE
async def test_nothing_left_to_say_is_superseded(office: Office) -> None:
    await office.work_off()
    snooze(office.store, office.jobs, Snooze("UMIA", owed_to(office.store, "rob").id, "hour"), MONDAY)
    await office.work_off()
    advance(office.store, office.jobs, MONDAY + HOUR)
    logged(office.store, office.jobs, "rob", MONDAY + HOUR)
    posted = await office.calls("chat.postMessage")

    await office.work_off()

    reply = next(one for one in office.table("deliveries") if one["mode"] == "reply")
    assert reply["state"] == "superseded"
    assert await office.calls("chat.postMessage") == posted + 1  # the question to Rob


@ON_ONE
async def test_a_message_its_person_deleted_is_let_go(office: Office) -> None:
    await office.work_off()
    card = (await office.told("UMIA"))[0]
    await office.slack.api("chat.delete", channel=await office.slack.app_dm("UMIA"), ts=card["ts"])
    logged(office.store, office.jobs)

    assert set(await office.work_off()) == {None}

    update = next(one for one in office.table("deliveries") if one["mode"] == "update")
    assert update["state"] == "superseded"


@ON_ONE
async def test_a_view_that_was_closed_meanwhile_is_let_go(office: Office) -> None:
    await office.work_off()
    fire_id = owed_to(office.store, "rob").source_id
    show_page(office.store, office.jobs, ShowPage("UMIA", "V404", fire_id, "{}"), MONDAY)
    delivery_id = office.take()

    assert await office.messenger(delivery_id, 1) is None
    assert office.delivery(delivery_id).state == "superseded"


@ON_ONE
@pytest.mark.parametrize("chosen", ["{", '{"p":"x"}', '{"p":-4,"k":"nothing","r":7}'])
async def test_a_list_that_can_not_be_read_or_shown_any_more_is_let_go(office: Office, chosen: str) -> None:
    await office.work_off()
    for fire_id in (owed_to(office.store, "rob").source_id, "fire_nothing"):
        show_page(office.store, office.jobs, ShowPage("UMIA", "V404", fire_id, chosen), MONDAY)
        delivery_id = office.take()

        assert await office.messenger(delivery_id, 1) is None
        assert office.delivery(delivery_id).state == "superseded"


# ---------------------------------------------------------------- what can't succeed


@ON_ONE
async def test_a_person_slack_does_not_know_is_a_dead_letter_with_its_reason(office: Office) -> None:
    mia = next(one for one in PEOPLE if one.id == "mia")
    with office.store.writing() as uow:
        uow.people.save(replace(mia, slack_user_id="UGONE"), "crm", "crm-mia")
    delivery_id = office.take()

    assert await office.messenger(delivery_id, 1) is None

    dead = office.delivery(delivery_id)
    assert (dead.state, dead.error) == ("dead", "channel_not_found")
    assert await office.messenger(delivery_id, 2) is None
    assert await office.calls("chat.postMessage") == 1


@ON_ONE
async def test_a_channel_that_is_gone_is_a_dead_letter(office: Office) -> None:
    office.messenger._channels["UMIA"] = "D404"
    delivery_id = office.take()

    assert await office.messenger(delivery_id, 1) is None
    assert (office.delivery(delivery_id).state, office.delivery(delivery_id).error) == (
        "dead",
        "channel_not_found",
    )


@ON_ONE
async def test_a_person_without_slack_is_not_written_to(office: Office) -> None:
    mia = next(one for one in PEOPLE if one.id == "mia")
    with office.store.writing() as uow:
        uow.people.save(replace(mia, slack_user_id=None), "crm", "crm-mia")
    delivery_id = office.take()

    assert await office.messenger(delivery_id, 1) is None
    assert office.delivery(delivery_id).state == "superseded"


@ON_ONE
async def test_what_is_not_on_record_is_not_sent(office: Office) -> None:
    assert await office.messenger("dlv_nothing", 1) is None


@ON_ONE
async def test_what_can_not_be_made_is_a_dead_letter_and_no_crash(office: Office) -> None:
    with office.store.writing() as uow:
        # A notice about a view whose id lacks its parts: as a version after this one might write it.
        subject = Subject("view", "V1")
        tell(
            uow,
            office.jobs,
            kind=NoticeKind.DEAL_LIST,
            person_id="mia",
            subject=subject,
            reason="a test",
            cause="dlv_odd",
            urgency=Urgency.DIRECT,
            now=MONDAY,
            mode=Mode.VIEW,
        )

    assert await office.messenger("dlv_odd", 1) == TryAgain(2.0)
    assert office.delivery("dlv_odd").state == "failed"
    assert await office.messenger("dlv_odd", MOST_ATTEMPTS) is None

    dead = office.delivery("dlv_odd")
    assert dead.state == "dead"
    assert dead.error is not None
    assert dead.error.startswith("could not be made, reference ")


# ---------------------------------------------------------------- what may succeed later


@ON_ONE
async def test_a_limit_is_waited_for_as_long_as_slack_says(office: Office) -> None:
    await office.slack.fault(kind="rate_limit", method="chat.postMessage", times=1, retry_after=7)
    delivery_id = office.take()

    assert await office.messenger(delivery_id, 1) == TryAgain(7.0, refused=True)
    refused = office.delivery(delivery_id)
    assert (refused.state, refused.error, refused.attempts) == ("failed", "ratelimited", 0)
    for lane in (Lane.DELIVERIES, Lane.INTERACTIVE):
        turn = SharedPacer(office.store).take(delivery_id, lane)
        assert not turn.mine
        assert 5 < turn.seconds <= 7
    assert await office.messenger(delivery_id, 2) is None
    assert len(await office.told("UMIA")) == 1
    assert office.delivery(delivery_id).error is None


@ON_ONE
async def test_a_fault_of_the_server_is_waited_out_ever_longer_and_given_up_at_last(office: Office) -> None:
    await office.slack.fault(kind="server_error", method="chat.postMessage", times=None)
    delivery_id = office.take()

    waits = [await office.messenger(delivery_id, attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]

    assert waits[:3] == [TryAgain(2.0), TryAgain(4.0), TryAgain(8.0)]
    assert max(wait.seconds for wait in waits if wait) == 300.0
    assert waits[-1] is None
    dead = office.delivery(delivery_id)
    assert (dead.state, dead.error, dead.attempts) == ("dead", "http_503", MOST_ATTEMPTS)


@pytest.mark.parametrize("fault", [{"kind": "lost_reply"}, {"kind": "lost_reply", "status": 502}])
async def test_a_message_whose_reply_was_lost_is_found_and_not_doubled(
    office: Office, fault: dict[str, object]
) -> None:
    await office.slack.fault(method="chat.postMessage", times=1, **fault)
    delivery_id = office.take()

    assert isinstance(await office.messenger(delivery_id, 1), TryAgain)
    assert await office.messenger(delivery_id, 2) is None

    message, *others = await office.told("UMIA")
    assert others == []
    assert office.delivery(delivery_id).slack_ts == message["ts"]


@ON_ONE
async def test_it_is_found_however_much_was_said_since(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posted, "MESSAGES_A_PAGE", 3)
    await office.slack.fault(kind="lost_reply", method="chat.postMessage", times=1)
    delivery_id = office.take()
    assert isinstance(await office.messenger(delivery_id, 1), TryAgain)
    dm = await office.slack.app_dm("UMIA")
    for number in range(8):
        await office.slack.page("UMIA/messages", channel=dm, text=f"And {number}")

    assert await office.messenger(delivery_id, 2) is None

    assert [message["text"][:3] for message in await office.told("UMIA")].count("And") == 8
    assert len(await office.told("UMIA")) == 9


@ON_ONE
async def test_a_lost_reminder_under_the_card_is_found_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posted, "MESSAGES_A_PAGE", 3)
    await office.work_off()
    (card,) = await office.told("UMIA")
    dm = await office.slack.app_dm("UMIA")
    for number in range(8):
        await office.slack.page("UMIA/messages", channel=dm, text=f"And {number}", thread_ts=card["ts"])
    snooze(office.store, office.jobs, Snooze("UMIA", owed_to(office.store, "rob").id, "hour"), MONDAY)
    await office.work_off()
    advance(office.store, office.jobs, MONDAY + HOUR)
    office.clock.at = MONDAY + HOUR
    await office.slack.page("clock/step", to="+1h")
    await office.slack.fault(kind="lost_reply", method="chat.postMessage", times=1)
    delivery_id = office.take()

    assert isinstance(await office.messenger(delivery_id, 1), TryAgain)
    assert await office.messenger(delivery_id, 2) is None

    assert (await office.told("UMIA"))[0]["reply_count"] == 9


@ON_ONE
async def test_a_slow_slack_is_not_asked_to_post_twice(office: Office) -> None:
    await office.slack.fault(kind="slow_reply", method="chat.postMessage", times=1, delay=1.0)
    delivery_id = office.take()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.4)) as session:
        impatient = AsyncWebClient(
            token=TOKEN, base_url=f"{office.slack.base_url}/api/", session=session, timeout=10
        )
        messenger = Messenger(office.store, impatient, office.clock)

        assert isinstance(await messenger(delivery_id, 1), TryAgain)
        assert office.delivery(delivery_id).error == "TimeoutError"
        assert await messenger(delivery_id, 2) is None

    assert len(await office.told("UMIA")) == 1


@ON_ONE
async def test_however_slow_slack_is_a_click_finds_a_connection(office: Office) -> None:
    await office.slack.fault(kind="slow_reply", method="chat.postMessage", times=None, delay=2.0)
    dm = await office.slack.app_dm("UMIA")
    unawaited = WORKERS[Lane.DELIVERIES] + WORKERS[Lane.REFRESHES]
    hanging = [
        asyncio.create_task(office.client.chat_postMessage(channel=dm, text=f"{number}"))
        for number in range(unawaited)
    ]
    await asyncio.sleep(0.2)

    await asyncio.wait_for(office.client.auth_test(), 1.0)

    assert not any(one.done() for one in hanging)
    await asyncio.gather(*hanging)


async def test_after_a_crash_in_the_midst_it_looks_before_it_sends(office: Office) -> None:
    delivery_id = office.take()
    # The process died between posting and recording: the attempt is on record, the message is there.
    office.messenger._begin(delivery_id)
    letter = office.messenger._letter(office.delivery(delivery_id))
    assert letter is not None
    await office.messenger._post(letter)

    assert await Messenger(office.store, office.client, office.clock)(delivery_id, 1) is None

    assert len(await office.told("UMIA")) == 1
    assert office.delivery(delivery_id).state == "sent"


@ON_ONE
async def test_of_many_updates_at_once_the_newest_state_stays_on_top(office: Office) -> None:
    await office.work_off()
    logged(office.store, office.jobs, "rob")
    logged(office.store, office.jobs, "ria")
    waiting = [office.take() for _ in range(len(office.jobs.deliveries))]
    await office.slack.fault(kind="slow_reply", method="chat.update", times=1, delay=0.3)

    await asyncio.gather(*(office.messenger(delivery_id, 1) for delivery_id in waiting))

    card = (await office.told("UMIA"))[0]
    assert card["text"] == "Health check of 5 Oct: no conversation is open"


@ON_ONE
async def test_one_update_says_all_that_others_would_say(office: Office) -> None:
    await office.work_off()
    logged(office.store, office.jobs, "rob")
    logged(office.store, office.jobs, "ria")
    office.clock.at = MONDAY + HOUR

    await office.work_off()

    assert await office.calls("chat.update") == 1
    updates = sorted(one["state"] for one in office.table("deliveries") if one["mode"] == "update")
    assert updates == ["sent", "superseded"]
