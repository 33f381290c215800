"""What stands in a deal's channel: posted once, found after a lost reply, shown to nobody outside a team."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.services.deal_thread import find_deal, read_link
from bot.services.team_channels import ChannelSeen, channel_prefix, map_channels
from bot.slack.channel_post import ChannelPost
from bot.slack.connection import private_channels
from bot.slack.messenger import Messenger
from bot.slack.views.deal_thread import link_summary
from bot.store.tables import People
from tests.integration.services.company import MONDAY, every
from tests.integration.services.inspecting import (
    CHANNEL,
    OBJECTION,
    asked,
    change,
    evidence_of,
    marked,
    thread_of,
    wrote,
)
from tests.integration.slack.conftest import Office

DAY = timedelta(days=1)
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
async def desk(office: Office) -> Office:
    """The office with a messenger that posts in channels; these are known, and nothing else waits."""
    post = ChannelPost(office.store, office.jobs, office.client, office.clock)
    office.messenger = Messenger(office.store, office.client, office.clock, post)
    await office.work_off()
    seen = await private_channels(office.client, channel_prefix(office.store))
    assert seen is not None
    map_channels(office.store, seen, MONDAY)
    return office


async def in_channel(office: Office, channel: str = CHANNEL, user: str = "UMIA") -> list[dict[str, Any]]:
    return await office.slack.messages(user, channel)


async def in_thread(office: Office, user: str = "UMIA") -> list[dict[str, Any]]:
    head = (await in_channel(office))[0]["ts"]
    answer = await office.slack.look(f"page/{user}/channels/{CHANNEL}/threads/{head}")
    found: list[dict[str, Any]] = answer["messages"]
    return found[1:]


async def test_a_head_is_posted_once_and_its_place_kept(desk: Office) -> None:
    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY)
    find_deal(desk.store, desk.jobs, "UROB", "deal_rob", MONDAY)
    assert len(desk.jobs.deliveries) == 1
    delivery_id = desk.take()

    assert await desk.messenger(delivery_id, 1) is None
    assert await desk.messenger(delivery_id, 2) is None

    (head,) = await in_channel(desk)
    thread = thread_of(desk.store, "deal_rob")
    assert thread.message_ts == head["ts"]
    assert str(thread.permalink).endswith(f"/archives/{CHANNEL}/p{head['ts'].replace('.', '')}")
    await desk.work_off()
    assert "The thread of deal_rob is in #deals-mia" in str((await desk.told("UMIA"))[-1]["blocks"])


@ON_ONE
async def test_a_head_whose_reply_was_lost_is_found_and_not_doubled(desk: Office) -> None:
    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY)
    delivery_id = desk.take()
    await desk.slack.fault(kind="lost_reply", method="chat.postMessage", times=1)

    assert await desk.messenger(delivery_id, 1) is not None
    assert thread_of(desk.store, "deal_rob").message_ts is None
    assert await desk.messenger(delivery_id, 2) is None

    (head,) = await in_channel(desk)
    assert thread_of(desk.store, "deal_rob").message_ts == head["ts"]


@ON_ONE
async def test_a_head_posted_whose_link_failed_is_not_posted_again(desk: Office) -> None:
    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY)
    delivery_id = desk.take()
    await desk.slack.fault(kind="server_error", method="chat.getPermalink", times=1)

    assert await desk.messenger(delivery_id, 1) is not None
    assert await desk.messenger(delivery_id, 2) is None

    assert len(await in_channel(desk)) == 1
    assert thread_of(desk.store, "deal_rob").permalink is not None


async def test_questions_follow_their_head_and_the_rep_hears_of_them(desk: Office) -> None:
    asked(desk.store, desk.jobs)

    await desk.work_off()

    (questions,) = await in_thread(desk)
    assert "Mia asks:" in str(questions["blocks"])
    assert "<@" not in str(questions["blocks"])
    assert "3 questions about deal_rob wait" in str((await desk.told("UROB"))[-1]["blocks"])


@ON_ONE
async def test_questions_whose_reply_was_lost_are_found_in_their_thread(desk: Office) -> None:
    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY)
    await desk.work_off()
    asked(desk.store, desk.jobs)
    delivery_id = next(one for one, _ in desk.jobs.deliveries if one.endswith(":thread"))
    await desk.slack.fault(kind="lost_reply", method="chat.postMessage", times=1)

    assert await desk.messenger(delivery_id, 1) is not None
    assert await desk.messenger(delivery_id, 2) is None

    assert len(await in_thread(desk)) == 1


@ON_ONE
async def test_a_channel_with_somebody_outside_the_team_is_shown_nothing(desk: Office) -> None:
    found = find_deal(desk.store, desk.jobs, "UMAX", "deal_ray", MONDAY)
    assert found.link is not None
    assert found.link.channel == "#deals-open"

    await desk.work_off()

    assert await in_channel(desk, "C0OPEN", "UMAX") == []
    assert "1 member of the channel is outside the team" in str((await desk.told("UMAX"))[-1]["blocks"])


@ON_ONE
async def test_a_head_shows_what_became_of_it_in_place(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    before = (await in_channel(desk))[0]
    message = wrote(desk.store, desk.jobs, thread_ts=before["ts"])
    marked(desk.store, desk.jobs, message)

    await desk.work_off()

    (head,) = await in_channel(desk)
    assert head["ts"] == before["ts"]
    assert str(head["blocks"]).count("● Answered") == 1


@ON_ONE
async def test_a_head_shows_nothing_new_to_somebody_who_is_outside_the_team_by_now(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    before = (await in_channel(desk))[0]
    change(desk.store, People, "ria", manager_id="max")  # and nobody took her out of the channel
    marked(desk.store, desk.jobs, wrote(desk.store, desk.jobs, thread_ts=before["ts"]))

    await desk.work_off()
    await desk.work_off()

    (head,) = await in_channel(desk)
    assert head["blocks"] == before["blocks"]
    reason = "nothing new is shown in your deals' channel"
    (told,) = (one for one in every(desk.store, "notices").values() if one["reason"] == reason)
    assert told["person_id"] == "mia"
    with desk.store.reading() as uow:
        link = read_link(uow, told["subject_id"])
    assert link is not None
    assert "Nothing new is shown in the thread of deal_rob in #deals-mia: 1 member" in link_summary(link)

    change(desk.store, People, "ria", manager_id="mia")
    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY + DAY)
    await desk.work_off()

    (head,) = await in_channel(desk)
    assert str(head["blocks"]).count("● Answered") == 1
    assert thread_of(desk.store, "deal_rob").trouble is None


@ON_ONE
async def test_a_prompt_is_seen_by_its_author_alone_and_only_while_it_is_open(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    head = (await in_channel(desk))[0]["ts"]
    wrote(desk.store, desk.jobs, thread_ts=head)
    answered = wrote(
        desk.store,
        desk.jobs,
        "Their worry is the price, our answer is the pilot",
        thread_ts=head,
        number=2,
    )
    marked(desk.store, desk.jobs, answered, OBJECTION)

    await desk.work_off()

    prompts = [one for one in await in_thread(desk, "UROB") if one.get("ephemeral")]
    assert len(prompts) == 1
    assert not [one for one in await in_thread(desk, "UMIA") if one.get("ephemeral")]


@ON_ONE
async def test_the_link_to_a_quoted_message_is_fetched_by_a_job(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    head = (await in_channel(desk))[0]["ts"]
    answer = await desk.slack.page(
        "UROB/messages", channel=CHANNEL, text="The review is on 14 October with them", thread_ts=head
    )
    message = wrote(
        desk.store, desk.jobs, "The review is on 14 October with them", thread_ts=head, ts=answer["ts"]
    )
    marked(desk.store, desk.jobs, message)

    await desk.work_off()

    (one,) = evidence_of(desk.store)
    assert f"p{answer['ts'].replace('.', '')}?thread_ts={head}" in str(one.permalink)


@ON_ONE
async def test_an_app_that_was_put_out_of_the_channel_says_so(desk: Office) -> None:
    map_channels(desk.store, [ChannelSeen("C404", "deals-mia", ("UMIA",))], MONDAY)
    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY)
    delivery_id = desk.take()

    assert await desk.messenger(delivery_id, 1) is None

    assert "not in the team's channel any more" in str(thread_of(desk.store, "deal_rob").trouble)
