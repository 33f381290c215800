"""Events: what happens in Slack by itself is recorded once, and answered by a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.services import presence
from bot.slack.listeners import thread_events
from bot.slack.listeners.desk import Desk
from bot.slack.payloads import plain_text


def event_key(body: Mapping[str, Any]) -> str | None:
    """Return what is the same when an event comes again.

    A message is known by its place: it may be brought by two events, or found later in the history.
    """
    event = body["event"]
    channel, ts = event.get("channel"), event.get("ts")
    if event["type"] == "message" and channel and ts and thread_events.is_said(event):
        return message_key(channel, ts)
    return str(body["event_id"]) if "event_id" in body else None


def message_key(channel: str, ts: str) -> str:
    """Return the key under which a message is taken in, however it is learnt of."""
    return f"message:{channel}:{ts}"


def take_event(desk: Desk, body: Mapping[str, Any], now: datetime) -> None:
    """Take one event. That it is taken once is seen to by whoever calls, under its `event_key`."""
    event = body["event"]
    match event["type"]:
        case "app_home_opened" if event.get("tab") == "home":
            presence.home_opened(desk.store, desk.jobs, event["user"], now)
        case "message" if thread_events.is_in_a_channel(event):
            thread_events.take_thread_message(desk, event, None, now)
        case "message" if is_typed_to_us(event):
            text = plain_text(str(event.get("text") or ""))
            presence.message_received(desk.store, desk.jobs, event["user"], str(event["ts"]), now, text)


def is_typed_to_us(event: Mapping[str, Any]) -> bool:
    """Tell whether it is a person's own words to the bot, said just now."""
    # The bot's own messages, edits and joins come as events too: answering those would be a loop.
    return event.get("channel_type") == "im" and "subtype" not in event and "bot_id" not in event
