"""A stock Bolt app, as anyone would write it, on either of Slack's transports."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.integration.sandbox.conftest import serving, workspace_at
from tests.integration.sandbox.workspace import APP_TOKEN, BOT_TOKEN, SECRET, Slack, button, modal, text_input


def build_app(base_url: str, session: aiohttp.ClientSession) -> AsyncApp:
    """The app; all it is told of the sandbox is where Slack's API is."""
    client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{base_url}/api/", session=session)
    app = AsyncApp(client=client, signing_secret=SECRET)

    @app.command("/drumbeat")
    async def drumbeat(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        if command["text"] == "log":
            await client.views_open(trigger_id=command["trigger_id"], view=modal(text_input(min_length=3)))
            await ack()
        else:
            await ack(text=f"you said: {command['text']}", blocks=[button("done")])

    @app.view("log")
    async def log(ack: Any, view: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        text = view["state"]["values"]["note"]["text"]["value"]
        if text == "taken":
            await ack(response_action="errors", errors={"note": "That was logged before."})
            return
        await ack()
        await client.chat_postMessage(
            channel=body["user"]["id"], text=f"logged: {text}", blocks=[button("done")]
        )

    @app.action("done")
    async def done(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"done by {body['user']['username']}", replace_original=True)

    @app.shortcut("log_it")
    async def log_it(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        note = text_input(initial_value=shortcut["message"]["text"])
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(note))

    @app.options("who")
    async def who(ack: Any, payload: dict[str, Any]) -> None:
        name = payload["value"]
        await ack(options=[{"text": {"type": "plain_text", "text": name.title()}, "value": name}])

    @app.action("who")
    async def chosen(ack: Any) -> None:
        await ack()

    @app.event("message")
    async def echo(event: dict[str, Any], say: Any) -> None:
        if event.get("bot_id") is None and event.get("subtype") is None:
            await say(text=f"echo: {event['text']}", thread_ts=event["ts"])

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="eyes")

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [button("done")]})

    return app


@contextlib.asynccontextmanager
async def bolt_over_http() -> AsyncIterator[Slack]:
    """A workspace and the app behind its request URL, through Bolt's Starlette adapter."""
    handlers: list[AsyncSlackRequestHandler] = []

    async def receive(request: Request) -> Response:
        response: Response = await handlers[0].handle(request)
        return response

    web = Starlette(routes=[Route("/slack/events", receive, methods=["POST"])])
    async with (
        aiohttp.ClientSession() as session,
        serving(web) as address,
        workspace_at(f"{address}/slack/events") as slack,
    ):
        handlers.append(AsyncSlackRequestHandler(build_app(slack.base_url, session)))
        yield slack


@contextlib.asynccontextmanager
async def bolt_over_socket() -> AsyncIterator[Slack]:
    """A workspace and the app connected over Socket Mode, through Bolt's aiohttp handler."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        # A request URL at which nobody answers: nothing may go there while a connection is open.
        unused = f"http://127.0.0.1:{nobody.getsockname()[1]}/slack/events"
        async with aiohttp.ClientSession() as session, workspace_at(unused) as slack:
            handler = AsyncSocketModeHandler(build_app(slack.base_url, session), APP_TOKEN)
            await handler.connect_async()
            try:
                yield slack
            finally:
                await handler.close_async()
