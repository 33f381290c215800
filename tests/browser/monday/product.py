"""Starts the product as people do, `drumbeat run` as a process of its own, and stops and restarts it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.acceptance.bot_process import free_port

ROOT = Path(__file__).parents[3]
START_SECONDS = 90.0
STOP_SECONDS = 20.0
READY = "drumbeat_ready"


class Product:
    """One `drumbeat run` on ports and a data folder of its own; `url` is its page, `data` its folder."""

    def __init__(self, folder: Path, arguments: Sequence[str] = ()) -> None:
        """Choose free ports; nothing runs yet."""
        port, page_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{page_port}"
        self.data = folder / "data"
        self._log = folder / "drumbeat.log"
        self._command = (sys.executable, "-m", "bot", "run", "--page-port", str(page_port), *arguments)
        self._environment = {**os.environ, "PORT": str(port), "DRUMBEAT_DATA": str(self.data)}
        self._process: asyncio.subprocess.Process | None = None

    def page(self, user: str, **more: str) -> str:
        """The address at which a person starts."""
        return f"{self.url}/?{httpx.QueryParams({'user': user, **more})}"

    def log(self) -> str:
        """All that it wrote."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        before = self.log().count(READY)
        with self._log.open("a", encoding="utf-8") as out:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while self.log().count(READY) == before:
            ended = self._process.returncode is not None
            assert not ended, f"drumbeat run ended by itself:\n{self.log()}"
            assert asyncio.get_running_loop().time() < deadline, f"drumbeat run did not start:\n{self.log()}"
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            raise AssertionError(f"drumbeat run did not stop:\n{self.log()}") from None

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
