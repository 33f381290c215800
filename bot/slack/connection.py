"""The ways to and from Slack: one shared web client, the HTTP endpoint, and who is in the workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import ConfigurationError, Fault
from bot.services.directory import SlackMember
from bot.services.team_channels import ChannelSeen
from bot.slack.paging import Method, items
from bot.slack.slack_errors import fate_of

log = structlog.get_logger()

SlackClient = AsyncWebClient
BoltApp = AsyncApp
# Slack refused, or nothing came back.
UNANSWERED = (SlackApiError, aiohttp.ClientError, TimeoutError)
EVENTS_PATH = "/slack/events"
# More than messages that nobody waits for can take up: what is opened for a click finds one free.
CONNECTIONS = 32
CALL_SECONDS = 10
MEMBERS_A_PAGE = 200
# Where Slack asks for a pause and does not say how long.
SHORTEST_PAUSE = 1.0


@asynccontextmanager
async def web_client(token: str, base_url: str) -> AsyncIterator[AsyncWebClient]:
    """Give the one client for all calls; a session of its own keeps connections open between them."""
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS), timeout=timeout
    ) as session:
        yield AsyncWebClient(token=token, base_url=base_url, session=session, timeout=CALL_SECONDS)


def patient(method: Method) -> Method:
    """Return the method, called again after each pause that Slack asks for.

    A workspace of some thousands has more pages than Slack lets be read in a minute; no person waits here.
    """

    async def call(**arguments: Any) -> AsyncSlackResponse:
        while True:
            try:
                return await method(**arguments)
            except SlackApiError as error:
                fate = fate_of(error)
                if fate.refused is None:
                    raise
                await asyncio.sleep(fate.after or SHORTEST_PAUSE)

    return call


async def team_id(client: AsyncWebClient) -> str:
    """Return the id of the workspace the token belongs to; ConfigurationError where Slack refuses it."""
    try:
        answer = await patient(client.auth_test)()
    except SlackApiError as error:
        found = f"a token that Slack refuses ({error.response.get('error')})"
        allowed = "the bot token of the app as it is installed now"
        raise ConfigurationError([Fault("environment", "SLACK_BOT_TOKEN", found, allowed)]) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        found = f"an address that does not answer ({type(error).__name__})"
        raise ConfigurationError([Fault("environment", "SLACK_API_URL", found, "Slack's Web API")]) from None
    return str(answer["team_id"])


async def members(client: AsyncWebClient) -> list[SlackMember]:
    """Return every living member of the workspace who has an e-mail address."""
    found: list[SlackMember] = []
    async for user in items(patient(client.users_list), "members", limit=MEMBERS_A_PAGE):
        email = user.get("profile", {}).get("email")
        if email and not user.get("deleted") and not user.get("is_bot"):
            found.append(SlackMember(user["id"], email))
    return found


async def private_channels(client: AsyncWebClient, prefix: str) -> list[ChannelSeen] | None:
    """Return the private channels the app is in whose names begin so, with their members but the app.

    None where the app was installed without the scopes for that: what it does elsewhere goes on.
    """
    try:
        return await _private_channels(client, prefix)
    except SlackApiError as error:
        if error.response.get("error") != "missing_scope":
            raise
        log.warning("channels_not_read", needed=error.response.get("needed"))
        return None


async def _private_channels(client: AsyncWebClient, prefix: str) -> list[ChannelSeen]:
    me = str((await patient(client.auth_test)())["user_id"])
    channels = items(
        patient(client.conversations_list),
        "channels",
        types="private_channel",
        exclude_archived=True,
        limit=MEMBERS_A_PAGE,
    )
    found: list[ChannelSeen] = []
    async for one in channels:
        if str(one["name"]).startswith(prefix):
            inside = items(
                patient(client.conversations_members),
                "members",
                channel=str(one["id"]),
                limit=MEMBERS_A_PAGE,
            )
            others = tuple([user async for user in inside if user != me])
            found.append(ChannelSeen(str(one["id"]), str(one["name"]), others))
    return found


def http_app(bolt: AsyncApp, beside: Sequence[Route] = ()) -> Starlette:
    """Return the HTTP endpoint for Slack: events, commands and clicks all come to one path.

    `beside` are addresses of others on the same port.
    """
    handler = AsyncSlackRequestHandler(bolt)

    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route(EVENTS_PATH, receive, methods=["POST"]), *beside])


def operators_app(routes: Sequence[Route]) -> Starlette:
    """Return the HTTP endpoint of a process that takes nothing from Slack over HTTP."""
    return Starlette(routes=list(routes))
