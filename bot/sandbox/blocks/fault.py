"""A fault in a block document: where it is and what Slack would say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Surface = Literal["message", "modal", "home"]


@dataclass(frozen=True)
class Fault:
    """`path` is a JSON pointer; `message` ends with the same pointer, as in Slack's answers."""

    path: str
    message: str


def fault(path: str, text: str) -> Fault:
    """A fault at `path`, the pointer appended to its words."""
    return Fault(path, f"{text} [json-pointer:{path}]")
