"""A pipeline review on the page, by mouse: from its message through its window to what it ends with."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.checks import dom_faults
from tests.browser.conftest import OpenPage
from tests.browser.monday.page_parts import kept_messages, modal, stepped
from tests.browser.monday.people import KARA
from tests.browser.monday.product import Product

REVIEWS = True
TITLE = "Pipeline review"


async def decided(page: Page, window: Locator, kind: str, activity: str) -> None:
    """Fill in the form of the deal in front as a manager would, and submit it."""
    await window.get_by_role("radio", name=kind).check()
    await window.get_by_label("What happens next with the buyer?").fill(
        "Meet the buyer about the open points"
    )
    await window.get_by_role("combobox", name="What will the CRM show of it?").click()
    await page.get_by_role("option", name=activity).click()
    await window.get_by_role("button", name="Decide, next").click()


async def test_a_manager_goes_from_deal_to_deal(product: Product, open_page: OpenPage) -> None:
    page = await open_page(product.page(KARA))
    for button in ("clock-day", "clock-day", "clock-day", "clock-hour", "clock-hour"):
        await stepped(page, button)
    review = kept_messages(page).filter(has_text="5 of 5 deals to decide").last
    await expect(review).to_contain_text("due Thursday 8 Oct, 17:00")
    await review.get_by_role("button", name="Start the review").click()

    window = modal(page, TITLE)
    await expect(window).to_contain_text("Deal 1 of 5 · ○○○○○ · 5 to decide")
    await expect(window).to_contain_text("Evidence for its stage")
    await window.get_by_role("radio", name="Advance to Negotiation").check()
    await window.get_by_role("button", name="Decide, next").click()
    await expect(window.get_by_label("What happens next with the buyer?")).to_have_attribute(
        "aria-invalid", "true"
    )
    assert await dom_faults(page) == []
    await decided(page, window, "Advance to Negotiation", "A meeting")

    await expect(window).to_contain_text("Deal 2 of 5 · ●○○○○ · 4 to decide")
    await expect(window).to_contain_text("to re-date it again is not offered")
    await expect(window.get_by_label("What happens next with the buyer?")).to_have_value("")
    await window.get_by_role("button", name="Back").click()
    await expect(window).to_contain_text("Deal 1 of 5")
    await expect(window.get_by_role("radio", name="Advance to Negotiation")).to_be_checked()
    await window.get_by_role("button", name="Go on later").click()
    await expect(window).to_be_hidden()


async def test_it_is_taken_up_again_and_ends_with_the_gap(product: Product, open_page: OpenPage) -> None:
    page = await open_page(product.page(KARA))
    review = kept_messages(page).filter(has_text="4 of 5 deals to decide").last
    await review.get_by_role("button", name="Continue the review").click()
    window = modal(page, TITLE)
    await window.get_by_role("button", name="Next").click()

    for deal in range(2, 6):
        await expect(window).to_contain_text(f"Deal {deal} of 5")
        await decided(page, window, "Keep as it is: no decision", "Any activity")

    await expect(window).to_contain_text(
        "The review is done. 5 deals, each with what happens next; 1 decision."
    )
    await expect(window).to_contain_text("Coverage gap: the team lacks EUR")
    await expect(window).to_contain_text("What advancing deals have in common")
    assert await dom_faults(page) == []
    await window.get_by_role("button", name="Close").last.click()
    await expect(kept_messages(page).filter(has_text="Held: 5 deals").first).to_be_visible()
