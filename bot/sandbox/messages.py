"""Builds messages as Slack stores them, from the app and from people."""

import copy
import uuid
from collections.abc import Iterator

from bot.sandbox.identifiers import block_name
from bot.sandbox.json_types import Json
from bot.sandbox.workspace_file import WorkspaceFile

_NESTED = {"container": "child_blocks", "carousel": "elements", "plan": "tasks"}
_ELEMENTS = {"actions": "elements", "context_actions": "elements", "card": "actions"}
_CONTENT = ("blocks", "attachments", "metadata", "username", "icon_emoji", "icon_url")


def app_message(workspace: WorkspaceFile, content: Json) -> Json:
    """A message of the app; `content` has its text, blocks, attachments, metadata, thread_ts."""
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
    for block in every_block(named):
        if not block.get("block_id"):
            block["block_id"] = block_name()
        for element in elements_of(block):
            if element.get("type") != "image" and not element.get("action_id"):
                element["action_id"] = block_name()
    return named


def every_block(blocks: list[Json]) -> Iterator[Json]:
    """The blocks with those inside them, outer before inner."""
    for block in blocks:
        yield block
        inside = _NESTED.get(str(block.get("type")))
        if inside:
            yield from every_block(block.get(inside) or [])


def elements_of(block: Json) -> list[Json]:
    """The elements a person can use in a block itself; an image beside a section is among them."""
    kind = block.get("type")
    if kind == "section":
        return [block["accessory"]] if block.get("accessory") else []
    if kind == "input":
        return [block["element"]]
    return list(block.get(_ELEMENTS.get(str(kind), ""), []))
