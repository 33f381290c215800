"""Posts, changes and deletes messages: keeps them, shows them on open pages, and tells the app."""

from bot.sandbox.clock import WorkspaceClock
from bot.sandbox.conversation import Conversation, is_reply
from bot.sandbox.events import EventSender
from bot.sandbox.frames import channel_frame, message_frame
from bot.sandbox.json_types import Json
from bot.sandbox.live import LivePages
from bot.sandbox.state import WorkspaceState

_EVENT_OF = {"channel": "message.channels", "private": "message.groups", "im": "message.im"}


class Posting:
    """The one place through which messages come into being and change."""

    def __init__(
        self, state: WorkspaceState, clock: WorkspaceClock, live: LivePages, events: EventSender
    ) -> None:
        self._state = state
        self._clock = clock
        self._live = live
        self._events = events
        self._bot = state.workspace.app.bot_user_id

    def post(self, conversation: Conversation, message: Json, *, broadcast: bool = False) -> Json:
        """Add a message; a `broadcast` reply stands in the conversation too. Returns it with its ts."""
        message = message | {"ts": self._clock.mint_ts()}
        if is_reply(message):
            parent = conversation.messages[message["thread_ts"]]
            message["parent_user_id"] = parent["user"]
            if broadcast:
                message["subtype"] = "thread_broadcast"
        self._state.put(conversation, message)
        if message["user"] in self._state.users and not is_reply(message):
            self._state.mark_read(message["user"], conversation.id, message["ts"])
        self._show(
            conversation,
            {"type": "message", "channel": conversation.id, "message": message_frame(conversation, message)},
        )
        if is_reply(message):
            self._recount(conversation, message["thread_ts"])
        self.show_channel(conversation)
        self._tell_posted(conversation, message)
        return message

    def change(self, conversation: Conversation, ts: str, changes: Json) -> Json:
        """Change fields of a message; None removes one."""
        previous = conversation.messages[ts]
        message = {key: value for key, value in (previous | changes).items() if value is not None}
        self._state.put(conversation, message)
        self._show_changed(conversation, message)
        hidden = {
            "subtype": "message_changed",
            "message": _seen_by_apps(message),
            "previous_message": _seen_by_apps(previous),
        }
        self._tell_hidden(conversation, hidden)
        return message

    def delete(self, conversation: Conversation, ts: str) -> None:
        """Delete a message; a thread's parent leaves a tombstone."""
        previous = conversation.messages[ts]
        if previous.get("reply_count"):
            tombstone = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "hidden": True,
            }
            kept = {
                key: value
                for key, value in previous.items()
                if key.startswith(("reply_", "thread_", "latest_"))
            }
            tombstone |= kept | {"ts": ts, "user": "USLACKBOT"}
            self._state.put(conversation, tombstone)
            self._show_changed(conversation, tombstone)
        else:
            self._state.drop(conversation, ts)
            self._show(conversation, {"type": "message_deleted", "channel": conversation.id, "ts": ts})
            if is_reply(previous):
                self._recount(conversation, previous["thread_ts"])
        self.show_channel(conversation)
        hidden = {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": _seen_by_apps(previous)}
        self._tell_hidden(conversation, hidden)

    def react(self, conversation: Conversation, ts: str, reactions: list[Json], change: Json) -> None:
        """Replace a message's reactions; `change` is the event's own part (type, user, reaction)."""
        message = conversation.messages[ts] | {"reactions": reactions}
        if not reactions:
            del message["reactions"]
        self._state.put(conversation, message)
        self._show_changed(conversation, message)
        item = {"type": "message", "channel": conversation.id, "ts": ts}
        event = change | {"item": item, "item_user": message["user"], "event_ts": self._clock.mint_ts()}
        if self._bot in conversation.members:
            self._events.emit(change["type"], event)

    def show_only(self, conversation: Conversation, user: str, message: Json) -> Json:
        """Show an ephemeral message to one person. Returns it with its ts."""
        message = message | {"ts": self._clock.mint_ts(), "ephemeral": True}
        self._state.put_ephemeral(user, conversation.id, message)
        self._live.send(
            user,
            {"type": "message", "channel": conversation.id, "message": message_frame(conversation, message)},
        )
        return message

    def change_only(self, conversation: Conversation, user: str, message: Json) -> None:
        """Replace an ephemeral message in place."""
        self._state.put_ephemeral(user, conversation.id, message)
        self._live.send(
            user,
            {
                "type": "message_changed",
                "channel": conversation.id,
                "message": message_frame(conversation, message),
            },
        )

    def drop_only(self, conversation: Conversation, user: str, ts: str) -> None:
        """Take an ephemeral message away."""
        self._state.drop_ephemeral(user, conversation.id, ts)
        self._live.send(user, {"type": "message_deleted", "channel": conversation.id, "ts": ts})

    def show_channel(self, conversation: Conversation) -> None:
        """Send every member who looks on the conversation's marks and counts."""
        for user in self._live.watching(conversation.members):
            self._live.send(
                user, {"type": "channel", "channel": channel_frame(self._state, conversation, user)}
            )

    def join(self, conversation: Conversation, user: str) -> None:
        """Make someone a member of a channel, and say so."""
        self._state.join(conversation, user)
        self.show_channel(conversation)
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": conversation.id,
            "channel_type": "C" if conversation.kind == "channel" else "G",
            "team": self._state.workspace.team.id,
            "event_ts": self._clock.mint_ts(),
        }
        self._events.emit("member_joined_channel", event)

    def _recount(self, conversation: Conversation, thread_ts: str) -> None:
        parent = self._state.refresh_thread(conversation, thread_ts)
        if parent is not None:
            self._show_changed(conversation, parent)

    def _show(self, conversation: Conversation, frame: Json) -> None:
        for user in self._live.watching(conversation.members):
            self._live.send(user, frame)

    def _show_changed(self, conversation: Conversation, message: Json) -> None:
        shown = message_frame(conversation, message)
        self._show(conversation, {"type": "message_changed", "channel": conversation.id, "message": shown})

    def _tell_posted(self, conversation: Conversation, message: Json) -> None:
        if self._bot not in conversation.members:
            return
        where = {"channel": conversation.id, "event_ts": message["ts"]}
        event = _seen_by_apps(message) | where | {"channel_type": conversation.channel_type}
        self._events.emit(_EVENT_OF[conversation.kind], event)
        calls_the_app = f"<@{self._bot}>" in message["text"] or f"<@{self._bot}|" in message["text"]
        if calls_the_app and conversation.kind != "im" and message["user"] != self._bot:
            mention = {key: value for key, value in _seen_by_apps(message).items() if key != "parent_user_id"}
            self._events.emit("app_mention", mention | where | {"type": "app_mention"})

    def _tell_hidden(self, conversation: Conversation, fields: Json) -> None:
        if self._bot not in conversation.members:
            return
        ts = self._clock.mint_ts()
        event = {"type": "message", "hidden": True, "channel": conversation.id, "ts": ts, "event_ts": ts}
        event |= {"channel_type": conversation.channel_type} | fields
        self._events.emit(_EVENT_OF[conversation.kind], event)


def _seen_by_apps(message: Json) -> Json:
    return {key: value for key, value in message.items() if key not in ("metadata", "reactions")}
