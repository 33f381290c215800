"""The workspace's clock on the page: what it shows, how it is stepped, what it says while it moves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.sandbox.running import Running
from tests.browser.sandbox.workspace import KARA, TEAM

CHECK = {"at": "2026-10-05T07:00:00Z", "label": "Monday health check"}


@asynccontextmanager
async def clock_client(workspace: Running, work_seconds: float) -> AsyncIterator[None]:
    """A program that follows the workspace's clock and takes some time over what is due."""

    async def follow() -> None:
        seen = 0
        due: dict[str, str] | None = CHECK
        async with httpx.AsyncClient(base_url=workspace.url, timeout=30, trust_env=False) as http:
            while True:
                body = {"seen": seen, "next_due": due, "next_cadence": due, "client": "follower"}
                answer = (await http.post("/clock/await", json=body)).json()
                if answer["step"] > seen:
                    seen = answer["step"]
                    due = CHECK if answer["now"] < CHECK["at"] else None
                    await asyncio.sleep(work_seconds)

    task = asyncio.create_task(follow())
    try:
        await asyncio.sleep(0.1)
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_the_clock_steps_to_the_next_cadence_and_says_what_passed(
    workspace: Running, open_page: OpenPage
) -> None:
    async with clock_client(workspace, work_seconds=0.6):
        page = await open_page(workspace.page(KARA, TEAM))
        button = page.get_by_test_id("clock-next")
        await expect(button).to_contain_text("Monday health check, today 09:00")

        await button.press("Enter")

        await expect(page.get_by_role("progressbar")).to_be_visible()
        await expect(page.get_by_test_id("clock-hour")).to_be_disabled()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert").filter(has_text="already moving")).to_have_count(1)

        result = page.get_by_test_id("clock-result")
        await expect(result).to_contain_text("1 thing passed")
        await expect(page.get_by_test_id("clock-time")).to_have_text("Mon 5 Oct 09:00")
        await result.get_by_text("1 thing passed").click()
        await expect(result.get_by_role("listitem")).to_have_text("Mon 09:00 Monday health check")
        await expect(page.get_by_role("progressbar")).to_be_hidden()


async def test_hours_days_and_monday_in_the_viewers_zone(workspace: Running, open_page: OpenPage) -> None:
    page = await open_page(workspace.page(KARA, TEAM))
    time = page.get_by_test_id("clock-time")
    await expect(page.get_by_test_id("clock-next")).to_contain_text("none is planned")
    await expect(page.get_by_test_id("clock-next")).to_be_disabled()

    await page.get_by_test_id("clock-hour").click()
    await expect(time).to_have_text("Mon 5 Oct 09:55")
    await page.get_by_test_id("clock-day").click()
    await expect(time).to_have_text("Tue 6 Oct 09:55")
    await page.get_by_test_id("clock-monday").click()
    await expect(time).to_have_text("Mon 12 Oct 09:00")
    await expect(page.get_by_test_id("clock-result")).to_contain_text("Nothing was due")


async def test_a_step_taken_elsewhere_shows_here_and_moves_the_day_dividers(
    workspace: Running, open_page: OpenPage
) -> None:
    await workspace.post(TEAM, "said on Monday")
    page = await open_page(workspace.page(KARA, TEAM))
    await expect(page.get_by_role("separator", name="Today")).to_be_visible()

    async with httpx.AsyncClient(base_url=workspace.url, trust_env=False) as http:
        await http.post("/page/clock/step", json={"to": "+1d"}, headers={"X-Sandbox-Page": "1"})

    await expect(page.get_by_test_id("clock-time")).to_have_text("Tue 6 Oct 08:55")
    await expect(page.get_by_role("separator", name="Yesterday")).to_be_visible()
