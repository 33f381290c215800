"""Shapes people, conversations and messages as the page's protocol wants them."""

import re

from bot.sandbox.conversation import Conversation
from bot.sandbox.json_types import Json
from bot.sandbox.state import WorkspaceState
from bot.sandbox.workspace_file import User

_TO_EVERYONE = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")


def user_frame(user: User, *, bot_user_id: str) -> Json:
    """User, as the page shows it."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "tz": user.tz,
        "is_bot": user.id == bot_user_id,
        "is_admin": user.is_admin,
    }


def channel_frame(state: WorkspaceState, conversation: Conversation, user: str) -> Json:
    """Channel, as one person sees it: with their read mark and what is unread."""
    last_read = state.last_read(user, conversation.id)
    unread = [message for message in conversation.since(last_read) if message["user"] != user]
    is_dm = conversation.kind == "im"
    return {
        "id": conversation.id,
        "name": conversation.name,
        "kind": conversation.kind,
        "user": conversation.other(user) if is_dm else None,
        "topic": conversation.topic,
        "members": conversation.members,
        "last_read": last_read,
        "unread": len(unread),
        "mentions": len(unread) if is_dm else sum(mentions(message, user) for message in unread),
        "last_ts": conversation.newest_top_level(),
    }


def message_frame(conversation: Conversation, message: Json) -> Json:
    """Message, as the page shows it: the stored message with its channel, without what only apps see."""
    shown = {key: value for key, value in message.items() if key not in ("metadata", "team", "type")}
    return shown | {"channel": conversation.id}


def mentions(message: Json, user: str) -> bool:
    """Whether a message calls on someone, by name or as one of everybody."""
    text = message.get("text", "")
    return f"<@{user}>" in text or f"<@{user}|" in text or _TO_EVERYONE.search(text) is not None
