"""conversations.open, info, list, history, replies, members, join."""

from collections.abc import Callable
from decimal import Decimal

from bot.sandbox.conversation import Conversation
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.web_api.access import (
    conversation_json,
    is_member,
    joined,
    known_user,
    require,
    scope_for,
    visible,
)
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.errors import ApiError
from bot.sandbox.web_api.paging import page_of

_TYPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
_KIND_OF_TYPE = {"public_channel": "channel", "private_channel": "private", "im": "im"}


def conversations_open(hub: Hub, args: Arguments) -> Json:
    """Open the app's DM with a person, or look at one that is open."""
    if channel := args.text("channel"):
        return _opened(hub, args, joined(hub, channel), already=True)
    users = [user.strip() for user in args.text("users").split(",") if user.strip()]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        require(hub, "mpim:write")
        raise ApiError(
            "not_enough_users", response_metadata={"messages": ["[ERROR] the sandbox has no group DMs"]}
        )
    require(hub, "im:write")
    if users[0] == hub.workspace.app.bot_user_id:
        raise ApiError("cannot_dm_bot")
    known_user(hub, users[0])
    return _opened(hub, args, hub.state.app_dm(users[0]), already=True)


def conversations_info(hub: Hub, args: Arguments) -> Json:
    """One conversation."""
    conversation = visible(hub, args.required("channel"))
    require(hub, scope_for(conversation, "read"))
    shown = conversation_json(hub, conversation)
    if not args.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def conversations_list(hub: Hub, args: Arguments) -> Json:
    """The conversations of the asked types that the app may know of."""
    types = [name.strip() for name in args.text("types", "public_channel").split(",")]
    if any(name not in _TYPES for name in types):
        raise ApiError("invalid_types")
    require(hub, *(_TYPES[name] for name in types))
    kinds = {_KIND_OF_TYPE.get(name) for name in types}
    found = [
        conversation
        for conversation in hub.state.conversations.values()
        if conversation.kind in kinds and (conversation.kind == "channel" or is_member(hub, conversation))
    ]
    page, following = page_of(found, [conversation.id for conversation in found], args)
    return {"channels": [conversation_json(hub, conversation) for conversation in page]} | following


def conversations_members(hub: Hub, args: Arguments) -> Json:
    """Who is in a conversation."""
    conversation = visible(hub, args.required("channel"))
    require(hub, scope_for(conversation, "read"))
    page, following = page_of(conversation.members, conversation.members, args)
    return {"members": page} | following


def conversations_join(hub: Hub, args: Arguments) -> Json:
    """Make the app a member of a public channel."""
    conversation = visible(hub, args.required("channel"))
    if conversation.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if is_member(hub, conversation):
        return {"channel": conversation_json(hub, conversation), "warning": "already_in_channel"}
    hub.posting.join(conversation, hub.workspace.app.bot_user_id)
    return {"channel": conversation_json(hub, conversation)}


def conversations_history(hub: Hub, args: Arguments) -> Json:
    """Messages that stand in the conversation itself, newest first."""
    conversation = _readable(hub, args)
    within = _window(args)
    found = [message for message in reversed(conversation.top_level()) if within(message)]
    page, following = page_of(found, [message["ts"] for message in found], args)
    return {
        "messages": [_shown(message, args) for message in page],
        "has_more": bool(following["response_metadata"]["next_cursor"]),
        "pin_count": 0,
    } | following


def conversations_replies(hub: Hub, args: Arguments) -> Json:
    """A thread: its parent, then the replies, oldest first."""
    ts = args.required("ts")
    conversation = _readable(hub, args)
    asked = conversation.messages.get(ts)
    if asked is None:
        raise ApiError("thread_not_found")
    parent = asked.get("thread_ts") or ts
    within = _window(args)
    replies = [message for message in conversation.replies(parent) if within(message)]
    found = [conversation.messages[parent], *replies] if parent in conversation.messages else replies
    page, following = page_of(found, [message["ts"] for message in found], args, default=1000)
    return {
        "messages": [_shown(message, args) for message in page],
        "has_more": bool(following["response_metadata"]["next_cursor"]),
    } | following


def _opened(hub: Hub, args: Arguments, conversation: Conversation, *, already: bool) -> Json:
    shown = conversation_json(hub, conversation) if args.flag("return_im") else {"id": conversation.id}
    return {"channel": shown, "already_open": already, "no_op": already}


def _readable(hub: Hub, args: Arguments) -> Conversation:
    channel = args.required("channel")
    conversation = visible(hub, channel)
    require(hub, scope_for(conversation, "history"))
    return joined(hub, channel)


def _window(args: Arguments) -> Callable[[Json], bool]:
    """Whether a message lies between `oldest` and `latest`."""
    oldest, latest = args.instant("oldest"), args.instant("latest")
    inclusive = args.flag("inclusive")

    def within(message: Json) -> bool:
        ts = Decimal(message["ts"])
        if inclusive and ts in (oldest, latest):
            return True
        return (oldest is None or ts > oldest) and (latest is None or ts < latest)

    return within


def _shown(message: Json, args: Arguments) -> Json:
    if args.flag("include_all_metadata") or "metadata" not in message:
        return message
    return {key: value for key, value in message.items() if key != "metadata"}
