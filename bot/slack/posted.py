"""Looks whether a message was posted by an earlier attempt of whose answer we never heard."""

from __future__ import annotations

from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.paging import items
from bot.store.repositories.notices import DeliveryRow

EVENT_TYPE = "drumbeat_delivery"
MESSAGES_A_PAGE = 200
# Our clock and Slack's may differ, by less than this: else no signature of Slack's would be taken either.
BEFORE = timedelta(minutes=5)


def mark(delivery: DeliveryRow) -> dict[str, object]:
    """Return the metadata by which a delivery's message is known again; people don't see it."""
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery_id": delivery.id}}


async def find_posted(
    client: AsyncWebClient, delivery: DeliveryRow, channel: str, thread_ts: str | None
) -> str | None:
    """Return the ts of this delivery's message where it stands already, in the channel or in a thread.

    All that was said since the delivery was asked for is looked through, however much that is. What is left:
    a post that Slack is still working on while we look. It is rare, and documented.
    """
    oldest = f"{(delivery.created_at - BEFORE).timestamp():.6f}"
    where = {"channel": channel, "oldest": oldest, "limit": MESSAGES_A_PAGE, "include_all_metadata": True}
    if thread_ts is None:
        found = items(client.conversations_history, "messages", **where)
    else:
        found = items(client.conversations_replies, "messages", ts=thread_ts, **where)
    async for message in found:
        if message.get("metadata", {}).get("event_payload", {}).get("delivery_id") == delivery.id:
            return str(message["ts"])
    return None
