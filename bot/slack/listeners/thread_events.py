"""Messages in private channels, new, edited or deleted: those in deals' threads are taken in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.services.deal_messages import Written, message_deleted, message_edited, message_written
from bot.slack.listeners.desk import Desk
from bot.slack.payloads import plain_text, time_of_ts

# What a person writes comes without a subtype, or with one of these; joins and the like say nothing.
SAID = frozenset({None, "file_share", "thread_broadcast", "me_message"})
CHANGED = frozenset({"message_changed", "message_deleted"})


def is_in_a_channel(event: Mapping[str, Any]) -> bool:
    """Tell whether a message event comes from a private channel."""
    return event.get("channel_type") == "group"


def concerns_us(event: Mapping[str, Any]) -> bool:
    """Tell whether an event may bring or change a message in a deal's thread."""
    if not is_in_a_channel(event):
        return False
    if event.get("subtype") in CHANGED:
        return True
    return is_said(event) and bool(event.get("thread_ts")) and is_by_a_person(event)


def is_said(event: Mapping[str, Any]) -> bool:
    """Tell whether a message event brings a new message, not a change to one."""
    return event.get("subtype") in SAID


def take_thread_message(desk: Desk, event: Mapping[str, Any], now: datetime) -> None:
    """Take in one message event of a channel that concerns us; the bot's own edits are passed by."""
    channel = str(event["channel"])
    match event.get("subtype"):
        case "message_changed":
            message = event["message"]
            if message.get("subtype") == "tombstone":
                # A thread's parent that was deleted: what remains says so.
                message_deleted(desk.store, desk.jobs, channel, str(message["ts"]), now)
            elif is_by_a_person(message):
                message_edited(desk.store, desk.jobs, written(channel, message), now)
        case "message_deleted":
            message_deleted(desk.store, desk.jobs, channel, str(event["deleted_ts"]), now)
        case _:
            message_written(desk.store, desk.jobs, written(channel, event), now)


def is_by_a_person(message: Mapping[str, Any]) -> bool:
    """Tell whether a person wrote it, and no app or system did."""
    return "bot_id" not in message and isinstance(message.get("user"), str)


def written(channel: str, message: Mapping[str, Any]) -> Written:
    """Return a message of Slack's as the services take it."""
    ts = str(message["ts"])
    return Written(
        channel=channel,
        ts=ts,
        thread_ts=message.get("thread_ts"),
        slack_user_id=str(message["user"]),
        text=plain_text(str(message.get("text") or "")),
        files=len(message.get("files") or ()),
        said_at=time_of_ts(ts),
    )
