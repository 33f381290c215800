"""Puts what an app answers to a command or a response URL into the conversation."""

from bot.sandbox.content import TEXT_MAX, ContentError, check_content, check_metadata
from bot.sandbox.conversation import Conversation
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.messages import app_message, named_blocks
from bot.sandbox.response_urls import ResponseTarget


def post_answer(hub: Hub, user: str, conversation: Conversation, content: Json) -> None:
    """Post an answer: to the person alone, or to all where it says `in_channel`. Raises `ContentError`."""
    content = _checked(content)
    if content["thread_ts"]:
        parent = conversation.messages.get(str(content["thread_ts"]))
        if parent is None:
            raise ContentError("thread_not_found")
        content["thread_ts"] = parent.get("thread_ts") or parent["ts"]
    message = app_message(hub.workspace, content)
    if content["response_type"] == "in_channel":
        hub.posting.post(conversation, message)
    else:
        message.pop("metadata", None)
        hub.posting.show_only(conversation, user, message)


def answer_url(hub: Hub, target: ResponseTarget, content: Json) -> None:
    """Do what a response URL was sent: replace, delete, or post. Raises `ContentError`."""
    conversation = hub.state.conversations[target.channel]
    if content.get("delete_original") is True and target.ts:
        _delete(hub, conversation, target)
    elif content.get("replace_original") is True and target.ts:
        _replace(hub, conversation, target, _checked(content))
    else:
        post_answer(hub, target.user, conversation, content)


def _delete(hub: Hub, conversation: Conversation, target: ResponseTarget) -> None:
    ts = target.ts or ""
    if target.ephemeral:
        hub.posting.drop_only(conversation, target.user, ts)
    elif _own(hub, conversation.messages.get(ts)):
        hub.posting.delete(conversation, ts)
    else:
        raise ContentError("message_not_found")


def _replace(hub: Hub, conversation: Conversation, target: ResponseTarget, content: Json) -> None:
    ts = target.ts or ""
    changes: Json = {
        "text": content["text"],
        "blocks": named_blocks(content["blocks"]) if content["blocks"] else None,
    }
    changes["attachments"] = content["attachments"]
    if target.ephemeral:
        shown = hub.state.ephemeral(target.user, conversation.id, ts)
        if shown is None:
            raise ContentError("message_not_found")
        changed = {key: value for key, value in (shown | changes).items() if value is not None}
        hub.posting.change_only(conversation, target.user, changed)
    elif _own(hub, conversation.messages.get(ts)):
        if content["metadata"]:
            changes["metadata"] = content["metadata"]
        hub.posting.change(conversation, ts, changes)
    else:
        raise ContentError("message_not_found")


def _own(hub: Hub, message: Json | None) -> bool:
    return message is not None and message.get("bot_id") == hub.workspace.app.bot_id


def _checked(content: Json) -> Json:
    check_content(content.get("text"), content.get("blocks"), content.get("attachments"))
    check_metadata(content.get("metadata"))
    return {
        "text": (content.get("text") or "")[:TEXT_MAX],
        "blocks": content.get("blocks"),
        "attachments": content.get("attachments"),
        "metadata": content.get("metadata"),
        "thread_ts": content.get("thread_ts"),
        "response_type": content.get("response_type") or "ephemeral",
    }
