"""`drumbeat forget`: a person's words and name are erased."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable

from bot.commands.login import login
from bot.config import Config
from bot.resources import current_time, opened_workspace
from bot.services.forget import Forgotten, forget, preview_forget

NOT_REACHED = (
    "Not reached by it: messages that stand in Slack, exports and rejects already written, backups, the log, "
    "and the CRM itself."
)


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Show what would go, ask, and erase it."""
    # Asked in between, not inside a running loop: Ctrl-C would wait there for the answer.
    if not options.yes:
        would = asyncio.run(_with_store(config, preview_forget, options.person))
        print(_plan(would))
        if not _confirmed(would):
            print("Nothing was changed. With --yes it is done without asking.")
            return 0
    done = asyncio.run(_with_store(config, forget, options.person, options.by or login()))
    print(f"Done, and on record: what was theirs is now {done.label}'s. {_counted(done)}")
    return 0


async def _with_store(config: Config, do: Callable[..., Forgotten], *given: str) -> Forgotten:
    async with opened_workspace(config) as store:
        return await asyncio.to_thread(do, store, *given, await current_time(config))


def _plan(would: Forgotten) -> str:
    lines = [f"{kind.replace('_', ' '):<20} {count:>6,}" for kind, count in would.counts.items()]
    head = f"{would.name} would be known as “{would.label}” from now on."
    if would.again:
        head = f"{would.name} was forgotten before; this is what came in since."
    kept = (
        "Kept, without name and words: what was owed, decided and verified, and that sessions were held. "
        "Ratings stay in sums that nobody can be found in."
    )
    return "\n".join([head, "Erased or taken out, by kind:", *(lines or ["nothing"]), kept, NOT_REACHED])


def _confirmed(would: Forgotten) -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        typed = input(f"Forget {would.name}? It can't be taken back. Type yes: ")
    except (EOFError, KeyboardInterrupt):
        print()
        return False
    return typed.strip().casefold() == "yes"


def _counted(done: Forgotten) -> str:
    total = sum(done.counts.values())
    return f"{total:,} records erased or changed." if total else "Nothing was left to erase."
