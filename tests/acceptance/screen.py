"""What a person finds in Slack's blocks: words to read, elements to use, fields to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

INPUT_FIELDS: Mapping[str, str] = {
    "plain_text_input": "value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


@dataclass(frozen=True)
class Found:
    """An element, or one option of it, that a person can use."""

    block_id: str
    element: Json
    option: Json | None = None


def plain(text: str) -> str:
    """Return the words as they are read: without mrkdwn's marks, with its escapes undone."""
    bare = text.replace("*", "").replace("_", "")
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def words_of(part: object) -> str:
    """Return all that can be read in blocks, a view or a message, one text a line."""
    return "\n".join(plain(text) for text in _texts(part))


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        for key in ("title", "text", "label", "hint", "fields", "elements", "accessory", "element", "blocks"):
            value = part.get(key)
            if isinstance(value, str):
                yield value
            elif value is not None:
                yield from _texts(value)
        for option in part.get("options") or []:
            yield from _texts([option.get("text"), option.get("description")])


def readable(message: Json) -> str:
    """Return what a message shows: its blocks, or its text where it has none."""
    return words_of(message["blocks"]) if message.get("blocks") else plain(str(message.get("text", "")))


def find(blocks: Sequence[Json], text: str, about: str | None) -> Found | None:
    """Return the first button or menu option with this text whose surroundings name `about`."""
    before = ""
    for block in blocks:
        own = words_of(block)
        for element in _elements(block):
            label = str(element.get("accessibility_label", ""))
            if about is not None and about not in f"{label}\n{own}\n{before}":
                continue
            if found := _match(block, element, text):
                return found
        before = own
    return None


def _elements(block: Json) -> list[Json]:
    inside = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [element for element in inside if isinstance(element, dict) and "action_id" in element]


def _match(block: Json, element: Json, text: str) -> Found | None:
    if element["type"] == "button":
        return Found(block["block_id"], element) if element["text"]["text"] == text else None
    for option in element.get("options", []):
        if option["text"]["text"] == text:
            return Found(block["block_id"], element, option)
    return None


def field(view: Json, label: str) -> tuple[str, Json]:
    """Return the block id and the element of the input with this label; raise where there is none."""
    for block in view["blocks"]:
        if block["type"] == "input" and block["label"]["text"] == label:
            return block["block_id"], block["element"]
    raise AssertionError(f"no field “{label}” in: {words_of(view)}")


def filled(element: Json, value: str | Sequence[str]) -> Json:
    """Return an element's state once a person has put this in; choices are named by how their text begins."""
    kind = element["type"]
    name = INPUT_FIELDS[kind]
    if name == "selected_options":
        return {"type": kind, name: [_option(element, text) for text in value]}
    if name == "selected_option":
        return {"type": kind, name: _option(element, str(value))}
    return {"type": kind, name: value}


def _option(element: Json, text: str) -> Json:
    for option in element["options"]:
        if plain(option["text"]["text"]).startswith(text):
            found: Json = option
            return found
    raise AssertionError(f"no choice “{text}” in: {words_of(element)}")
