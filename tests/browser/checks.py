"""Accessibility checks on a page as it stands, for any browser test."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.async_api import Page

_HERE: Final = Path(__file__).parent


async def dom_faults(page: Page) -> list[str]:
    """Controls without a name, ids used twice, references that lead nowhere; empty when all is well."""
    return await _run(page, "dom_faults.js")


async def faint_text(page: Page) -> list[str]:
    """Shown texts below the contrast of WCAG 2 AA (4.5, or 3 where large); empty when all is well."""
    return await _run(page, "faint_text.js")


async def _run(page: Page, name: str) -> list[str]:
    found: list[str] = await page.evaluate((_HERE / name).read_text(encoding="utf-8"))
    return found
