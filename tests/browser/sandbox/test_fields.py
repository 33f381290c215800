"""Every kind of field in a modal: filled in, checked on the page, and its value as the app gets it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.sandbox import stock_blocks
from tests.browser.sandbox.running import Running, until
from tests.browser.sandbox.workspace import BEN, KARA, TEAM


async def with_every_field(workspace: Running, open_page: OpenPage) -> tuple[Page, Locator]:
    dm = await workspace.dm_of(KARA)
    await workspace.post(dm, "Something to do", blocks=stock_blocks.BUTTONS)
    page = await open_page(workspace.page(KARA, dm))
    await page.get_by_role("button", name="Every field").click()
    form = page.get_by_role("dialog", name="Every field")
    await expect(form).to_be_visible()
    return page, form


async def choose(page: Page, form: Locator, field: str, option: str) -> None:
    await form.get_by_role("combobox", name=field).click()
    await page.get_by_role("option", name=option).click()


async def test_each_field_reaches_the_app_as_slack_sends_it(workspace: Running, open_page: OpenPage) -> None:
    page, form = await with_every_field(workspace, open_page)
    when = form.get_by_role("group", name="When")
    await expect(when.get_by_label("Date")).to_have_value("2026-10-05")
    await expect(when.get_by_label("Time")).to_have_value("08:55")

    await when.get_by_label("Time").fill("10:15")
    await form.get_by_label("At", exact=True).fill("17:45")
    await form.get_by_label("Good").check()
    await form.get_by_label("Mailed").check()
    await choose(page, form, "People", "Ben Ochoa")
    await page.keyboard.press("Escape")
    await choose(page, form, "Where", "#team-north")
    await form.get_by_role("combobox", name="Stage").click()
    await expect(page.get_by_role("group", name="Late").get_by_role("option")).to_have_text(["Closing"])
    await page.get_by_role("option", name="Closing").click()
    await form.get_by_label("Mail", exact=True).fill("ben@meridian.example")
    await form.get_by_label("Link").fill("https://meridian.example/x")
    await form.get_by_label("Note").fill("Long enough")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_be_hidden()

    values = {
        block: fields["value"]
        for block, fields in workspace.app.submissions[-1]["view"]["state"]["values"].items()
    }
    quarter_past = datetime(2026, 10, 5, 10, 15, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC).timestamp()
    assert values["when"]["selected_date_time"] == quarter_past
    assert values["at"]["selected_time"] == "17:45"
    assert values["mood"]["selected_option"]["value"] == "good"
    assert [option["value"] for option in values["done"]["selected_options"]] == ["mailed"]
    assert values["people"]["selected_users"] == [KARA, BEN]
    assert values["where"]["selected_conversation"] == TEAM
    assert values["stage"]["selected_option"]["value"] == "closing"
    assert values["mail"]["value"] == "ben@meridian.example"
    assert values["link"]["value"] == "https://meridian.example/x"
    assert values["note"]["value"] == "Long enough"


async def test_each_field_says_what_is_wrong_with_it(workspace: Running, open_page: OpenPage) -> None:
    _, form = await with_every_field(workspace, open_page)
    await form.get_by_label("Mail", exact=True).fill("ben")
    await form.get_by_label("Link").fill("meridian")
    await form.get_by_label("Note").fill("four")
    await form.get_by_role("button", name="Send").click()

    async def error_of(block: str) -> str | None:
        return await form.locator(f"[data-error-for={block}]").text_content()

    required = "Please complete this required field."
    assert await error_of("at") == await error_of("mood") == await error_of("where") == required
    assert await error_of("mail") == "Please enter a valid email address."
    assert await error_of("link") == "Please enter a valid URL."
    assert await error_of("note") == "Please enter at least 5 characters."
    assert await error_of("stage") == await error_of("when") == ""
    await expect(form.get_by_label("At", exact=True)).to_be_focused()

    await form.get_by_label("Note").fill("This is quite a bit too long")
    await expect(form.locator(".char-count")).to_have_text("-8 characters left")
    await form.get_by_role("button", name="Send").click()
    assert await error_of("note") == "Please enter at most 20 characters."
    assert workspace.app.submissions == []


async def test_an_optional_choice_can_be_taken_back(workspace: Running, open_page: OpenPage) -> None:
    page, form = await with_every_field(workspace, open_page)
    await choose(page, form, "Stage", "Closing")
    await form.get_by_role("button", name="Clear Stage").click()

    await expect(form.get_by_role("combobox", name="Stage")).to_have_value("")
    await expect(form.get_by_role("combobox", name="Stage")).to_be_focused()


async def test_a_field_that_dispatches_sends_on_enter_and_does_not_submit(
    workspace: Running, open_page: OpenPage
) -> None:
    page, form = await with_every_field(workspace, open_page)
    await form.get_by_label("Search").fill("harbor")
    await page.keyboard.press("Enter")

    await until(lambda: len(workspace.app.actions) == 2)
    action = workspace.app.actions[-1]["actions"][0]
    assert (action["block_id"], action["value"]) == ("search", "harbor")
    await expect(form.locator("[data-error-for=at]")).to_be_empty()
