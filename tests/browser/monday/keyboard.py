"""A person who only has a keyboard: reaches things by Tab, by the names a screen reader would say."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Page

MOST_TABS: Final = 150
# The name of what has the focus, as far as this page gives names: label, labelling element, or its own words.
FOCUSED: Final = """() => {
    const node = document.activeElement;
    const labelled = (node.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
    const words = labelled.map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
    const own = [...(node.labels ?? [])].map((one) => one.textContent).join(' ');
    return node.getAttribute('aria-label') || words || own || node.textContent.trim();
}"""


class Keyboard:
    """Presses keys on one page; there is no mouse."""

    def __init__(self, page: Page) -> None:
        """Take the page that is open."""
        self._page = page

    async def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            await self._page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Type a text where the caret is."""
        await self._page.keyboard.type(text)

    async def focused(self) -> str:
        """The name of what has the focus."""
        return str(await self._page.evaluate(FOCUSED))

    async def go_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab, or Shift+Tab, until the focus is on something whose name begins so."""
        met: list[str] = []
        for _ in range(MOST_TABS):
            met.append(await self.focused())
            if met[-1].startswith(name):
                return
            await self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"Tab never came to “{name}”, only to: {sorted({one[:60] for one in met})}")

    async def activate(self, name: str, *, back: bool = False) -> None:
        """Go to something and press Enter on it."""
        await self.go_to(name, back=back)
        await self.press("Enter")
