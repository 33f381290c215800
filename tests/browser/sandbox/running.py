"""A running workspace with its stock app, as the page's tests use it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.sandbox.server import build_sandbox, serve_sandbox
from bot.sandbox.workspace_file import parse_workspace
from tests.browser.sandbox.stock_app import StockApp
from tests.browser.sandbox.workspace import MANIFEST, WORKSPACE


@dataclass
class Running:
    """Where the workspace is, its Web API as the app's client, and the app."""

    url: str
    api: AsyncWebClient
    app: StockApp
    sandbox: Starlette

    def drop_pages(self) -> None:
        """Cut the live line of every open page, as a lost network does."""
        self.sandbox.state.hub.live.close()

    def page(self, user: str, channel: str | None = None, **more: str) -> str:
        """The address at which a person starts."""
        query = {"user": user, **({"channel": channel} if channel else {}), **more}
        return f"{self.url}/?{httpx.QueryParams(query)}"

    async def dm_of(self, user: str) -> str:
        """The conversation of a person with the app."""
        opened = await self.api.conversations_open(users=user)
        return str(opened["channel"]["id"])

    async def post(self, channel: str, text: str, **more: Any) -> str:
        """Post as the app; returns the message's ts."""
        return str((await self.api.chat_postMessage(channel=channel, text=text, **more))["ts"])

    async def say(self, user: str, channel: str, text: str) -> str:
        """Say something as another person."""
        async with httpx.AsyncClient(trust_env=False) as http:
            body = {"channel": channel, "text": text}
            answer = await http.post(
                f"{self.url}/page/{user}/messages", json=body, headers={"X-Sandbox-Page": "1"}
            )
        return str(json.loads(answer.text)["ts"])


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an ASGI app on a bound socket for as long as the context lasts."""
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running_workspace(port: int = 0, app_port: int = 0) -> AsyncIterator[Running]:
    """A fresh workspace and its app, both on loopback; port 0 takes free ones."""
    listener = socket.create_server(("127.0.0.1", app_port))
    with contextlib.closing(socket.create_server(("127.0.0.1", port))) as probe:
        port = probe.getsockname()[1]
    events_url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
    sandbox = build_sandbox(parse_workspace(WORKSPACE), MANIFEST, events_url=events_url, data=None)
    ready = asyncio.Event()
    task = asyncio.create_task(serve_sandbox(sandbox, port=port, ready=ready))
    await ready.wait()
    url = f"http://127.0.0.1:{port}"
    client = AsyncWebClient(token=WORKSPACE["app"]["bot_token"], base_url=f"{url}/api/")
    app = StockApp(client, WORKSPACE["app"]["signing_secret"])
    try:
        async with serving(app.asgi(), listener):
            yield Running(url, client, app, sandbox)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something holds; AssertionError once the time is over."""
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")
