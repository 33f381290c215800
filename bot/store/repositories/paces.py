"""When the next message may pass each limit; in the database's own real time, the same for all hosts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, func, select, text, update

from bot.store.repositories.base import Repository
from bot.store.tables import Paces

_NOW = {
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
    "postgresql": text("SELECT clock_timestamp()"),
}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# Each message asks for these, and to build them takes longer than the database needs to carry them out.
_OURS = Paces.workspace_id == bindparam("workspace")
_THIS = (_OURS, Paces.key == bindparam("sought"))
_FREE_AT = select(Paces.free_at).where(*_THIS).with_for_update()
_LATEST = select(func.max(Paces.free_at)).where(_OURS, Paces.key.in_(bindparam("sought", expanding=True)))
_PUT = update(Paces).where(*_THIS)


class PaceRepository(Repository):
    """The limits of one workspace. On PostgreSQL `locked` keeps others waiting until the transaction ends."""

    def now(self) -> datetime:
        """Return the real time as the database has it at this moment, not as the transaction began."""
        found = self._connection.scalar(_NOW[self._connection.dialect.name])
        return datetime.fromisoformat(found) if isinstance(found, str) else found.astimezone(UTC)

    def locked(self, keys: Sequence[str]) -> dict[str, datetime]:
        """Return when each of these is free, to be changed; one that was never used is free.

        They are locked one by one in the order given, the same for all callers: a row that is new to one of
        two would else be locked first by the one and last by the other, and both would wait for good.
        """
        return {key: self._lock(key) for key in keys}

    def latest(self, keys: Collection[str]) -> datetime | None:
        """Return when the last of these is free; None where none was ever used."""
        return self._connection.scalar(_LATEST, self._named(sought=list(keys)))

    def put(self, free_at: Mapping[str, datetime]) -> None:
        """Set when these, which are locked, are free."""
        for key, at in sorted(free_at.items()):
            self._connection.execute(_PUT, self._named(sought=key, free_at=at))

    def forget(self, before: datetime, at_most: int) -> int:
        """Drop what has been free for so long that it limits nothing any more; return how many.

        What somebody has locked just now is in use: to wait for it while holding others could be for good.
        """
        old = (
            select(Paces.key)
            .where(Paces.workspace_id == self._workspace_id, Paces.free_at < before)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
        keys = list(self._connection.scalars(old))
        self._connection.execute(
            delete(Paces).where(Paces.workspace_id == self._workspace_id, Paces.key.in_(keys))
        )
        return len(keys)

    def _lock(self, key: str) -> datetime:
        if (free_at := self._connection.scalar(_FREE_AT, self._named(sought=key))) is None:
            self._insert_new(Paces, [{"key": key, "free_at": _LONG_AGO}], Paces.key)
            free_at = self._connection.execute(_FREE_AT, self._named(sought=key)).scalar_one()
        return free_at
