"""Takes one batch of CRM records into the store, in the caller's transaction, and records the import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.crm.batch import CrmBatch, Note, Progress, ProgressSink
from bot.crm.mapping import Mapping
from bot.crm.rejects import Reject
from bot.crm.report import FILE_NUMBERS, FileReport, ImportReport, Totals
from bot.crm.source import Snapshot
from bot.crm.unknowns import notes_on_unknowns
from bot.services.forgotten_people import without_forgotten
from bot.store.query_plans import count_imported
from bot.store.repositories.crm_deals import CrmDeals, Moment
from bot.store.repositories.crm_history import CrmHistory
from bot.store.repositories.crm_people import CrmPeople
from bot.store.repositories.crm_rows import CrmRows
from bot.store.repositories.crm_upsert import UpsertCounts
from bot.store.repositories.imports import RejectRow
from bot.store.unit_of_work import UnitOfWork

# After so many new ones the database is to plan its queries anew.
MANY_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class _Writers:
    people: CrmPeople
    rows: CrmRows
    deals: CrmDeals
    history: CrmHistory


def lock_source(uow: UnitOfWork, mapping: Mapping, now: datetime) -> None:
    """Make the workspace if it is new, and wait until no other import of it runs."""
    frame = mapping.workspace
    uow.workspace.ensure(
        frame.name, frame.currency, frame.time_zone, now, fiscal_first_month=frame.fiscal_first_month
    )
    CrmRows(uow.connection, uow.workspace_id, mapping.source).lock()
    if uow.workspace.get().crm_as_of is None:
        # A start without any data made it with general words; the first data says whose it is.
        uow.workspace.describe(
            name=frame.name,
            currency=frame.currency,
            time_zone=frame.time_zone,
            fiscal_first_month=frame.fiscal_first_month,
        )


def take_in(
    uow: UnitOfWork,
    batch: CrmBatch,
    snapshot: Snapshot,
    mapping: Mapping,
    now: datetime,
    progress: ProgressSink | None = None,
) -> ImportReport:
    """Write a batch and the record of its import. The caller holds the source's lock."""
    without_forgotten(uow, batch, mapping.source)
    import_id = uow.imports.start(mapping.source, snapshot.as_of, snapshot.label, now)
    writers = _writers(uow, mapping, batch, progress)
    counts = _write(writers, batch, Moment(snapshot.as_of, now))
    if sum(one.inserted for one in counts.values()) >= MANY_ROWS:
        count_imported(uow.connection)
    all_told = snapshot.whole and "deals" in batch.files
    gone = writers.deals.open_but_for(batch.deals) if all_told else 0
    refused = [*batch.rejects, *_refused(batch, counts, mapping)]
    _leave_out_refused(batch, counts)
    report = ImportReport(
        source=mapping.source,
        labels=(snapshot.label,),
        as_of=snapshot.as_of,
        files=tuple(_file_reports(batch, counts)),
        notes=(*batch.notes, *_notes(batch, counts), *notes_on_unknowns(batch, mapping)),
        rejects=tuple(sorted(refused, key=_place(batch))),
        totals=Totals.of(batch),
        currency=mapping.workspace.currency,
        deals_gone=gone,
        import_ids=(import_id,),
    )
    _record(uow, report, batch, now)
    return report


def _writers(uow: UnitOfWork, mapping: Mapping, batch: CrmBatch, progress: ProgressSink | None) -> _Writers:
    def told(kind: str, rows: int) -> None:
        if progress and kind in batch.files:
            progress(Progress("writing", batch.files[kind].file, rows))

    how = (uow.connection, uow.workspace_id, mapping.source, told)
    return _Writers(CrmPeople(*how), CrmRows(*how), CrmDeals(*how), CrmHistory(*how))


def _write(to: _Writers, batch: CrmBatch, moment: Moment) -> dict[str, UpsertCounts]:
    counts = {
        "people": to.people.upsert_people(batch.people),
        "time_off": to.people.add_time_off(batch.time_off),
        "accounts": to.rows.upsert_accounts(batch.accounts),
    }
    told = {(c.deal_external_id, c.field_name, c.new_value) for c in batch.value_history}
    deals = to.deals.upsert_deals(batch.deals, moment, moved=_moved(batch), active=_active(batch), told=told)
    counts["deals"] = deals.counts
    counts["contacts"] = to.rows.upsert_contacts(batch.contacts)
    history = to.history
    counts["stage_history"], entered = history.keep_stages(batch.stage_history, deals.observed, moment.as_of)
    counts["value_history"], revalued = history.keep_values(batch.value_history)
    counts["activities"], active = to.rows.upsert_activities(batch.activities)
    counts["next_steps"], stepped = to.rows.upsert_next_steps(batch.next_steps, moment.as_of)
    counts["quotas"] = to.rows.upsert_quotas(batch.quotas)
    moved = _latest(deals.moved, entered, revalued, stepped)
    history.touch(moved=_but(moved, deals.inserted), active=_but(active, deals.inserted))
    return counts


def _but(moments: dict[str, datetime], known: set[str]) -> dict[str, datetime]:
    return {key: at for key, at in moments.items() if key not in known}


def _moved(batch: CrmBatch) -> dict[str, datetime]:
    dated: list[tuple[str, datetime | None]] = [(r.deal_external_id, r.at) for r in batch.stage_history]
    dated += [(r.deal_external_id, r.at) for r in batch.value_history]
    dated += [(r.deal_external_id, r.done_at or r.created_at) for r in batch.next_steps]
    return _latest_of(dated)


def _active(batch: CrmBatch) -> dict[str, datetime]:
    return _latest_of((r.deal_external_id, r.occurred_at) for r in batch.activities)


def _latest(*parts: dict[str, datetime]) -> dict[str, datetime]:
    return _latest_of(pair for part in parts for pair in part.items())


def _latest_of(dated: Iterable[tuple[str, datetime | None]]) -> dict[str, datetime]:
    latest: dict[str, datetime] = {}
    for key, at in dated:
        if at is not None and (key not in latest or at > latest[key]):
            latest[key] = at
    return latest


def _file_reports(batch: CrmBatch, counts: dict[str, UpsertCounts]) -> Iterator[FileReport]:
    for kind, tally in batch.files.items():
        done = counts[kind]
        yield FileReport(
            file=tally.file,
            read=tally.read,
            taken=done.inserted,
            changed=done.changed,
            same=done.same,
            hidden=tally.hidden,
            skipped=tally.skipped + tally.repeated,
            rejected=tally.rejected + len(done.rejected),
        )


def _notes(batch: CrmBatch, counts: dict[str, UpsertCounts]) -> Iterator[Note]:
    for kind, tally in batch.files.items():
        for text, count in counts[kind].notes.items():
            yield Note(tally.file, text, count)


def _refused(batch: CrmBatch, counts: dict[str, UpsertCounts], mapping: Mapping) -> Iterator[Reject]:
    for kind, tally in batch.files.items():
        columns = mapping.files[kind].columns
        for fault in counts[kind].rejected:
            column = columns.get(fault.column, fault.column)
            yield Reject(tally.file, fault.line, column, fault.value, fault.reason)


def _leave_out_refused(batch: CrmBatch, counts: dict[str, UpsertCounts]) -> None:
    """Keep in the batch, for its totals, only the people and deals that went in."""
    refused = {kind: {fault.line for fault in counts[kind].rejected} for kind in ("people", "deals")}
    batch.people = [
        person for person in batch.people if not person.line or person.line not in refused["people"]
    ]
    batch.deals = [deal for deal in batch.deals if deal.line not in refused["deals"]]


def _place(batch: CrmBatch) -> Callable[[Reject], tuple[int, int]]:
    order = {tally.file: place for place, tally in enumerate(batch.files.values())}
    return lambda reject: (order.get(reject.file, 0), reject.line)


def _record(uow: UnitOfWork, report: ImportReport, batch: CrmBatch, now: datetime) -> None:
    import_id = report.import_ids[0]
    numbers = {file.file: {name: getattr(file, name) for name in FILE_NUMBERS} for file in report.files}
    uow.imports.add_rejects(
        import_id, [RejectRow(r.file, r.line, r.column, r.value, r.reason) for r in report.rejects]
    )
    uow.imports.finish(
        import_id,
        rows_read=report.rows_read,
        rows_taken=report.rows_taken,
        rows_rejected=report.rows_rejected,
        # The stages are kept too: no deal of this source can ever be in one that is not among them.
        counts={"files": numbers, "stages": sorted(batch.stages), "deals_gone": report.deals_gone},
        now=now,
    )
    known = uow.workspace.get().crm_as_of
    if known is None or report.as_of > known:
        uow.workspace.set_crm_as_of(report.as_of)
    uow.audit.record(
        at=now,
        actor_id=None,
        actor_kind="import",
        action="crm.imported",
        entity_kind="import",
        entity_id=import_id,
        after={"source": report.source, "label": report.labels[0], "as_of": report.as_of, "files": numbers},
    )
