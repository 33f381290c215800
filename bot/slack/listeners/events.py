"""Events: what happens in Slack by itself is recorded once, and answered by a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.services import presence
from bot.slack.listeners import thread_events
from bot.slack.listeners.desk import Desk
from bot.slack.payloads import plain_text


def concerns_us(event: Mapping[str, Any]) -> bool:
    """Tell whether an event may mean anything to us: most of what is said in a workspace does not."""
    match event["type"]:
        case "app_home_opened":
            return is_home(event)
        case "message":
            return is_typed_to_us(event) or thread_events.concerns_us(event)
    return False


def event_key(body: Mapping[str, Any]) -> str:
    """Return what is the same when an event comes again.

    A message is known by its place: it may be brought by two events, or found later in the history.
    """
    event = body["event"]
    channel, ts = event.get("channel"), event.get("ts")
    if event["type"] == "message" and channel and ts and thread_events.is_said(event):
        return message_key(channel, ts)
    return str(body["event_id"])


def sender_of(event: Mapping[str, Any]) -> str | None:
    """Return who caused an event, where it tells: one who deletes a message is not named."""
    user = event.get("user") or (event.get("message") or event.get("previous_message") or {}).get("user")
    return str(user) if user else None


def message_key(channel: str, ts: str) -> str:
    """Return the key under which a message is taken in, however it is learnt of."""
    return f"message:{channel}:{ts}"


def take_event(desk: Desk, event: Mapping[str, Any], now: datetime) -> None:
    """Take one event. That it is taken once is seen to by whoever calls, under its `event_key`."""
    match event["type"]:
        case "app_home_opened" if is_home(event):
            presence.home_opened(desk.store, desk.jobs, event["user"], now)
        case "message" if thread_events.is_in_a_channel(event):
            thread_events.take_thread_message(desk, event, now)
        case "message" if is_typed_to_us(event):
            text = plain_text(str(event.get("text") or ""))
            presence.message_received(desk.store, desk.jobs, event["user"], str(event["ts"]), now, text)


def is_home(event: Mapping[str, Any]) -> bool:
    """Tell whether somebody looks at their Home tab."""
    return event["type"] == "app_home_opened" and event.get("tab") == "home"


def is_typed_to_us(event: Mapping[str, Any]) -> bool:
    """Tell whether it is a person's own words to the bot, said just now."""
    # The bot's own messages, edits and joins come as events too: answering those would be a loop.
    return event.get("channel_type") == "im" and "subtype" not in event and "bot_id" not in event
