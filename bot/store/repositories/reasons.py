"""The reasons of a verdict, to JSON and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.obligations import Reason


def reasons_to_json(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return the reasons as the JSON column holds them."""
    return [
        {"text": reason.text, "record_kind": reason.record_kind, "record_id": reason.record_id}
        for reason in reasons
    ]


def reasons_from_json(stored: Sequence[dict[str, Any]]) -> tuple[Reason, ...]:
    """Return the reasons that a JSON column holds."""
    return tuple(Reason(row["text"], row["record_kind"], row["record_id"]) for row in stored)
