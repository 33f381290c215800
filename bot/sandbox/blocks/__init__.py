"""Block Kit as Slack judges it: pure validation of blocks, views and messages."""

from bot.sandbox.blocks.document import check_attachments, check_blocks
from bot.sandbox.blocks.fault import Fault, Surface
from bot.sandbox.blocks.messages import check_message
from bot.sandbox.blocks.views import check_view, is_view_too_large

__all__ = [
    "Fault",
    "Surface",
    "check_attachments",
    "check_blocks",
    "check_message",
    "check_view",
    "is_view_too_large",
]
