"""What one person can see: their conversations, the messages in them, their views."""

from bot.sandbox.conversation import Conversation
from bot.sandbox.elements import Choices
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.refusal import RefusalError


def conversation_of(hub: Hub, user: str, channel: object) -> Conversation:
    """A conversation someone is in; raises `RefusalError`."""
    conversation = hub.state.conversations.get(str(channel))
    if conversation is None or user not in conversation.members:
        raise RefusalError("channel_not_found", "You are not in this conversation.")
    return conversation


def message_of(hub: Hub, user: str, conversation: Conversation, ts: object) -> Json:
    """A message someone sees in a conversation, also an ephemeral one; raises `RefusalError`."""
    message = conversation.messages.get(str(ts)) or hub.state.ephemeral(user, conversation.id, str(ts))
    if message is None:
        raise RefusalError("message_not_found", "This message is not there any more.")
    return message


def modal_of(hub: Hub, user: str, view_id: str) -> Json:
    """The modal someone has on top; raises `RefusalError`."""
    stack = hub.views.of(user)
    if not stack or stack[-1]["id"] != view_id:
        raise RefusalError("view_not_found", "This dialog is not open any more.")
    return stack[-1]


def view_of(hub: Hub, user: str, view_id: object) -> Json:
    """An open modal of someone, or their Home tab; raises `RefusalError`."""
    home = hub.state.homes.get(user)
    for view in [*hub.views.of(user), *([home] if home else [])]:
        if view["id"] == view_id:
            return view
    raise RefusalError("view_not_found", "This view is not there any more.")


def choices_for(hub: Hub, user: str) -> Choices:
    """What someone may choose in selects."""
    return Choices(
        is_member=lambda found: hub.state.member(found) is not None,
        is_conversation=lambda found: _is_seen(hub, user, found),
        is_offered=lambda element, value: value in hub.offered.get((user, element["action_id"]), set()),
    )


def _is_seen(hub: Hub, user: str, channel: str) -> bool:
    conversation = hub.state.conversations.get(channel)
    return conversation is not None and (conversation.kind == "channel" or user in conversation.members)
