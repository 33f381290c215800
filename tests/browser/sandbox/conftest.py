"""Fixtures of the page's tests: a fresh workspace with its stock app."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.browser.ports import page_port
from tests.browser.sandbox.running import Running, running_workspace


@pytest_asyncio.fixture(loop_scope="session")
async def workspace() -> AsyncIterator[Running]:
    """A workspace nobody has written in yet, and the app it talks to."""
    async with running_workspace(page_port()) as running:
        yield running
