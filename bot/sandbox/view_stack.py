"""The modals each person has open: three at most, the last one on top."""

import copy

from bot.sandbox.identifiers import new_id
from bot.sandbox.json_types import Json
from bot.sandbox.live import LivePages
from bot.sandbox.messages import named_blocks
from bot.sandbox.workspace_file import WorkspaceFile

MAX_STACK = 3
_FIELDS = (
    "type",
    "title",
    "callback_id",
    "private_metadata",
    "close",
    "submit",
    "external_id",
    "submit_disabled",
)


class ViewError(Exception):
    """A view that can't be shown; the text is Slack's error."""


class ViewStacks:
    """Opens, pushes, updates and closes modals, and shows each change on the person's pages."""

    def __init__(self, workspace: WorkspaceFile, live: LivePages) -> None:
        self._workspace = workspace
        self._live = live
        self._stacks: dict[str, list[Json]] = {}

    def of(self, user: str) -> list[Json]:
        """Someone's modals, bottom first."""
        return self._stacks.get(user, [])

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> tuple[str, Json] | None:
        """The person and the open modal of an id or an external id."""
        for user, stack in self._stacks.items():
            for view in stack:
                if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                    return user, view
        return None

    def open(self, user: str, raw: Json) -> Json:
        """Start a new stack; raises `ViewError`."""
        view = self._made(raw)
        self._stacks[user] = [view]
        self.show(user)
        return view

    def push(self, user: str, raw: Json) -> Json:
        """Lay a modal on top; raises `ViewError`."""
        stack = self.of(user)
        if not stack:
            raise ViewError("view_not_found")
        if len(stack) >= MAX_STACK:
            raise ViewError("push_limit_reached")
        view = self._made(raw, root=stack[0]["id"], previous=stack[-1]["id"])
        stack.append(view)
        self.show(user)
        return view

    def update(self, user: str, view: Json, raw: Json) -> Json:
        """Replace an open modal's content; what was typed stays where the ids stayed. Raises `ViewError`."""
        external_id = raw.get("external_id")
        if external_id and external_id != view["external_id"]:
            self._refuse_duplicate(external_id)
        fresh = shaped_view(self._workspace, raw)
        fresh |= {key: view[key] for key in ("id", "root_view_id", "previous_view_id")}
        names = {block["block_id"] for block in fresh["blocks"]}
        kept = {name: values for name, values in view["state"]["values"].items() if name in names}
        fresh["state"] = {"values": kept}
        stack = self._stacks[user]
        stack[stack.index(view)] = fresh
        self.show(user)
        return fresh

    def keep_state(self, user: str, view_id: str, values: Json) -> None:
        """Remember what the person has filled in so far."""
        for view in self.of(user):
            if view["id"] == view_id:
                view["state"] = {"values": values}

    def close(self, user: str, view_id: str, *, clear_all: bool) -> list[Json]:
        """Close a modal and those above it, or all; returns those that went, top first."""
        stack = self.of(user)
        at = next((n for n, view in enumerate(stack) if view["id"] == view_id), None)
        if at is None:
            return []
        keep = 0 if clear_all else at
        gone = stack[keep:][::-1]
        self._stacks[user] = stack[:keep]
        self.show(user)
        return gone

    def show(self, user: str) -> None:
        """Send the stack to the person's open pages."""
        self._live.send(user, {"type": "views", "views": copy.deepcopy(self.of(user))})

    def _made(self, raw: Json, *, root: str | None = None, previous: str | None = None) -> Json:
        if raw.get("external_id"):
            self._refuse_duplicate(raw["external_id"])
        view = shaped_view(self._workspace, raw)
        return view | {"root_view_id": root or view["id"], "previous_view_id": previous}

    def _refuse_duplicate(self, external_id: str) -> None:
        if self.find(external_id=external_id):
            raise ViewError("duplicate_external_id")


def shaped_view(workspace: WorkspaceFile, raw: Json) -> Json:
    """A view as Slack hands it back: with its id, hash, state and every field an app may leave out."""
    app, team = workspace.app, workspace.team
    view_id = new_id("V")
    view: Json = {
        "id": view_id,
        "team_id": team.id,
        "app_id": app.id,
        "app_installed_team_id": team.id,
        "bot_id": app.bot_id,
        "blocks": named_blocks(raw["blocks"]),
        "state": {"values": {}},
        "hash": f"{new_id('', 10).lower()}.{new_id('', 8)}",
        "clear_on_close": raw.get("clear_on_close") is True,
        "notify_on_close": raw.get("notify_on_close") is True,
        "root_view_id": view_id,
        "previous_view_id": None,
    }
    view |= {key: raw.get(key) for key in _FIELDS}
    return view | {key: raw.get(key) or "" for key in ("callback_id", "private_metadata", "external_id")}
