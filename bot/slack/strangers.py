"""Whoever opens the Home tab or writes to us, and is nobody the CRM knows, is told so, kindly."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import reference_id
from bot.services import presence
from bot.slack.listeners.events import is_home, is_typed_to_us
from bot.slack.slack_errors import fate_of
from bot.slack.views.overview import NO_MATCH, home_of_stranger, to_stranger
from bot.store.unit_of_work import Store

log = structlog.get_logger()

# Others wait behind it; opened again, the tab says it again.
ANSWER_SECONDS = 1.0


async def greet_stranger(store: Store, client: AsyncWebClient, event: Mapping[str, Any]) -> None:
    """Say to somebody whom the CRM does not know why there is nothing for them, where they turned to us.

    On their Home tab, or in reply to what they wrote; nothing for anybody else, and for no other event.
    There is no person to record a delivery for.
    """
    if not (is_home(event) or is_typed_to_us(event)):
        return
    user = str(event["user"])
    if not await asyncio.to_thread(presence.is_stranger, store, user):
        return
    if is_home(event):
        answer = client.views_publish(user_id=user, view=home_of_stranger())
    else:
        answer = client.chat_postMessage(channel=str(event["channel"]), text=NO_MATCH, blocks=to_stranger())
    try:
        await asyncio.wait_for(answer, ANSWER_SECONDS)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("stranger_not_answered", reason=fate_of(error).reason, reference=reference_id())
