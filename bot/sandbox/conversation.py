"""One conversation: who is in it, and its messages in order, with their threads."""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.json_types import Json

Kind = Literal["channel", "private", "im"]

# What a thread's parent says about its replies.
_THREAD_SUMMARY = ("reply_count", "reply_users", "reply_users_count", "latest_reply")


@dataclass
class Conversation:
    """A public or private channel, or a DM between two members."""

    id: str
    name: str
    kind: Kind
    members: list[str]
    topic: str = ""
    created: int = 0
    messages: dict[str, Json] = field(default_factory=dict)
    _order: list[str] = field(default_factory=list)
    _replies: dict[str, list[str]] = field(default_factory=dict)

    @property
    def channel_type(self) -> str:
        """What events call this kind of conversation."""
        return {"channel": "channel", "private": "group", "im": "im"}[self.kind]

    @property
    def payload_name(self) -> str:
        """What interaction payloads put as the conversation's name."""
        return {"channel": self.name, "private": "privategroup", "im": "directmessage"}[self.kind]

    def other(self, user: str) -> str:
        """The other member of a DM."""
        return next((member for member in self.members if member != user), user)

    def put(self, message: Json) -> None:
        """Add a message, or replace the one with its ts."""
        ts = message["ts"]
        if ts not in self.messages:
            bisect.insort(self._order, ts)
            if is_reply(message):
                bisect.insort(self._replies.setdefault(message["thread_ts"], []), ts)
        self.messages[ts] = message

    def drop(self, ts: str) -> Json:
        """Take a message out and return it."""
        message = self.messages.pop(ts)
        self._order.remove(ts)
        if is_reply(message):
            self._replies[message["thread_ts"]].remove(ts)
        return message

    def top_level(self) -> list[Json]:
        """Messages that stand in the conversation itself, oldest first."""
        return [message for message in self.in_order() if stands_in_channel(message)]

    def in_order(self) -> Iterator[Json]:
        """All messages, oldest first."""
        return (self.messages[ts] for ts in self._order)

    def replies(self, thread_ts: str) -> list[Json]:
        """A thread's replies, oldest first."""
        return [self.messages[ts] for ts in self._replies.get(thread_ts, [])]

    def newest_top_level(self) -> str | None:
        """The ts of the last message in the conversation itself."""
        return next((ts for ts in reversed(self._order) if stands_in_channel(self.messages[ts])), None)

    def since(self, ts: str) -> Iterator[Json]:
        """Messages in the conversation itself after a ts, newest first."""
        for found in reversed(self._order):
            if found <= ts:
                return
            if stands_in_channel(self.messages[found]):
                yield self.messages[found]

    def summarize_thread(self, thread_ts: str) -> Json | None:
        """Write the reply count onto a thread's parent; None when the parent is gone."""
        parent = self.messages.get(thread_ts)
        if parent is None:
            return None
        replies = self.replies(thread_ts)
        parent = {key: value for key, value in parent.items() if key not in _THREAD_SUMMARY}
        if replies:
            users = list(dict.fromkeys(reply["user"] for reply in replies))
            parent |= {
                "thread_ts": thread_ts,
                "reply_count": len(replies),
                "reply_users": users[:5],
                "reply_users_count": len(users),
                "latest_reply": replies[-1]["ts"],
            }
        else:
            parent.pop("thread_ts", None)
        self.messages[thread_ts] = parent
        return parent


def is_reply(message: Json) -> bool:
    """Whether a message is a reply in a thread."""
    return message.get("thread_ts") not in (None, message["ts"])


def stands_in_channel(message: Json) -> bool:
    """Whether a message is shown in the conversation itself: all but replies that were not sent to it too."""
    return not is_reply(message) or message.get("subtype") == "thread_broadcast"
