"""A folder of dated snapshots, `2026-10-05T05-00-00Z/`, each holding all files or only what changed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from bot.crm.batch import CrmBatch, ProgressSink
from bot.crm.mapping import Mapping
from bot.crm.source import Snapshot
from bot.crm.spreadsheet import read_folder

_NAME = "%Y-%m-%dT%H-%M-%SZ"


class DatedCrm:
    """A Crm over a folder of snapshots. Each is a state as it was told then: nothing in it is hidden."""

    def __init__(self, folder: Path, mapping: Mapping) -> None:
        self._folder = folder
        self._mapping = mapping

    @property
    def mapping(self) -> Mapping:
        """How the files of each snapshot are mapped."""
        return self._mapping

    def snapshots(self, after: datetime | None, until: datetime) -> list[Snapshot]:
        """Return the snapshots later than `after` and not later than `until`, the oldest first."""
        return [
            Snapshot(folder.name, at, at, folder, hides_later=False)
            for at, folder in dated_folders(self._folder)
            if (after is None or at > after) and at <= until
        ]

    def next_snapshot(self, after: datetime) -> datetime | None:
        """Return the time of the first snapshot later than `after`."""
        return next((at for at, _ in dated_folders(self._folder) if at > after), None)

    def asked(self, after: datetime | None, as_of: datetime | None, now: datetime) -> list[Snapshot]:
        """Return the snapshots up to a moment that are not taken in yet."""
        return self.snapshots(after, as_of or now)

    def read(self, snapshot: Snapshot, progress: ProgressSink | None = None) -> CrmBatch:
        """Read one snapshot; any of its files may be absent."""
        return read_folder(snapshot.folder, self._mapping, partial=True, progress=progress)


def dated_folders(folder: Path) -> list[tuple[datetime, Path]]:
    """Return the snapshots in a folder with their times (UTC), the oldest first."""
    found = []
    # A folder that went away brings nothing new; the data's age shows it, and cadences go on.
    for entry in folder.iterdir() if folder.is_dir() else ():
        at = _time_of(entry.name)
        if at is not None and entry.is_dir():
            found.append((at, entry))
    return sorted(found)


# Each waking looks through the whole folder, and to read a time takes longer than to list its file.
@lru_cache(maxsize=4096)
def _time_of(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
