"""People act on what the app shows: buttons, selects, pickers, choices, menus, shortcuts, the Home tab."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect
from playwright.async_api import TimeoutError as NotInTime

from tests.browser.conftest import OpenPage
from tests.browser.sandbox import stock_blocks
from tests.browser.sandbox.running import Running, until
from tests.browser.sandbox.workspace import BEN, KARA, TEAM


async def opened(workspace: Running, open_page: OpenPage, blocks: stock_blocks.Blocks) -> Page:
    dm = await workspace.dm_of(KARA)
    await workspace.post(dm, "Something to do", blocks=blocks)
    page = await open_page(workspace.page(KARA, dm))
    await expect(page.get_by_test_id("message")).to_be_visible()
    return page


async def sent(workspace: Running, action_id: str) -> dict[str, object]:
    """The action with that id, once it arrived."""
    await until(lambda: any(p["actions"][0]["action_id"] == action_id for p in workspace.app.actions))
    found: dict[str, object] = workspace.app.action(action_id)["actions"][0]
    return found


async def test_a_button_with_a_confirm_dialog_asks_first(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.BUTTONS)
    drop = page.get_by_role("button", name="Drop")

    await drop.click()
    dialog = page.get_by_role("alertdialog", name="Drop the deal?")
    await expect(dialog).to_contain_text("Harbor Freight leaves your list.")
    await expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(drop).to_be_focused()
    assert workspace.app.actions == []

    await drop.click()
    await dialog.get_by_role("button", name="Drop it").click()

    await expect(page.get_by_test_id("message")).to_contain_text("Harbor Freight was dropped.")
    assert (await sent(workspace, "drop"))["value"] == "7"


async def test_a_button_nobody_answers_says_so_beside_it(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.BUTTONS)

    await page.get_by_role("button", name="Nobody answers").click()
    await expect(page.locator("[data-action-id=silent][aria-busy=true]")).to_be_visible()

    trouble = page.locator("[data-block-id=acts]").get_by_role("alert")
    await expect(trouble).to_contain_text("Drumbeat did not answer in time.")


async def test_a_select_is_searched_and_chosen_by_keyboard(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.CHOICES)
    select = page.get_by_role("combobox", name="Choose a stage: Stage")

    await select.focus()
    await page.keyboard.press("ArrowDown")
    await expect(select).to_have_attribute("aria-expanded", "true")
    await page.keyboard.type("clos")
    await expect(page.get_by_role("option")).to_have_text(["Closing"])
    await page.keyboard.press("Enter")

    await expect(select).to_have_value("Closing")
    await expect(select).to_have_attribute("aria-expanded", "false")
    chosen = await sent(workspace, "stage")
    assert chosen["selected_option"] == {"text": stock_blocks.plain("Closing"), "value": "closing"}

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(select).to_have_value("Closing")
    assert len(workspace.app.actions) == 1


async def test_dates_times_and_people_reach_the_app(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.CHOICES)

    await page.get_by_label("Day", exact=True).fill("2026-10-09")
    assert (await sent(workspace, "day"))["selected_date"] == "2026-10-09"
    await page.get_by_label("Hour", exact=True).fill("14:30")
    assert (await sent(workspace, "hour"))["selected_time"] == "14:30"
    await page.get_by_role("combobox", name="Who").click()
    await page.get_by_role("option", name="Ben Ochoa").click()
    assert (await sent(workspace, "who"))["selected_user"] == BEN

    state = workspace.app.action("who")["state"]["values"]["when"]
    assert state["day"]["selected_date"] == "2026-10-09"
    assert state["hour"]["selected_time"] == "14:30"


async def test_radio_and_checkboxes_reach_the_app(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.CHOICES)

    await page.get_by_label("Bad").check()
    assert (await sent(workspace, "mood"))["selected_option"] == stock_blocks.options("Bad")[0]
    await page.get_by_label("Called").check()
    await page.get_by_label("Mailed").check()
    await until(lambda: len(workspace.app.actions) == 3)
    done = await sent(workspace, "done")
    assert done["selected_options"] == stock_blocks.options("Called", "Mailed")


async def test_several_options_are_sent_when_the_list_closes(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.CHOICES)
    tags = page.get_by_role("combobox", name="Choose tags: Tags")

    await tags.click()
    await page.get_by_role("option", name="Hot").click()
    await page.get_by_role("option", name="New").click()
    assert workspace.app.actions == []
    await page.keyboard.press("Escape")

    assert (await sent(workspace, "tags"))["selected_options"] == stock_blocks.options("Hot", "New")
    await page.get_by_role("button", name="Remove Hot").click()
    await until(lambda: len(workspace.app.actions) == 2)
    assert (await sent(workspace, "tags"))["selected_options"] == stock_blocks.options("New")


async def test_an_external_select_asks_the_app_while_typing(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.CHOICES)

    await page.get_by_role("combobox", name="Deal").click()
    await expect(page.get_by_role("option")).to_contain_text("Type 1 or more characters")
    await page.keyboard.type("oak")
    await page.get_by_role("option", name="Deal of oak").click()

    assert (await sent(workspace, "deal"))["selected_option"] == stock_blocks.options("Deal of oak")[0]


async def test_an_overflow_menu_works_by_keyboard(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.CHOICES)
    more = page.get_by_role("button", name="More options")

    await more.press("Enter")
    await expect(page.get_by_role("menuitem", name="Snooze")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await more.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    assert (await sent(workspace, "more"))["selected_option"] == stock_blocks.options("Dismiss")[0]
    await expect(more).to_be_focused()


async def test_the_home_tab_opens_is_used_and_changes_live(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, await workspace.dm_of(KARA)))

    await page.get_by_role("tab", name="Home").click()
    home = page.get_by_role("tabpanel", name="Home")
    await expect(home).to_contain_text("2 conversations are due")
    assert any(
        event["type"] == "app_home_opened" and event["tab"] == "home" for event in workspace.app.events
    )

    await home.get_by_role("button", name="Mark done").click()
    assert (await sent(workspace, "home_done"))["value"] == "1"
    changed = {**stock_blocks.HOME, "blocks": [{"type": "header", "text": stock_blocks.plain("All done")}]}
    await workspace.api.views_publish(user_id=KARA, view=changed)
    await expect(home).to_contain_text("All done")

    await page.keyboard.press("Shift+Tab")
    await page.get_by_role("tab", name="Home").press("ArrowRight")
    await expect(page.get_by_role("tab", name="Messages")).to_be_focused()
    await expect(home).to_be_hidden()


async def test_a_message_shortcut_carries_its_message(workspace: Running, open_page: OpenPage) -> None:
    page = await opened(workspace, open_page, stock_blocks.BUTTONS)
    await page.get_by_test_id("message").hover()

    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Log a conversation").click()

    await expect(page.get_by_role("dialog", name="Log conversation")).to_be_visible()
    assert workspace.app.action("log_from_message")["message"]["text"] == "Something to do"


async def test_a_global_shortcut_starts_from_the_composer(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, await workspace.dm_of(KARA)))

    await page.get_by_role("button", name="Shortcuts and commands").click()
    await page.get_by_role("menuitem", name="Plan my week").click()

    await expect(page.get_by_role("dialog", name="Log conversation")).to_be_visible()


async def test_nothing_can_be_done_before_it_is_known_who_is_there(
    workspace: Running, open_page: OpenPage
) -> None:
    page = await open_page(workspace.page(KARA, await workspace.dm_of(KARA)))
    known = asyncio.Event()

    async def holds_back(route: Route) -> None:
        await known.wait()
        await route.continue_()

    await page.route("**/page/bootstrap*", holds_back)
    await page.reload()
    shortcuts = page.get_by_role("button", name="Shortcuts and commands")
    with pytest.raises(NotInTime):
        await shortcuts.click(timeout=500)
    await page.get_by_test_id("composer-text").focus()
    await page.keyboard.type("Good morning")

    known.set()
    await shortcuts.click()
    await expect(page.get_by_role("menuitem", name="Plan my week")).to_be_visible()
    await expect(page.get_by_test_id("composer-text")).to_have_value("")


async def test_nothing_can_be_done_while_somebody_becomes_another_person(
    workspace: Running, open_page: OpenPage
) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    known = asyncio.Event()

    async def holds_back(line: WebSocketRoute) -> None:
        await known.wait()
        line.connect_to_server()

    await page.route_web_socket("**/page/ws*", holds_back)
    await page.get_by_test_id("person-switcher").click()
    await page.get_by_test_id("person-list").get_by_role("option", name="Ben").click()
    with pytest.raises(NotInTime):
        await page.get_by_test_id("new-dm").click(timeout=500)

    known.set()
    await page.get_by_test_id("new-dm").click()
    await expect(page.get_by_role("dialog", name="Message someone")).to_be_visible()


async def test_an_update_keeps_what_was_chosen_in_the_message(
    workspace: Running, open_page: OpenPage
) -> None:
    page = await opened(workspace, open_page, stock_blocks.CHOICES)
    await page.get_by_label("Bad").check()
    await sent(workspace, "mood")
    ts = await page.get_by_test_id("message").get_attribute("data-ts")
    dm = await workspace.dm_of(KARA)

    blocks = [{"type": "section", "text": stock_blocks.mrkdwn("Updated")}, *stock_blocks.CHOICES]
    await workspace.api.chat_update(channel=dm, ts=str(ts), text="Updated", blocks=blocks)

    await expect(page.get_by_test_id("message")).to_contain_text("Updated")
    await expect(page.get_by_label("Bad")).to_be_checked()
    await expect(page.get_by_label("Bad")).to_be_focused()
