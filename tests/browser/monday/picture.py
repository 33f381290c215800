"""Takes the README's pictures from one run of the product: `python -m tests.browser.monday.picture`."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.chromium import running_chromium
from tests.browser.monday.page_parts import card, closed, kept_messages, modal, stepped, under
from tests.browser.monday.people import KARA, MATS, OWEN
from tests.browser.monday.product import Product, running_product
from tests.browser.monday.test_deal_thread import ANSWER, CHANNEL, REVIEW, head_of, in_thread
from tests.browser.monday.test_one_on_ones import FEEDBACK, STEP, WITH_JONAS, picked

SIZE: Final = {"width": 1080, "height": 980}
SHARPNESS: Final = 1.25
PATIENCE_MS: Final = 30_000
OBJECTION: Final = "Their COO says the install takes too long; our answer is the plan for two nights."


class Camera:
    """Opens pages of one product and saves what they show."""

    def __init__(self, product: Product, browser: Browser, folder: Path) -> None:
        """Take pictures of this product into this folder."""
        self._product, self._browser, self._folder = product, browser, folder

    async def page(self, person: str, **more: str) -> Page:
        """Open the page as this person."""
        page = await self._browser.new_page(
            viewport=SIZE,  # type: ignore[arg-type]  # a plain dict is what the protocol takes
            device_scale_factor=SHARPNESS,
            color_scheme="light",
            locale="en-GB",
        )
        await page.goto(self._product.page(person, **more))
        return page

    async def save(self, page: Page, name: str, *, top: Locator | None = None) -> None:
        """Save what the page shows now, this part of it in sight."""
        await page.evaluate("document.activeElement.blur()")
        if top is not None:
            await top.scroll_into_view_if_needed()
        await page.screenshot(path=self._folder / f"{name}.png")


async def take_pictures(folder: Path) -> None:
    """Lead the sample company from Monday to Thursday, and save what is worth seeing on the way."""
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as data:
        async with running_product(Path(data)) as product, running_chromium() as browser:
            camera = Camera(product, browser, folder)
            await _monday(camera)
            await _deal_thread(camera)
            await _one_on_one(camera)
            await _pipeline_review(camera)


async def _monday(camera: Camera) -> None:
    page = await camera.page(OWEN)
    await stepped(page, "clock-next")
    await stepped(page, "clock-next")
    await expect(card(page)).to_contain_text("conversations owed")
    await camera.save(page, "monday", top=card(page).get_by_role("heading"))
    await page.close()


async def _deal_thread(camera: Camera) -> None:
    kara = await camera.page(KARA)
    await _types(kara, "/deal bjorkvalla")
    answer = kara.get_by_test_id("message").filter(has_text="is being opened in #deals-berlin")
    await answer.get_by_role("button", name="Ask the open questions").click()
    await closed(kara, "Asked")
    await kara.close()

    page = await camera.page(MATS, channel=CHANNEL)
    await page.set_viewport_size({"width": 1080, "height": 800})
    thread = await in_thread(page)
    await _answers(page, thread, ANSWER, "Buyer quoted")
    await expect(head_of(page).first).to_contain_text(f"● Answered · {REVIEW}")
    await page.get_by_test_id("thread-text").fill(OBJECTION)
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("Does this answer one of the 2 open questions?")).to_be_visible()
    await camera.save(page, "deal_thread")
    await page.close()


async def _answers(page: Page, thread: Locator, words: str, grade: str) -> None:
    await page.get_by_test_id("thread-text").fill(words)
    await page.keyboard.press("Enter")
    # The thread scrolls when the app answers: until then nothing in it can be pointed at.
    await expect(thread.get_by_text(f"Does this answer the question “{REVIEW}”")).to_be_visible()
    message = thread.get_by_test_id("message").filter(has_text=words)
    await message.first.hover()
    await message.first.get_by_test_id("more-actions").click()
    await page.get_by_role("menuitem", name="Use as evidence").click()
    form = modal(page, "Use as evidence")
    await form.get_by_role("radio", name=grade).check()
    await form.get_by_role("button", name="Use it").click()
    await closed(page, "Recorded")


async def _one_on_one(camera: Camera) -> None:
    page = await camera.page(KARA)
    await _types(page, "/one-on-one setup")
    form = modal(page, "One-on-ones")
    await picked(page, form, "Jonas Albrecht", "Tuesday, every week")
    await form.get_by_label("Jonas Albrecht: at").fill("09:00")
    await form.get_by_role("button", name="Accept").click()
    await closed(page, "Accepted")
    await stepped(page, "clock-day")
    agenda = kept_messages(page).filter(has_text=WITH_JONAS).last
    thread = await under(page, agenda)
    await thread.get_by_role("button", name=re.compile("^Held: one-on-one on .* Jonas Albrecht$")).click()
    log = modal(page, "Log the session")
    await picked(page, log, "What was it about?", "Discovery: stage conversion")
    await log.get_by_label("Your feedback").fill(FEEDBACK)
    await log.get_by_role("group", name="To work on").get_by_label("Too few questions").check()
    await log.get_by_label("The next step you agreed").fill(STEP)
    await camera.save(page, "one_on_one", top=log.get_by_text("Coaching session with"))
    await log.get_by_role("button", name="Cancel").click()
    await page.close()


async def _pipeline_review(camera: Camera) -> None:
    page = await camera.page(KARA)
    await stepped(page, "clock-day")
    await stepped(page, "clock-day")
    review = page.get_by_role("button", name="Start the review")
    if not await review.count():
        await under(page, kept_messages(page).last)
    await review.first.click()
    window = modal(page, "Pipeline review")
    await window.get_by_role("radio", name="Advance to").check()
    await camera.save(page, "pipeline_review")
    await page.close()


async def _types(page: Page, command: str) -> None:
    await page.get_by_label("Message Drumbeat").fill(command)
    await page.keyboard.press("Enter")


if __name__ == "__main__":
    asyncio.run(take_pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
