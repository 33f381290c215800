"""When the next message may pass each limit; in the database's own real time, the same for all hosts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, text, update

from bot.store.repositories.base import Repository
from bot.store.tables import Paces

_NOW = {
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
    "postgresql": text("SELECT clock_timestamp()"),
}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class PaceRepository(Repository):
    """The limits of one workspace. On PostgreSQL `locked` keeps others waiting until the transaction ends."""

    def now(self) -> datetime:
        """Return the real time as the database has it at this moment, not as the transaction began."""
        found = self._connection.scalar(_NOW[self._connection.dialect.name])
        return datetime.fromisoformat(found) if isinstance(found, str) else found.astimezone(UTC)

    def locked(self, keys: Collection[str]) -> dict[str, datetime]:
        """Return when each of these is free, to be changed; one that was never used is free."""
        found = self._lock(keys)
        if missing := [key for key in keys if key not in found]:
            rows = [{"key": key, "free_at": _LONG_AGO} for key in sorted(missing)]
            self._insert_new(Paces, rows, Paces.key)
            found = self._lock(keys)
        return found

    def latest(self, keys: Collection[str]) -> datetime | None:
        """Return when the last of these is free; None where none was ever used."""
        query = select(func.max(Paces.free_at)).where(
            Paces.workspace_id == self._workspace_id, Paces.key.in_(keys)
        )
        return self._connection.scalar(query)

    def put(self, free_at: Mapping[str, datetime]) -> None:
        """Set when these, which are locked, are free."""
        for key, at in sorted(free_at.items()):
            self._connection.execute(
                update(Paces)
                .where(Paces.workspace_id == self._workspace_id, Paces.key == key)
                .values(free_at=at)
            )

    def forget(self, before: datetime) -> None:
        """Drop what has been free for so long that it limits nothing any more."""
        self._connection.execute(
            delete(Paces).where(Paces.workspace_id == self._workspace_id, Paces.free_at < before)
        )

    def _lock(self, keys: Collection[str]) -> dict[str, datetime]:
        query = (
            select(Paces.key, Paces.free_at)
            .where(Paces.workspace_id == self._workspace_id, Paces.key.in_(keys))
            .order_by(Paces.key)
            .with_for_update()
        )
        return {row.key: row.free_at for row in self._connection.execute(query)}
