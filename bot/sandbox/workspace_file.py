"""Reads the workspace file: its people, its channels, the app's identity and where its clock starts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml


class WorkspaceFileError(ValueError):
    """Everything wrong with a workspace file, one sentence a fault."""

    def __init__(self, source: str, faults: list[str]) -> None:
        super().__init__(f"{source}: " + "; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Team:
    """The workspace itself."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True)
class AppIdentity:
    """The app installed in the workspace, with the secrets it shares with it."""

    id: str
    name: str
    bot_user_id: str
    bot_token: str
    app_token: str
    signing_secret: str

    @property
    def bot_id(self) -> str:
        """The bot's id (B…), which is not its user id (U…)."""
        return "B" + self.id.removeprefix("A")

    def __repr__(self) -> str:
        """Names the app and keeps its secrets out of logs."""
        return f"AppIdentity({self.id}, {self.name})"


@dataclass(frozen=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    email: str
    tz: str = "UTC"
    title: str = ""
    is_admin: bool = False


@dataclass(frozen=True)
class ChannelSpec:
    """A channel as the workspace file gives it."""

    id: str
    name: str
    is_private: bool = False
    topic: str = ""
    members: tuple[str, ...] = ()
    app_is_member: bool = True


@dataclass(frozen=True)
class WorkspaceFile:
    """A whole workspace before anything happened in it."""

    team: Team
    clock: datetime
    app: AppIdentity
    users: tuple[User, ...]
    channels: tuple[ChannelSpec, ...]


_ABSENT = object()


class _Part:
    """One mapping of the file; takes its fields and notes what is wrong with them."""

    def __init__(self, where: str, value: object, faults: list[str]) -> None:
        self._where = where
        self._faults = faults
        self._left: dict[object, object] = dict(value) if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            faults.append(f"{where}: expected a mapping, found {value!r}")
            self._broken = True
        else:
            self._broken = False

    def text(self, key: str, default: str | None = None) -> str:
        value = self._left.pop(key, _ABSENT)
        if value is _ABSENT and default is not None:
            return default
        if isinstance(value, str) and (value or default is not None):
            return value
        if not self._broken:
            found = "nothing" if value is _ABSENT else repr(value)
            self._faults.append(f"{self._where}.{key}: expected a text, found {found}")
        return default or ""

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._left.pop(key, default)
        if isinstance(value, bool):
            return value
        self._faults.append(f"{self._where}.{key}: expected true or false, found {value!r}")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._left.pop(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self._faults.append(f"{self._where}.{key}: expected a list of texts, found {value!r}")
        return ()

    def done(self) -> None:
        self._faults.extend(f"{self._where}.{key}: not a known key" for key in self._left)


def load_workspace(path: Path) -> WorkspaceFile:
    """Read and check a workspace file; raises `WorkspaceFileError` naming every fault at once."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise WorkspaceFileError(str(path), [str(error)]) from error
    return parse_workspace(raw, source=str(path))


def parse_workspace(raw: object, *, source: str = "workspace") -> WorkspaceFile:
    """Check what a workspace file holds; raises `WorkspaceFileError` naming every fault at once."""
    if not isinstance(raw, dict):
        raise WorkspaceFileError(source, [f"expected a mapping, found {raw!r}"])
    faults = [
        f"{key}: not a known key" for key in raw if key not in {"team", "clock", "app", "users", "channels"}
    ]
    workspace = WorkspaceFile(
        team=_team(raw.get("team"), faults),
        clock=_instant(raw.get("clock"), faults),
        app=_app(raw.get("app"), faults),
        users=tuple(_user(f"users[{n}]", part, faults) for n, part in enumerate(_list(raw, "users", faults))),
        channels=tuple(
            _channel(f"channels[{n}]", part, faults) for n, part in enumerate(_list(raw, "channels", faults))
        ),
    )
    faults.extend(_cross_check(workspace))
    if faults:
        raise WorkspaceFileError(source, faults)
    return workspace


def _list(raw: dict[str, object], key: str, faults: list[str]) -> list[object]:
    value = raw.get(key, [])
    if isinstance(value, list):
        return value
    faults.append(f"{key}: expected a list, found {value!r}")
    return []


def _team(value: object, faults: list[str]) -> Team:
    part = _Part("team", value, faults)
    team = Team(id=part.text("id"), name=part.text("name"), domain=part.text("domain"))
    part.done()
    return team


def _app(value: object, faults: list[str]) -> AppIdentity:
    part = _Part("app", value, faults)
    app = AppIdentity(
        id=part.text("id"),
        name=part.text("name"),
        bot_user_id=part.text("bot_user_id"),
        bot_token=part.text("bot_token"),
        app_token=part.text("app_token"),
        signing_secret=part.text("signing_secret"),
    )
    part.done()
    return app


def _user(where: str, value: object, faults: list[str]) -> User:
    part = _Part(where, value, faults)
    user = User(
        id=part.text("id"),
        name=part.text("name"),
        real_name=part.text("real_name"),
        email=part.text("email"),
        tz=part.text("tz", "UTC"),
        title=part.text("title", ""),
        is_admin=part.flag("is_admin", default=False),
    )
    part.done()
    try:
        ZoneInfo(user.tz)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"{where}.tz: not a zone of the IANA database: {user.tz!r}")
    return user


def _channel(where: str, value: object, faults: list[str]) -> ChannelSpec:
    part = _Part(where, value, faults)
    channel = ChannelSpec(
        id=part.text("id"),
        name=part.text("name"),
        is_private=part.flag("is_private", default=False),
        topic=part.text("topic", ""),
        members=part.texts("members"),
        app_is_member=part.flag("app_is_member", default=True),
    )
    part.done()
    return channel


def _instant(value: object, faults: list[str]) -> datetime:
    """The clock's start; YAML may have read it as a datetime already."""
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        faults.append(f"clock: expected an ISO-8601 instant such as 2026-10-05T06:55:00Z, found {value!r}")
        return datetime(1970, 1, 1, tzinfo=UTC)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _cross_check(workspace: WorkspaceFile) -> list[str]:
    people = {user.id for user in workspace.users} | {workspace.app.bot_user_id}
    faults = [
        f"channels[{n}].members: {member} is not a user of this file"
        for n, channel in enumerate(workspace.channels)
        for member in channel.members
        if member not in people
    ]
    if not workspace.users:
        faults.append("users: at least one is needed")
    for label, values in (
        ("users: id", [user.id for user in workspace.users] + [workspace.app.bot_user_id]),
        ("users: name", [user.name for user in workspace.users]),
        ("users: email", [user.email for user in workspace.users]),
        ("channels: id", [channel.id for channel in workspace.channels]),
        ("channels: name", [channel.name for channel in workspace.channels]),
    ):
        faults.extend(
            f"{label} {value!r} occurs twice" for value in sorted({v for v in values if values.count(v) > 1})
        )
    return faults
