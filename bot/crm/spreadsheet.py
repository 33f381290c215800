"""A folder of CSV files -> one batch of records, by a mapping."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from bot.crm.as_of import known_at
from bot.crm.batch import CrmBatch, Note, ProgressSink
from bot.crm.errors import CrmSourceError
from bot.crm.mapping import Mapping
from bot.crm.naming import complete_people
from bot.crm.records import BUILDERS, BadValueError, dated_stages, key_of, value_change
from bot.crm.rows import MappedFile, Row, is_there
from bot.crm.values import Values
from bot.domain.pipeline import Stage


def read_folder(
    folder: Path,
    mapping: Mapping,
    *,
    as_of: datetime | None = None,
    partial: bool = False,
    only: str | None = None,
    progress: ProgressSink | None = None,
) -> CrmBatch:
    """Read the mapped files of a folder, hiding what is dated at `as_of` or later.

    `partial`: any file may be absent. `only`: the name of the one file to read. Raises CrmSourceError.
    """
    kinds = [
        kind for kind in BUILD_ORDER if kind in mapping.files and only in {None, mapping.files[kind].file}
    ]
    there = [kind for kind in kinds if is_there(mapping.files[kind], folder)]
    absent = [mapping.files[kind].file for kind in kinds if kind not in there]
    needed = [
        mapping.files[kind].file for kind in kinds if kind not in there and not mapping.files[kind].optional
    ]
    if (needed and not partial) or not there:
        raise CrmSourceError(f"{folder.name} has no {', '.join(needed or absent) or only}")
    batch = CrmBatch(stages=frozenset(mapping.stages.values()) or frozenset(Stage))
    values = Values(mapping)
    for kind in there:
        _read_file(MappedFile(kind, mapping, folder, values), values, batch, progress)
    if "people" in there:
        rows = len(batch.people)
        batch.people = complete_people(batch.people, mapping)
        if len(batch.people) > rows:
            text = "people beside the rows: leaders known by name only, or declared in the mapping"
            batch.notes.append(Note(mapping.files["people"].file, text, len(batch.people) - rows))
    if as_of is not None:
        known_at(batch, as_of, mapping)
    return batch


# Also the order in which the store takes them: each after those it refers to.
BUILD_ORDER = (
    "people",
    "time_off",
    "accounts",
    "deals",
    "contacts",
    "stage_history",
    "value_history",
    "activities",
    "next_steps",
    "quotas",
)


def _read_file(file: MappedFile, values: Values, batch: CrmBatch, progress: ProgressSink | None) -> None:
    records: list[Any] = getattr(batch, file.kind)
    seen: dict[Any, Any] = {}
    key_of_record = key_of(file.kind)
    for line, row in file.rows(progress):
        try:
            record = _build(file.kind, row, line, values)
        except BadValueError as fault:
            file.reject_value(line, fault.column, fault.value, fault.reason)
            continue
        key = key_of_record(record)
        first = seen.setdefault(key, record)
        if first is not record:
            _judge_repeated(file, first, record)
            continue
        records.append(record)
        if file.kind == "deals":
            batch.stage_history.extend(dated_stages(row, record))
    batch.files[file.kind] = file.tally
    batch.rejects.extend(file.rejects)
    batch.notes.extend(file.notes())
    if file.tally.repeated:
        batch.notes.append(
            Note(file.name, "stand in the file twice, with the same values", file.tally.repeated)
        )
    if file.tally.skipped:
        batch.notes.append(Note(file.name, "left out by the mapping's skip patterns", file.tally.skipped))


def _build(kind: str, row: Row, line: int, values: Values) -> Any:
    return value_change(row, line, values) if kind == "value_history" else BUILDERS[kind](row, line)


def _judge_repeated(file: MappedFile, first: Any, record: Any) -> None:
    if first == record:
        file.tally.repeated += 1
        return
    key = getattr(record, "external_id", None)
    file.reject_value(record.line, "id", key, f"is already on line {first.line}, with other values")
