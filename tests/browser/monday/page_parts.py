"""Parts of the page that the stories come back to: the clock, the card, the modal, the form."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import loaded

# A step waits until all that was due is sent; two busy cores may take their time over it.
STEP_MS = 120_000


def card(page: Page) -> Locator:
    """The health check in the messages, not what a command answered for a moment."""
    heading = page.get_by_role("heading", name="Health check ·")
    return page.get_by_role("listitem").filter(has=heading, has_not_text="Only visible to you")


def kept_messages(page: Page) -> Locator:
    """All messages but those that only the person saw for a moment."""
    return page.get_by_test_id("message").filter(has_not_text="Only visible to you")


async def under(page: Page, message: Locator) -> Locator:
    """Open the thread under a message: what rang beyond the day's card stands there."""
    await message.get_by_role("button", name=re.compile(r"^\d+ repl")).click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_test_id("message").nth(1)).to_be_visible()
    return thread


def modal(page: Page, name: str) -> Locator:
    """The modal of this title."""
    return page.get_by_role("dialog", name=name)


async def stepped(page: Page, button: str, passed: str | None = None) -> None:
    """Press one of the clock's buttons and wait until it stands still; `passed` names what had to come."""
    await loaded(page)
    result = page.get_by_test_id("clock-result")
    await page.get_by_test_id(button).click()
    await expect(result.get_by_role("button", name="Dismiss")).to_be_visible(timeout=STEP_MS)
    if passed:
        await expect(result).to_contain_text("passed")
        await result.get_by_text("passed").click()
        await expect(result).to_contain_text(passed)
    await result.get_by_role("button", name="Dismiss").click()


async def closed(page: Page, name: str) -> None:
    """Close the modal that only says something."""
    shown = modal(page, name)
    await shown.get_by_role("button", name="Close").last.click()
    await expect(shown).to_be_hidden()


async def logged(page: Page, rep: str, plan: str) -> None:
    """Log a conversation with a rep from the card, nothing of the form left out."""
    await card(page).get_by_role("button", name=f"Log the conversation with {rep}").click()
    form = modal(page, "Log the conversation")
    await form.get_by_role("radio", name="Deals stuck in a stage").check()
    await form.get_by_label("What did you agree?").fill(plan)
    await form.get_by_role("button", name="Log it").click()
    await expect(modal(page, "Logged")).to_contain_text("is on record")
    await closed(page, "Logged")


async def chosen(page: Page, menu: Locator, option: str) -> None:
    """Open a menu of three dots and choose one of its options."""
    await menu.click()
    await page.get_by_role("menuitem", name=option).click()
