"""Cursor pagination as Slack does it: an opaque cursor that names the next item."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.json_types import Json
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.errors import ApiError

T = TypeVar("T")


def page_of(
    items: Sequence[T], keys: Sequence[str], args: Arguments, default: int = 100
) -> tuple[list[T], Json]:
    """One page, and the answer's `response_metadata` part; `keys` identify the items across calls."""
    start = 0
    if cursor := args.text("cursor"):
        try:
            start = keys.index(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except (binascii.Error, UnicodeDecodeError, ValueError) as error:
            raise ApiError("invalid_cursor") from error
    end = start + args.limit(default)
    following = base64.b64encode(f"next:{keys[end]}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": following}}
