"""The workspace's members, conversations, read marks and home views, each change kept in the store."""

from collections.abc import Iterable
from typing import cast

from bot.sandbox.clock import WorkspaceClock
from bot.sandbox.conversation import Conversation, Kind
from bot.sandbox.identifiers import dm_id
from bot.sandbox.json_types import Json
from bot.sandbox.persistence import Store
from bot.sandbox.workspace_file import User, WorkspaceFile

# So many ephemeral messages of one person in one channel are kept for the page; Slack keeps none for long.
_EPHEMERALS = 50


class WorkspaceState:
    """All that a restart must find again."""

    def __init__(self, workspace: WorkspaceFile, store: Store, clock: WorkspaceClock) -> None:
        self.workspace = workspace
        self.clock = clock
        self.users = {user.id: user for user in workspace.users}
        self.conversations: dict[str, Conversation] = {}
        self.homes: dict[str, Json] = {}
        self._store = store
        self._read: dict[str, str] = {}
        # (user, channel) -> ts -> message; gone with the process, as in Slack.
        self._ephemerals: dict[tuple[str, str], dict[str, Json]] = {}
        self._load()

    @property
    def bot(self) -> User:
        """The app's bot user, which the workspace file does not list."""
        app = self.workspace.app
        return User(id=app.bot_user_id, name=app.name.lower(), real_name=app.name, email="")

    def member(self, user: str) -> User | None:
        """A person or the bot."""
        return self.bot if user == self.workspace.app.bot_user_id else self.users.get(user)

    def open_dm(self, one: str, other: str) -> Conversation:
        """The DM between two members, made when it is not there yet."""
        key = dm_id(one, other)
        if key not in self.conversations:
            self.conversations[key] = self._made(key, [one, other])
            self._store.put("dm", key, sorted({one, other}))
        return self.conversations[key]

    def app_dm(self, user: str) -> Conversation:
        """A person's DM with the app."""
        return self.open_dm(user, self.workspace.app.bot_user_id)

    def of(self, user: str) -> list[Conversation]:
        """The conversations a member is in."""
        return [found for found in self.conversations.values() if user in found.members]

    def join(self, conversation: Conversation, user: str) -> None:
        """Make someone a member of a channel."""
        conversation.members.append(user)
        self._store.put("member", f"{conversation.id} {user}", value=True)

    def put(self, conversation: Conversation, message: Json) -> None:
        """Add or replace a message, and its thread's summary."""
        conversation.put(message)
        self._keep(conversation, message)

    def drop(self, conversation: Conversation, ts: str) -> Json:
        """Take out a message."""
        self._store.put("message", f"{conversation.id} {ts}", None)
        return conversation.drop(ts)

    def refresh_thread(self, conversation: Conversation, thread_ts: str) -> Json | None:
        """Count a thread's replies anew on its parent, and return the parent."""
        parent = conversation.summarize_thread(thread_ts)
        if parent is not None:
            self._keep(conversation, parent)
        return parent

    def last_read(self, user: str, channel: str) -> str:
        """Up to which ts someone has read a conversation."""
        return self._read.get(f"{user} {channel}", "0000000000.000000")

    def mark_read(self, user: str, channel: str, ts: str) -> None:
        """Move someone's read mark."""
        self._read[f"{user} {channel}"] = ts
        self._store.put("read", f"{user} {channel}", ts)

    def publish_home(self, user: str, view: Json) -> None:
        """Replace someone's Home tab."""
        self.homes[user] = view
        self._store.put("home", user, view)

    def put_ephemeral(self, user: str, channel: str, message: Json) -> None:
        """Show someone a message nobody else sees."""
        shown = self._ephemerals.setdefault((user, channel), {})
        shown[message["ts"]] = message
        while len(shown) > _EPHEMERALS:
            del shown[next(iter(shown))]

    def drop_ephemeral(self, user: str, channel: str, ts: str) -> None:
        """Take an ephemeral message away."""
        self._ephemerals.get((user, channel), {}).pop(ts, None)

    def ephemeral(self, user: str, channel: str, ts: str) -> Json | None:
        """An ephemeral message that someone sees."""
        return self._ephemerals.get((user, channel), {}).get(ts)

    def ephemerals(self, user: str, channel: str) -> Iterable[Json]:
        """The ephemeral messages someone sees in a conversation, oldest first."""
        return self._ephemerals.get((user, channel), {}).values()

    def _keep(self, conversation: Conversation, message: Json) -> None:
        self._store.put("message", f"{conversation.id} {message['ts']}", message)

    def _made(self, key: str, pair: list[str]) -> Conversation:
        return Conversation(
            id=key,
            name=key,
            kind="im",
            members=sorted(set(pair)),
            created=int(self.workspace.clock.timestamp()),
        )

    def _load(self) -> None:
        bot = self.workspace.app.bot_user_id
        for spec in self.workspace.channels:
            kind: Kind = "private" if spec.is_private else "channel"
            members = [member for member in spec.members if member != bot]
            members += [bot] if spec.app_is_member else []
            created = int(self.workspace.clock.timestamp())
            self.conversations[spec.id] = Conversation(spec.id, spec.name, kind, members, spec.topic, created)
        for key, pair in self._store.all("dm").items():
            self.conversations[key] = self._made(key, cast("list[str]", pair))
        for user in self.users:
            self.app_dm(user)
        for key in self._store.all("member"):
            channel, _, user = key.partition(" ")
            if (found := self.conversations.get(channel)) and user not in found.members:
                found.members.append(user)
        for key, message in self._store.all("message").items():
            channel = key.partition(" ")[0]
            self.clock.seen_ts(cast("Json", message)["ts"])
            if found := self.conversations.get(channel):
                found.put(cast("Json", message))
        self._read.update(cast("dict[str, str]", self._store.all("read")))
        self.homes.update(cast("dict[str, Json]", self._store.all("home")))
