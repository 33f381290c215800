"""A Monday of the sample company by keyboard alone, and by the roles and names of a screen reader."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.checks import dom_faults
from tests.browser.conftest import OpenPage
from tests.browser.monday.keyboard import Keyboard
from tests.browser.monday.page_parts import STEP_MS, card, modal
from tests.browser.monday.people import JONAS, KARA
from tests.browser.monday.product import Product

PLAN = "Callum asks both champions for introductions by Friday."


async def _becomes(page: Page, keys: Keyboard, name: str) -> None:
    await keys.activate("You are", back=True)
    await keys.type(name)
    await keys.press("Enter")
    await expect(page.get_by_test_id("person-switcher")).to_contain_text(name)
    await expect(page.get_by_role("textbox", name="Message Drumbeat")).to_be_focused()


async def _steps_to(page: Page, keys: Keyboard, label: str) -> None:
    button = page.get_by_test_id("clock-next")
    await expect(button).to_contain_text(label, timeout=STEP_MS)
    await keys.activate("To the next cadence", back=True)
    await expect(page.get_by_test_id("clock-result")).to_contain_text("1 thing passed", timeout=STEP_MS)
    await keys.activate("Dismiss")


async def _logs_the_conversation(page: Page, keys: Keyboard) -> None:
    await keys.activate("Log the conversation with Callum Reid")
    form = modal(page, "Log the conversation")
    await expect(form.get_by_label("When did you talk?")).to_be_focused()
    await keys.go_to("How long?")
    await keys.press("ArrowDown", "ArrowDown", "Enter")
    await expect(form.get_by_role("combobox", name="How long?")).to_have_value("45 minutes")
    # Radio buttons are one stop: Tab comes to the group, the arrows move in it.
    await keys.press("Tab", "Space", "ArrowDown")
    await expect(form.get_by_role("radio", name="Deals stuck in a stage")).to_be_checked()
    await keys.go_to("What did you agree?")
    await keys.type("Calls")
    await keys.press("Control+Enter")
    plan = form.get_by_label("What did you agree?")
    await expect(plan).to_have_attribute("aria-invalid", "true")
    await expect(plan).to_be_focused()
    await keys.press("Control+a")
    await keys.type(PLAN)
    await keys.press("Control+Enter")
    await expect(modal(page, "Logged")).to_contain_text("1 conversation left today.")
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def _answers_flags(page: Page, keys: Keyboard) -> None:
    await keys.activate("More options: Ballinmore Creamery")
    # Nothing in the CRM can undo a date pushed: dismissing is the first thing offered.
    await keys.press("Enter")
    form = modal(page, "Dismiss flags")
    await expect(form).to_be_visible()
    await keys.go_to("Why is it no concern?")
    await keys.type("Their budget year starts in January")
    await keys.press("Enter")
    await expect(modal(page, "Noted")).to_contain_text("1 flag on 1 deal dismissed")
    await keys.press("Escape")
    await expect(card(page)).to_contain_text("4 deals with flags")

    await keys.activate("All 4 flagged deals…")
    deals = modal(page, "Flagged deals")
    await expect(deals.get_by_role("combobox", name="Choose a flag")).to_be_focused()
    await keys.press("Enter")
    await keys.type("stale")
    await keys.press("Enter")
    await expect(deals.get_by_role("checkbox")).to_have_count(1)
    await keys.go_to("Corrawe Marine")
    await keys.press("Space")
    await expect(deals.get_by_role("checkbox", name="Corrawe Marine")).to_be_checked()
    await keys.go_to("Snooze a week")
    await keys.press("Space")
    await keys.activate("Apply")
    await expect(modal(page, "Noted")).to_contain_text("put off for a week")
    await keys.press("Escape")
    await expect(card(page)).to_contain_text("3 deals with flags")


async def test_a_whole_monday_by_keyboard_alone(product: Product, open_page: OpenPage) -> None:
    page = await open_page(product.url)
    keys = Keyboard(page)
    await _becomes(page, keys, "Owen Pryce")
    await _steps_to(page, keys, "Health check (Europe/Berlin)")
    await _steps_to(page, keys, "Health check (Europe/London)")
    await expect(card(page)).to_contain_text("2 conversations owed")

    await _logs_the_conversation(page, keys)
    await expect(card(page)).to_contain_text("1 of 2 conversations left")
    await keys.go_to("Log the conversation with Saoirse Byrne")
    await keys.press("Tab", "Enter", "ArrowDown", "Enter")
    await expect(card(page)).to_contain_text("Snoozed until Monday 5 Oct, 12:00")
    await _answers_flags(page, keys)

    await keys.go_to("Message Drumbeat")
    await keys.type("/dr")
    suggestion = page.get_by_role("listbox", name="Suggestions").get_by_role("option", name="/drumbeat")
    await expect(suggestion).to_be_visible()
    await keys.press("Enter")
    await keys.type("week")
    await keys.press("Enter")
    await expect(page.get_by_test_id("message").last).to_contain_text("Week of 5 Oct")
    await keys.go_to("Messages", back=True)
    await keys.press("ArrowLeft")
    await expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Good to see you, Owen Pryce.")

    await _becomes(page, keys, "Callum Reid")
    await keys.activate("Yes, we talked", back=True)
    await expect(page.get_by_test_id("message").last).to_contain_text("You confirmed it.")
    await _becomes(page, keys, "Owen Pryce")
    await expect(card(page)).to_contain_text("Callum Reid · done 09:00 · verified")


async def test_a_screen_reader_hears_what_is_owed_and_how_to_answer(
    product: Product, open_page: OpenPage
) -> None:
    page = await open_page(product.page(KARA))
    await expect(page.get_by_role("list", name="Messages in Drumbeat")).to_match_aria_snapshot("""
        - list "Messages in Drumbeat":
          - listitem:
            - separator "Today"
          - listitem "Drumbeat, 09:00":
            - time: 09:00
            - heading "Health check · Monday 5 Oct" [level=3]
            - strong: 1 conversation owed
            - strong: Jonas Albrecht
            - strong: 1.2×
            - button "Log the conversation with Jonas Albrecht"
            - button /More options. Jonas Albrecht/
            - separator
            - strong: The 7 deals that matter most
            - list:
              - listitem: Only one contact is known
            - button /More options. Skarvik Offshore/
            - button "All 9 flagged deals…"
    """)

    await page.get_by_role("button", name="Log the conversation with Jonas Albrecht").press("Enter")
    form = page.get_by_role("dialog", name="Log the conversation")
    await expect(form).to_match_aria_snapshot("""
        - dialog "Log the conversation":
          - banner:
            - heading "Log the conversation" [level=2]
          - textbox "When did you talk?": 2026-10-05
          - combobox "How long?": 30 minutes
          - radiogroup "What is behind the gap?":
            - radio "Too few new opportunities"
          - textbox "What did you agree?"
          - textbox "When is the next step due?": 2026-10-12
          - contentinfo:
            - button "Cancel"
            - button "Log it"
    """)
    await form.get_by_role("button", name="Log it").press("Enter")
    await expect(
        form.get_by_role("radiogroup", name="What is behind the gap?")
    ).to_have_accessible_description("Please complete this required field.")


async def test_a_rep_who_reads_elsewhere_hears_the_question_and_finds_it(
    product: Product, open_page: OpenPage
) -> None:
    jonas = await open_page(product.page(JONAS, channel="C0TEAMBER1"))
    await expect(jonas.get_by_role("heading", name="# team-berlin")).to_be_visible()
    kara = await open_page(product.page(KARA))
    await kara.get_by_role("button", name="Log the conversation with Jonas Albrecht").press("Enter")
    form = kara.get_by_role("dialog", name="Log the conversation")
    await form.get_by_role("radio", name="Too many deals lost").press("Space")
    await form.get_by_role("textbox", name="What did you agree?").fill(
        "Jonas reviews three lost deals by Friday."
    )
    await form.get_by_role("button", name="Log it").press("Enter")
    await kara.get_by_role("dialog", name="Logged").get_by_role("button", name="Close").last.press("Enter")
    await expect(kara.get_by_role("listitem", name="Drumbeat, 09:00")).to_contain_text(
        "waiting for confirmation"
    )
    assert await dom_faults(kara) == []

    await expect(jonas.get_by_role("log", name="New messages")).to_contain_text("Drumbeat: Kara Voss logged")
    await jonas.get_by_role("button", name="Drumbeat, 1 unread").press("Enter")
    question = jonas.get_by_role("listitem", name="Drumbeat, 10:00")
    await expect(question).to_match_aria_snapshot("""
        - listitem "Drumbeat, 10:00":
          - strong: Kara Voss
          - button "Yes, we talked"
          - button "No, we didn't…"
    """)
    await question.get_by_role("button", name="Yes, we talked").press("Enter")
    await expect(question).to_contain_text("You confirmed it.")
