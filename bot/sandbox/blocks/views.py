"""A whole view: a modal or a Home tab, with its title, buttons, ids and blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bot.sandbox.blocks.document import check_blocks_at, walk
from bot.sandbox.blocks.fault import Fault, Surface, fault
from bot.sandbox.blocks.schema import Check, one_of_types, typed
from bot.sandbox.blocks.text_objects import plain_text
from bot.sandbox.blocks.values import boolean, string

VIEW_BYTES_MAX = 250_000
_ROOT = "/view"


def check_view(view: object) -> list[Fault]:
    """Every fault of a modal or Home view as handed to views.open, push, update or publish."""
    found = list(one_of_types(_VIEWS)(view, _ROOT, _surface(view)))
    if is_view_too_large(view):
        found.append(fault(_ROOT, f"must be at most {VIEW_BYTES_MAX} bytes"))
    return found


def is_view_too_large(view: object) -> bool:
    """Whether Slack would answer `view_too_large`: more than 250 kB as JSON in UTF-8."""
    try:
        written = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return True
    return len(written.encode("utf-8", errors="replace")) > VIEW_BYTES_MAX


def _surface(view: object) -> Surface:
    return "home" if isinstance(view, Mapping) and view.get("type") == "home" else "modal"


def _blocks(value: object, path: str, surface: Surface) -> Iterator[Fault]:
    yield from check_blocks_at(value, path, surface)


def _input_needs_submit(value: Mapping[str, object], path: str) -> Iterator[Fault]:
    has_input = any(item.get("type") == "input" for _, item in walk(value.get("blocks"), path))
    if has_input and "submit" not in value:
        yield fault(path, "must define `submit` to use an `input` block in modals")


_COMMON: Mapping[str, Check] = {
    "private_metadata": string(3000, low=0),
    "callback_id": string(255, low=0),
    "external_id": string(255, low=0),
}

_VIEWS: Mapping[str, Check] = {
    "modal": typed(
        "modal",
        {"title": plain_text(24), "blocks": _blocks},
        {
            **_COMMON,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        [_input_needs_submit],
    ),
    "home": typed("home", {"blocks": _blocks}, _COMMON),
}
