"""Fixtures of all browser tests: one Chromium a run, and pages that fail their test on any console error."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import Complaints, running_chromium

OpenPage = Callable[..., Awaitable[Page]]
PATIENCE_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here share the session's event loop, in which the one Chromium lives."""
    for item in items:
        if "/tests/browser/" not in item.path.as_posix() or not inspect.iscoroutinefunction(_function(item)):
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def _function(item: pytest.Item) -> object:
    return getattr(item, "function", None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The run's Chromium; without one the tests skip, or fail where DRUMBEAT_REQUIRE_BROWSER=1."""
    expect.set_options(timeout=PATIENCE_MS)
    async with running_chromium() as started:
        yield started


@pytest.fixture
def complaints() -> Complaints:
    """What the test's pages complained about; a test that provokes an error takes it out of `found`."""
    return Complaints()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, complaints: Complaints) -> AsyncIterator[OpenPage]:
    """Opens a page of its own, given a URL and context options; console errors fail the test."""
    contexts: list[BrowserContext] = []

    async def open_(url: str, **options: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options}
        context = await browser.new_context(**settings)  # type: ignore[arg-type]  # the caller's options, by name
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = await context.new_page()
        complaints.watch(page)
        await page.goto(url)
        return page

    yield open_
    for context in contexts:
        await context.close()
    assert complaints.found == []
