"""Whole documents to judge: each sample put where Slack takes it, and the judging itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.blocks import Fault, Surface, check_blocks, check_view
from tests.unit.sandbox_blocks.samples import (
    BLOCK_NAMES,
    ELEMENT_NAMES,
    SURFACES,
    Json,
    block,
    chart,
    element,
    plain,
    view,
)

_ACCESSORIES = ("button", "overflow", "image", "workflow_button")
_FOOT = ("feedback_buttons", "icon_button")


@dataclass(frozen=True)
class Subject:
    """A valid document and where in it the sample stands."""

    document: Json
    pointer: str
    surface: Surface

    def faults(self, document: Any = None) -> list[Fault]:
        """What is wrong with the document, or with a changed copy of it."""
        judged = self.document if document is None else document
        if "view" in judged:
            return check_view(judged["view"])
        return check_blocks(judged["blocks"], self.surface)


def _surface(name: str) -> Surface:
    return "message" if "message" in SURFACES[name] else "modal"


def _for_block(name: str) -> Subject:
    return Subject({"blocks": [block(name)]}, "/blocks/0", _surface(name))


def _for_element(name: str) -> Subject:
    holder: Json
    if name in _ACCESSORIES:
        holder = {"type": "section", "text": plain(), "accessory": element(name)}
        return Subject({"blocks": [holder]}, "/blocks/0/accessory", "message")
    if name in _FOOT:
        holder = {"type": "context_actions", "elements": [element(name)]}
        return Subject({"blocks": [holder]}, "/blocks/0/elements/0", "message")
    holder = {"type": "input", "label": plain(), "element": element(name)}
    return Subject({"blocks": [holder]}, "/blocks/0/element", "modal")


def _for_chart(kind: str) -> Subject:
    holder = {"type": "data_visualization", "title": "Deals", "chart": chart(kind)}
    return Subject({"blocks": [holder]}, "/blocks/0/chart", "message")


SUBJECTS: dict[str, Subject] = {
    **{name: _for_block(name) for name in BLOCK_NAMES},
    **{f"element:{name}": _for_element(name) for name in ELEMENT_NAMES},
    **{f"chart:{kind}": _for_chart(kind) for kind in ("pie", "bar", "area", "line")},
    **{f"view:{kind}": Subject({"view": view(kind)}, "/view", "modal") for kind in ("modal", "home")},
}
