"""The first frame of a page: everything one person sees."""

import copy

from bot.sandbox.frames import channel_frame, user_frame
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json


def bootstrap(hub: Hub) -> Json:
    """What the page needs before anyone is chosen."""
    app, team = hub.workspace.app, hub.workspace.team
    return {
        "team": {"id": team.id, "name": team.name},
        "app": {"id": app.id, "name": app.name, "bot_user_id": app.bot_user_id},
        "users": users(hub),
        "now": hub.clock.as_json()["now"],
    }


def users(hub: Hub) -> list[Json]:
    """Every member, the app's bot last."""
    bot_user_id = hub.workspace.app.bot_user_id
    return [user_frame(user, bot_user_id=bot_user_id) for user in [*hub.state.users.values(), hub.state.bot]]


def state_frame(hub: Hub, user: str) -> Json:
    """Everything one person sees now."""
    manifest = hub.manifest
    return {
        "type": "state",
        "now": hub.clock.as_json()["now"],
        "me": user_frame(hub.state.users[user], bot_user_id=hub.workspace.app.bot_user_id),
        "users": users(hub),
        "channels": [channel_frame(hub.state, found, user) for found in hub.state.of(user)],
        "commands": [
            {"command": found.command, "description": found.description, "usage_hint": found.usage_hint}
            for found in manifest.commands
        ],
        "shortcuts": [
            {"name": found.name, "callback_id": found.callback_id, "type": found.type}
            for found in manifest.shortcuts
        ],
        "views": copy.deepcopy(hub.views.of(user)),
        "home": hub.state.homes.get(user),
        "clock": hub.clock.as_json(),
    }
