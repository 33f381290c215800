"""The command line: `drumbeat run`, `migrate`, `import`, `fire`, `export`, `status`, `doctor` and others."""

from __future__ import annotations

import argparse
import asyncio
import functools
import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__, app, doctor, ledger_commands
from bot.config import Config, load_config, load_settings
from bot.crm.batch import Progress
from bot.crm.errors import CrmSourceError
from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.crm.rejects import write_rejects
from bot.crm.report import ImportReport, render
from bot.crm.source import Crm
from bot.errors import ConfigurationError, Fault, InvalidInput, UserError
from bot.jobs.queue import DurableQueue
from bot.logs import set_up_logging
from bot.sandbox.__main__ import main as sandbox_main
from bot.services.crm_import import import_batch
from bot.services.dead_letters import retry
from bot.services.fire_now import FireNow, fire_now
from bot.services.opened import Opened
from bot.services.status import Status, read_status
from bot.store.engine import store_engine
from bot.store.migrate import at_head
from bot.store.repositories.inbox import InboxFigures
from bot.trial import Company, Trial, run_trial

CONFIG_FOLDER = Path(__file__).parent.parent / "config"
PAGE_PORT = 3001
FAULT = 2
UNHEARD = 1
if TYPE_CHECKING:
    # argparse names no public type for what `add_subparsers` returns.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the only name it has


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; exit code 0: done, 1: not healthy, taken in or heard, 2: refused, and why."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["sandbox"]:
        return sandbox_main(given[1:], program="drumbeat sandbox")
    options = _parser().parse_args(given)
    try:
        config = _configured()
        text = config.log_format == "text" or (config.log_format is None and sys.stderr.isatty())
        set_up_logging(config.log_level, as_json=not text)
        command: Callable[[Config, argparse.Namespace], int] = options.command
        code = command(config, options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has gone, as `head` does once it has enough; Python itself would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNHEARD
    except (ConfigurationError, CrmSourceError, UserError) as error:
        print(error, file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        return 0
    return code


def _configured() -> Config:
    """Return the configuration; where it is at fault, the faults of the settings' files are told with it."""
    try:
        return load_config()
    except ConfigurationError as error:
        raise ConfigurationError([*error.faults, *_faults_of_settings()]) from None


def _faults_of_settings() -> Sequence[Fault]:
    try:
        load_settings(CONFIG_FOLDER)
    except ConfigurationError as error:
        return error.faults
    return ()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="drumbeat", description="Runs a sales organisation's management cadence in Slack."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = _command(
        commands, "run", _run, "start the bot; without Slack's tokens, on a workspace in the browser"
    )
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

    _command(commands, "web", _web, "take what Slack sends; carries out no jobs (PostgreSQL)")
    _command(
        commands, "worker", _worker, "carry out jobs and cadences; takes nothing from Slack (PostgreSQL)"
    )
    _command(commands, "migrate", _migrate, "bring the database to the newest schema")
    _command(commands, "doctor", _doctor, "say what is configured, reachable and missing")
    commands.add_parser("sandbox", help="serve a Slack workspace on loopback alone", add_help=False)

    _add_import(commands)
    _add_fire(commands)
    _add_status(commands)
    ledger_commands.add_commands(functools.partial(_command, commands), _login)
    return parser


def _add_status(commands: Commands) -> None:
    status = _command(commands, "status", _status, "say what is under way, waits, was given up, is next")
    status.add_argument("--json", action="store_true", help="for machines")
    again = _command(commands, "retry", _retry, "try again what was given up")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", metavar="ID", help="one message, as `drumbeat status` lists it")
    which.add_argument("--all", action="store_true", help="every message and every event that was given up")
    again.add_argument("--by", metavar="NAME", help="who asks, for the audit trail (default: your login)")


def _add_import(commands: Commands) -> None:
    take = _command(commands, "import", _import, "take in a CRM export")
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
    fire = _command(commands, "fire", _fire, "send a cadence now, or show who would get what")
    fire.add_argument("cadence", metavar="CADENCE", help="health_check, pipeline_review, …")
    fire.add_argument(
        "--at",
        type=datetime.fromisoformat,
        metavar="TIME",
        help="as of this moment, with its offset from UTC",
    )
    fire.add_argument("--for", dest="person", metavar="PERSON", help="one manager, by name or e-mail address")
    fire.add_argument("--dry-run", action="store_true", help="only show who would get what")


def _command(
    commands: Commands,
    name: str,
    carry_out: Callable[[Config, argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    parser.set_defaults(command=carry_out)
    return parser


def _run(config: Config, options: argparse.Namespace) -> int:
    if not config.slack_is_configured:
        company = _company(options)
        name = "sample" if company is None else company.source.resolve().name
        trial = Trial(config.data_folder / name, options.page_port, CONFIG_FOLDER, company)
        asyncio.run(run_trial(config, trial, print))
        return 0
    if config.uses_sqlite:
        app.migrated(config)
    asyncio.run(app.run(config, load_settings(CONFIG_FOLDER), _crm(config), app.Duties()))
    return 0


def _company(options: argparse.Namespace) -> Company | None:
    if options.company is None:
        return None
    if options.map is None or options.as_of is None:
        raise InvalidInput(
            "With --company, name the mapping file (--map FILE) and the day (--as-of DATE) too."
        )
    return Company(options.company, options.map, options.as_of)


def _crm(config: Config) -> Crm | None:
    if config.crm_source is None or config.crm_mapping is None:
        return None
    return open_source(config.crm_source, load_mapping(config.crm_mapping))


def _web(config: Config, _options: argparse.Namespace) -> int:
    return _one_of_many(config, app.Duties(worker=False))


def _worker(config: Config, _options: argparse.Namespace) -> int:
    return _one_of_many(config, app.Duties(web=False))


def _one_of_many(config: Config, duties: app.Duties) -> int:
    if config.uses_sqlite:
        allowed = "a PostgreSQL address: a SQLite file has one process, `drumbeat run`"
        raise ConfigurationError([Fault("environment", "DATABASE_URL", "a SQLite file", allowed)])
    asyncio.run(app.run(config, load_settings(CONFIG_FOLDER), _crm(config), duties))
    return 0


def _migrate(config: Config, _options: argparse.Namespace) -> int:
    app.migrated(config)
    print("The database is at the newest schema.")
    return 0


def _doctor(config: Config, _options: argparse.Namespace) -> int:
    report = asyncio.run(
        doctor.diagnose(config, settings_folder=CONFIG_FOLDER, probe_database=_probe, open_crm=_crm)
    )
    print(report.render())
    return report.exit_code


def _probe(url: str) -> tuple[str | None, str]:
    engine = store_engine(url)
    try:
        return at_head(engine)
    finally:
        engine.dispose()


async def _now(config: Config) -> datetime:
    async with app.opened_clock(config) as clock:
        return clock.now()


def _import(config: Config, options: argparse.Namespace) -> int:
    return asyncio.run(_take_in(config, options))


async def _take_in(config: Config, options: argparse.Namespace) -> int:
    source = open_source(options.source, load_mapping(options.map))
    as_of = options.as_of and datetime.combine(options.as_of, time(), tzinfo=source.mapping.zone).astimezone(
        UTC
    )
    if config.uses_sqlite:
        app.migrated(config)
    async with app.opened_store(config) as store:
        now = await _now(config)
        report = await asyncio.to_thread(
            import_batch,
            store,
            source,
            as_of=as_of,
            now=now,
            dry_run=options.dry_run,
            strict=options.strict,
            progress=_progress if sys.stderr.isatty() else None,
        )
    print(render(report, _rejects_file(config, report)))
    return 0 if report.taken_in or options.dry_run else 1


def _rejects_file(config: Config, report: ImportReport) -> Path | None:
    if not report.rejects:
        return None
    config.data_folder.mkdir(parents=True, exist_ok=True)
    path = config.data_folder / f"rejects-{report.source}.csv"
    write_rejects(report.rejects, path)
    return path


def _progress(done: Progress) -> None:
    print(f"\r{done.step} {done.file}: {done.rows:,} rows", end="", file=sys.stderr, flush=True)


def _fire(config: Config, options: argparse.Namespace) -> int:
    return asyncio.run(_send_now(config, options))


async def _send_now(config: Config, options: argparse.Namespace) -> int:
    at = options.at
    if at is not None and at.tzinfo is None:
        raise InvalidInput("Give --at with its offset from UTC, such as 2026-10-05T09:00+02:00.")
    async with app.opened_store(config) as store:
        now = await _now(config)
        await asyncio.to_thread(app.set_up, store, load_settings(CONFIG_FOLDER), now)
        command = FireNow(
            cadence=options.cadence,
            at=(at or now).astimezone(UTC),
            person=options.person,
            dry_run=options.dry_run,
        )
        opened = await asyncio.to_thread(fire_now, store, DurableQueue(store.engine), command)
    for one in opened:
        print(_opened_words(one, dry_run=options.dry_run))
    if not opened:
        print("Nobody leads reps yet: import the CRM first.")
    elif not options.dry_run:
        print("The messages leave as soon as Drumbeat runs on this database.")
    return 0


def _opened_words(one: Opened, *, dry_run: bool) -> str:
    if one.away:
        return f"{one.manager.name}: nothing, {one.away}"
    owed = f"{one.each} {', '.join(one.owed)}" if one.owed else one.nothing
    excused = f"; excused: {'; '.join(one.excused)}" if one.excused else ""
    verb = "would get" if dry_run else "gets"
    what = f"the {one.message}"
    sent = what if one.sent else f"nothing new, {what} of this day was sent already"
    return f"{one.manager.name}: {verb} {sent} ({owed}{excused})"


def _status(config: Config, options: argparse.Namespace) -> int:
    return asyncio.run(_show_status(config, as_json=options.json))


async def _show_status(config: Config, *, as_json: bool) -> int:
    async with app.opened_store(config) as store:
        status = await asyncio.to_thread(read_status, store, await _now(config))
    print(json.dumps(asdict(status), default=str, indent=2) if as_json else _status_words(status))
    return 0


def _status_words(status: Status) -> str:
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
        *_events_words(status.events),
    ]
    return "\n".join(lines)


def _events_words(events: InboxFigures) -> list[str]:
    """Return nothing in the usual case, that every event is worked off as soon as it came."""
    lines = [f"events    {events.waiting} to be worked off"] if events.waiting else []
    if events.stuck:
        found = f"events    {len(events.stuck)} given up after several attempts"
        lines.append(f"{found}; in the log: {', '.join(events.stuck)} (`drumbeat retry --all` tries again)")
    return lines


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def _retry(config: Config, options: argparse.Namespace) -> int:
    return asyncio.run(_send_again(config, options))


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container may run under a number that has no name


async def _send_again(config: Config, options: argparse.Namespace) -> int:
    async with app.opened_store(config) as store:
        now = await _now(config)
        wanted = None if options.all else options.id
        count = await asyncio.to_thread(
            retry, store, DurableQueue(store.engine), wanted, now, options.by or _login()
        )
    print(f"{count} asked for again; they leave as soon as Drumbeat runs on this database.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
