"""Who was shown which coaching log, on which day, and how much of it; it only grows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, or_, select

from bot.store.repositories.base import Repository
from bot.store.tables import CoachingLogs, CoachingReads

Depth = Literal["facts", "text"]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """How many logs about somebody (or written by them) one reader was shown that deep, and when last."""

    reader_id: str
    depth: str
    about: bool
    logs: int
    last: datetime


class CoachingReadRepository(Repository):
    """Appends readings and tells of them."""

    def note(self, log_ids: Sequence[str], reader_id: str, depth: Depth, now: datetime) -> None:
        """Record that somebody was shown logs, as deep as that; once for each on a day."""
        day = now.astimezone(UTC).date()
        rows = [
            {"log_id": log_id, "reader_id": reader_id, "read_on": day, "depth": depth, "read_at": now}
            for log_id in log_ids
        ]
        self._insert_new(CoachingReads, rows, CoachingReads.log_id)

    def read_today(self, log_ids: Collection[str], reader_id: str, depth: Depth, now: datetime) -> set[str]:
        """Return which of these logs are on record already as read by somebody today."""
        query = select(CoachingReads.log_id).where(
            CoachingReads.workspace_id == self._workspace_id,
            CoachingReads.log_id.in_(sorted(log_ids)),
            CoachingReads.reader_id == reader_id,
            CoachingReads.read_on == now.astimezone(UTC).date(),
            CoachingReads.depth == depth,
        )
        return set(self._connection.scalars(query))

    def readers(self, log_id: str) -> list[tuple[str, datetime]]:
        """Return who opened the text of a log, and when last."""
        query = (
            select(CoachingReads.reader_id, func.max(CoachingReads.read_at).label("last"))
            .where(
                CoachingReads.workspace_id == self._workspace_id,
                CoachingReads.log_id == log_id,
                CoachingReads.depth == "text",
            )
            .group_by(CoachingReads.reader_id)
            .order_by(func.min(CoachingReads.read_at))
        )
        return [(row.reader_id, row.last) for row in self._connection.execute(query)]

    def readings(self, person_id: str) -> list[ReadingRow]:
        """Return who was shown the logs about a person or written by them, by log kind and depth."""
        is_about = CoachingLogs.rep_id == person_id
        query = (
            select(
                CoachingReads.reader_id,
                CoachingReads.depth,
                is_about.label("about"),
                func.count(CoachingReads.log_id.distinct()).label("logs"),
                func.max(CoachingReads.read_at).label("last"),
            )
            .join(CoachingLogs, CoachingLogs.id == CoachingReads.log_id)
            .where(
                CoachingReads.workspace_id == self._workspace_id,
                or_(is_about, CoachingLogs.manager_id == person_id),
                CoachingReads.reader_id != person_id,
            )
            .group_by(CoachingReads.reader_id, CoachingReads.depth, is_about)
            .order_by(func.max(CoachingReads.read_at).desc(), CoachingReads.reader_id)
        )
        return [
            ReadingRow(row.reader_id, row.depth, bool(row.about), row.logs, row.last)
            for row in self._connection.execute(query)
        ]
