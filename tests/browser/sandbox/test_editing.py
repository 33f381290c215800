"""People change and delete their own messages on the page."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.sandbox.running import Running, until
from tests.browser.sandbox.workspace import BEN, KARA, TEAM


async def test_ones_own_message_is_edited_and_deleted_by_keyboard(
    workspace: Running, open_page: OpenPage
) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    other = await open_page(workspace.page(BEN, TEAM))
    await page.get_by_label("Message #team-north").fill("The review is on Tuesday")
    await page.keyboard.press("Enter")
    message = page.get_by_test_id("message").filter(has_text="The review")

    await message.hover()
    await message.get_by_test_id("more-actions").click()
    await page.get_by_role("menuitem", name="Edit message").press("Enter")
    await expect(page.get_by_test_id("edit-text")).to_have_value("The review is on Tuesday")
    await expect(page.get_by_test_id("edit-text")).to_be_focused()
    await expect(page.get_by_test_id("edit-text")).to_have_css("border-top-style", "solid")
    await expect(page.get_by_test_id("edit-text")).not_to_have_css("box-shadow", "none")
    await page.get_by_test_id("edit-text").fill("The review is on Friday")
    await page.get_by_test_id("edit-save").press("Enter")

    await expect(page.get_by_test_id("edit-dialog")).to_be_hidden()
    await expect(message).to_contain_text("The review is on Friday(edited)")
    await expect(other.get_by_test_id("message")).to_contain_text("Friday")
    await until(lambda: any(event.get("subtype") == "message_changed" for event in workspace.app.events))

    await message.hover()
    await message.get_by_test_id("more-actions").click()
    await page.get_by_role("menuitem", name="Delete message").press("Enter")
    await page.get_by_test_id("confirm-yes").click()

    await expect(message).to_have_count(0)
    await until(lambda: any(event.get("subtype") == "message_deleted" for event in workspace.app.events))


async def test_nobody_is_offered_to_change_what_others_wrote(workspace: Running, open_page: OpenPage) -> None:
    kara = await open_page(workspace.page(KARA, TEAM))
    await kara.get_by_label("Message #team-north").fill("Mine")
    await kara.keyboard.press("Enter")
    ben = await open_page(workspace.page(BEN, TEAM))
    message = ben.get_by_test_id("message").filter(has_text="Mine")

    await message.hover()
    await message.get_by_test_id("more-actions").click()

    await expect(ben.get_by_role("menuitem", name="Log")).to_be_visible()
    await expect(ben.get_by_role("menuitem", name="Edit message")).to_have_count(0)
