"""What the app's manifest allows: scopes, events, commands, shortcuts, tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.json_types import Json

# The scope without which Slack does not deliver an event.
EVENT_SCOPES: Mapping[str, str] = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "member_joined_channel": "channels:read",
}


@dataclass(frozen=True)
class Command:
    """A slash command."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A global shortcut, or one on a message."""

    name: str
    callback_id: str
    type: Literal["message", "global"]
    description: str


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that the workspace enforces."""

    scopes: tuple[str, ...]
    events: frozenset[str]
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    interactive: bool
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool

    def command(self, name: str) -> Command | None:
        """The declared command of that name."""
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        """The declared shortcut of that callback id."""
        return next((found for found in self.shortcuts if found.callback_id == callback_id), None)

    def delivers(self, event: str) -> bool:
        """Whether an event is declared and its scope was granted."""
        needed = EVENT_SCOPES.get(event)
        return event in self.events and (needed is None or needed in self.scopes)


def read_manifest(raw: Mapping[str, object]) -> Manifest:
    """Pick out of a manifest what the workspace enforces; absent parts grant nothing."""
    features = _part(raw, "features")
    settings = _part(raw, "settings")
    scopes = _part(_part(raw, "oauth_config"), "scopes").get("bot", [])
    home = _part(features, "app_home")
    return Manifest(
        scopes=tuple(str(scope) for scope in scopes or []),
        events=frozenset(_part(settings, "event_subscriptions").get("bot_events", [])),
        commands=tuple(_command(item) for item in features.get("slash_commands", [])),
        shortcuts=tuple(_shortcut(item) for item in features.get("shortcuts", [])),
        interactive=_part(settings, "interactivity").get("is_enabled") is True,
        home_tab=home.get("home_tab_enabled") is True,
        messages_tab=home.get("messages_tab_enabled") is True,
        messages_read_only=home.get("messages_tab_read_only_enabled") is True,
    )


def _part(raw: Mapping[str, object], key: str) -> Json:
    value = raw.get(key)
    return dict(value) if isinstance(value, Mapping) else {}


def _command(item: Json) -> Command:
    return Command(
        command=str(item["command"]),
        description=str(item.get("description", "")),
        usage_hint=str(item.get("usage_hint", "")),
        should_escape=item.get("should_escape") is True,
    )


def _shortcut(item: Json) -> Shortcut:
    return Shortcut(
        name=str(item["name"]),
        callback_id=str(item["callback_id"]),
        type="global" if item.get("type") == "global" else "message",
        description=str(item.get("description", "")),
    )
