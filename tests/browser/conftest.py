"""Fixtures of all browser tests: one Chromium a run, and pages that fail their test on any console error."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import Complaints, loaded, running_chromium

OpenPage = Callable[..., Awaitable[Page]]
PATIENCE_MS = 20_000
# A caret that blinks has its page drawn anew sixty times a second: a tenth of a core for each page.
STEADY_CARET = """
    const steady = new CSSStyleSheet();
    steady.replaceSync("* { caret-animation: manual }");
    document.adoptedStyleSheets.push(steady);
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here share the session's event loop, in which the one Chromium lives."""
    for item in items:
        if "/tests/browser/" not in item.path.as_posix() or not inspect.iscoroutinefunction(_function(item)):
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def _function(item: pytest.Item) -> object:
    return getattr(item, "function", None)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The Chromium of this folder's tests; without one they skip, or fail where DRUMBEAT_REQUIRE_BROWSER=1.

    It goes with the last of them: one that nobody uses keeps a core busy for a twentieth.
    """
    expect.set_options(timeout=PATIENCE_MS)
    async with running_chromium() as started:
        yield started


@pytest.fixture
def complaints() -> Complaints:
    """What the test's pages complained about; a test that provokes an error takes it out of `found`."""
    return Complaints()


@pytest.fixture(scope="package")
def plain_pages() -> list[Page]:
    """Pages that no test uses now; a new window costs a second, to leave a page for another a fraction."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(
    browser: Browser, complaints: Complaints, plain_pages: list[Page]
) -> AsyncIterator[OpenPage]:
    """Opens a page and waits until it is loaded, given a URL; given context options too, one of its own.

    Console errors fail the test.
    The workspace's page keeps nothing in the browser, so that a page used before is as good as a new one.
    """
    used: list[Page] = []
    contexts: list[BrowserContext] = []

    async def open_(url: str, **options: object) -> Page:
        if options:
            contexts.append(await _context(browser, **options))
            page = await contexts[-1].new_page()
        else:
            page = plain_pages.pop() if plain_pages else await (await _context(browser)).new_page()
            used.append(page)
        complaints.watch(page)
        await page.goto(url)
        await loaded(page)
        return page

    yield open_
    for context in contexts:
        await context.close()
    for page in used:
        complaints.unwatch(page)
        if not page.is_closed():
            await page.mouse.move(0, 0)
            await page.goto("about:blank")
            plain_pages.append(page)
    assert complaints.found == []


async def _context(browser: Browser, **options: object) -> BrowserContext:
    """Return a browser context as all tests have it, but for these options."""
    settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options}
    context = await browser.new_context(**settings)  # type: ignore[arg-type]  # the caller's options, by name
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(STEADY_CARET)
    return context
