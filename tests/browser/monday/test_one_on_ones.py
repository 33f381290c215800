"""A one-on-one on the page, by mouse: scheduled, held, its log written, confirmed and rated by the rep."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.checks import dom_faults
from tests.browser.conftest import OpenPage
from tests.browser.monday.page_parts import closed, kept_messages, modal, stepped, under
from tests.browser.monday.people import JONAS, KARA
from tests.browser.monday.product import Product

FEEDBACK = "You let the Skarvik buyer name the budget himself: open with that question in every first call."
STEP = "Jonas opens his next three first calls with the budget question"
WITH_JONAS = "One-on-one with Jonas Albrecht"


async def picked(page: Page, form: Locator, label: str, option: str) -> None:
    """Choose an option of a form's list."""
    await form.get_by_role("combobox", name=label, exact=True).click()
    await page.get_by_role("option", name=option).click()


async def test_a_manager_accepts_a_schedule_and_each_rep_is_told(
    product: Product, open_page: OpenPage
) -> None:
    page = await open_page(product.page(KARA))
    await page.get_by_label("Message Drumbeat").fill("/one-on-one setup")
    await page.keyboard.press("Enter")
    form = modal(page, "One-on-ones")
    await picked(page, form, "Jonas Albrecht", "Tuesday, every week")
    await form.get_by_label("Jonas Albrecht: at").fill("09:00")
    await form.get_by_role("button", name="Accept").click()
    await expect(modal(page, "Accepted")).to_contain_text("are scheduled. Each of them is told.")
    assert await dom_faults(page) == []
    await closed(page, "Accepted")

    jonas = await open_page(product.page(JONAS))
    await expect(kept_messages(jonas).last).to_contain_text(
        "Kara Voss scheduled one-on-ones with you: every week, the first one Tuesday 6 Oct, 09:00"
    )


async def test_when_it_has_ended_one_click_says_held_and_the_log_names_what_is_lacking(
    product: Product, open_page: OpenPage
) -> None:
    page = await open_page(product.page(KARA))
    await stepped(page, "clock-day")
    await expect(kept_messages(page).filter(has_text=WITH_JONAS).last).to_contain_text("Deals with flags")
    await stepped(page, "clock-hour")
    thread = await under(page, kept_messages(page).filter(has_text=WITH_JONAS).last)
    held = "Held: one-on-one on Tuesday 6 Oct, 09:00, with Jonas Albrecht"
    await thread.get_by_role("button", name=held).click()

    form = modal(page, "Log the session")
    await picked(page, form, "What was it about?", "Discovery: stage conversion")
    feedback = form.get_by_label("Your feedback")
    await feedback.fill("Good session, keep it up")
    await form.get_by_role("group", name="To work on").get_by_label("Too few questions").check()
    await form.get_by_label("The next step you agreed").fill(STEP)
    await form.get_by_label("By when?").fill("2026-10-13")
    await form.get_by_role("button", name="Log it").click()
    await expect(feedback).to_have_attribute("aria-invalid", "true")
    await expect(feedback).to_have_accessible_description(re.compile("Say what you saw"))
    assert await dom_faults(page) == []

    await feedback.fill(FEEDBACK)
    await form.get_by_role("button", name="Log it").click()
    await expect(modal(page, "Logged")).to_contain_text("Your session with Jonas Albrecht is on record")
    await closed(page, "Logged")


async def test_the_rep_reads_confirms_and_rates_it(product: Product, open_page: OpenPage) -> None:
    page = await open_page(product.page(JONAS))
    thread = await under(page, kept_messages(page).last)
    asked = thread.get_by_test_id("message").filter(has_text="Kara Voss logged a coaching session").last
    await asked.get_by_role("button", name="Read it").click()
    record = modal(page, "Coaching log")
    await expect(record).to_contain_text(FEEDBACK)
    await expect(record).to_contain_text("To work on: Too few questions")
    assert await dom_faults(page) == []
    await closed(page, "Coaching log")

    await asked.get_by_role("button", name="Yes, it took place").click()
    await expect(asked).to_contain_text("You confirmed it. Nothing else is needed.")
    await asked.get_by_role("button", name="Rate it…").click()
    form = modal(page, "Rate the session")
    await form.get_by_role("radio", name="4", exact=True).check()
    await form.get_by_role("button", name="Rate it").click()
    await expect(modal(page, "Thank you")).to_contain_text("It can't be traced or changed")
    await closed(page, "Thank you")
    await expect(asked.get_by_role("button", name="Rate it…")).to_have_count(0)

    kara = await open_page(product.page(KARA))
    await kara.get_by_label("Message Drumbeat").fill("/one-on-one logs")
    await kara.keyboard.press("Enter")
    await expect(kara.get_by_test_id("message").last).to_contain_text(
        "Jonas Albrecht · Tuesday 6 Oct · 30 minutes · verified"
    )
