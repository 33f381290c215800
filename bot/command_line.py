"""What can be typed: each command, its options, and which module of `bot.commands` carries it out.

Loads nothing of the product, so that help and a mistyped option are answered at once.
"""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__

PAGE_PORT = 3001
if TYPE_CHECKING:
    # argparse names no public type for what `add_subparsers` returns.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the only name it has


def command_line() -> argparse.ArgumentParser:
    """Return the parser; what it parsed has the `module` to carry it out beside the command's options."""
    parser = argparse.ArgumentParser(
        prog="drumbeat", description="Runs a sales organisation's management cadence in Slack."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_run(commands)
    _add_processes(commands)
    _add(commands, "migrate", "migrate", "bring the database to the newest schema")
    _add(commands, "doctor", "doctor", "say what is configured, reachable and missing")
    # It stands for itself and has options of its own: see `bot.__main__`.
    commands.add_parser("sandbox", help="serve a Slack workspace on loopback alone", add_help=False)
    _add_import(commands)
    _add_fire(commands)
    _add_status(commands)
    _add_export(commands)
    _add_forget(commands)
    return parser


def _add(commands: Commands, name: str, module: str, words: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    parser.set_defaults(module=module)
    return parser


def _add_run(commands: Commands) -> None:
    run = _add(commands, "run", "run", "start the bot; without Slack's tokens, on a workspace in the browser")
    run.add_argument(
        "--company",
        type=Path,
        metavar="FOLDER",
        help="try it on this CRM export instead of the sample company",
    )
    run.add_argument("--map", type=Path, metavar="FILE", help="the mapping file of --company")
    run.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="DATE",
        help="the day on which the workspace's clock starts",
    )
    run.add_argument(
        "--page-port", type=int, default=PAGE_PORT, help="port of the page (default: %(default)s)"
    )


def _add_processes(commands: Commands) -> None:
    web = _add(commands, "web", "process", "take what Slack sends; carries out no jobs (PostgreSQL)")
    web.set_defaults(web=True)
    worker = _add(
        commands,
        "worker",
        "process",
        "carry out jobs and cadences; takes nothing from Slack (PostgreSQL)",
    )
    worker.set_defaults(web=False)


def _add_import(commands: Commands) -> None:
    take = _add(commands, "import", "crm_import", "take in a CRM export")
    take.add_argument("source", type=Path, metavar="SOURCE", help="a folder of CSV files, or one of them")
    take.add_argument(
        "--map", type=Path, required=True, metavar="FILE", help="how the source's columns are to be read"
    )
    take.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="hide what is dated on this day or later"
    )
    take.add_argument("--dry-run", action="store_true", help="only say what would happen")
    take.add_argument("--strict", action="store_true", help="take in nothing if any row can't be used")


def _add_fire(commands: Commands) -> None:
    fire = _add(commands, "fire", "fire", "send a cadence now, or show who would get what")
    fire.add_argument("cadence", metavar="CADENCE", help="health_check, pipeline_review, …")
    fire.add_argument(
        "--at",
        type=datetime.fromisoformat,
        metavar="TIME",
        help="as of this moment, with its offset from UTC",
    )
    fire.add_argument("--for", dest="person", metavar="PERSON", help="one manager, by name or e-mail address")
    fire.add_argument("--dry-run", action="store_true", help="only show who would get what")


def _add_status(commands: Commands) -> None:
    status = _add(commands, "status", "status", "say what is under way, waits, was given up, is next")
    status.add_argument("--json", action="store_true", help="for machines")
    again = _add(commands, "retry", "retry", "try again what was given up")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", metavar="ID", help="one message, as `drumbeat status` lists it")
    which.add_argument("--all", action="store_true", help="every message and every event that was given up")
    _add_by(again)


def _add_export(commands: Commands) -> None:
    words = "write decisions, coaching logs, evidence and verdicts as files; ratings are in none"
    export = _add(commands, "export", "export", words)
    export.add_argument("folder", type=Path, metavar="FOLDER", help="where to; made where it is not there")
    forms = ("csv", "json", "both")
    export.add_argument("--as", dest="form", choices=forms, default="both", help="default: both")
    _add_by(export)


def _add_forget(commands: Commands) -> None:
    words = "erase a person's words and name; shows first what would go, and asks"
    forget = _add(commands, "forget", "forget", words)
    forget.add_argument("person", metavar="PERSON", help="by id, e-mail address or name")
    forget.add_argument("--yes", action="store_true", help="without asking; it can't be taken back")
    _add_by(forget)


def _add_by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", metavar="NAME", help="who asks, for the audit trail (default: your login)")
