"""A deal is inspected on the page: its thread opened, questions asked, answered, judged and taken back."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.checks import dom_faults
from tests.browser.conftest import OpenPage
from tests.browser.monday.page_parts import closed, modal, under
from tests.browser.monday.people import KARA, MATS
from tests.browser.monday.product import Product

CHANNEL = "C0DEALBER1"
DEAL = "Björkvalla Home: Meridian Dock"
REVIEW = "On which date does the buyer review the proposal with you?"
ANSWER = "The review is on 14 October with their COO, she accepted the invitation"
# Where to keep a picture of the thread, for whoever wants to look at it.
PICTURE = os.environ.get("DRUMBEAT_PICTURE")


def head_of(page: Page) -> Locator:
    """The head of the deal's thread in its channel."""
    return page.get_by_test_id("message").filter(has_text=DEAL).filter(has_text="Mats Lindqvist · Proposal")


async def in_thread(page: Page) -> Locator:
    """Open the deal's thread beside its channel."""
    await head_of(page).first.hover()
    await head_of(page).first.get_by_test_id("reply-in-thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_test_id("message").first).to_be_visible()
    return thread


async def test_a_manager_opens_a_deals_thread_and_has_its_questions_asked(
    product: Product, open_page: OpenPage
) -> None:
    page = await open_page(product.page(KARA))
    await page.get_by_label("Message Drumbeat").fill("/deal bjorkvalla")
    await page.keyboard.press("Enter")
    answer = page.get_by_test_id("message").filter(has_text="is being opened in #deals-berlin")
    await answer.get_by_role("button", name="Ask the open questions").click()
    await expect(modal(page, "Asked")).to_contain_text(REVIEW)
    await closed(page, "Asked")

    await page.goto(product.page(KARA, channel=CHANNEL))
    await expect(head_of(page).first).to_contain_text(f"○ Open · {REVIEW}")
    thread = await in_thread(page)
    await expect(thread.get_by_test_id("message").last).to_contain_text("Kara Voss asks:")
    assert await dom_faults(page) == []


async def test_the_rep_answers_by_a_shortcut_on_their_own_words(
    product: Product, open_page: OpenPage
) -> None:
    page = await open_page(product.page(MATS))
    await expect(page.get_by_test_id("message")).to_contain_text(
        f"3 questions about {DEAL} wait in its thread"
    )
    await page.goto(product.page(MATS, channel=CHANNEL))
    thread = await in_thread(page)
    await page.get_by_test_id("thread-text").fill(ANSWER)
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text(f"Does this answer the question “{REVIEW}”")).to_be_visible()

    message = thread.get_by_test_id("message").filter(has_text=ANSWER)
    await message.hover()
    await message.get_by_test_id("more-actions").click()
    await page.get_by_role("menuitem", name="Use as evidence").click()
    form = modal(page, "Use as evidence")
    await form.get_by_role("radio", name="Buyer quoted").check()
    await form.get_by_role("button", name="Use it").click()
    await expect(modal(page, "Recorded")).to_contain_text(f"On record for “{REVIEW}”")
    await closed(page, "Recorded")

    await expect(head_of(page).first).to_contain_text(f"● Answered · {REVIEW}")
    if PICTURE:
        await page.evaluate("document.activeElement.blur()")
        await page.screenshot(path=Path(PICTURE))


async def test_the_manager_reads_the_quote_and_judges_it(product: Product, open_page: OpenPage) -> None:
    page = await open_page(product.page(KARA, channel=CHANNEL))
    await head_of(page).first.get_by_role("button", name="On record…").click()
    record = modal(page, "On record")
    await expect(record).to_contain_text("● Evidenced · buyer quoted")
    await record.get_by_role("button", name="Reject…").click()
    form = modal(page, "Reject evidence")
    await form.get_by_label("Why?").fill("An invitation is not the buyer's word")
    await form.get_by_role("button", name="Reject").click()
    await expect(modal(page, "Recorded")).to_contain_text("You rejected it")

    await page.goto(product.page(KARA, channel=CHANNEL))
    await expect(head_of(page).first).to_contain_text(f"● Answered · {REVIEW}")
    mats = await open_page(product.page(MATS))
    thread = await under(mats, mats.get_by_test_id("message").last)
    await expect(thread.get_by_test_id("message").last).to_contain_text("Kara Voss does not take an answer")


async def test_an_edit_on_the_page_takes_the_evidence_back(product: Product, open_page: OpenPage) -> None:
    page = await open_page(product.page(MATS, channel=CHANNEL))
    thread = await in_thread(page)
    message = thread.get_by_test_id("message").filter(has_text=ANSWER)
    await message.hover()
    await message.get_by_test_id("more-actions").click()
    await page.get_by_role("menuitem", name="Edit message").click()
    await page.get_by_test_id("edit-text").fill("I have no date from them yet")
    await page.get_by_test_id("edit-save").click()

    await expect(head_of(page).first).to_contain_text(f"○ Open · {REVIEW}")
