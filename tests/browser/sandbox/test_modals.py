"""Modals: opened by an app, filled in, refused at the field, updated in place, pushed and closed."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.sandbox import stock_blocks
from tests.browser.sandbox.running import Running, until
from tests.browser.sandbox.workspace import KARA


async def with_form(workspace: Running, open_page: OpenPage) -> tuple[Page, Locator]:
    dm = await workspace.dm_of(KARA)
    await workspace.post(dm, "Something to do", blocks=stock_blocks.BUTTONS)
    page = await open_page(workspace.page(KARA, dm))
    await page.get_by_role("button", name="Log conversation").click()
    form = page.get_by_role("dialog", name="Log conversation")
    await expect(form).to_be_visible()
    return page, form


async def test_a_modal_takes_the_focus_keeps_it_and_gives_it_back(
    workspace: Running, open_page: OpenPage
) -> None:
    page, form = await with_form(workspace, open_page)
    await expect(form.get_by_label("Topic")).to_be_focused()

    for _ in range(20):
        await page.keyboard.press("Tab")
        outside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
        assert await page.evaluate(outside) is False

    await page.keyboard.press("Escape")
    await expect(form).to_be_hidden()
    await expect(page.get_by_role("button", name="Log conversation")).to_be_focused()
    await until(lambda: workspace.app.closed)


async def test_a_missing_field_is_told_at_the_field_before_anything_is_sent(
    workspace: Running, open_page: OpenPage
) -> None:
    _, form = await with_form(workspace, open_page)
    await form.get_by_label("Minutes").fill("900")

    await form.get_by_role("button", name="Save").click()

    topic = form.get_by_label("Topic")
    await expect(topic).to_be_focused()
    await expect(topic).to_have_attribute("aria-invalid", "true")
    await expect(topic).to_have_accessible_description(
        "Please complete this required field. One line is enough"
    )
    await expect(form.get_by_label("Minutes")).to_have_accessible_description(
        "Please enter a number of at most 480."
    )
    assert workspace.app.submissions == []

    await topic.press_sequentially("P")
    await expect(topic).not_to_have_attribute("aria-invalid", "true")


async def test_the_apps_own_errors_stand_at_the_field_and_the_rest_is_kept(
    workspace: Running, open_page: OpenPage
) -> None:
    page, form = await with_form(workspace, open_page)
    topic = form.get_by_label("Topic")
    await topic.fill("nothing")
    await form.get_by_label("Notes").fill("Two lines\nof notes")

    await topic.press("Enter")
    await expect(topic).to_have_accessible_description("Say what it was about. One line is enough")
    await expect(topic).to_be_focused()
    await expect(form.get_by_label("Notes")).to_have_value("Two lines\nof notes")

    await topic.fill("Pricing")
    await form.get_by_role("combobox", name="Kind").click()
    await page.get_by_role("option", name="Coaching").click()
    await form.get_by_label("Date").fill("2026-10-06")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()

    values = workspace.app.submissions[-1]["view"]["state"]["values"]
    assert values["topic"]["value"]["value"] == "Pricing"
    assert values["notes"]["value"]["value"] == "Two lines\nof notes"
    assert values["date"]["value"]["selected_date"] == "2026-10-06"
    assert values["minutes"]["value"]["value"] == "30"
    assert values["kind"]["value"]["selected_option"]["value"] == "coaching"


async def test_enter_in_long_text_is_a_new_line_and_ctrl_enter_submits(
    workspace: Running, open_page: OpenPage
) -> None:
    page, form = await with_form(workspace, open_page)
    await form.get_by_label("Topic").fill("Pricing")
    await form.get_by_label("Notes").press_sequentially("one")
    await page.keyboard.press("Enter")
    await expect(form.get_by_label("Notes")).to_have_value("one\n")
    assert workspace.app.submissions == []

    await page.keyboard.press("Control+Enter")
    await expect(form).to_be_hidden()


async def test_an_update_in_place_keeps_what_is_typed_and_the_caret(
    workspace: Running, open_page: OpenPage
) -> None:
    page, form = await with_form(workspace, open_page)
    topic = form.get_by_label("Topic")
    await topic.fill("Pricing")
    await form.get_by_role("button", name="More fields").click()

    await expect(form.get_by_label("Extra")).to_be_visible()
    await expect(topic).to_have_value("Pricing")
    await expect(form.get_by_role("button", name="More fields")).to_be_focused()
    assert workspace.app.action("grow")["view"]["state"]["values"]["topic"]["value"]["value"] == "Pricing"
    await expect(page.get_by_role("dialog")).to_have_count(1)


async def test_a_pushed_view_goes_back_to_what_was_typed_below(
    workspace: Running, open_page: OpenPage
) -> None:
    page, form = await with_form(workspace, open_page)
    await form.get_by_label("Topic").fill("Pricing")
    await form.get_by_role("button", name="Add a next step").click()

    step = page.get_by_role("dialog", name="Next step")
    await expect(step.get_by_label("Step")).to_be_focused()
    await step.get_by_role("button", name="Back").click()
    await expect(form.get_by_label("Topic")).to_have_value("Pricing")
    await expect(form.get_by_role("button", name="Add a next step")).to_be_focused()

    await form.get_by_role("button", name="Add a next step").click()
    await step.get_by_label("Step").fill("Call legal")
    await page.keyboard.press("Enter")
    await expect(form.get_by_label("Topic")).to_have_value("Pricing")
    assert workspace.app.submissions[-1]["view"]["callback_id"] == "step"

    await form.get_by_role("button", name="Add a next step").click()
    await step.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await until(lambda: workspace.app.closed and workspace.app.closed[-1]["is_cleared"])


async def test_an_app_that_does_not_answer_a_submission_is_told_in_the_modal(
    workspace: Running, open_page: OpenPage
) -> None:
    _, form = await with_form(workspace, open_page)
    workspace.app.mute = True
    await form.get_by_label("Topic").fill("Pricing")
    await form.get_by_role("button", name="Save").click()

    await expect(form.locator("form[aria-busy=true]")).to_be_visible()
    await expect(form.get_by_role("alert")).to_contain_text("We had some trouble connecting. Try again?")
    await expect(form.get_by_label("Topic")).to_have_value("Pricing")
