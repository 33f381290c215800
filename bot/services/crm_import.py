"""A person's import: what a source holds is taken in at once, in one transaction, or only tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.crm.batch import CrmBatch, ProgressSink
from bot.crm.mapping import Mapping
from bot.crm.report import ImportReport, Totals
from bot.crm.source import ImportSource, Snapshot
from bot.errors import UserError
from bot.services.crm_taking import lock_source, take_in
from bot.store.unit_of_work import Store, UnitOfWork


class ImportRefused(UserError):
    """The import would undo what is known already."""


class _NothingKeptError(Exception):
    """Rolls the transaction back; carries what it would have done."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("rolled back on purpose")
        self.report = report


def import_batch(
    store: Store,
    source: ImportSource,
    *,
    as_of: datetime | None,
    now: datetime,
    dry_run: bool = False,
    strict: bool = False,
    progress: ProgressSink | None = None,
) -> ImportReport:
    """Take in what the source holds (as it was known at `as_of`) and return what became of each row.

    A row that can't be used is rejected and the rest goes in; with `strict` nothing does. Importing the same
    again changes nothing. Raises CrmSourceError when the source can't be read at all, and ImportRefused when
    the store already holds a later state of it.
    """
    mapping = source.mapping
    after = _last_as_of(store, mapping)
    read: list[tuple[Snapshot, CrmBatch]] = []
    for snapshot in source.asked(after, as_of, now):
        batch = source.read(snapshot, progress)
        read.append((_reaching(snapshot, batch, whole=as_of is None), batch))
    if not read:
        return _nothing_new(mapping, after or now)
    try:
        with store.writing() as uow:
            lock_source(uow, mapping, now)
            return _take_all(uow, read, mapping, now, progress, dry_run=dry_run, strict=strict)
    except _NothingKeptError as undone:
        return undone.report


def _take_all(
    uow: UnitOfWork,
    read: list[tuple[Snapshot, CrmBatch]],
    mapping: Mapping,
    now: datetime,
    progress: ProgressSink | None,
    *,
    dry_run: bool,
    strict: bool,
) -> ImportReport:
    _refuse_older(uow, read[0][0], mapping)
    first, *others = [take_in(uow, batch, snapshot, mapping, now, progress) for snapshot, batch in read]
    report = first
    for other in others:
        report = report.merged(other)
    if dry_run or (strict and report.rejects):
        raise _NothingKeptError(replace(report, dry_run=dry_run, taken_in=False, import_ids=()))
    return report


def _last_as_of(store: Store, mapping: Mapping) -> datetime | None:
    with store.reading() as uow:
        latest = uow.imports.latest(mapping.source)
    return latest.as_of if latest else None


def _refuse_older(uow: UnitOfWork, snapshot: Snapshot, mapping: Mapping) -> None:
    latest = uow.imports.latest(mapping.source)
    if latest is not None and snapshot.as_of < latest.as_of:
        zone = mapping.zone
        raise ImportRefused(
            f"{mapping.source} was already taken in as of {latest.as_of.astimezone(zone):%Y-%m-%d %H:%M}; "
            f"its state of {snapshot.as_of.astimezone(zone):%Y-%m-%d %H:%M} is older and would undo what is "
            "known since. Import it into another database."
        )


def _reaching(snapshot: Snapshot, batch: CrmBatch, *, whole: bool) -> Snapshot:
    """Date a whole file by the last thing that it tells: it may know more than the clock has seen.

    Otherwise the next daily state, at the clock's time, would seem later and reopen what closes after it.
    """
    if snapshot.hides_later or not whole or not snapshot.undated:
        return snapshot
    dates = [at for deal in batch.deals for at in (deal.entered_stage_at, deal.closed_at) if at is not None]
    return replace(snapshot, as_of=max([snapshot.as_of, *dates]))


def _nothing_new(mapping: Mapping, as_of: datetime) -> ImportReport:
    return ImportReport(
        source=mapping.source,
        labels=(),
        as_of=as_of,
        files=(),
        notes=(),
        rejects=(),
        totals=Totals.of(CrmBatch()),
        currency=mapping.workspace.currency,
    )
