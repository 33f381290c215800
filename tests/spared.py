"""What each test would pay for and none is about, spared in every process of a run."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import uvicorn.server


def spare() -> None:
    """Leave out certificates, and most of the pauses before a server's end."""
    # Each HTTP client reads all certificates for it, 17 ms of CPU, and no test speaks TLS.
    context = ssl.create_default_context()
    ssl.create_default_context = lambda *_given, **_named: context
    # Uvicorn looks each 0.1 s whether it shall stop, then whether its connections are gone: 0.3 s a server.
    vars(uvicorn.server)["asyncio"] = _Brisk()


class _Brisk:
    """The module asyncio, but for pauses of a tenth."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 10)
