"""A row that can't be used: where it stands, what was found, why; and the file listing all."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reject:
    """One unusable row. `line` counts from 1, the header; no `column`: the whole row is the fault."""

    file: str
    line: int
    column: str | None
    value: str | None
    reason: str

    def words(self) -> str:
        """Return the reject as one line for a person."""
        where = f"{self.file} line {self.line}"
        what = f", {self.column} {self.value!r}" if self.column else ""
        return f"{where}{what}: {self.reason}"


def write_rejects(rejects: Iterable[Reject], path: Path) -> int:
    """Write all rejects as CSV (file, line, column, value, reason) and return how many there are."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["file", "line", "column", "value", "reason"])
        for reject in rejects:
            table.writerow(
                [reject.file, reject.line, reject.column or "", _harmless(reject.value), reject.reason]
            )
            written += 1
    return written


def _harmless(value: str | None) -> str:
    # The file is opened in a spreadsheet, where a cell starting like a formula would be run.
    text = value or ""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
