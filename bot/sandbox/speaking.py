"""What people say: messages and slash commands."""

from bot.sandbox.answers import post_answer
from bot.sandbox.content import TEXT_MAX, ContentError
from bot.sandbox.conversation import Conversation, is_reply
from bot.sandbox.delivery import Ack
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.messages import user_message
from bot.sandbox.payloads import command_payload
from bot.sandbox.reach import conversation_of
from bot.sandbox.refusal import RefusalError
from bot.sandbox.trouble import command_trouble, show_trouble
from bot.sandbox.typed_text import Names


def say(hub: Hub, user: str, channel: object, typed: object, thread_ts: object) -> str:
    """Post what someone typed; returns its ts. Raises `RefusalError`."""
    conversation = conversation_of(hub, user, channel)
    if not isinstance(typed, str) or not typed.strip():
        raise RefusalError("no_text", "There is nothing to send yet.")
    if len(typed) > TEXT_MAX:
        raise RefusalError("msg_too_long", "This message is too long for Slack.")
    if _is_app_dm(hub, conversation) and (not hub.manifest.messages_tab or hub.manifest.messages_read_only):
        raise RefusalError("messages_tab_disabled", "Sending messages to this app has been turned off.")
    parent = _thread(conversation, thread_ts)
    text = _names(hub).message(typed.strip())
    return str(hub.posting.post(conversation, user_message(hub.workspace, user, text, parent))["ts"])


def edit(hub: Hub, user: str, channel: object, ts: object, typed: object) -> None:
    """Change what someone wrote; raises `RefusalError` for what is not theirs."""
    conversation, message = _own(hub, user, channel, ts)
    if not isinstance(typed, str) or not typed.strip():
        raise RefusalError("no_text", "There is nothing to send yet.")
    if len(typed) > TEXT_MAX:
        raise RefusalError("msg_too_long", "This message is too long for Slack.")
    text = _names(hub).message(typed.strip())
    if text != message["text"]:
        edited = {"user": user, "ts": hub.clock.mint_ts()}
        hub.posting.change(conversation, message["ts"], {"text": text, "edited": edited})


def delete(hub: Hub, user: str, channel: object, ts: object) -> None:
    """Delete what someone wrote; raises `RefusalError` for what is not theirs."""
    conversation, message = _own(hub, user, channel, ts)
    hub.posting.delete(conversation, message["ts"])


def _own(hub: Hub, user: str, channel: object, ts: object) -> tuple[Conversation, Json]:
    conversation = conversation_of(hub, user, channel)
    message = conversation.messages.get(str(ts))
    if message is None or message.get("subtype") == "tombstone":
        raise RefusalError("message_not_found", "This message is not there any more.")
    if message["user"] != user:
        raise RefusalError("cant_change_message", "Only its author can change or delete a message.")
    return conversation, message


async def command(hub: Hub, user: str, channel: object, typed: object, thread_ts: object) -> None:
    """Send a slash command to the app and show its answer; raises `RefusalError`."""
    conversation = conversation_of(hub, user, channel)
    name, _, text = str(typed).strip().partition(" ")
    declared = hub.manifest.command(name)
    if declared is None:
        words = f"{name} is not a valid command. In Slack, all messages that start with “/” are commands."
        raise RefusalError("unknown_command", words)
    if thread_ts:
        raise RefusalError("not_supported_in_threads", f"{name} is not supported in threads. Sorry!")
    text = _names(hub).command(text.strip(), should_escape=declared.should_escape)
    ack = await hub.dispatcher.deliver(command_payload(hub, user, conversation, name, text))
    _show_answer(hub, user, conversation, name, ack)


def _show_answer(hub: Hub, user: str, conversation: Conversation, name: str, ack: Ack) -> None:
    content = _content(ack.body)
    try:
        if not ack.ok:
            show_trouble(hub, user, command_trouble(hub, name, ack), channel=conversation.id)
        elif content:
            post_answer(hub, user, conversation, content)
    except ContentError:
        show_trouble(hub, user, command_trouble(hub, name, Ack("bad_response")), channel=conversation.id)


def _content(body: object) -> Json:
    """The content of a command's answer, from a text or an object; empty when there is none."""
    if isinstance(body, str):
        return {"text": body}
    if not isinstance(body, dict):
        return {}
    # Socket Mode wraps an empty answer as an empty text.
    return body if any(body.get(key) for key in ("text", "blocks", "attachments")) else {}


def _thread(conversation: Conversation, thread_ts: object) -> str | None:
    if not thread_ts:
        return None
    parent = conversation.messages.get(str(thread_ts))
    if parent is None:
        raise RefusalError("thread_not_found", "This thread is not there any more.")
    return str(parent["thread_ts"]) if is_reply(parent) else str(thread_ts)


def _is_app_dm(hub: Hub, conversation: Conversation) -> bool:
    return conversation.kind == "im" and hub.workspace.app.bot_user_id in conversation.members


def _names(hub: Hub) -> Names:
    users = [*hub.state.users.values(), hub.state.bot]
    return Names(users, hub.state.conversations.values())
