"""How many characters of a block a person sees: the measure behind Slack's size limits."""

from __future__ import annotations

from collections.abc import Mapping

# Fields whose strings are shown; ids, values, addresses and types are not.
_SHOWN = frozenset(
    {
        "text",
        "title",
        "subtitle",
        "body",
        "caption",
        "label",
        "hint",
        "description",
        "placeholder",
        "alt_text",
        "name",
        "categories",
        "x_label",
        "y_label",
        "author_name",
        "provider_name",
    }
)


def displayed_length(value: object) -> int:
    """Characters of all shown strings anywhere inside `value`, however deep."""
    total = 0
    # A stack, because JSON may be nested deeper than Python calls may.
    waiting: list[tuple[object, bool]] = [(value, False)]
    while waiting:
        item, shown = waiting.pop()
        if isinstance(item, str):
            total += len(item) if shown else 0
        elif isinstance(item, list):
            waiting += [(entry, shown) for entry in item]
        elif isinstance(item, Mapping):
            waiting += [(entry, name in _SHOWN) for name, entry in item.items()]
    return total
