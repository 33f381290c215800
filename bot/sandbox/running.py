"""Runs a workspace for as long as a block of code needs it: in this loop, or in a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator

from starlette.applications import Starlette

from bot.sandbox.server import base_url_of, serve_sandbox

_START = 10.0


@contextlib.asynccontextmanager
async def running_sandbox(app: Starlette, *, port: int = 0) -> AsyncIterator[str]:
    """Serve a workspace in the running loop and yield its base URL; port 0 takes a free one."""
    ready = asyncio.Event()
    serving = asyncio.create_task(serve_sandbox(app, port=port, ready=ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({serving, waiting}, timeout=_START, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if serving.done():
        await serving
    try:
        yield base_url_of(app)
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@contextlib.contextmanager
def sandbox_in_thread(app: Starlette, *, port: int = 0) -> Iterator[str]:
    """Serve a workspace in a thread, for code that is not async, and yield its base URL."""
    ready, stop = threading.Event(), asyncio.Event()
    address: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        async with running_sandbox(app, port=port) as base_url:
            address.append(base_url)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="sandbox", daemon=True)
    thread.start()
    if not ready.wait(_START):
        raise TimeoutError("the workspace did not start")
    try:
        yield address[0]
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(_START)
