"""Builds messages as Slack stores them, from the app and from people."""

import copy
import uuid

from bot.sandbox.identifiers import block_name
from bot.sandbox.json_types import Json
from bot.sandbox.workspace_file import WorkspaceFile

_CONTENT = ("blocks", "attachments", "metadata", "username", "icon_emoji", "icon_url")


def app_message(workspace: WorkspaceFile, content: Json) -> Json:
    """A message of the app; `content` holds text and, where given, blocks, attachments, metadata, thread_ts."""
    app, team = workspace.app, workspace.team
    message: Json = {
        "type": "message",
        "user": app.bot_user_id,
        "bot_id": app.bot_id,
        "app_id": app.id,
        "team": team.id,
        "text": content.get("text") or "",
        "bot_profile": {"id": app.bot_id, "app_id": app.id, "name": app.name, "team_id": team.id},
    }
    message |= {key: content[key] for key in _CONTENT if content.get(key)}
    if content.get("thread_ts"):
        message["thread_ts"] = content["thread_ts"]
    if "blocks" in message:
        message["blocks"] = named_blocks(message["blocks"])
    return message


def user_message(workspace: WorkspaceFile, user: str, text: str, thread_ts: str | None) -> Json:
    """A message typed by a person; the text is Slack's encoding already."""
    message: Json = {
        "type": "message",
        "client_msg_id": str(uuid.uuid4()),
        "user": user,
        "team": workspace.team.id,
        "text": text,
    }
    return message | {"thread_ts": thread_ts} if thread_ts else message


def named_blocks(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every element an action_id, as Slack hands them out."""
    named = copy.deepcopy(blocks)
    for block in named:
        if not block.get("block_id"):
            block["block_id"] = block_name()
        for element in elements_of(block):
            if (
                "type" in element
                and not element.get("action_id")
                and element["type"] not in ("image", "plain_text", "mrkdwn")
            ):
                element["action_id"] = block_name()
    return named


def elements_of(block: Json) -> list[Json]:
    """The elements a person can use in a block."""
    if block.get("type") in ("actions", "context_actions"):
        found = block.get("elements", [])
    elif block.get("type") == "section":
        found = [block.get("accessory")]
    elif block.get("type") == "input":
        found = [block.get("element")]
    elif block.get("type") in ("card", "alert"):
        found = [*block.get("actions", []), *block.get("elements", [])]
    elif block.get("type") == "carousel":
        found = [element for card in block.get("elements", []) for element in elements_of(card)]
    else:
        found = []
    return [element for element in found if isinstance(element, dict)]
