"""Judges what an app wants to say or show, in Slack's error strings, wherever it comes in."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.blocks import (
    Fault,
    check_attachments,
    check_blocks,
    check_message,
    check_view,
    is_view_too_large,
)
from bot.sandbox.json_types import Json

TEXT_MAX = 40_000
_METADATA_BYTES = 16_000


@dataclass
class ContentError(Exception):
    """Content that Slack refuses: its error string, and a message for each fault."""

    error: str
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The error with its faults, for a log."""
        return f"{self.error}: {'; '.join(self.faults)}" if self.faults else self.error

    def as_json(self) -> Json:
        """What the Web API answers beside `ok` and `error`."""
        if not self.faults:
            return {}
        messages = [f"[ERROR] {fault}" for fault in self.faults]
        listed = {"errors": list(self.faults)} if self.error == "invalid_blocks" else {}
        return {**listed, "response_metadata": {"messages": messages}}


def check_content(text: object, blocks: object, attachments: object) -> None:
    """Raise `ContentError` unless Slack would take this as a message."""
    if error := check_message(text, blocks, attachments):
        raise ContentError(error)
    faults = check_blocks(blocks, "message") if blocks else []
    faults += check_attachments(attachments) if attachments else []
    if faults:
        raise ContentError("invalid_blocks", _words(faults))


def check_shown_view(view: object, kind: str) -> Json:
    """The view, if it is a valid one of the kind (`modal` or `home`); raises `ContentError`."""
    if not isinstance(view, dict):
        raise ContentError("invalid_arguments", ("must provide an object [json-pointer:/view]",))
    if is_view_too_large(view):
        raise ContentError("view_too_large")
    if view.get("type") != kind:
        raise ContentError("invalid_arguments", (f"must be a view of type {kind} [json-pointer:/view/type]",))
    if faults := check_view(view):
        raise ContentError("invalid_arguments", _words(faults))
    return view


def check_metadata(metadata: object) -> None:
    """Raise `ContentError` unless this may be a message's metadata."""
    if metadata is None:
        return
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not metadata["event_type"]
    ):
        raise ContentError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise ContentError("invalid_metadata_format")
    if len(str(metadata).encode()) > _METADATA_BYTES:
        raise ContentError("metadata_too_large")


def _words(faults: Sequence[Fault]) -> tuple[str, ...]:
    return tuple(fault.message for fault in faults)
