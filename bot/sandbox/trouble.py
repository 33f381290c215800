"""What a person sees when the app does not answer, in words like Slack's."""

from bot.sandbox.delivery import Ack
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json

CONNECTING = "We had some trouble connecting. Try again?"
_WHY = {
    "timeout": "did not answer in time",
    "http_error": "answered with an error",
    "connection_failed": "could not be reached",
    "no_app": "is not running",
    "bad_response": "gave an answer that can't be shown",
}
_CODES = {
    "timeout": "operation_timeout",
    "http_error": "dispatch_failed",
    "connection_failed": "dispatch_failed",
    "no_app": "dispatch_failed",
    "bad_response": "invalid_command_response",
}


def reason(hub: Hub, ack: Ack) -> str:
    """Why nothing came of it, as a sentence."""
    return f"{hub.workspace.app.name} {_WHY[ack.outcome]}."


def command_trouble(hub: Hub, name: str, ack: Ack) -> str:
    """What stands under a slash command that failed."""
    return f"{name} failed with the error “{_CODES[ack.outcome]}”. {reason(hub, ack)}"


def show_trouble(
    hub: Hub,
    user: str,
    text: str,
    *,
    channel: str | None = None,
    view_id: str | None = None,
    action_ts: str | None = None,
) -> None:
    """Show a person that the app did not answer, where they stand."""
    frame: Json = {"type": "trouble", "text": text, "channel": channel, "view_id": view_id}
    hub.live.send(user, frame | {"action_ts": action_ts} if action_ts else frame)
