"""A workspace served over real loopback HTTP, and a scripted app behind its request URL."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.running import running_sandbox
from bot.sandbox.server import build_sandbox, listening_socket
from bot.sandbox.timing import Timing
from tests.integration.sandbox.workspace import QUICK, TIGHT, Json, Slack, manifest, workspace

Reply = Callable[[Json], Awaitable[Response]]


@dataclass
class ScriptedApp:
    """An app that notes what it is sent and answers as it was told."""

    url: str
    received: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    reply: Reply | None = None
    arrival: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> Response:
        raw = (await request.body()).decode()
        if request.headers["content-type"] == "application/json":
            body = json.loads(raw)
        else:
            fields = {key: values[0] for key, values in parse_qs(raw, keep_blank_values=True).items()}
            body = json.loads(fields["payload"]) if "payload" in fields else fields
        self.received.append(body)
        self.headers.append(dict(request.headers))
        self.arrival.set()
        return await self.reply(body) if self.reply else PlainTextResponse("")

    def answers(self, body: object, status: int = 200) -> None:
        """Answer everything from now on with this."""

        async def reply(_: Json) -> Response:
            return JSONResponse(body, status_code=status)

        self.reply = reply

    def events(self, kind: str) -> list[Json]:
        """The events received so far, of a type."""
        found = [body["event"] for body in self.received if body.get("type") == "event_callback"]
        return [event for event in found if event["type"] == kind]

    def last(self, kind: str) -> Json:
        """The last payload of a type; a command's type is `command`."""
        found = [body for body in self.received if body.get("type", "command") == kind]
        assert found, f"no {kind} was received"
        return found[-1]

    async def until(self, condition: Callable[[], object], seconds: float = 3.0) -> None:
        """Wait until something has arrived."""
        async with asyncio.timeout(seconds):
            while not condition():
                self.arrival.clear()
                await self.arrival.wait()


class AppServer(uvicorn.Server):
    """Uvicorn, which tells when it listens."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextlib.asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Serve an ASGI app on a free port and yield its address."""
    listener = listening_socket("127.0.0.1", 0)
    server = AppServer(app)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task


@contextlib.asynccontextmanager
async def workspace_at(
    events_url: str | None,
    *,
    data: Path | None = None,
    timing: Timing = QUICK,
    rules: Json | None = None,
) -> AsyncIterator[Slack]:
    """A running workspace."""
    app = build_sandbox(workspace(), rules or manifest(), events_url=events_url, data=data, timing=timing)
    async with running_sandbox(app) as base_url, httpx.AsyncClient(timeout=15, verify=False) as http:  # noqa: S501 - no TLS here
        yield Slack(base_url, http)


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedApp]:
    """An app behind a request URL."""
    app = ScriptedApp("")
    async with serving(Starlette(routes=[Route("/slack/events", app.answer, methods=["POST"])])) as address:
        app.url = f"{address}/slack/events"
        yield app


@pytest.fixture
async def tight(scripted: ScriptedApp) -> AsyncIterator[Slack]:
    """A workspace with short deadlines, whose app is the scripted one."""
    async with workspace_at(scripted.url, timing=TIGHT) as found:
        yield found


@pytest.fixture
async def slack(scripted: ScriptedApp) -> AsyncIterator[Slack]:
    """A workspace whose app is the scripted one."""
    async with workspace_at(scripted.url) as found:
        yield found
