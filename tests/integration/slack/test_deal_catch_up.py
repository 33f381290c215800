"""What was written in a deal's thread while no event reached the bot is taken in from the thread itself."""

from __future__ import annotations

import pytest

from bot.services.deal_catch_up import take_history, threads_to_read
from bot.services.deal_thread import find_deal
from bot.slack.catch_up import CatchUp
from tests.integration.services.company import MONDAY, every
from tests.integration.services.inspecting import CHANNEL, asked, evidence_of, marked, thread_of, wrote
from tests.integration.slack.conftest import Office
from tests.integration.slack.test_channel_post import DAY, desk, in_channel

__all__ = ["desk"]
SAID = "The review is on 14 October with them"


async def posted(office: Office, text: str, user: str = "UROB") -> str:
    """Somebody wrote something in the thread, and no event came of it."""
    head = (await in_channel(office))[0]["ts"]
    answer = await office.slack.page(f"{user}/messages", channel=CHANNEL, text=text, thread_ts=head)
    return str(answer["ts"])


async def caught_up(office: Office) -> None:
    await CatchUp(office.client, office.store, office.jobs, office.clock).threads()


async def test_what_was_written_changed_and_deleted_meanwhile_is_taken_in(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    kept, changed, gone = [await posted(desk, f"{SAID} {number}") for number in range(3)]

    await caught_up(desk)
    await caught_up(desk)
    assert {row["ts"] for row in every(desk.store, "thread_messages").values()} == {kept, changed, gone}
    assert {row["author_id"] for row in every(desk.store, "thread_messages").values()} == {"rob"}
    thread = thread_of(desk.store, "deal_rob")
    for ts in (kept, changed, gone):
        message = wrote(desk.store, desk.jobs, thread_ts=thread.message_ts, ts=ts)
        marked(desk.store, desk.jobs, message)

    await desk.slack.page("UROB/messages/edit", channel=CHANNEL, ts=changed, text="I have no date yet")
    await desk.slack.page("UROB/messages/delete", channel=CHANNEL, ts=gone)
    await caught_up(desk)
    await caught_up(desk)

    assert {one.message_ts: one.state.value for one in evidence_of(desk.store) if one.marked_by_id} == {
        kept: "standing",
        changed: "withdrawn",
        gone: "withdrawn",
    }


async def test_what_comes_while_a_thread_is_read_was_not_deleted(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    (known,) = threads_to_read(desk.store, MONDAY)
    wrote(desk.store, desk.jobs, thread_ts=known.thread.message_ts)

    assert take_history(desk.store, desk.jobs, known, [], MONDAY) == 0

    (row,) = every(desk.store, "thread_messages").values()
    assert row["deleted_at"] is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_thread_that_can_not_be_read_is_left_for_the_next_time(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    await posted(desk, SAID)
    await desk.slack.fault(kind="rate_limit", method="conversations.replies", times=1, retry_after=7)

    await caught_up(desk)
    assert not every(desk.store, "thread_messages")
    await caught_up(desk)
    assert len(every(desk.store, "thread_messages")) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_thread_where_nothing_happens_is_not_read(desk: Office) -> None:
    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY)
    await desk.work_off()
    assert threads_to_read(desk.store, MONDAY) == []
    asked(desk.store, desk.jobs)
    assert len(threads_to_read(desk.store, MONDAY)) == 1
    assert threads_to_read(desk.store, MONDAY + 15 * DAY) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_deleted_head_is_posted_anew_when_asked_for(desk: Office) -> None:
    asked(desk.store, desk.jobs)
    await desk.work_off()
    first = (await in_channel(desk))[0]["ts"]
    await desk.slack.api("chat.delete", channel=CHANNEL, ts=first)
    marked(desk.store, desk.jobs, wrote(desk.store, desk.jobs, thread_ts=first))
    await desk.work_off()
    assert thread_of(desk.store, "deal_rob").message_ts is None

    find_deal(desk.store, desk.jobs, "UMIA", "deal_rob", MONDAY)
    await desk.work_off()

    again = [one for one in await in_channel(desk) if one.get("subtype") != "tombstone"]
    assert len(again) == 1
    assert thread_of(desk.store, "deal_rob").message_ts == again[0]["ts"] != first
