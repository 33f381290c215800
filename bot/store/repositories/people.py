"""People with their roles, the manager tree, who is who in Slack, and time off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnExpressionArgument,
    Select,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import aliased

from bot.domain.calendar import TimeOff
from bot.domain.people import ManagerTree, Person, Role
from bot.store.ids import new_id
from bot.store.repositories.base import MOST, Repository, in_chunks, insert_new
from bot.store.tables import People, PersonRoles, TimeOffs

_Query = Select[*tuple[Any, ...]]


def _query(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    """Return the query for people under these conditions, each with the roles that they hold as one text."""
    roles = (
        select(func.aggregate_strings(PersonRoles.role, ","))
        .where(PersonRoles.person_id == People.id)
        .scalar_subquery()
    )
    return (
        select(
            People.id,
            People.name,
            People.manager_id,
            People.time_zone,
            People.country,
            People.region,
            People.segment,
            People.email,
            People.slack_user_id,
            People.active,
            roles.label("roles"),
        )
        .where(People.workspace_id == bindparam("workspace"), *conditions)
        .order_by(People.name, People.id)
    )


def _leads_reps() -> tuple[ColumnExpressionArgument[bool], ...]:
    """Be an active manager with at least one active rep."""
    rep, role = aliased(People), aliased(PersonRoles)
    is_manager = exists().where(PersonRoles.person_id == People.id, PersonRoles.role == Role.MANAGER)
    here: BindParameter[str] = bindparam("workspace")
    # With the workspace, with which the index of a manager's reps begins.
    has_rep = (
        exists()
        .where(rep.workspace_id == here, rep.manager_id == People.id, rep.active)
        .where(role.person_id == rep.id, role.role == Role.REP)
    )
    return People.workspace_id == here, People.active, is_manager, has_rep


# Each request asks for these, and to build them takes longer than the database needs to carry them out.
_ALL = _query()
_BY_ID = _query(People.id == bindparam("sought"))
_BY_SLACK_USER = _query(People.slack_user_id == bindparam("sought"))
_BY_IDS = _query(People.id.in_(bindparam("sought", expanding=True)))
_ZONES = select(People.time_zone).where(*_leads_reps()).distinct().order_by(People.time_zone)
_IN_ZONE = (
    select(People.id)
    .where(*_leads_reps(), People.time_zone == bindparam("zone"), People.id > bindparam("after"))
    .order_by(People.id)
    .limit(MOST)
)
_AWAY = (
    select(TimeOffs.person_id, TimeOffs.starts_on, TimeOffs.ends_on, TimeOffs.reason)
    .where(
        TimeOffs.workspace_id == bindparam("workspace"),
        TimeOffs.person_id.in_(bindparam("sought", expanding=True)),
    )
    .order_by(TimeOffs.starts_on)
)


class PeopleRepository(Repository):
    """The people of the workspace, leavers included unless said otherwise."""

    def all(self) -> list[Person]:
        """Return everybody, by name."""
        return self._found(_ALL, {})

    def tree(self) -> ManagerTree:
        """Return who reports to whom. Raises BrokenTreeError when it runs in a circle."""
        return ManagerTree(self.all())

    def get(self, person_id: str) -> Person | None:
        """Return one person, or None."""
        return next(iter(self._found(_BY_ID, {"sought": person_id})), None)

    def with_ids(self, person_ids: Collection[str]) -> dict[str, Person]:
        """Return these people by id; those that are not there are absent."""
        return {
            person.id: person
            for ids in in_chunks(person_ids)
            for person in self._found(_BY_IDS, {"sought": ids})
        }

    def by_slack_user(self, slack_user_id: str) -> Person | None:
        """Return the person behind a Slack user, or None."""
        return next(iter(self._found(_BY_SLACK_USER, {"sought": slack_user_id})), None)

    def by_email(self, email: str) -> Person | None:
        """Return the active person with this address in any case; None if nobody or several have it."""
        found = self._people(func.lower(People.email) == email.lower(), People.active)
        return found[0] if len(found) == 1 else None

    def link_slack(self, person_id: str, slack_user_id: str) -> None:
        """Say which Slack user a person is; whoever was linked to that user before no longer is."""
        mine = People.workspace_id == self._workspace_id
        self._connection.execute(
            update(People)
            .where(mine, People.slack_user_id == slack_user_id, People.id != person_id)
            .values(slack_user_id=None)
        )
        self._connection.execute(
            update(People).where(mine, People.id == person_id).values(slack_user_id=slack_user_id)
        )

    def time_off(self, person_ids: Collection[str]) -> dict[str, list[TimeOff]]:
        """Return the days away of each person asked for, earliest first; an empty list for none."""
        found: dict[str, list[TimeOff]] = {person_id: [] for person_id in person_ids}
        for ids in in_chunks(person_ids):
            for row in self._connection.execute(_AWAY, self._named(sought=ids)):
                found[row.person_id].append(TimeOff(*row))
        return found

    def add_time_off(self, person_id: str, starts_on: date, ends_on: date, reason: str) -> None:
        """Record days away, both ends included; the same days again change nothing."""
        row = {
            "id": new_id("off"),
            "person_id": person_id,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "reason": reason,
        }
        self._insert_new(TimeOffs, [row], TimeOffs.id)

    def manager_zones(self) -> list[str]:
        """Return the zones of active managers who have at least one active rep, sorted."""
        return list(self._connection.scalars(_ZONES, self._named()))

    def managers_in_zone(self, zone: str, after_id: str | None, limit: int = 100) -> list[Person]:
        """Return one page of the active managers with active reps in a zone, by id, after the id given."""
        # Every id comes after the empty one.
        given = self._named(zone=zone, after=after_id or "", most=limit)
        ids = self._connection.scalars(_IN_ZONE, given).all()
        return sorted(self._found(_BY_IDS, {"sought": ids}), key=lambda person: person.id)

    def save(self, person: Person, source: str, external_id: str) -> None:
        """Insert or replace one person with their roles. Imports write in bulk instead."""
        values = {
            "source": source,
            "external_id": external_id,
            "name": person.name,
            "email": person.email,
            "slack_user_id": person.slack_user_id,
            "manager_id": person.manager_id,
            "region": person.region,
            "segment": person.segment,
            "time_zone": person.time_zone,
            "country": person.country,
            "active": person.active,
        }
        row = {"id": person.id, "workspace_id": self._workspace_id, **values}
        if not insert_new(self._connection, People, [row], People.id):
            self._connection.execute(
                update(People)
                .where(People.workspace_id == self._workspace_id, People.id == person.id)
                .values(**values)
            )
        self._set_roles(person)

    def _set_roles(self, person: Person) -> None:
        held = PersonRoles.workspace_id == self._workspace_id, PersonRoles.person_id == person.id
        self._connection.execute(delete(PersonRoles).where(*held, PersonRoles.role.not_in(person.roles)))
        rows = [{"person_id": person.id, "role": role.value} for role in sorted(person.roles)]
        self._insert_new(PersonRoles, rows, PersonRoles.role)

    def _people(self, *conditions: ColumnExpressionArgument[bool]) -> list[Person]:
        return self._found(_query(*conditions), {})

    def _found(self, query: _Query, given: dict[str, Any]) -> list[Person]:
        rows = self._connection.execute(query, self._named(**given)).mappings()
        return [Person(**{**row, "roles": _roles(row["roles"])}) for row in rows]


@cache
def _roles(joined: str | None) -> frozenset[Role]:
    return frozenset(Role(role) for role in joined.split(",")) if joined else frozenset()
