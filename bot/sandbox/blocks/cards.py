"""Cards and the blocks made of them: card, carousel, task_card, plan."""

from __future__ import annotations

from bot.sandbox.blocks.elements import ELEMENTS, image_element
from bot.sandbox.blocks.rich_text import rich_text
from bot.sandbox.blocks.rules import at_least_one, not_both, unique
from bot.sandbox.blocks.schema import array, one_of_types, pick, typed
from bot.sandbox.blocks.text_objects import TEXT_MAX, any_text
from bot.sandbox.blocks.values import enum, identifier, link_url, string

_ICONS = (
    "archive",
    "book",
    "bookmark",
    "bot",
    "bug",
    "calendar",
    "call",
    "caret-left",
    "caret-right",
    "check",
    "clipboard",
    "code",
    "comment",
    "compass",
    "copy",
    "cube",
    "download",
    "edit",
    "email",
    "eye-closed",
    "eye-open",
    "file",
    "flag",
    "folder",
    "gear",
    "globe",
    "heart",
    "help",
    "image",
    "info",
    "key",
    "lightbulb",
    "link",
    "map",
    "mobile",
    "new-window",
    "pin",
    "plus",
    "refine",
    "refresh",
    "rocket",
    "save",
    "screen",
    "share",
    "sparkle",
    "star",
    "star-filled",
    "tag",
    "thumbs-down",
    "thumbs-up",
    "trash",
    "upload",
    "user",
    "warning",
)

card = typed(
    "card",
    None,
    {
        "block_id": identifier,
        "hero_image": image_element,
        "icon": image_element,
        "slack_icon": typed("icon", {"name": enum(*_ICONS)}),
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "actions": array(one_of_types(pick(ELEMENTS, "button")), 1, 3),
    },
    [
        at_least_one("hero_image", "title", "actions", "body"),
        not_both("icon", "slack_icon"),
        unique("actions", "action_id"),
    ],
)

carousel = typed(
    "carousel",
    {"elements": array(one_of_types({"card": card}), 1, 10)},
    {"block_id": identifier},
)

_source = typed("url", {"url": link_url, "text": string(TEXT_MAX)})

task_card = typed(
    "task_card",
    {"task_id": identifier, "title": string(TEXT_MAX)},
    {
        "block_id": identifier,
        "details": rich_text,
        "output": rich_text,
        "sources": array(_source, 0, 100),
        "status": enum("pending", "in_progress", "complete", "error"),
    },
)

plan = typed(
    "plan",
    {"title": string(TEXT_MAX)},
    {
        "block_id": identifier,
        "tasks": array(one_of_types({"task_card": task_card}), 0, 100),
    },
)
