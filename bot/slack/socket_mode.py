"""Socket Mode: a connection that is kept, and opened anew soon after nothing comes over it any more.

The SDK pings every `PING_SECONDS` and gives a connection up on which no answer comes within half of that;
every `PING_SECONDS` it looks whether it has one, and opens another. So silence is noticed within three times
that at most. What it does not see is that an address is good for one connection and for seconds only: it
would try the same one for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

log = structlog.get_logger()

CONNECT_SECONDS = 10
# With Slack's default of ten seconds a dropped connection was deaf for a minute.
PING_SECONDS = 2.0
HELLO_IS_SHORTER = 1000


@asynccontextmanager
async def socket_mode(
    bolt: AsyncApp, app_token: str, on_connected: Callable[[], None], ping_seconds: float = PING_SECONDS
) -> AsyncIterator[None]:
    """Keep a connection open for as long as the block runs.

    `on_connected` is called each time that one was opened, the first time too: what was sent meanwhile did
    not arrive. Raises TimeoutError where there is none within some seconds.
    """
    handler = AsyncSocketModeHandler(bolt, app_token, ping_interval=ping_seconds)
    socket: SocketModeClient = handler.client

    async def listen(message: aiohttp.WSMessage) -> None:
        if _is_hello(message):
            on_connected()

    socket.on_message_listeners.append(listen)
    await asyncio.wait_for(socket.connect(), CONNECT_SECONDS)
    watching = asyncio.create_task(_watch(socket, ping_seconds))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await socket.close()


async def _watch(socket: SocketModeClient, every_seconds: float) -> None:
    """Say when nothing is heard, and let no address be tried twice."""
    silent_since: float | None = None
    while True:
        await asyncio.sleep(every_seconds / 2)
        if await socket.is_connected():
            if silent_since is not None:
                log.info("socket_back", seconds=round(time.monotonic() - silent_since, 1))
            silent_since = None
            continue
        if silent_since is None:
            silent_since = time.monotonic()
            log.warning("socket_silent")
        # Asked for anew by the SDK's next try; one that is under way has read it already.
        socket.wss_uri = None


def _is_hello(message: aiohttp.WSMessage) -> bool:
    """Tell whether this is Slack's greeting on a new connection."""
    if not isinstance(message.data, str) or len(message.data) > HELLO_IS_SHORTER:
        return False
    try:
        said = json.loads(message.data)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("type") == "hello"
