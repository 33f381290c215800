"""A stock Bolt app that answers what the page's tests do, and keeps every payload it was sent."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.browser.sandbox import stock_blocks
from tests.browser.sandbox.stock_blocks import plain

Payload = dict[str, Any]
SLOWER_THAN_SLACK = 3.6


class StockApp:
    """The app's handlers and its memory of what it was sent; a `mute` app leaves submissions unanswered."""

    def __init__(self, client: AsyncWebClient, signing_secret: str) -> None:
        self.actions: list[Payload] = []
        self.submissions: list[Payload] = []
        self.closed: list[Payload] = []
        self.commands: list[Payload] = []
        self.events: list[Payload] = []
        self.mute = False
        self.bolt = AsyncApp(
            client=client, signing_secret=signing_secret, raise_error_for_unhandled_request=False
        )
        self._register()

    def asgi(self) -> Starlette:
        handler = AsyncSlackRequestHandler(self.bolt)

        async def endpoint(request: Request) -> Response:
            return await handler.handle(request)

        return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])

    def action(self, action_id: str) -> Payload:
        """The last action with that id, with the payload's state in `state`."""
        found = [payload for payload in self.actions if payload["actions"][0]["action_id"] == action_id]
        assert found, (
            f"no action {action_id} arrived, only {[p['actions'][0]['action_id'] for p in self.actions]}"
        )
        return found[-1]

    def _register(self) -> None:
        self.bolt.command(re.compile(r"/\w+"))(self._on_command)
        self.bolt.action("silent")(self._on_silent)
        self.bolt.action("open_form")(self._on_open)
        self.bolt.action("open_every_field")(self._on_open)
        self.bolt.action("push")(self._on_push)
        self.bolt.action("grow")(self._on_grow)
        self.bolt.action("drop")(self._on_drop)
        self.bolt.action(re.compile(r".*"))(self._on_action)
        self.bolt.options("deal")(self._on_options)
        self.bolt.view("form")(self._on_form)
        self.bolt.view("step")(self._on_step)
        self.bolt.view("every_field")(self._on_step)
        self.bolt.view_closed("form")(self._on_closed)
        self.bolt.shortcut("log_from_message")(self._on_shortcut)
        self.bolt.shortcut("plan_week")(self._on_shortcut)
        self.bolt.event("app_home_opened")(self._on_home)
        self.bolt.event("message")(self._on_event)
        self.bolt.event("app_mention")(self._on_event)

    async def _on_command(self, ack: Any, body: Payload, client: AsyncWebClient) -> None:
        self.commands.append(body)
        if body["text"] == "silence":
            await asyncio.sleep(SLOWER_THAN_SLACK)
        elif body["text"] == "form":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=stock_blocks.FORM)
        else:
            await ack(text=f"You asked for *{body['text'] or 'help'}*.")

    async def _on_silent(self, body: Payload) -> None:
        self.actions.append(body)
        await asyncio.sleep(SLOWER_THAN_SLACK)

    async def _on_action(self, ack: Any, body: Payload) -> None:
        self.actions.append(body)
        await ack()

    async def _on_open(self, ack: Any, body: Payload, client: AsyncWebClient) -> None:
        self.actions.append(body)
        await ack()
        every = body["actions"][0]["action_id"] == "open_every_field"
        view = stock_blocks.EVERY_FIELD if every else stock_blocks.FORM
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _on_push(self, ack: Any, body: Payload, client: AsyncWebClient) -> None:
        self.actions.append(body)
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=stock_blocks.STEP_FORM)

    async def _on_grow(self, ack: Any, body: Payload, client: AsyncWebClient) -> None:
        self.actions.append(body)
        await ack()
        extra = {
            "type": "input",
            "block_id": "extra",
            "optional": True,
            "label": plain("Extra"),
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
        view = {**stock_blocks.FORM, "blocks": [*stock_blocks.FORM["blocks"], extra]}
        await client.views_update(view_id=body["view"]["id"], view=view)

    async def _on_drop(self, ack: Any, body: Payload, respond: Any) -> None:
        self.actions.append(body)
        await ack()
        await respond(text="Harbor Freight was dropped.", replace_original=True)

    async def _on_options(self, ack: Any, payload: Payload) -> None:
        names = [f"Deal of {payload['value']}", "Harbor Freight"]
        await ack(options=stock_blocks.options(*names))

    async def _on_form(self, ack: Any, body: Payload) -> None:
        self.submissions.append(body)
        if self.mute:
            await asyncio.sleep(SLOWER_THAN_SLACK)
            return
        topic = body["view"]["state"]["values"]["topic"]["value"]["value"]
        if topic == "nothing":
            await ack(response_action="errors", errors={"topic": "Say what it was about."})
        else:
            await ack()

    async def _on_step(self, ack: Any, body: Payload) -> None:
        self.submissions.append(body)
        await ack()

    async def _on_closed(self, ack: Any, body: Payload) -> None:
        self.closed.append(body)
        await ack()

    async def _on_shortcut(self, ack: Any, body: Payload, client: AsyncWebClient) -> None:
        self.actions.append({**body, "actions": [{"action_id": body["callback_id"]}]})
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=stock_blocks.FORM)

    async def _on_home(self, event: Payload, client: AsyncWebClient) -> None:
        self.events.append(event)
        await client.views_publish(user_id=event["user"], view=stock_blocks.HOME)

    async def _on_event(self, event: Payload) -> None:
        self.events.append(event)
