"""What each test would pay for and none is about, spared in every process of a run."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Any

import uvicorn
import uvicorn.server


def spare() -> None:
    """Leave out certificates, and a server's looking out for its end."""
    # Each HTTP client reads all certificates for it, 17 ms of CPU, and no test speaks TLS.
    context = ssl.create_default_context()
    ssl.create_default_context = lambda *_given, **_named: context
    # Uvicorn looks each 0.1 s whether it shall stop, then whether its connections are gone: 0.3 s a server,
    # and a hundredth of a core for each of a dozen servers that wait.
    vars(uvicorn.server)["asyncio"] = _Brisk()
    for name, ours in (("main_loop", _until_told), ("should_exit", property(_is_told, _tell))):
        setattr(uvicorn.Server, name, ours)


class _Brisk:
    """The module asyncio, but for pauses of a tenth."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 10)


async def _until_told(server: uvicorn.Server) -> None:
    """Serve until the order to stop, which wakes the loop; the date of the answers is set each second."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    vars(server)["wake"] = lambda: loop.call_soon_threadsafe(told.set)
    while not await server.on_tick(0):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), 1)


def _is_told(server: uvicorn.Server) -> bool:
    return bool(vars(server).get("told"))


def _tell(server: uvicorn.Server, told: bool) -> None:
    vars(server)["told"] = told
    if told and (wake := vars(server).get("wake")):
        wake()
