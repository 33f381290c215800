"""What the app may see and do: granted scopes, and the conversations within its reach."""

from bot.sandbox.conversation import Conversation
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.web_api.errors import ApiError

_PREFIX = {"channel": "channels", "private": "groups", "im": "im"}


def require(hub: Hub, *scopes: str) -> None:
    """Raise `missing_scope` unless every scope was granted by the manifest."""
    provided = hub.manifest.scopes
    if any(scope not in provided for scope in scopes):
        raise ApiError("missing_scope", needed=",".join(scopes), provided=",".join(provided))


def scope_for(conversation: Conversation, action: str) -> str:
    """The scope that opens this kind of conversation to an action, such as `groups:history`."""
    return f"{_PREFIX[conversation.kind]}:{action}"


def visible(hub: Hub, channel: str) -> Conversation:
    """A conversation the app may know of; raises `channel_not_found`."""
    conversation = hub.state.conversations.get(channel)
    if conversation is None or (conversation.kind != "channel" and not is_member(hub, conversation)):
        raise ApiError("channel_not_found")
    return conversation


def joined(hub: Hub, channel: str) -> Conversation:
    """A conversation the app is in; raises `channel_not_found` or `not_in_channel`."""
    conversation = visible(hub, channel)
    if not is_member(hub, conversation):
        raise ApiError("not_in_channel")
    return conversation


def is_member(hub: Hub, conversation: Conversation) -> bool:
    """Whether the app's bot is in a conversation."""
    return hub.workspace.app.bot_user_id in conversation.members


def known_user(hub: Hub, user: str, error: str = "user_not_found") -> str:
    """A member's id; raises `user_not_found`, or the error a method uses instead."""
    if hub.state.member(user) is None:
        raise ApiError(error)
    return user


def conversation_json(hub: Hub, conversation: Conversation) -> Json:
    """A conversation as the Web API describes it."""
    bot = hub.workspace.app.bot_user_id
    if conversation.kind == "im":
        shown: Json = {
            "id": conversation.id,
            "is_im": True,
            "user": conversation.other(bot),
            "is_user_deleted": False,
        }
        return shown | {
            "created": conversation.created,
            "is_archived": False,
            "is_org_shared": False,
            "priority": 0,
        }
    private = conversation.kind == "private"
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_archived": False,
        "is_general": False,
        "is_member": is_member(hub, conversation),
        "created": conversation.created,
        "creator": conversation.members[0] if conversation.members else bot,
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }
