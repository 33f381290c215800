"""Whoever opens the Home tab and is nobody the CRM knows is told so, kindly."""

from __future__ import annotations

import asyncio

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import reference_id
from bot.services import presence
from bot.slack.slack_errors import fate_of
from bot.slack.views.overview import home_of_stranger
from bot.store.unit_of_work import Store

log = structlog.get_logger()

# Others wait behind it; opened again, the tab says it again.
PUBLISH_SECONDS = 1.0


async def greet_stranger(store: Store, client: AsyncWebClient, user: str) -> None:
    """Say on the Home tab of somebody whom the CRM does not know why it is empty; nothing for anybody else.

    There is no person to record a delivery for.
    """
    if not await asyncio.to_thread(presence.is_stranger, store, user):
        return
    publish = client.views_publish(user_id=user, view=home_of_stranger())
    try:
        await asyncio.wait_for(publish, PUBLISH_SECONDS)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("home_not_shown", reason=fate_of(error).reason, reference=reference_id())
