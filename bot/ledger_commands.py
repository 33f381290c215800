"""The commands about what is kept: `drumbeat export` and `drumbeat forget`."""

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
from bot.services.forget import Forgotten, forget, preview_forget


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
    erase = add(
        "forget",
        lambda config, options: _forget(config, options, login),
        "erase a person's words and name; shows first what would go, and asks",
    )
    erase.add_argument("person", metavar="PERSON", help="by id, e-mail address or name")
    erase.add_argument("--yes", action="store_true", help="without asking; it can't be taken back")
    _add_by(erase)


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


NOT_REACHED = (
    "Not reached by it: messages that stand in Slack, exports and rejects already written, backups, the log, "
    "and the CRM itself."
)


def _forget(config: Config, options: argparse.Namespace, login: Callable[[], str]) -> int:
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


async def _with_store(config: Config, carry_out: Callable[..., Forgotten], *given: str) -> Forgotten:
    async with app.opened_store(config) as store, app.opened_clock(config) as clock:
        return await asyncio.to_thread(carry_out, store, *given, clock.now())


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
