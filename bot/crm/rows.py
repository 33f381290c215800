"""Rows of one mapped file -> values by canonical column, with rejects and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.crm.batch import FileTally, Note, Progress, ProgressSink
from bot.crm.errors import CrmSourceError, UnreadableValueError
from bot.crm.fields import KINDS, Holds
from bot.crm.mapping import FileMapping, Mapping
from bot.crm.reading import CsvFile
from bot.crm.rejects import Reject
from bot.crm.templates import Template
from bot.crm.values import Values
from bot.domain.pipeline import Stage

Cells = list[str]
Row = dict[str, Any]

_REPORT_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    source: str
    position: int
    read: Callable[[str], Any] | None  # None: the text as it stands
    required: bool
    aliases: dict[str, str] | None
    known: frozenset[str] | None


class MappedFile:
    """One file of a source, read row by row. `tally`, `rejects` and `notes()` are complete after `rows()`."""

    def __init__(self, kind: str, mapping: Mapping, folder: Path, values: Values) -> None:
        self.kind = kind
        self._file = mapping.files[kind]
        self._csv = CsvFile(folder / self._file.file, mapping.format, self._file.encoding)
        self.tally = FileTally(kind, self._file.file)
        self.rejects: list[Reject] = []
        self._values = values
        self._positions = self._checked_positions()
        self._columns = [self._column(name, mapping, folder) for name in self._file.columns]
        self._constants = self._read_constants()
        self._stage_dates = [
            (stage, source, self._positions[source]) for stage, source in self._file.stage_dates.items()
        ]
        by_source = {self._file.columns[name]: spellings for name, spellings in self._file.aliases.items()}
        self._templates = {
            name: Template(patterns, self._positions, by_source)
            for name, patterns in self._file.templates.items()
        }
        self._skip = [(self._positions[rule.column], rule.matches) for rule in self._file.skip]
        self._aliased: Counter[tuple[str, str, str]] = Counter()
        self._unknown: Counter[tuple[str, str]] = Counter()

    @property
    def name(self) -> str:
        """The file's name, as rejects and notes give it."""
        return self._file.file

    def source_column(self, column: str) -> str:
        """Return the name that this canonical column has in the file."""
        return self._file.columns.get(column, column)

    def rows(self, progress: ProgressSink | None) -> Iterator[tuple[int, Row]]:
        """Yield (line, values) of each usable row."""
        width = max(self._positions.values(), default=0) + 1
        for line, cells in self._csv.rows(width):
            self.tally.read += 1
            if progress and self.tally.read % _REPORT_EVERY == 0:
                progress(Progress("reading", self.name, self.tally.read))
            if cells is None:
                self.reject([Reject(self.name, line, None, None, f"has fewer than {width} cells")])
            elif any(pattern.match(cells[position]) for position, pattern in self._skip):
                self.tally.skipped += 1
            else:
                row = self._row(line, cells)
                if row is not None:
                    yield line, row
        if progress:
            progress(Progress("reading", self.name, self.tally.read))

    def reject(self, faults: list[Reject]) -> None:
        """Count one row as rejected, for all that is wrong with it."""
        self.tally.rejected += 1
        self.rejects.extend(faults)

    def reject_value(self, line: int, column: str, value: str | None, reason: str) -> None:
        """Reject one row for the value of one canonical column."""
        self.reject([Reject(self.name, line, self.source_column(column), value, reason)])

    def notes(self) -> Iterator[Note]:
        """Yield what was read otherwise than it stands, and what no list knows."""
        for (column, found, right), count in sorted(self._aliased.items()):
            yield Note(self.name, f"{column} {found!r} read as {right!r}", count)
        for (column, found), count in sorted(self._unknown.items()):
            yield Note(self.name, f"{column} {found!r} is not in the list of known ones", count)

    def _row(self, line: int, cells: Cells) -> Row | None:
        row: Row = dict(self._constants)
        faults: list[Reject] = []
        for column in self._columns:
            text = cells[column.position]
            if text:
                try:
                    row[column.name] = self._read(column, text)
                except UnreadableValueError as error:
                    faults.append(Reject(self.name, line, column.source, text, str(error)))
            else:
                row[column.name] = None
                if column.required:
                    faults.append(Reject(self.name, line, column.source, "", "is empty, and is needed"))
        if self._stage_dates:
            row["stage_dates"] = self._read_stage_dates(line, cells, faults)
        for name, template in self._templates.items():
            row[name] = template.fill(cells)
            if row[name] is None and KINDS[self.kind][name].required:
                faults.append(Reject(self.name, line, name, "", "none of its templates can be filled"))
        if not faults:
            return row
        self.reject(faults)
        return None

    def _read(self, column: _Column, text: str) -> Any:
        if column.aliases is not None and (right := column.aliases.get(text)) is not None:
            self._aliased[column.source, text, right] += 1
            text = right
        if column.known is not None and text not in column.known:
            self._unknown[column.source, text] += 1
        return text if column.read is None else column.read(text)

    def _read_stage_dates(self, line: int, cells: Cells, faults: list[Reject]) -> list[tuple[Stage, Any]]:
        read = self._values.reader(Holds.MOMENT)
        dates = []
        for stage, source, position in self._stage_dates:
            if not cells[position]:
                continue
            try:
                dates.append((stage, read(cells[position])))
            except UnreadableValueError as error:
                faults.append(Reject(self.name, line, source, cells[position], str(error)))
        return dates

    def _column(self, name: str, mapping: Mapping, folder: Path) -> _Column:
        what = KINDS[self.kind][name]
        known = self._file.known.get(name)
        return _Column(
            name,
            self._file.columns[name],
            self._positions[self._file.columns[name]],
            None if what.holds is Holds.TEXT else self._values.reader(what.holds),
            what.required,
            self._file.aliases.get(name),
            None if known is None else _listed(CsvFile(folder / known.file, mapping.format), known.column),
        )

    def _checked_positions(self) -> dict[str, int]:
        header = {name: position for position, name in enumerate(self._csv.header())}
        missing = [f"{column} ({key})" for key, column in self._file.source_columns() if column not in header]
        if missing:
            raise CrmSourceError(
                f"{self.name} has no column {', '.join(missing)}; it has {', '.join(header)}. "
                "Check the mapping's columns and format.delimiter."
            )
        return {column: header[column] for _, column in self._file.source_columns()}

    def _read_constants(self) -> Row:
        constants: Row = {}
        for name, text in self._file.constants.items():
            try:
                constants[name] = self._values.reader(KINDS[self.kind][name].holds)(text)
            except UnreadableValueError as error:
                raise CrmSourceError(f"The mapping's files.{self.kind}.constants.{name}: {error}") from error
        return constants


def _listed(table: CsvFile, column: str) -> frozenset[str]:
    header = table.header()
    if column not in header:
        raise CrmSourceError(f"{table.path.name} has no column {column}; it has {', '.join(header)}")
    position = header.index(column)
    return frozenset(cells[position] for _, cells in table.rows(position + 1) if cells)


def is_there(file: FileMapping, folder: Path) -> bool:
    """Tell whether the file stands in the folder."""
    return (folder / file.file).is_file()
