"""reactions.add, reactions.get, reactions.remove."""

import re

from bot.sandbox.conversation import Conversation
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.web_api.access import joined
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.errors import ApiError

_MOST = 23


def reactions_add(hub: Hub, args: Arguments) -> Json:
    """Add the app's reaction."""
    name, conversation, message = _target(hub, args)
    bot = hub.workspace.app.bot_user_id
    reactions = [dict(reaction) for reaction in message.get("reactions", [])]
    found = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if found is None:
        if len(reactions) >= _MOST:
            raise ApiError("too_many_emoji")
        found = {"name": name, "users": [], "count": 0}
        reactions.append(found)
    if bot in found["users"]:
        raise ApiError("already_reacted")
    found["users"] = [*found["users"], bot]
    found["count"] += 1
    change = {"type": "reaction_added", "user": bot, "reaction": name}
    hub.posting.react(conversation, message["ts"], reactions, change)
    return {}


def reactions_remove(hub: Hub, args: Arguments) -> Json:
    """Take the app's reaction back."""
    name, conversation, message = _target(hub, args)
    bot = hub.workspace.app.bot_user_id
    reactions = [dict(reaction) for reaction in message.get("reactions", [])]
    found = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if found is None or bot not in found["users"]:
        raise ApiError("no_reaction")
    found["users"] = [user for user in found["users"] if user != bot]
    found["count"] -= 1
    left = [reaction for reaction in reactions if reaction["count"]]
    change = {"type": "reaction_removed", "user": bot, "reaction": name}
    hub.posting.react(conversation, message["ts"], left, change)
    return {}


def reactions_get(hub: Hub, args: Arguments) -> Json:
    """A message with its reactions."""
    conversation, message = _message(hub, args)
    return {"type": "message", "channel": conversation.id, "message": message}


def _target(hub: Hub, args: Arguments) -> tuple[str, Conversation, Json]:
    name = args.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise ApiError("invalid_name")
    return name, *_message(hub, args)


def _message(hub: Hub, args: Arguments) -> tuple[Conversation, Json]:
    if not args.text("channel") or not args.text("timestamp"):
        raise ApiError("no_item_specified")
    conversation = joined(hub, args.text("channel"))
    message = conversation.messages.get(args.text("timestamp"))
    if message is None:
        raise ApiError("message_not_found")
    return conversation, message
