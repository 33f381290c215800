"""Starts the product, `drumbeat run` in a process of its own (`bot_process`), and stops and restarts it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.acceptance.bot_process import drumbeat, free_port
from tests.browser.ports import page_port
from tests.forks import Forked

ROOT = Path(__file__).parents[3]
START_SECONDS = 90.0
STOP_SECONDS = 20.0
READY = "drumbeat_ready"


class Product:
    """One `drumbeat run` on ports and a data folder of its own; `url` is its page, `data` its folder."""

    def __init__(self, folder: Path, arguments: Sequence[str] = ()) -> None:
        """Choose free ports; nothing runs yet."""
        port, pages = free_port(), page_port()
        self.url = f"http://127.0.0.1:{pages}"
        self.data = folder / "data"
        self._log = folder / "drumbeat.log"
        self._arguments = ("run", "--page-port", str(pages), *arguments)
        self._environment = {**os.environ, "PORT": str(port), "DRUMBEAT_DATA": str(self.data)}
        self._process: Forked | None = None

    def page(self, user: str, **more: str) -> str:
        """The address at which a person starts."""
        return f"{self.url}/?{httpx.QueryParams({'user': user, **more})}"

    def log(self) -> str:
        """All that it wrote."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        before = self.log().count(READY)
        self._process = drumbeat(self._arguments, self._environment, ROOT, self._log)
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while self.log().count(READY) == before:
            assert self._process.is_alive(), f"drumbeat run ended by itself:\n{self.log()}"
            assert asyncio.get_running_loop().time() < deadline, f"drumbeat run did not start:\n{self.log()}"
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._process is None:
            return
        self._process.send(signal.SIGINT)
        try:
            await asyncio.to_thread(self._process.ends_within, STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            raise AssertionError(f"drumbeat run did not stop:\n{self.log()}") from None
        self._process = None

    async def restart(self) -> None:
        """Stop and start it on the same data."""
        await self.stop()
        await self.start()


@asynccontextmanager
async def running_product(folder: Path, arguments: Sequence[str] = ()) -> AsyncIterator[Product]:
    """The product on a fresh data folder, for as long as the context lasts."""
    product = Product(folder, arguments)
    try:
        await product.start()
        yield product
    finally:
        await product.stop()
