"""`drumbeat migrate`: the release step."""

from __future__ import annotations

import argparse

from bot.config import Config
from bot.resources import migrated


def carry_out(config: Config, _options: argparse.Namespace) -> int:
    """Bring the database to the newest schema."""
    migrated(config)
    print("The database is at the newest schema.")
    return 0
