"""Takes the README's picture, the Monday message: `python -m tests.browser.monday.picture [PATH]`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Page, expect

from tests.browser.chromium import running_chromium
from tests.browser.monday.page_parts import card, stepped
from tests.browser.monday.people import OWEN
from tests.browser.monday.product import running_product

PICTURE: Final = Path(__file__).with_name("monday.png")
SIZE: Final = {"width": 1080, "height": 980}
SHARPNESS: Final = 1.5


async def take_picture(path: Path) -> None:
    """Step the sample company to a manager's Monday and save what the page shows then."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_product(Path(folder)) as product, running_chromium() as browser:
            page = await browser.new_page(
                viewport=SIZE,  # type: ignore[arg-type]  # a plain dict is what the protocol takes
                device_scale_factor=SHARPNESS,
                color_scheme="light",
                locale="en-GB",
            )
            await page.goto(product.page(OWEN))
            await _monday(page)
            await page.screenshot(path=path)


async def _monday(page: Page) -> None:
    await stepped(page, "clock-next")
    await stepped(page, "clock-next")
    await expect(card(page)).to_contain_text("conversations owed")
    await page.evaluate("document.activeElement.blur()")
    await card(page).get_by_role("heading").scroll_into_view_if_needed()


if __name__ == "__main__":
    asyncio.run(take_picture(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE))
