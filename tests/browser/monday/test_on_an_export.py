"""The health check on an imported public CRM export that knows neither quotas nor open amounts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import yaml
from playwright.async_api import expect

from tests.browser.checks import dom_faults
from tests.browser.conftest import OpenPage
from tests.browser.monday.page_parts import card, closed, modal, stepped
from tests.browser.monday.product import ROOT, Product, running_product

EXPORT = ROOT.parent / "shared" / "data" / "crm_export"
MAPPING = ROOT / "config" / "mappings" / "crm_export.yaml"
MANAGER = "Melvin Marxen"

pytestmark = pytest.mark.skipif(
    not EXPORT.is_dir(), reason="the public CRM export is not there (../shared/data/crm_export)"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """The product on the export, its clock on the eve of 2017-10-02."""
    folder = tmp_path_factory.mktemp("export")
    arguments = ("--company", str(EXPORT), "--map", str(MAPPING), "--as-of", "2017-10-02")
    async with running_product(folder, arguments) as running:
        yield running


def _slack_id(product: Product, name: str) -> str:
    workspace = next(product.data.rglob("workspace.yaml"))
    users = yaml.safe_load(workspace.read_text(encoding="utf-8"))["users"]
    return str(next(user["id"] for user in users if user["real_name"] == name))


async def test_what_cannot_be_judged_is_off_and_says_why(product: Product, open_page: OpenPage) -> None:
    page = await open_page(product.page(_slack_id(product, MANAGER)))
    await stepped(page, "clock-monday", "Health check (America/Chicago)")

    await expect(page.get_by_test_id("clock-time")).to_have_text("Mon 2 Oct 09:00")
    check = card(page)
    await expect(check).to_contain_text("Health check · Monday 2 Oct")
    await expect(check).to_contain_text("No conversation is owed: coverage can't be judged on this data")
    await expect(check).to_contain_text(
        "Marty Freudenburg, Niesha Huffines · coverage off: no quota, no amounts"
    )
    await expect(check).to_contain_text("No next step · off: no next steps imported")
    await expect(check).to_contain_text(re.compile(r"The 7 deals that matter most, of \d{3} with flags"))
    await expect(check).to_contain_text("listed once and never scored")
    await expect(check.get_by_role("button", name="More options: ")).to_have_count(7)
    assert await dom_faults(page) == []


async def test_hundreds_are_paged_filtered_and_answered_in_bulk(
    product: Product, open_page: OpenPage
) -> None:
    page = await open_page(product.page(_slack_id(product, MANAGER)))
    everything = card(page).get_by_role("button", name=re.compile(r"All \d+ flagged deals"))
    before = int(re.sub(r"\D", "", await everything.inner_text()))
    await everything.click()
    deals = modal(page, "Flagged deals")
    await expect(deals.get_by_role("checkbox")).to_have_count(10)
    ticks = deals.get_by_role("group", name="Tick deals")
    first_page = await ticks.inner_text()

    await deals.get_by_role("button", name="Next →").click()
    await expect(deals).to_contain_text("Page 2 of")
    assert await ticks.inner_text() != first_page
    await deals.get_by_role("button", name="← Previous").click()
    await expect(deals).to_contain_text("Page 1 of")
    assert await ticks.inner_text() == first_page

    await deals.get_by_role("combobox", name="Choose a rep").click()
    await page.get_by_role("option", name="Niesha Huffines").click()
    scope = deals.get_by_role("radiogroup", name="For which deals?")
    every = deals.get_by_role("radio", name=re.compile(r"All \d+ that match"))
    await expect(deals).not_to_contain_text("Gladys Colclough")
    matching = int(re.sub(r"\D", "", await scope.inner_text()))
    await every.check()
    await deals.get_by_role("radio", name="Snooze a week").check()
    await deals.get_by_role("button", name="Apply").click()

    await expect(modal(page, "Noted")).to_contain_text(f"on {matching} deals put off for a week")
    await closed(page, "Noted")
    await expect(card(page)).to_contain_text(f"All {before - matching} flagged deals")
    await expect(card(page)).not_to_contain_text("· Niesha Huffines")
