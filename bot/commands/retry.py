"""`drumbeat retry`: what was given up is tried again."""

from __future__ import annotations

import argparse
import asyncio

from bot.commands.login import login
from bot.config import Config
from bot.jobs.queue import DurableQueue
from bot.resources import current_time, opened_workspace
from bot.services.dead_letters import retry


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Ask for one message, or for all that was given up, once more."""
    count = asyncio.run(_ask_again(config, None if options.all else options.id, options.by or login()))
    print(f"{count} asked for again; they leave as soon as Drumbeat runs on this database.")
    return 0


async def _ask_again(config: Config, wanted: str | None, by: str) -> int:
    async with opened_workspace(config) as store:
        now = await current_time(config)
        return await asyncio.to_thread(retry, store, DurableQueue(store.engine), wanted, now, by)
