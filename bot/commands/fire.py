"""`drumbeat fire`: one cadence now, or who would get what."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC

from bot.config import CONFIG_FOLDER, Config, load_settings
from bot.errors import InvalidInput
from bot.jobs.queue import DurableQueue
from bot.resources import current_time, opened_store, set_up
from bot.services.fire_now import FireNow, fire_now
from bot.services.opened import Opened


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Ask for the cadence's messages and say whom they go to."""
    return asyncio.run(_send_now(config, options))


async def _send_now(config: Config, options: argparse.Namespace) -> int:
    at = options.at
    if at is not None and at.tzinfo is None:
        raise InvalidInput("Give --at with its offset from UTC, such as 2026-10-05T09:00+02:00.")
    async with opened_store(config) as store:
        now = await current_time(config)
        await asyncio.to_thread(set_up, store, load_settings(CONFIG_FOLDER), now)
        command = FireNow(
            cadence=options.cadence,
            at=(at or now).astimezone(UTC),
            person=options.person,
            dry_run=options.dry_run,
        )
        opened = await asyncio.to_thread(fire_now, store, DurableQueue(store.engine), command)
    for one in opened:
        print(_words(one, dry_run=options.dry_run))
    if not opened:
        print("Nobody leads reps yet: import the CRM first.")
    elif not options.dry_run:
        print("The messages leave as soon as Drumbeat runs on this database.")
    return 0


def _words(one: Opened, *, dry_run: bool) -> str:
    if one.away:
        return f"{one.manager.name}: nothing, {one.away}"
    owed = f"{one.each} {', '.join(one.owed)}" if one.owed else one.nothing
    excused = f"; excused: {'; '.join(one.excused)}" if one.excused else ""
    verb = "would get" if dry_run else "gets"
    what = f"the {one.message}"
    sent = what if one.sent else f"nothing new, {what} of this day was sent already"
    return f"{one.manager.name}: {verb} {sent} ({owed}{excused})"
