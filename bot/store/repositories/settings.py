"""Settings with versions: the highest version of a key rules, and every earlier one is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, tuple_

from bot.store.ids import new_id
from bot.store.repositories.base import Repository
from bot.store.tables import Settings, Workspaces


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One version of one group of settings, as plain JSON."""

    key: str
    version: int
    value: dict[str, Any]
    changed_by: str | None
    changed_at: datetime


_MINE = Settings.workspace_id == bindparam("workspace")
# Nearly every use case asks for these: built once.
_RULING = select(Settings.id, Settings.key, Settings.value).where(
    _MINE,
    tuple_(Settings.key, Settings.version).in_(
        select(Settings.key, func.max(Settings.version)).where(_MINE).group_by(Settings.key)
    ),
)


_VERSIONS = (
    select(Settings.key, Settings.version, Settings.value, Settings.changed_by, Settings.changed_at)
    .where(_MINE, Settings.key == bindparam("sought"))
    .order_by(Settings.version.desc())
)
_NEWEST = _VERSIONS.limit(1)


class SettingsRepository(Repository):
    """Reads the ruling version, adds the next."""

    def current(self, key: str) -> SettingRow | None:
        """Return the ruling version of a key, or None."""
        row = self._connection.execute(_NEWEST, self._named(sought=key)).first()
        return SettingRow(*row) if row else None

    def all_current(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return the ruling value of every key, with the id of its version, which never changes."""
        found = self._connection.execute(_RULING, self._named())
        return {row.key: (row.id, row.value) for row in found}

    def history(self, key: str, limit: int = 100) -> list[SettingRow]:
        """Return the versions of a key, the newest first."""
        found = self._connection.execute(_VERSIONS.limit(limit), self._named(sought=key))
        return [SettingRow(*row) for row in found]

    def put(self, key: str, value: Mapping[str, Any], changed_by: str | None, now: datetime) -> int:
        """Add a version and return its number (1 for the first)."""
        # One writer at a time decides the next number.
        self._connection.execute(
            select(Workspaces.id).where(Workspaces.id == self._workspace_id).with_for_update()
        )
        newest = select(func.max(Settings.version)).where(
            Settings.workspace_id == self._workspace_id, Settings.key == key
        )
        version = (self._connection.scalar(newest) or 0) + 1
        self._connection.execute(
            insert(Settings).values(
                id=new_id("set"),
                workspace_id=self._workspace_id,
                key=key,
                version=version,
                value=dict(value),
                changed_by=changed_by,
                changed_at=now,
            )
        )
        return version

    def ensure_first(self, values: Mapping[str, Mapping[str, Any]], now: datetime) -> list[str]:
        """Give every key without a version its first one; return the keys that were new."""
        known = set(
            self._connection.scalars(
                select(Settings.key).where(Settings.workspace_id == self._workspace_id).distinct()
            )
        )
        rows = [
            {"id": new_id("set"), "key": key, "version": 1, "value": dict(value), "changed_at": now}
            for key, value in values.items()
            if key not in known
        ]
        return self._insert_new(Settings, rows, Settings.key)
