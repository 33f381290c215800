"""People talk: choosing who you are, messages, threads, unread marks, live updates, commands."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.sandbox.running import Running, until
from tests.browser.sandbox.workspace import BEN, KARA, TEAM


async def test_a_person_is_chosen_by_searching_their_title(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    switcher = page.get_by_test_id("person-switcher")
    await expect(switcher).to_have_accessible_name("You are Kara Voss, Sales Manager. Switch person")
    await expect(page.get_by_test_id("clock-time")).to_have_text("Mon 5 Oct 08:55")

    await switcher.press("Enter")
    await page.keyboard.type("executive")
    await page.keyboard.press("Enter")

    await expect(switcher).to_have_accessible_name("You are Ben Ochoa, Account Executive. Switch person")
    await expect(page.get_by_test_id("clock-time")).to_have_text("Mon 5 Oct 02:55")
    await expect(page).to_have_url(re.compile(f"user={BEN}&channel={TEAM}"))


async def test_enter_sends_and_shift_enter_breaks_the_line(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    composer = page.get_by_label("Message #team-north")

    await composer.press_sequentially("*Morning* <b>all</b>")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("second line")
    await composer.press("Enter")

    message = page.get_by_test_id("message")
    await expect(message).to_contain_text("Morning <b>all</b>second line")
    await expect(message.locator("strong")).to_have_text("Morning")
    await expect(composer).to_have_value("")


async def test_a_mention_is_completed_and_marks_the_other_persons_channel(
    workspace: Running, open_page: OpenPage
) -> None:
    ben = await open_page(workspace.page(BEN, await workspace.dm_of(BEN)))
    kara = await open_page(workspace.page(KARA, TEAM))
    await expect(ben.locator(f"[data-channel={TEAM}]")).to_be_visible()

    await kara.get_by_label("Message #team-north").press_sequentially("Hello @och")
    await expect(kara.get_by_role("option", name="Ben Ochoa")).to_be_visible()
    await kara.keyboard.press("Enter")
    await kara.keyboard.type("are you there?")
    await kara.keyboard.press("Enter")

    await expect(kara.locator(".mention")).to_have_text("@Ben Ochoa")
    row = ben.get_by_role("button", name="team-north, 1 mention")
    await expect(row).to_be_visible()
    await expect(ben).to_have_title(re.compile(r"^\(1\) "))

    await row.click()

    await expect(ben.get_by_role("separator", name="New messages")).to_be_visible()
    await expect(ben.locator(".mention-me")).to_have_text("@Ben Ochoa")
    await expect(ben).to_have_title("#team-north · Meridian")


async def test_what_comes_while_a_page_is_still_loading_is_not_missed(
    workspace: Running, open_page: OpenPage
) -> None:
    head = await workspace.post(TEAM, "Where does Harbor Freight stand?")
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        """Answer with what stood there when it was asked, later."""
        answer = await route.fetch()
        asked.set()
        await answered.wait()
        await route.fulfill(response=answer)

    page = await open_page(workspace.page(KARA, await workspace.dm_of(KARA)))
    await page.route(re.compile(rf"/channels/{TEAM}/"), slowly)
    for place, thread in (("#message-list", {}), ("#thread-list", {"thread_ts": head})):
        asked.clear()
        answered.clear()
        if thread:
            await page.locator("#message-list").get_by_test_id("message").first.hover()
            await page.get_by_test_id("reply-in-thread").first.click()
        else:
            await page.locator(f"[data-channel={TEAM}]").click()
        await asked.wait()
        await workspace.post(TEAM, f"In legal, {place}", **thread)
        await page.wait_for_timeout(300)
        answered.set()
        await expect(page.locator(place)).to_contain_text(f"In legal, {place}")
        await expect(page.locator(place)).to_contain_text("Where does Harbor Freight stand?")


async def test_a_thread_is_opened_answered_and_closed(workspace: Running, open_page: OpenPage) -> None:
    await workspace.post(TEAM, "Where does Harbor Freight stand?")
    page = await open_page(workspace.page(KARA, TEAM))
    message = page.locator("#message-list").get_by_test_id("message")

    await message.hover()
    await message.get_by_test_id("reply-in-thread").click()
    await page.get_by_label("Reply in thread").last.fill("In legal.")
    await page.keyboard.press("Enter")

    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await expect(message.get_by_test_id("replies")).to_contain_text("1 reply")
    await expect(page.locator("#message-list").get_by_text("In legal.")).to_have_count(0)

    await page.keyboard.press("Escape")

    await expect(thread).to_be_hidden()
    await expect(message.get_by_test_id("replies")).to_be_focused()


async def test_messages_arrive_change_and_go_live(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    await expect(page.get_by_text("Nothing has been written here yet.")).to_be_visible()

    ts = await workspace.post(TEAM, "Pipeline is *open*")
    message = page.locator(f"[data-ts='{ts}']")
    await expect(message).to_contain_text("Pipeline is open")
    await expect(message.locator(".app-badge")).to_have_text("APP")
    await expect(page.get_by_role("log", name="New messages")).to_contain_text(
        "Drumbeat in team-north: Pipeline is open"
    )

    await workspace.api.chat_update(channel=TEAM, ts=ts, text="Pipeline is shut")
    await expect(message).to_contain_text("Pipeline is shut")
    await expect(message).to_contain_text("(edited)")

    await workspace.api.reactions_add(channel=TEAM, timestamp=ts, name="tada")
    await expect(message.get_by_role("list", name="Reactions")).to_contain_text("1 from Drumbeat")

    await workspace.api.chat_delete(channel=TEAM, ts=ts)
    await expect(message).to_have_count(0)


async def test_an_ephemeral_message_is_for_one_person_and_can_be_dismissed(
    workspace: Running, open_page: OpenPage
) -> None:
    kara = await open_page(workspace.page(KARA, TEAM))
    ben = await open_page(workspace.page(BEN, TEAM))

    await workspace.api.chat_postEphemeral(channel=TEAM, user=KARA, text="Just for you")
    await workspace.post(TEAM, "For all")

    message = kara.get_by_test_id("message").filter(has_text="Just for you")
    await expect(message).to_contain_text("Only visible to you")
    await expect(ben.get_by_test_id("message").filter(has_text="For all")).to_be_visible()
    await expect(ben.get_by_test_id("message").filter(has_text="Just for you")).to_have_count(0)

    await message.hover()
    await message.get_by_role("button", name="Dismiss message").click()
    await expect(message).to_have_count(0)


async def test_a_slash_command_is_completed_with_its_usage_and_answered(
    workspace: Running, open_page: OpenPage
) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    composer = page.get_by_label("Message #team-north")

    await composer.press_sequentially("/d")
    suggestions = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await expect(suggestions).to_have_count(2)
    await expect(suggestions.nth(0)).to_contain_text("/drumbeat [help | today | team]See what is due")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(composer).to_have_value("/dispatch ")

    await composer.fill("/drum")
    await page.keyboard.press("Tab")
    await page.keyboard.type("today")
    await page.keyboard.press("Enter")

    await expect(page.get_by_test_id("message")).to_contain_text("You asked for today.")
    assert [command["text"] for command in workspace.app.commands] == ["today"]


async def test_a_refused_command_is_explained_and_the_text_kept(
    workspace: Running, open_page: OpenPage
) -> None:
    ts = await workspace.post(TEAM, "A thread")
    page = await open_page(workspace.page(KARA, TEAM, thread=ts))
    composer = page.get_by_label("Message #team-north")

    await composer.fill("/nothing today")
    await composer.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="/nothing is not a valid command")).to_be_visible()
    await expect(composer).to_have_value("/nothing today")

    reply = page.get_by_test_id("thread-text")
    await reply.fill("/drumbeat today")
    await reply.press("Enter")
    await expect(
        page.get_by_role("alert").filter(has_text="not supported in threads. Sorry!")
    ).to_be_visible()
    await expect(reply).to_have_value("/drumbeat today")
    assert workspace.app.commands == []


async def test_a_command_that_nobody_answers_is_told_at_the_composer(
    workspace: Running, open_page: OpenPage
) -> None:
    page = await open_page(workspace.page(KARA, TEAM))

    await page.get_by_label("Message #team-north").fill("/drumbeat silence")
    await page.keyboard.press("Enter")

    await expect(page.get_by_test_id("composer-text-error")).to_contain_text(
        "Drumbeat did not answer in time."
    )


async def test_a_direct_message_reaches_the_other_person(workspace: Running, open_page: OpenPage) -> None:
    kara = await open_page(workspace.page(KARA, TEAM))
    ben = await open_page(workspace.page(BEN, TEAM))

    await kara.get_by_test_id("new-dm").click()
    await kara.keyboard.type("ben")
    await kara.keyboard.press("Enter")
    await kara.get_by_label("Message Ben Ochoa").fill("One on one at 10?")
    await kara.keyboard.press("Enter")

    await ben.get_by_role("button", name="Kara Voss, 1 unread").click()
    await expect(ben.get_by_test_id("message")).to_contain_text("One on one at 10?")


async def test_a_lost_line_comes_back_with_everything_once(workspace: Running, open_page: OpenPage) -> None:
    await workspace.post(TEAM, "before")
    page = await open_page(workspace.page(KARA, TEAM))
    await expect(page.get_by_test_id("message")).to_have_count(1)
    await workspace.api.chat_postEphemeral(channel=TEAM, user=KARA, text="seen only once")
    await expect(page.get_by_test_id("message")).to_have_count(2)

    workspace.drop_pages()
    await workspace.post(TEAM, "while away")

    await expect(page.get_by_test_id("message").filter(has_text="while away")).to_be_visible()
    await expect(page.get_by_test_id("message")).to_have_count(3)


async def test_an_older_page_of_messages_is_loaded_on_demand(workspace: Running, open_page: OpenPage) -> None:
    for number in range(105):
        await workspace.post(TEAM, f"line {number:03}")
    page = await open_page(workspace.page(KARA, TEAM))
    await expect(page.get_by_text("line 104")).to_be_attached()
    await expect(page.get_by_text("line 004")).to_have_count(0)

    await page.get_by_role("button", name="Load older messages").click()

    await expect(page.get_by_test_id("message")).to_have_count(105)
    await expect(page.get_by_role("button", name="Load older messages")).to_be_hidden()


async def test_the_app_hears_a_message_in_its_dm(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, await workspace.dm_of(KARA)))

    await page.get_by_label("Message Drumbeat").fill("hello app")
    await page.keyboard.press("Enter")

    await until(lambda: any(event.get("text") == "hello app" for event in workspace.app.events))


async def test_a_long_new_message_is_shown_from_its_beginning(
    workspace: Running, open_page: OpenPage
) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    await expect(page.get_by_text("Nothing has been written here yet.")).to_be_visible()

    await workspace.post(TEAM, "The beginning\n" + "and on\n" * 60 + "The end")
    await expect(page.locator(".message-author")).to_be_in_viewport()
    await expect(page.locator(f"[data-channel={TEAM}]")).not_to_have_class("unread")
    await workspace.post(TEAM, "Another one")

    newest = page.get_by_role("button", name="New messages")
    await expect(newest).to_be_visible()
    await expect(page).to_have_title("(1) #team-north · Meridian")
    await newest.click()
    await expect(page.get_by_test_id("message").filter(has_text="Another one")).to_be_in_viewport()
    await expect(newest).to_be_hidden()
    await expect(page).to_have_title("#team-north · Meridian")
