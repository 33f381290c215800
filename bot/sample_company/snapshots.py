"""The dated CRM snapshots: the first one full, then one for each working day with only what changed."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.sample_company.state import Row, Rows, rows_as_of

# 06:00 in Berlin and midnight in New York: every region's day before is in it.
FIRST_SNAPSHOT = datetime(2026, 10, 5, 4, 0, tzinfo=UTC)
LAST_SNAPSHOT = datetime(2026, 11, 13, 4, 0, tzinfo=UTC)
_SATURDAY = 5


def snapshot_times() -> list[datetime]:
    """Return the moments of all snapshots (UTC), the first full one included: Monday to Friday, six weeks."""
    days = (LAST_SNAPSHOT - FIRST_SNAPSHOT).days
    moments = (FIRST_SNAPSHOT + timedelta(days=day) for day in range(days + 1))
    return [moment for moment in moments if moment.weekday() < _SATURDAY]


def write_snapshots(folder: Path) -> list[Path]:
    """Write every snapshot as a subfolder named by its UTC time, `2026-10-05T04-00-00Z`.

    The same bytes each time. Returns the subfolders, oldest first. A partial snapshot leaves out the files
    without a changed row. Raises OSError when the folder can't be written.
    """
    written: list[Path] = []
    before: dict[str, Rows] = {}
    for moment in snapshot_times():
        now = rows_as_of(moment)
        subfolder = folder / moment.strftime("%Y-%m-%dT%H-%M-%SZ")
        subfolder.mkdir(parents=True, exist_ok=True)
        for name, rows in now.items():
            earlier = before.get(name, {})
            changed = [row for key, row in rows.items() if earlier.get(key) != row]
            if changed:
                _write_csv(subfolder / name, changed)
        written.append(subfolder)
        before = now
    return written


def _write_csv(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
