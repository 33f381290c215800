"""Everybody can use the page: by keyboard alone, by names and roles, at 400 % zoom, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.checks import dom_faults, faint_text
from tests.browser.conftest import OpenPage
from tests.browser.sandbox import stock_blocks
from tests.browser.sandbox.running import Running
from tests.browser.sandbox.workspace import BEN, KARA, TEAM


async def lively(workspace: Running) -> str:
    """A workspace with everything in it; returns Kara's conversation with the app."""
    dm = await workspace.dm_of(KARA)
    await workspace.say(BEN, TEAM, "Good morning @kara")
    parent = await workspace.post(TEAM, "gallery", blocks=stock_blocks.GALLERY)
    await workspace.post(TEAM, "a reply", thread_ts=parent)
    await workspace.post(dm, "Something to do", blocks=stock_blocks.BUTTONS)
    await workspace.post(dm, "Something to choose", blocks=stock_blocks.CHOICES)
    return dm


async def test_everything_has_a_name_and_every_reference_leads_somewhere(
    workspace: Running, open_page: OpenPage
) -> None:
    dm = await lively(workspace)
    page = await open_page(workspace.page(KARA, dm))
    await expect(page.get_by_test_id("message")).to_have_count(2)
    assert await dom_faults(page) == []

    await page.get_by_role("combobox", name="Choose a stage: Stage").click()
    assert await dom_faults(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Log conversation").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    assert await dom_faults(page) == []
    await page.keyboard.press("Escape")

    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Your week")).to_be_visible()
    assert await dom_faults(page) == []
    await page.locator(f"[data-channel={TEAM}]").click()
    await page.get_by_test_id("replies").click()
    await expect(page.get_by_text("a reply")).to_be_visible()
    assert await dom_faults(page) == []
    await page.get_by_test_id("person-switcher").click()
    assert await dom_faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_its_ground(workspace: Running, open_page: OpenPage, scheme: str) -> None:
    dm = await lively(workspace)
    page = await open_page(workspace.page(KARA, dm), color_scheme=scheme)
    await expect(page.get_by_test_id("message")).to_have_count(2)
    assert await faint_text(page) == []

    await page.locator(f"[data-channel={TEAM}]").click()
    await page.get_by_test_id("replies").click()
    await expect(page.get_by_text("a reply")).to_be_visible()
    await page.get_by_label("Message #team-north").fill("/nothing")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer-text-error")).not_to_be_empty()
    assert await faint_text(page) == []

    await page.locator(f"[data-channel={dm}]").click()
    await page.get_by_role("button", name="Log conversation").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".field-error").first).to_be_visible()
    assert await faint_text(page) == []


async def test_landmarks_and_headings_lead_through_the_page(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, TEAM))

    await expect(page.get_by_role("banner", name="Workspace clock")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Channels and direct messages")).to_be_visible()
    await expect(page.get_by_role("main")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Meridian")
    await expect(page.get_by_role("heading", name="# team-north", level=2)).to_be_visible()
    await expect(page.get_by_role("log", name="New messages")).to_have_attribute("aria-live", "polite")


async def test_a_whole_visit_by_keyboard(workspace: Running, open_page: OpenPage) -> None:
    dm = await lively(workspace)
    page = await open_page(workspace.page(BEN, TEAM))
    press, typed = page.keyboard.press, page.keyboard.type

    async def tab_to(selector: str, key: str = "Shift+Tab") -> None:
        for _ in range(80):
            if await page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
            await press(key)
        raise AssertionError(f"{key} never came to {selector}")

    await tab_to("[data-testid=person-switcher]")
    await press("Enter")
    await typed("kara")
    await press("Enter")
    await expect(page.get_by_test_id("person-switcher")).to_contain_text("Kara Voss")
    await tab_to(f"[data-channel='{TEAM}']")
    await press("ArrowDown")
    await press("Enter")
    await expect(page).to_have_url(f"{workspace.url}/?user={KARA}&channel={dm}")
    await tab_to("[data-action-id=open_form]")
    await press("Enter")
    await expect(page.get_by_label("Topic")).to_be_focused()
    await typed("Pricing")
    await press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Log conversation")).to_be_focused()

    assert workspace.app.submissions[-1]["user"]["id"] == KARA


async def test_messages_are_walked_with_the_arrow_keys(workspace: Running, open_page: OpenPage) -> None:
    for words in ("first", "second", "third"):
        await workspace.say(BEN, TEAM, words)
    page = await open_page(workspace.page(KARA, TEAM))
    messages = page.get_by_test_id("message")

    await messages.nth(2).focus()
    await page.keyboard.press("ArrowUp")
    await expect(messages.nth(1)).to_be_focused()
    await page.keyboard.press("Home")
    await expect(messages.nth(0)).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(messages.nth(0).get_by_role("button", name="Reply in thread")).to_be_focused()


@pytest.mark.parametrize("size", [{"width": 320, "height": 256}, {"width": 390, "height": 800}])
async def test_nothing_is_cut_off_when_it_is_narrow(
    workspace: Running, open_page: OpenPage, size: dict[str, Any]
) -> None:
    await lively(workspace)
    page = await open_page(workspace.page(KARA, TEAM), viewport=size)
    await expect(page.get_by_test_id("message").first).to_be_attached()
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    await expect(page.get_by_role("navigation", name="Channels and direct messages")).to_be_hidden()

    await page.get_by_role("button", name="Channels and people").click()
    await expect(page.get_by_role("navigation", name="Channels and direct messages")).to_be_visible()
    await expect(page.get_by_test_id("person-switcher")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Channels and people")).to_be_focused()

    await page.get_by_role("button", name="Channels and people").click()
    await page.get_by_role("button", name="Drumbeat, 2 unread").click()
    await page.get_by_role("button", name="Log conversation").click()
    await expect(page.get_by_label("Topic")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Save")).to_be_in_viewport()
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Move the clock").click()
    await page.get_by_test_id("clock-hour").click()
    await expect(page.get_by_test_id("clock-time")).to_have_text("Mon 5 Oct 09:55")


async def test_motion_stops_for_those_who_ask(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, TEAM), reduced_motion="reduce")

    moving = """[...document.querySelectorAll('*')]
        .filter((node) => parseFloat(getComputedStyle(node).transitionDuration) > 0.001).length"""
    assert await page.evaluate(moving) == 0
