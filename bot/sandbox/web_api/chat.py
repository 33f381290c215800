"""chat.postMessage, update, delete, postEphemeral, getPermalink, scheduleMessage."""

from bot.sandbox.content import TEXT_MAX, ContentError, check_content, check_metadata
from bot.sandbox.conversation import Conversation, is_reply
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.messages import app_message, named_blocks
from bot.sandbox.web_api.access import is_member, joined, known_user, require, visible
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.errors import ApiError

_CUSTOM = ("username", "icon_emoji", "icon_url")


def chat_post_message(hub: Hub, args: Arguments) -> Json:
    """Post a message of the app."""
    conversation = _addressed(hub, args.required("channel"))
    content = _content(args)
    if any(args.text(name) for name in _CUSTOM):
        require(hub, "chat:write.customize")
        content |= {name: args.text(name) for name in _CUSTOM}
    content["text"] = (content["text"] or "")[:TEXT_MAX]
    content["thread_ts"] = _thread(conversation, args)
    broadcast = args.flag("reply_broadcast") and content["thread_ts"] is not None
    message = hub.posting.post(conversation, app_message(hub.workspace, content), broadcast=broadcast)
    return {"channel": conversation.id, "ts": message["ts"], "message": message}


def chat_update(hub: Hub, args: Arguments) -> Json:
    """Change a message of the app; a text without blocks takes the blocks away."""
    conversation, message = _message(hub, args, "cant_update_message")
    given = args.raw.keys()
    content = _content(args, required=not ({"blocks", "attachments"} & given) or "text" in given)
    if len(content["text"] or "") > TEXT_MAX:
        raise ApiError("msg_too_long")
    changes: Json = {}
    if content["text"] is not None or content["blocks"] is not None:
        changes["blocks"] = named_blocks(content["blocks"]) if content["blocks"] else None
    if content["text"] is not None:
        changes["text"] = content["text"]
        if not content["blocks"]:
            changes["edited"] = {"user": hub.workspace.app.bot_user_id, "ts": hub.clock.mint_ts()}
    for name in ("attachments", "metadata"):
        if content[name] is not None:
            changes[name] = content[name] or None
    changed = hub.posting.change(conversation, message["ts"], changes)
    return {"channel": conversation.id, "ts": changed["ts"], "text": changed["text"], "message": changed}


def chat_delete(hub: Hub, args: Arguments) -> Json:
    """Delete a message of the app."""
    conversation, message = _message(hub, args, "cant_delete_message")
    hub.posting.delete(conversation, message["ts"])
    return {"channel": conversation.id, "ts": message["ts"]}


def chat_post_ephemeral(hub: Hub, args: Arguments) -> Json:
    """Show a message to one person in a conversation."""
    channel, user = args.required("channel"), args.required("user")
    conversation = joined(hub, channel)
    known_user(hub, user)
    if user not in conversation.members:
        raise ApiError("user_not_in_channel")
    content = _content(args)
    if len(content["text"] or "") > TEXT_MAX:
        raise ApiError("msg_too_long")
    content["thread_ts"] = _thread(conversation, args)
    content.pop("metadata")
    message = hub.posting.show_only(conversation, user, app_message(hub.workspace, content))
    return {"message_ts": message["ts"]}


def chat_get_permalink(hub: Hub, args: Arguments) -> Json:
    """The address of a message."""
    conversation = visible(hub, args.required("channel"))
    message = conversation.messages.get(args.required("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    address = f"{hub.base_url}/archives/{conversation.id}/p{message['ts'].replace('.', '')}"
    if is_reply(message):
        address += f"?thread_ts={message['thread_ts']}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": address}


def chat_schedule_message(hub: Hub, args: Arguments) -> Json:  # noqa: ARG001 - a method's shape
    """Refuse: the workspace has no schedule, and a message that never comes is worse than an error."""
    messages = ["[ERROR] the sandbox schedules no messages; post when the time has come"]
    raise ApiError("restricted_action", response_metadata={"messages": messages})


def _addressed(hub: Hub, channel: str) -> Conversation:
    """Where a message goes: a conversation's id, a public channel's name, or a person (their DM)."""
    if hub.state.users.get(channel):
        conversation = hub.state.app_dm(channel)
    else:
        named = [
            c.id
            for c in hub.state.conversations.values()
            if c.kind == "channel" and c.name == channel.lstrip("#")
        ]
        conversation = visible(hub, named[0] if named else channel)
    if conversation.kind == "im" and not hub.manifest.messages_tab:
        raise ApiError("messages_tab_disabled")
    if not is_member(hub, conversation) and "chat:write.public" not in hub.manifest.scopes:
        raise ApiError("not_in_channel")
    return conversation


def _content(args: Arguments, *, required: bool = True) -> Json:
    """Text, blocks, attachments and metadata, checked; each None when absent."""
    content = {name: args.structure(name) for name in ("blocks", "attachments", "metadata")}
    text = args.text("text") if args.raw.get("text") is not None else None
    try:
        if required or content["blocks"] or content["attachments"]:
            check_content(text, content["blocks"], content["attachments"])
        check_metadata(content["metadata"] or None)
    except ContentError as error:
        raise ApiError(error.error, **error.as_json()) from error
    return {"text": text, **content}


def _thread(conversation: Conversation, args: Arguments) -> str | None:
    thread_ts = args.text("thread_ts")
    if not thread_ts:
        return None
    parent = conversation.messages.get(thread_ts)
    if parent is None:
        raise ApiError("thread_not_found")
    if is_reply(parent):
        raise ApiError("cannot_reply_to_message")
    return thread_ts


def _message(hub: Hub, args: Arguments, refusal: str) -> tuple[Conversation, Json]:
    """A message of the app's own, or the method's refusal."""
    channel, ts = args.required("channel"), args.required("ts")
    conversation = visible(hub, channel)
    message = conversation.messages.get(ts)
    if message is None:
        raise ApiError("message_not_found")
    if message.get("bot_id") != hub.workspace.app.bot_id:
        raise ApiError(refusal)
    return conversation, message
