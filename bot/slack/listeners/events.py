"""Events: what happens in Slack by itself is recorded once, and answered by a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.services import presence
from bot.slack.listeners import thread_events
from bot.slack.listeners.desk import Desk


def take_event(desk: Desk, body: Mapping[str, Any], now: datetime) -> None:
    """Take one event; one that Slack repeats (same event_id) changes nothing more."""
    event = body["event"]
    key = str(body["event_id"])
    match event["type"]:
        case "app_home_opened" if event.get("tab") == "home":
            presence.home_opened(desk.store, desk.jobs, event["user"], key, now)
        case "message" if thread_events.is_in_a_channel(event):
            thread_events.take_thread_message(desk, event, key, now)
        case "message" if _is_typed_to_us(event):
            presence.message_received(desk.store, desk.jobs, event["user"], key, now)


def _is_typed_to_us(event: Mapping[str, Any]) -> bool:
    # The bot's own messages, edits and joins come as events too: answering those would be a loop.
    return event.get("channel_type") == "im" and "subtype" not in event and "bot_id" not in event
