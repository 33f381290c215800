"""What any CRM gives to the import and to the daily sync: dated states, and the records of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.crm.batch import CrmBatch, ProgressSink
from bot.crm.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One dated state of a CRM. `label` names it once and for all within its source.

    `as_of` (UTC) is the moment it speaks of; `due_at` (UTC) is when it may be taken in. `hides_later`:
    its files tell more than was known then, and what is dated at `as_of` or later is left out. `undated`:
    nothing but the time of reading dates it. `whole`: its files hold all there is, not only what changed.
    """

    label: str
    as_of: datetime
    due_at: datetime
    folder: Path
    hides_later: bool = True
    undated: bool = False
    whole: bool = False


class Crm(Protocol):
    """A source of CRM data. Every datetime passed in and out is aware."""

    @property
    def mapping(self) -> Mapping:
        """How the source's rows become records; `mapping.source` names the source in the store."""
        ...

    def snapshots(self, after: datetime | None, until: datetime) -> list[Snapshot]:
        """Return the states with `as_of` later than `after` and due by `until`, the oldest first."""
        ...

    def next_snapshot(self, after: datetime) -> datetime | None:
        """Return when the next state later than `after` is due, or None when none is foreseen."""
        ...

    def read(self, snapshot: Snapshot, progress: ProgressSink | None = None) -> CrmBatch:
        """Read one state. Raises CrmSourceError when a file or mapped column is missing or unreadable."""
        ...


class ImportSource(Crm, Protocol):
    """A source that a person can import from."""

    def asked(self, after: datetime | None, as_of: datetime | None, now: datetime) -> list[Snapshot]:
        """Return the states to take in for an import as of a moment, or of all there is for None.

        `after` is the moment of the state that the store already holds.
        """
        ...
