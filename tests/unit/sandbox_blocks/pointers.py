"""Copies of a JSON document with one place, named by its pointer, changed."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any


def at(document: Any, pointer: str) -> Any:
    """What stands at the pointer."""
    for step in pointer.split("/")[1:]:
        document = document[int(step) if isinstance(document, list) else step]
    return document


def replaced(document: Any, pointer: str, value: Any) -> Any:
    """A copy with `value` at the pointer (added if it is a new field)."""
    changed = copy.deepcopy(document)
    parent, _, name = pointer.rpartition("/")
    holder = at(changed, parent)
    holder[int(name) if isinstance(holder, list) else name] = value
    return changed


def removed(document: Any, pointer: str) -> Any:
    """A copy without the field at the pointer."""
    changed = copy.deepcopy(document)
    parent, _, name = pointer.rpartition("/")
    del at(changed, parent)[name]
    return changed


def places(document: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in the document with its pointer."""
    yield pointer, document
    names: Iterable[Any] = document if isinstance(document, dict) else ()
    if isinstance(document, list):
        names = range(len(document))
    for name in names:
        yield from places(document[name], f"{pointer}/{name}")
