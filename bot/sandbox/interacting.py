"""What people do with elements of messages and views, and with shortcuts."""

from bot.sandbox.conversation import Conversation
from bot.sandbox.delivery import Ack, Payload
from bot.sandbox.elements import VALUE_FIELDS, ChoiceError, action_fields, find_element, options_of
from bot.sandbox.hub import Hub
from bot.sandbox.inputs import complete_state
from bot.sandbox.json_types import Json
from bot.sandbox.payloads import (
    block_suggestion,
    global_shortcut,
    message_actions,
    message_container,
    message_shortcut,
    shown_message,
    view_actions,
)
from bot.sandbox.reach import choices_for, conversation_of, message_of, view_of
from bot.sandbox.refusal import RefusalError
from bot.sandbox.trouble import reason, show_trouble

_MOST_OPTIONS = 100


async def act(hub: Hub, user: str, container: Json, action: Json, values: Json) -> str:
    """Use an element someone sees; returns the action's ts. Raises `RefusalError`."""
    if not hub.manifest.interactive:
        raise RefusalError("interactivity_disabled", "This app has not switched interactivity on.")
    if container.get("type") == "view":
        view = view_of(hub, user, container.get("view_id"))
        done, state = _done(hub, user, view["blocks"], action, values)
        if view["type"] == "modal":
            hub.views.keep_state(user, view["id"], state)
        payload = view_actions(hub, user, view | {"state": {"values": state}}, done)
        return await _send(hub, user, payload, done, view_id=view["id"])
    conversation = conversation_of(hub, user, container.get("channel"))
    message = message_of(hub, user, conversation, container.get("ts"))
    done, state = _done(hub, user, message_blocks(message), action, values)
    payload = message_actions(hub, user, conversation, message, done, state)
    return await _send(hub, user, payload, done, channel=conversation.id)


async def use_shortcut(hub: Hub, user: str, callback_id: str, channel: object, ts: object) -> None:
    """Use a global shortcut, or one on a message; raises `RefusalError`."""
    shortcut = hub.manifest.shortcut(callback_id)
    if shortcut is None or not hub.manifest.interactive:
        raise RefusalError("unknown_shortcut", "This app has no such shortcut.")
    if shortcut.type == "global":
        payload = global_shortcut(hub, user, callback_id)
    else:
        conversation = conversation_of(hub, user, channel)
        message = conversation.messages.get(str(ts))
        if message is None:
            raise RefusalError("message_not_found", "This message is not there any more.")
        payload = message_shortcut(hub, user, callback_id, conversation, message)
    ack = await hub.dispatcher.deliver(payload)
    if not ack.ok:
        show_trouble(hub, user, reason(hub, ack), channel=str(channel) if channel else None)


async def suggest(hub: Hub, user: str, container: Json, block_id: str, action_id: str, value: str) -> Json:
    """Ask the app for the options of an external select; raises `RefusalError`."""
    place, blocks = _place(hub, user, container)
    found = find_element(blocks, block_id, action_id)
    if found is None or found.get("type") not in ("external_select", "multi_external_select"):
        raise RefusalError("element_not_found", "This menu is not there any more.")
    if len(value) < found.get("min_query_length", 3):
        return {"options": []}
    ack = await hub.dispatcher.deliver(
        block_suggestion(hub, user, place, found | {"block_id": block_id}, value)
    )
    options = _offer(ack)
    if options is None:
        raise RefusalError("options_failed", f"The options could not be loaded. {reason(hub, _bad(ack))}")
    values = {str(option["value"]) for option in options_of(options)}
    hub.offered.setdefault((user, action_id), set()).update(values)
    return options


def message_blocks(message: Json) -> list[Json]:
    """A message's blocks with those of its attachments."""
    attached = [block for part in message.get("attachments", []) for block in part.get("blocks", [])]
    return [*message.get("blocks", []), *attached]


def _done(hub: Hub, user: str, blocks: list[Json], action: Json, values: Json) -> tuple[Json, Json]:
    """The action as the payload carries it, and the state of all elements after it."""
    block_id, action_id = str(action.get("block_id")), str(action.get("action_id"))
    element, choices = find_element(blocks, block_id, action_id), choices_for(hub, user)
    if element is None or action.get("type") not in (None, element["type"]):
        raise RefusalError("element_not_found", "This is not there any more.")
    try:
        fields = action_fields(element, action, choices)
    except ChoiceError as error:
        raise RefusalError("invalid_choice", str(error)) from error
    state, _ = complete_state(blocks, values, choices)
    if element["type"] in VALUE_FIELDS:
        field = VALUE_FIELDS[element["type"]][0]
        state.setdefault(block_id, {})[action_id] = {"type": element["type"], field: fields[field]}
    names = {"action_id": action_id, "block_id": block_id, "action_ts": hub.clock.mint_ts()}
    return fields | names, state


async def _send(
    hub: Hub,
    user: str,
    payload: Payload,
    action: Json,
    *,
    channel: str | None = None,
    view_id: str | None = None,
) -> str:
    ack = await hub.dispatcher.deliver(payload)
    action_ts = str(action["action_ts"])
    if not ack.ok:
        show_trouble(hub, user, reason(hub, ack), channel=channel, view_id=view_id, action_ts=action_ts)
    return action_ts


def _place(hub: Hub, user: str, container: Json) -> tuple[Json, list[Json]]:
    if container.get("type") == "view":
        view = view_of(hub, user, container.get("view_id"))
        return {"container": {"type": "view", "view_id": view["id"]}, "view": view}, view["blocks"]
    conversation: Conversation = conversation_of(hub, user, container.get("channel"))
    message = message_of(hub, user, conversation, container.get("ts"))
    place: Json = {
        "container": message_container(conversation, message),
        "channel": {"id": conversation.id, "name": conversation.payload_name},
    }
    if not message.get("ephemeral"):
        place["message"] = shown_message(message)
    return place, message_blocks(message)


def _offer(ack: Ack) -> Json | None:
    """The options an app answered with; None when it gave none that can be shown."""
    if not ack.ok or not isinstance(ack.body, dict):
        return None
    offer = {
        key: ack.body[key] for key in ("options", "option_groups") if isinstance(ack.body.get(key), list)
    }
    options = options_of(offer) if len(offer) == 1 else []
    valid = all(
        isinstance(option.get("value"), str) and isinstance(option.get("text"), dict) for option in options
    )
    return offer if len(offer) == 1 and valid and len(options) <= _MOST_OPTIONS else None


def _bad(ack: Ack) -> Ack:
    return Ack("bad_response") if ack.ok else ack
