"""`drumbeat export`: the ledger as files."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bot.commands.login import login
from bot.config import Config
from bot.resources import current_time, opened_workspace
from bot.services.export import Exported, export_ledger, names_of


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Write the files and say how many rows of what are in them."""
    done = asyncio.run(_write(config, options))
    for table, count in done.counts.items():
        print(f"{table:<22} {count:>7,} rows")
    print(f"Written to {options.folder}: {names_of(done.files)}. Ratings are in none of them.")
    return 0


async def _write(config: Config, options: argparse.Namespace) -> Exported:
    async with opened_workspace(config) as store:
        return await asyncio.to_thread(
            export_ledger,
            store,
            options.folder,
            options.form,
            now=await current_time(config),
            by=options.by or login(),
            progress=_progress if sys.stderr.isatty() else None,
        )


def _progress(table: str, rows: int) -> None:
    print(f"\r{table}: {rows:,} rows", end="", file=sys.stderr, flush=True)
