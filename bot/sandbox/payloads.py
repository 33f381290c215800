"""Shapes what the app is told when a person does something, as Slack shapes it."""

from bot.sandbox.conversation import Conversation
from bot.sandbox.delivery import Payload
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json


def response_address(hub: Hub, token: str) -> str:
    """The full response_url of a token."""
    return f"{hub.base_url}/response/{token}"


def common(hub: Hub, user: str) -> Json:
    """What every interaction payload says: who, where, to which app."""
    team = hub.workspace.team
    person = hub.state.users[user]
    return {
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": team.id},
        "api_app_id": hub.workspace.app.id,
        "token": "sandbox",
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command_payload(hub: Hub, user: str, conversation: Conversation, name: str, text: str) -> Payload:
    """A slash command, with its trigger and its response URL."""
    team = hub.workspace.team
    fields = {
        "token": "sandbox",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": conversation.id,
        "channel_name": conversation.payload_name,
        "user_id": user,
        "user_name": hub.state.users[user].name,
        "command": name,
        "text": text,
        "api_app_id": hub.workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response_address(hub, hub.response_urls.issue(user, conversation.id)),
        "trigger_id": hub.triggers.issue(user),
    }
    return Payload("command", name, fields)


def message_actions(
    hub: Hub, user: str, conversation: Conversation, message: Json, action: Json, values: Json
) -> Payload:
    """Block actions in a message, also in an ephemeral one."""
    ephemeral = message.get("ephemeral") is True
    container = message_container(conversation, message)
    token = hub.response_urls.issue(
        user, conversation.id, ts=message["ts"], ephemeral=ephemeral, thread_ts=message.get("thread_ts")
    )
    body = common(hub, user) | {
        "type": "block_actions",
        "container": container,
        "trigger_id": hub.triggers.issue(user),
        "channel": {"id": conversation.id, "name": conversation.payload_name},
        "state": {"values": values},
        "response_url": response_address(hub, token),
        "actions": [action],
    }
    if not ephemeral:
        body["message"] = shown_message(message)
    return Payload("interactive", "block_actions", body)


def view_actions(hub: Hub, user: str, view: Json, action: Json) -> Payload:
    """Block actions in a modal or on the Home tab."""
    in_modal = view["id"] if view["type"] == "modal" else None
    body = common(hub, user) | {
        "type": "block_actions",
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": hub.triggers.issue(user, view_id=in_modal),
        "view": view,
        "actions": [action],
    }
    return Payload("interactive", "block_actions", body)


def view_submission(hub: Hub, user: str, view: Json, response_urls: list[Json]) -> Payload:
    """A modal that was submitted; its state is in the view."""
    body = common(hub, user) | {
        "type": "view_submission",
        "trigger_id": hub.triggers.issue(user, view_id=view["id"]),
        "view": view,
        "response_urls": response_urls,
    }
    return Payload("interactive", "view_submission", body)


def view_closed(hub: Hub, user: str, view: Json, *, is_cleared: bool) -> Payload:
    """A modal that was closed, for an app that asked to be told."""
    body = common(hub, user) | {"type": "view_closed", "view": view, "is_cleared": is_cleared}
    return Payload("interactive", "view_closed", body)


def global_shortcut(hub: Hub, user: str, callback_id: str) -> Payload:
    """A shortcut from the menu of shortcuts."""
    body = common(hub, user) | {
        "type": "shortcut",
        "callback_id": callback_id,
        "action_ts": hub.clock.mint_ts(),
        "trigger_id": hub.triggers.issue(user),
    }
    return Payload("interactive", "shortcut", body)


def message_shortcut(
    hub: Hub, user: str, callback_id: str, conversation: Conversation, message: Json
) -> Payload:
    """A shortcut on a message."""
    token = hub.response_urls.issue(
        user, conversation.id, ts=message["ts"], thread_ts=message.get("thread_ts")
    )
    body = common(hub, user) | {
        "type": "message_action",
        "callback_id": callback_id,
        "action_ts": hub.clock.mint_ts(),
        "trigger_id": hub.triggers.issue(user),
        "response_url": response_address(hub, token),
        "message_ts": message["ts"],
        "channel": {"id": conversation.id, "name": conversation.payload_name},
        "message": shown_message(message),
    }
    return Payload("interactive", "message_action", body)


def block_suggestion(hub: Hub, user: str, place: Json, element: Json, value: str) -> Payload:
    """A question for the options of an external select; `place` is the container, and the view or message."""
    fields = {"type": "block_suggestion", "value": value}
    fields |= {"block_id": element["block_id"], "action_id": element["action_id"]}
    return Payload("options", "block_suggestion", common(hub, user) | place | fields)


def home_opened(hub: Hub, user: str, tab: str) -> Json:
    """The event of an opened app, on its Home or its Messages tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": hub.state.app_dm(user).id,
        "tab": tab,
        "event_ts": hub.clock.mint_ts(),
    }
    if tab == "home" and user in hub.state.homes:
        event["view"] = hub.state.homes[user]
    return event


def message_container(conversation: Conversation, message: Json) -> Json:
    """Where in the conversation something was done."""
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": conversation.id,
        "is_ephemeral": message.get("ephemeral") is True,
    }
    return container | {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else container


def shown_message(message: Json) -> Json:
    """A message as payloads carry it."""
    return {key: value for key, value in message.items() if key != "ephemeral"}
