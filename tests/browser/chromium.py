"""Chromium for the browser tests: where it is, how it starts, and what its pages complain about."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright, expect

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRED: Final = "DRUMBEAT_REQUIRE_BROWSER"
ARGUMENTS: Final = [
    "--no-sandbox",  # the tests run as root in containers, where Chromium refuses its own sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Where the page sends anybody beyond this machine, the name must not even be looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

OpenPage = Callable[..., Any]


def chromium_path() -> str:
    """The installed Chromium; without one the test skips, or fails where DRUMBEAT_REQUIRE_BROWSER=1."""
    named = os.environ.get("DRUMBEAT_CHROMIUM")
    found = next((path for name in (named, *NAMES) if name and (path := shutil.which(name))), None)
    if found is not None:
        return found
    words = "no Chromium is installed (apt install chromium, or name one in DRUMBEAT_CHROMIUM)"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{words}, and {REQUIRED}=1 asks for one", pytrace=False)
    pytest.skip(words)


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """A headless Chromium for as long as the context lasts."""
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS, headless=True)
        try:
            yield browser
        finally:
            await browser.close()


async def loaded(page: Page) -> None:
    """Wait until the workspace's page knows who is looking; before, nothing in it can be used."""
    await expect(page.locator("#app:not([inert])")).to_be_attached()


class Complaints:
    """What pages wrote to their console as warnings and errors, and what they threw."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)

    def unwatch(self, page: Page) -> None:
        page.remove_listener("console", self._on_console)
        page.remove_listener("pageerror", self._on_error)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"{message.type}: {message.text}")

    def _on_error(self, error: Error) -> None:
        self.found.append(f"uncaught: {error}")
