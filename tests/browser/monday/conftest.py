"""Fixtures of the product's browser tests: `drumbeat run`, once a module, its log beside what failed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sample_company.workspace import workspace
from tests.acceptance.environment import tune
from tests.browser.monday.product import Product, running_product
from tests.databases import copy_ready

LOG_LINES = 40


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def product(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """The product on the sample company; the tests of a module follow one another on it.

    The pipeline review is off but where a module's REVIEWS asks for it: most are not about it, and each week
    of it takes the machine many seconds.
    """
    folder = tmp_path_factory.mktemp("product")
    if not getattr(request.module, "REVIEWS", False):
        _without_reviews(folder / "data" / "sample")
    async with running_product(folder) as running:
        yield running


def _without_reviews(data: Path) -> None:
    data.mkdir(parents=True)
    copy_ready(data / "drumbeat.db")
    starts = datetime.fromisoformat(workspace()["clock"])
    tune(f"sqlite:///{data}/drumbeat.db", starts, reviews=False)


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
