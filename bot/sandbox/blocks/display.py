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


def displayed_length(value: object, *, shown: bool = False) -> int:
    """Characters of all shown strings anywhere inside `value`."""
    if isinstance(value, str):
        return len(value) if shown else 0
    if isinstance(value, list):
        return sum(displayed_length(item, shown=shown) for item in value)
    if isinstance(value, Mapping):
        return sum(displayed_length(item, shown=name in _SHOWN) for name, item in value.items())
    return 0
