"""A whole message: whether Slack takes its text, blocks and attachments at all."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.blocks.display import displayed_length
from bot.sandbox.blocks.document import ATTACHMENTS_MAX

BLOCKS_CHARACTERS_MAX = 13_200
# These have limits of their own, above what other blocks may hold together.
_MEASURED_APART = frozenset({"data_table"})


def check_message(text: object, blocks: object, attachments: object) -> str | None:
    """Slack's error string for a message, else None.

    Each argument is the decoded JSON value or None. Text of more than 40,000 characters is no
    error: Slack cuts it. The blocks' own validity is `check_blocks`' matter.
    """
    if blocks is not None and not isinstance(blocks, list):
        return "invalid_blocks_format"
    if attachments is not None and not isinstance(attachments, list):
        return "invalid_attachments"
    if text is not None and not isinstance(text, str):
        return "invalid_arguments"
    if not blocks and not attachments and not (text or "").strip():
        return "no_text"
    if attachments and len(attachments) > ATTACHMENTS_MAX:
        return "too_many_attachments"
    if _characters(blocks or []) > BLOCKS_CHARACTERS_MAX:
        return "msg_blocks_too_long"
    return None


def _characters(blocks: list[object]) -> int:
    return sum(
        displayed_length(block)
        for block in blocks
        if not (isinstance(block, Mapping) and block.get("type") in _MEASURED_APART)
    )
