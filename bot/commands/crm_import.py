"""`drumbeat import`: a CRM export, taken in once."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime, time
from pathlib import Path

from bot.config import Config
from bot.crm.batch import Progress
from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.crm.rejects import write_rejects
from bot.crm.report import ImportReport, render
from bot.folders import made
from bot.resources import current_time, migrated, opened_store
from bot.services.crm_import import import_batch


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Take it in and say what became of each row; 1 where a strict import took in nothing."""
    return asyncio.run(_take_in(config, options))


async def _take_in(config: Config, options: argparse.Namespace) -> int:
    source = open_source(options.source, load_mapping(options.map))
    as_of = options.as_of and datetime.combine(options.as_of, time(), tzinfo=source.mapping.zone).astimezone(
        UTC
    )
    if config.uses_sqlite:
        migrated(config)
    # Before anything is taken in: its report would be lost with the rows that it lists.
    made(config.data_folder, "DRUMBEAT_DATA")
    async with opened_store(config) as store:
        now = await current_time(config)
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
    path = config.data_folder / f"rejects-{report.source}.csv"
    write_rejects(report.rejects, path)
    return path


def _progress(done: Progress) -> None:
    print(f"\r{done.step} {done.file}: {done.rows:,} rows", end="", file=sys.stderr, flush=True)
