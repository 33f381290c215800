"""Cadence fires: each occurrence recorded once, and how far it has been expanded into work for people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, delete, func, select, update

from bot.store.ids import new_id
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import CadenceFires, CadenceZones, Obligations


@dataclass(frozen=True, slots=True)
class Fire:
    """One occurrence of a cadence in one zone.

    `late`: recorded only after the service was down. `expanded_until` is the last person it was expanded for,
    `expanded_at` the time it was expanded for all.
    """

    id: str
    cadence: str
    zone: str
    local_date: date
    starts_at: datetime
    due_at: datetime
    recorded_at: datetime
    late: bool
    expanded_at: datetime | None
    expanded_until: str | None


_Query = Select[*tuple[Any, ...]]


def _query(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(
            CadenceFires.id,
            CadenceFires.cadence,
            CadenceFires.zone,
            CadenceFires.local_date,
            CadenceFires.starts_at,
            CadenceFires.due_at,
            CadenceFires.recorded_at,
            CadenceFires.late,
            CadenceFires.expanded_at,
            CadenceFires.expanded_until,
        )
        .where(CadenceFires.workspace_id == bindparam("workspace"), *conditions)
        .order_by(CadenceFires.starts_at, CadenceFires.id)
    )


# Built once: to build them takes longer than the database needs to carry them out.
_ONE = _query(CadenceFires.id == bindparam("sought"))
_ON = _query(
    CadenceFires.cadence == bindparam("rhythm"),
    CadenceFires.zone == bindparam("place"),
    CadenceFires.local_date == bindparam("day"),
)
_LATEST = (
    select(CadenceFires.cadence, CadenceFires.zone, func.max(CadenceFires.starts_at))
    .where(CadenceFires.workspace_id == bindparam("workspace"))
    .group_by(CadenceFires.cadence, CadenceFires.zone)
)
_OPENED = select(Obligations.fire_id).where(
    Obligations.workspace_id == bindparam("workspace"), Obligations.owner_id == bindparam("owner")
)
_OWED = _query(CadenceFires.cadence == bindparam("rhythm"), CadenceFires.id.in_(_OPENED))
_OF_THE_DAY_ELSEWHERE = select(CadenceFires.id).where(
    CadenceFires.workspace_id == bindparam("workspace"),
    CadenceFires.cadence == bindparam("rhythm"),
    CadenceFires.local_date == bindparam("day"),
    CadenceFires.id != bindparam("fire"),
)
_OWING_ELSEWHERE = (
    select(Obligations.owner_id)
    .where(
        Obligations.workspace_id == bindparam("workspace"),
        Obligations.owner_id.in_(bindparam("owners", expanding=True)),
        Obligations.fire_id.in_(_OF_THE_DAY_ELSEWHERE),
    )
    .distinct()
)
_ZONES = select(CadenceZones.zone, CadenceZones.since).where(
    CadenceZones.workspace_id == bindparam("workspace")
)
_UNFINISHED = _query(CadenceFires.expanded_at.is_(None))


class FireRepository(Repository):
    """Records fires once by cadence, zone and local date, whatever the number of processes."""

    def record(
        self,
        cadence: str,
        zone: str,
        local_date: date,
        *,
        starts_at: datetime,
        due_at: datetime,
        now: datetime,
        late: bool,
    ) -> Fire | None:
        """Record an occurrence; None when it is recorded already, by this process or another."""
        fire_id = new_id("fire")
        row = {
            "id": fire_id,
            "cadence": cadence,
            "zone": zone,
            "local_date": local_date,
            "starts_at": starts_at,
            "due_at": due_at,
            "recorded_at": now,
            "late": late,
        }
        return self.get(fire_id) if self._insert_new(CadenceFires, [row], CadenceFires.id) else None

    def get(self, fire_id: str) -> Fire | None:
        """Return one fire, or None."""
        return next(iter(self._fires(_ONE, sought=fire_id)), None)

    def on(self, cadence: str, zone: str, local_date: date) -> Fire | None:
        """Return the fire of a cadence on a local date, or None."""
        return next(iter(self._fires(_ON, rhythm=cadence, place=zone, day=local_date)), None)

    def latest_starts(self) -> dict[tuple[str, str], datetime]:
        """Return when the newest fire of each cadence and zone started; those without one are absent."""
        return {(row[0], row[1]): row[2] for row in self._connection.execute(_LATEST, self._named())}

    def zones_since(self) -> dict[str, datetime]:
        """Return since when each zone counts; one that was never kept is absent."""
        return {row.zone: row.since for row in self._connection.execute(_ZONES, self._named())}

    def keep_zones(self, zones: Collection[str], now: datetime) -> dict[str, datetime]:
        """Let these zones count and no others, a new one from now on; return since when each does."""
        known = self.zones_since()
        if known.keys() == set(zones):
            return known
        self._connection.execute(
            delete(CadenceZones).where(
                CadenceZones.workspace_id == self._workspace_id, CadenceZones.zone.not_in(zones)
            )
        )
        rows = [{"zone": zone, "since": now} for zone in zones]
        self._insert_new(CadenceZones, rows, CadenceZones.zone)
        return self.zones_since()

    def latest_owed(self, cadence: str, owner_id: str) -> Fire | None:
        """Return the newest fire of a cadence that was opened for a person, in whatever zone that was."""
        found = self._fires(_OWED, rhythm=cadence, owner=owner_id)
        return found[-1] if found else None

    def had_elsewhere(self, fire: Fire, owner_ids: Collection[str]) -> set[str]:
        """Return who of these owes from another zone's fire of the same date: they moved that day."""
        found: set[str] = set()
        for owners in in_chunks(owner_ids):
            given = self._named(rhythm=fire.cadence, day=fire.local_date, fire=fire.id, owners=owners)
            found.update(self._connection.scalars(_OWING_ELSEWHERE, given))
        return found

    def unfinished(self) -> list[Fire]:
        """Return the fires not yet expanded for everybody, oldest first."""
        return self._fires(_UNFINISHED)

    def count_late(self) -> int:
        """Return how many fires were caught up after their time."""
        query = select(func.count()).where(
            CadenceFires.workspace_id == self._workspace_id, CadenceFires.late.is_(True)
        )
        return self._connection.scalar(query) or 0

    def mark_expanded(self, fire_id: str, until_person_id: str | None, finished_at: datetime | None) -> None:
        """Record how far a fire was expanded; `finished_at` when nobody is left."""
        values: dict[str, str | datetime | None] = {"expanded_at": finished_at}
        if until_person_id is not None:
            values["expanded_until"] = until_person_id
        self._connection.execute(
            update(CadenceFires)
            .where(CadenceFires.workspace_id == self._workspace_id, CadenceFires.id == fire_id)
            .values(**values)
        )

    def _fires(self, query: _Query, **given: str | date) -> list[Fire]:
        return [Fire(**row) for row in self._connection.execute(query, self._named(**given)).mappings()]
