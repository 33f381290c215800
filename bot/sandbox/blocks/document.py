"""A whole list of blocks: how many, unique ids, and limits that span blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.blocks.blocks import MARKDOWN_MAX, block
from bot.sandbox.blocks.fault import Fault, Surface, fault
from bot.sandbox.blocks.schema import array

BLOCKS_MAX: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
ATTACHMENTS_MAX = 100
# How many blocks of a type one message holds.
_PER_MESSAGE: Mapping[str, int] = {"table": 1, "data_visualization": 2}
# Fields that hold blocks of their own.
_NESTED: Mapping[str, str] = {
    "container": "child_blocks",
    "carousel": "elements",
    "plan": "tasks",
}

Located = tuple[str, Mapping[str, object]]


def check_blocks(blocks: object, surface: Surface) -> list[Fault]:
    """Every fault in a surface's `blocks`, as Slack's validation would find them."""
    return check_blocks_at(blocks, "/blocks", surface)


def check_attachments(attachments: object) -> list[Fault]:
    """Every fault in the blocks of a message's attachments; their older fields are not judged."""
    return list(array(_attachment, 0, ATTACHMENTS_MAX)(attachments, "/attachments", "message"))


def check_blocks_at(blocks: object, path: str, surface: Surface) -> list[Fault]:
    """`check_blocks` for a list that stands at `path` of a larger document."""
    found = list(array(block, 0, BLOCKS_MAX[surface])(blocks, path, surface))
    located = list(walk(blocks, path))
    found += _unique_ids(located)
    found += _one_focus(located)
    if surface == "message":
        found += _few_of_a_kind(located)
        found += _markdown_in_all(located, path)
    return found


def _attachment(value: object, path: str, surface: Surface) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield fault(path, "must provide an object")
    elif "blocks" in value:
        yield from check_blocks_at(value["blocks"], f"{path}/blocks", surface)


def walk(blocks: object, path: str) -> Iterator[Located]:
    """Every block with its pointer, outer before inner; blocks nest one level deep."""
    for where, item in _objects(blocks, path):
        yield where, item
        kind = item.get("type")
        inside = _NESTED.get(kind) if isinstance(kind, str) else None
        if inside:
            yield from _objects(item.get(inside), f"{where}/{inside}")


def _objects(items: object, path: str) -> Iterator[Located]:
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, Mapping):
            yield f"{path}/{index}", item


def _unique_ids(located: Sequence[Located]) -> Iterator[Fault]:
    seen: set[str] = set()
    for path, item in located:
        block_id = item.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                yield fault(f"{path}/block_id", f"duplicate block_id: {block_id}")
            seen.add(block_id)


def _one_focus(located: Sequence[Located]) -> Iterator[Fault]:
    focused = [
        f"{path}{where}/focus_on_load"
        for path, item in located
        for where, element in _elements(item)
        if element.get("focus_on_load") is True
    ]
    for path in focused[1:]:
        yield fault(path, "only one element can have focus_on_load set to true")


def _elements(item: Mapping[str, object]) -> Iterator[Located]:
    for name in ("element", "accessory"):
        element = item.get(name)
        if isinstance(element, Mapping):
            yield f"/{name}", element
    yield from _objects(item.get("elements"), "/elements")


def _few_of_a_kind(located: Sequence[Located]) -> Iterator[Fault]:
    for kind, most in _PER_MESSAGE.items():
        for path, _ in [entry for entry in located if entry[1].get("type") == kind][most:]:
            yield fault(path, f"no more than {most} {kind} allowed in a message")


def _markdown_in_all(located: Sequence[Located], path: str) -> Iterator[Fault]:
    texts = [item.get("text") for _, item in located if item.get("type") == "markdown"]
    total = sum(len(text) for text in texts if isinstance(text, str))
    if len(texts) > 1 and total > MARKDOWN_MAX:
        yield fault(path, f"markdown must be less than {MARKDOWN_MAX + 1} characters in all")
