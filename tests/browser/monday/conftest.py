"""Fixtures of the product's browser tests: `drumbeat run`, once a module, its log beside what failed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator

import pytest
import pytest_asyncio

from tests.browser.monday.product import Product, running_product

LOG_LINES = 40


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """The product on the sample company; the tests of a module follow one another on it."""
    async with running_product(tmp_path_factory.mktemp("product")) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the end of the product's log where a test failed."""
    report = yield
    running = getattr(item, "funcargs", {}).get("product")
    if report.failed and isinstance(running, Product):
        report.sections.append(("drumbeat run", "\n".join(running.log().splitlines()[-LOG_LINES:])))
    return report
