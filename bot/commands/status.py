"""`drumbeat status`: how things stand, for whoever runs the bot."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict

from bot.config import Config
from bot.resources import current_time, opened_workspace
from bot.services.status import Status, read_status
from bot.store.repositories.inbox import InboxFigures


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Say what is under way, waits, was given up, is next."""
    status = asyncio.run(_read(config))
    print(json.dumps(asdict(status), default=str, indent=2) if options.json else in_words(status))
    return 0


async def _read(config: Config) -> Status:
    async with opened_workspace(config) as store:
        return await asyncio.to_thread(read_status, store, await current_time(config))


def in_words(status: Status) -> str:
    """Return a line or more for each kind of what is going on."""
    waiting = f", the oldest since {status.oldest_waiting:%F %T} UTC" if status.oldest_waiting else ""
    upcoming = status.next_cadence
    lines = [
        f"messages  {_counted(status.deliveries) or 'none'}{waiting}",
        f"jobs      {_counted(status.queues)}; {status.jobs_failed} ended in an error",
        f"CRM       {status.last_import or 'nothing taken in'}",
        f"next      {f'{upcoming[1]}, {upcoming[0]:%F %T} UTC' if upcoming else 'no cadence'}",
        *(
            f"going out {one.cadence} of {one.local_date} ({one.zone}): {one.done} of {one.of} managers"
            for one in status.expanding
        ),
        *(
            f"given up  {one.id}  {one.person}: {one.reason} ({one.what}, since {one.since:%F %T} UTC)"
            for one in status.dead
        ),
        *_events(status.events),
    ]
    return "\n".join(lines)


def _events(events: InboxFigures) -> list[str]:
    """Return nothing in the usual case, that every event is worked off as soon as it came."""
    lines = [f"events    {events.waiting} to be worked off"] if events.waiting else []
    if events.stuck:
        found = f"events    {len(events.stuck)} given up after several attempts"
        lines.append(f"{found}; in the log: {', '.join(events.stuck)} (`drumbeat retry --all` tries again)")
    return lines


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
