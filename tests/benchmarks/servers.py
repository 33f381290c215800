"""Servers, a process each: a bare signed endpoint as the floor, the bot's, and one in Slack's place."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from multiprocessing.connection import Connection

from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.clock import SystemClock
from bot.interpreter import settle_in
from bot.jobs.queue import DurableQueue
from bot.slack.bolt import build_bolt
from bot.slack.connection import EVENTS_PATH, http_app
from bot.slack.event_inbox import EventInbox
from bot.slack.http_server import HttpServer
from bot.slack.listeners.desk import Desk
from bot.store.engine import store_engine
from bot.store.unit_of_work import Store

SECRET = "benchmark-signing-secret"
AUTH_PATH = "/api/auth.test"


def floor_app() -> Starlette:
    """Return the least that an honest endpoint does: check the signature, answer a message."""
    verifier = SignatureVerifier(SECRET)

    async def receive(request: Request) -> Response:
        body = await request.body()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return Response(status_code=401)
        return JSONResponse({"response_type": "ephemeral", "text": "floor"})

    return Starlette(routes=[Route(EVENTS_PATH, receive, methods=["POST"])])


@asynccontextmanager
async def bot_app(database_url: str, port: int) -> AsyncIterator[Starlette]:
    """Run the bot's HTTP endpoint as it runs, on a real store; it asks its own port who it is, once."""
    engine = store_engine(database_url)
    client = AsyncWebClient(token="xoxb-benchmark", base_url=f"http://127.0.0.1:{port}/api/")
    desk = Desk(Store(engine), DurableQueue(engine))
    inbox = EventInbox(desk, client, SystemClock())
    bolt = build_bolt(desk, SystemClock(), client, SECRET, inbox.keep)
    async with inbox.running():
        yield http_app(bolt, [Route(AUTH_PATH, _who_am_i, methods=["POST"])])


def slack_app() -> Starlette:
    """Return the least that takes messages: a Web API that says yes to everything, at once."""
    numbers = itertools.count(1)

    async def answer(_request: Request) -> Response:
        ts = f"1759647600.{next(numbers):06}"
        return JSONResponse({"ok": True, "ts": ts, "channel": {"id": "D1"}, "messages": []})

    async def posted(request: Request) -> Response:
        await request.body()
        return JSONResponse({"ok": True, "ts": f"1759647600.{next(numbers):06}", "channel": "D1"})

    return Starlette(
        routes=[
            Route("/api/chat.postMessage", posted, methods=["POST"]),
            Route("/api/{method}", answer, methods=["POST"]),
        ]
    )


async def _who_am_i(_request: Request) -> Response:
    return JSONResponse(
        {
            "ok": True,
            "team_id": "T1",
            "user_id": "U0BOT",
            "bot_id": "B1",
            "team": "t",
            "user": "drumbeat",
            "url": "",
        }
    )


def _serve(kind: str, database_url: str, ready: Connection) -> None:
    async def serve() -> None:
        # The bot learns its own port before it is built, since it asks itself who it is.
        switch = _Switch()
        async with AsyncExitStack() as stack:
            port = await stack.enter_async_context(HttpServer(switch, 0).running())
            match kind:
                case "floor":
                    switch.app = floor_app()
                case "slack":
                    switch.app = slack_app()
                case _:
                    switch.app = await stack.enter_async_context(bot_app(database_url, port))
            settle_in()
            ready.send(port)
            await asyncio.Event().wait()

    asyncio.run(serve())


class _Switch:
    """An ASGI application that is put in place once the server listens."""

    app: Starlette

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def serving(kind: str, database_url: str = "") -> Iterator[int]:
    """Run one of the servers: `floor`, `bot` or `slack`; gives its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(kind, database_url, theirs), daemon=True)
    process.start()
    theirs.close()  # so that a server that dies ends the wait
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join(10)
        ours.close()
        process.close()
