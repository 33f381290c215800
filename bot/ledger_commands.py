"""The commands about what is kept of people: `drumbeat export`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bot import app
from bot.config import Config
from bot.services.export import FORMS, export_ledger, names_of


class AddCommand(Protocol):
    """Adds one command to the command line and returns its parser."""

    def __call__(
        self, name: str, carry_out: Callable[[Config, argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        """Take the command's name, what carries it out, and what it does, in words."""


def add_commands(add: AddCommand, login: Callable[[], str]) -> None:
    """Add the commands; `login` says who is at the keyboard where `--by` does not."""
    export = add(
        "export",
        lambda config, options: asyncio.run(_export(config, options, login)),
        "write decisions, coaching logs, evidence and verdicts as files; ratings are in none",
    )
    export.add_argument("folder", type=Path, metavar="FOLDER", help="where to; made where it is not there")
    export.add_argument("--as", dest="form", choices=list(FORMS), default="both", help="default: both")
    _add_by(export)


def _add_by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", metavar="NAME", help="who asks, for the audit trail (default: your login)")


async def _export(config: Config, options: argparse.Namespace, login: Callable[[], str]) -> int:
    async with app.opened_store(config) as store, app.opened_clock(config) as clock:
        done = await asyncio.to_thread(
            export_ledger,
            store,
            options.folder,
            options.form,
            now=clock.now(),
            by=options.by or login(),
            progress=_progress if sys.stderr.isatty() else None,
        )
    for table, count in done.counts.items():
        print(f"{table:<22} {count:>7,} rows")
    print(f"Written to {options.folder}: {names_of(done.files)}. Ratings are in none of them.")
    return 0


def _progress(table: str, rows: int) -> None:
    print(f"\r{table}: {rows:,} rows", end="", file=sys.stderr, flush=True)
