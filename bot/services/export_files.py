"""Writes the tables of an export as CSV and JSON: whole files or none, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from bot.errors import InvalidInput

MANIFEST = "drumbeat-export.json"
# A spreadsheet runs a cell that begins so as a formula; the wide forms are read as the narrow ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - meant as they are


def plain(value: Any) -> Any:
    """Return a value as JSON takes it: times in UTC as ISO 8601 with a Z, figures exact as text."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _:
            return value


def cell(value: Any) -> str:
    """Return a value as one CSV cell; one that would run as a formula is marked as text."""
    made = plain(value)
    match made:
        case None:
            return ""
        case bool():
            return "yes" if made else "no"
        case str():
            text = made.replace("\0", "")
            return f"'{text}" if text.startswith(FORMULA_STARTS) else text
        case list() | dict():
            return json.dumps(made, ensure_ascii=False) if made else ""
        case _:
            return str(made)


class Target:
    """One file being written beside its place; nobody sees it before `Files.publish`."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._columns = columns
        self._out: TextIO = self.part.open("w", encoding="utf-8", newline="")
        self._rows = 0
        if self.is_csv:
            csv.writer(self._out, lineterminator="\r\n").writerow(columns)

    @property
    def is_csv(self) -> bool:
        """Tell which of the two forms it has."""
        return self.path.suffix == ".csv"

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write one page of rows."""
        if self.is_csv:
            table = csv.writer(self._out, lineterminator="\r\n")
            table.writerows([cell(row[name]) for name in self._columns] for row in rows)
            return
        for row in rows:
            values = {name: plain(row[name]) for name in self._columns}
            self._out.write(f"{',' if self._rows else '['}\n{json.dumps(values, ensure_ascii=False)}")
            self._rows += 1

    def finish(self) -> None:
        """Write what is missing at the end, and bring it to the disk."""
        if not self.is_csv:
            self._out.write("\n]\n" if self._rows else "[]\n")
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()

    def discard(self) -> None:
        """Take back what is not published."""
        self._out.close()
        self.part.unlink(missing_ok=True)


class Files:
    """The files of one export in a folder. What is not published at its end leaves nothing behind."""

    def __init__(self, folder: Path, forms: Sequence[str]) -> None:
        self._folder = folder
        self._forms = forms
        self._targets: list[Target] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for target in self._targets:
            target.discard()

    def check(self, tables: Iterable[str]) -> None:
        """Raise InvalidInput where the folder can't be written to, or holds files that are not ours."""
        wanted = [f"{name}.{form}" for name in tables for form in self._forms]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            foreign = [name for name in wanted if os.path.lexists(self._folder / name)]
        except OSError as error:
            raise InvalidInput(_unusable(self._folder, error)) from error
        foreign = [name for name in foreign if name not in self._own()]
        if foreign:
            listed = ", ".join(foreign)
            raise InvalidInput(
                f"{self._folder} holds files that Drumbeat did not write: {listed}. Nothing was written. "
                "Name another folder, or move them away."
            )

    def open(self, name: str, columns: Sequence[str]) -> list[Target]:
        """Begin the files of one table."""
        try:
            made = []
            for form in self._forms:
                target = Target(self._folder / f"{name}.{form}", columns)
                self._targets.append(target)
                made.append(target)
        except OSError as error:
            raise InvalidInput(_unusable(self._folder, error)) from error
        return made

    def publish(self, told: Mapping[str, Any]) -> list[Path]:
        """Put every file in its place at once, after the list that says which are ours."""
        names = sorted({target.path.name for target in self._targets} | self._own())
        manifest = self._folder / MANIFEST
        part = manifest.with_name(f".{MANIFEST}.{os.getpid()}.part")
        part.write_text(json.dumps({"files": names, **told}, indent=2) + "\n", encoding="utf-8")
        part.replace(manifest)
        for target in self._targets:
            target.part.replace(target.path)
        return [target.path for target in self._targets]

    def _own(self) -> set[str]:
        try:
            stored = json.loads((self._folder / MANIFEST).read_text(encoding="utf-8"))
            return {str(name) for name in stored["files"]}
        except (OSError, ValueError, KeyError, TypeError):
            return set()


def _unusable(folder: Path, error: OSError) -> str:
    return f"Nothing can be written to {folder}: {error.strerror or error}. Nothing was exported."
