"""`drumbeat export`: decisions, coaching logs, evidence and verdicts as files, from one state, on record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import InvalidInput
from bot.services.export_files import Files, plain
from bot.services.export_tables import TABLES, Source
from bot.store.unit_of_work import Store

FORMS: Mapping[str, tuple[str, ...]] = {"csv": ("csv",), "json": ("json",), "both": ("csv", "json")}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows by table, and the files."""

    counts: Mapping[str, int]
    files: tuple[Path, ...]


def export_ledger(
    store: Store,
    folder: Path,
    form: str,
    *,
    now: datetime,
    by: str,
    progress: Callable[[str, int], None] | None = None,
) -> Exported:
    """Write the ledger into a folder as `form` says: csv, json or both.

    All tables show one state. They are read and written in pages, beside their place, and appear there
    together once the audit trail has the export (`by` names who asked). Raises InvalidInput, with nothing
    written, for a folder that can't be written to or that holds files of the same names that are not ours.
    """
    with Files(folder, FORMS[form]) as files:
        files.check([table.name for table in TABLES])
        try:
            counts = _write(store, files, now, progress)
            _record(store, counts, form, by, now)
            told = {"exported_at": plain(now), "rows": dict(counts)}
            return Exported(counts, tuple(files.publish(told)))
        except OSError as error:
            raise InvalidInput(f"{folder}: {error.strerror or error}. The export is not complete.") from error


def _write(
    store: Store, files: Files, now: datetime, progress: Callable[[str, int], None] | None
) -> dict[str, int]:
    counts: dict[str, int] = {}
    with store.reading() as uow:
        source = Source(uow, {one.id: one for one in uow.people.all()}, now)
        for table in TABLES:
            targets = files.open(table.name, table.columns)
            counts[table.name] = 0
            for page in table.pages(source):
                for target in targets:
                    target.add(page)
                counts[table.name] += len(page)
                if progress:
                    progress(table.name, counts[table.name])
            for target in targets:
                target.finish()
    return counts


def _record(store: Store, counts: Mapping[str, int], form: str, by: str, now: datetime) -> None:
    with store.writing() as uow:
        uow.audit.record(
            at=now,
            actor_id=None,
            action="ledger.exported",
            entity_kind="workspace",
            entity_id=store.workspace_id,
            after={"by": by, "as": form, "rows": dict(counts)},
        )


def names_of(files: Sequence[Path]) -> str:
    """List the files for a person."""
    return ", ".join(path.name for path in files)
