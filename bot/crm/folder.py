"""A folder of CSV files that is read again each day, showing only what is dated before that day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.crm.batch import CrmBatch, ProgressSink
from bot.crm.mapping import Mapping
from bot.crm.source import Snapshot
from bot.crm.spreadsheet import read_folder


class FolderCrm:
    """A Crm over one folder. A day's state is due at the mapping's `sync_at`; missed days coalesce."""

    def __init__(self, folder: Path, mapping: Mapping, *, only: str | None = None) -> None:
        self._folder = folder
        self._mapping = mapping
        self._only = only

    @property
    def mapping(self) -> Mapping:
        """How the files are mapped."""
        return self._mapping

    def snapshots(self, after: datetime | None, until: datetime) -> list[Snapshot]:
        """Return the newest day's state that is due, if it is later than `after`.

        The rows date themselves, so that the newest state holds all that the days before would have brought.
        """
        today = until.astimezone(self._mapping.zone).date()
        due = self._state_of(today)
        if due.due_at > until:
            due = self._state_of(today - timedelta(days=1))
        return [due] if after is None or due.as_of > after else []

    def next_snapshot(self, after: datetime) -> datetime:
        """Return when the next day's state is due."""
        day = after.astimezone(self._mapping.zone).date()
        while (due := self._state_of(day).due_at) <= after:
            day += timedelta(days=1)
        return due

    def asked(self, after: datetime | None, as_of: datetime | None, now: datetime) -> list[Snapshot]:
        """Return the state at a moment, or the files as they stand, whatever their dates, for None."""
        del after  # reading the same again shows that nothing changed
        return [self._state_at(as_of, now)]

    def _state_at(self, as_of: datetime | None, now: datetime) -> Snapshot:
        if as_of is None:
            return Snapshot(
                f"all, read {now.astimezone(UTC).isoformat()}",
                now,
                now,
                self._folder,
                hides_later=False,
                undated=True,
                whole=True,
            )
        moment = self._day_start(as_of.astimezone(self._mapping.zone).date()) if self._by_day else as_of
        return Snapshot(
            f"as of {moment.astimezone(self._mapping.zone).isoformat()}",
            moment,
            moment,
            self._folder,
            whole=True,
        )

    def read(self, snapshot: Snapshot, progress: ProgressSink | None = None) -> CrmBatch:
        """Read the files, hiding what was not known yet; for a state of all, nothing."""
        as_of = snapshot.as_of if snapshot.hides_later else None
        return read_folder(self._folder, self._mapping, as_of=as_of, only=self._only, progress=progress)

    @property
    def _by_day(self) -> bool:
        return self._mapping.format.precision == "day"

    def _state_of(self, day: date) -> Snapshot:
        due_at = datetime.combine(day, self._mapping.sync_at, self._mapping.zone).astimezone(UTC)
        as_of = self._day_start(day) if self._by_day else due_at
        return Snapshot(
            f"as of {as_of.astimezone(self._mapping.zone).isoformat()}",
            as_of,
            due_at,
            self._folder,
            whole=True,
        )

    def _day_start(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self._mapping.zone).astimezone(UTC)
