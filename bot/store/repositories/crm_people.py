"""People of a CRM source into the store: who they report to, which roles they hold, when they are away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, select, tuple_

from bot.domain.crm_records import PersonRecord, TimeOffRecord
from bot.store.ids import new_id
from bot.store.repositories.base import in_chunks
from bot.store.repositories.crm_upsert import SourceRows, Unusable, UpsertCounts, Values
from bot.store.tables import People, PersonRoles, TimeOffs


class CrmPeople(SourceRows):
    """Writes people. What is known of them from elsewhere (their Slack user) stays."""

    def upsert_people(self, people: Sequence[PersonRecord]) -> UpsertCounts:
        """Insert or change people with roles; those under an unknown leader or in a circle are rejected."""
        counts = UpsertCounts()
        stored = self.ids_of(People, [p.external_id for p in people] + _leaders(people))
        usable = _usable(people, stored, self._stored_leaders(), counts)
        ids = dict(stored)
        for person in usable:
            ids.setdefault(person.external_id, new_id("per"))
        for page in self.pages("people", usable):
            self._write_page(page, ids, counts)
        return counts

    def add_time_off(self, absences: Sequence[TimeOffRecord]) -> UpsertCounts:
        """Record days away; the same days again change nothing."""
        counts = UpsertCounts()
        people = self.ids_of(People, [absence.person_external_id for absence in absences])
        rows: list[Values] = []
        for absence in absences:
            person_id = people.get(absence.person_external_id)
            if person_id is None:
                counts.rejected.append(
                    Unusable(
                        absence.line, "person_id", absence.person_external_id, "nobody with this id is known"
                    )
                )
                continue
            rows.append(
                {
                    "id": new_id("off"),
                    "person_id": person_id,
                    "starts_on": absence.starts_on,
                    "ends_on": absence.ends_on,
                    "reason": absence.reason,
                }
            )
        counts.inserted = len(self._insert_new(TimeOffs, rows, TimeOffs.id))
        counts.same = len(rows) - counts.inserted
        return counts

    def _write_page(self, page: Sequence[PersonRecord], ids: dict[str, str], counts: UpsertCounts) -> None:
        compared = self.compare(People, "per", {person.external_id: _values(person, ids) for person in page})
        # Their ids are drawn already: a rep may come in an earlier page than the manager.
        compared.ids.update((person.external_id, ids[person.external_id]) for person in page)
        self.write(People, compared)
        changed = {change.external_id for change in compared.changed} | set(self._set_roles(page, ids))
        # Those without a line are no rows of the source: the mapping adds them.
        rows = [person.external_id for person in page if person.line]
        inserted = sum(external_id in compared.inserted for external_id in rows)
        differing = sum(
            external_id in changed and external_id not in compared.inserted for external_id in rows
        )
        counts.inserted += inserted
        counts.changed += differing
        counts.same += len(rows) - inserted - differing

    def _set_roles(self, people: Sequence[PersonRecord], ids: dict[str, str]) -> list[str]:
        """Give each person the roles of the record; return the external ids of those that differed."""
        held: dict[str, set[str]] = defaultdict(set)
        for chunk in in_chunks([ids[person.external_id] for person in people]):
            query = select(PersonRoles.person_id, PersonRoles.role).where(PersonRoles.person_id.in_(chunk))
            for person_id, role in self._connection.execute(query):
                held[person_id].add(role)
        added: list[Values] = []
        removed: list[tuple[str, str]] = []
        differed: list[str] = []
        for person in people:
            person_id = ids[person.external_id]
            wanted = {role.value for role in person.roles}
            if wanted != held[person_id]:
                differed.append(person.external_id)
            added += [{"person_id": person_id, "role": role} for role in sorted(wanted - held[person_id])]
            removed += [(person_id, role) for role in held[person_id] - wanted]
        self.insert_all(PersonRoles, added)
        if removed:
            which = tuple_(PersonRoles.person_id, PersonRoles.role).in_(removed)
            self._connection.execute(delete(PersonRoles).where(which))
        return differed

    def _stored_leaders(self) -> dict[str, str | None]:
        query = select(People.id, People.manager_id).where(People.workspace_id == self._workspace_id)
        return {row.id: row.manager_id for row in self._connection.execute(query)}


def _leaders(people: Sequence[PersonRecord]) -> list[str]:
    return [person.manager_external_id for person in people if person.manager_external_id]


def _values(person: PersonRecord, ids: dict[str, str]) -> Values:
    return {
        "name": person.name,
        "email": person.email,
        "manager_id": ids[person.manager_external_id] if person.manager_external_id else None,
        "region": person.region,
        "segment": person.segment,
        "time_zone": person.time_zone,
        "country": person.country,
        "active": person.active,
    }


def _usable(
    people: Sequence[PersonRecord],
    stored: dict[str, str],
    stored_leaders: dict[str, str | None],
    counts: UpsertCounts,
) -> list[PersonRecord]:
    """Return the people whose leader is known and who do not, through others, report to themselves."""
    usable = list(people)
    while True:
        # Whoever is rejected may have been the leader of others, so it is judged again.
        known = stored.keys() | {person.external_id for person in usable}
        above = _above(usable, stored, stored_leaders)
        faults = {
            person.external_id: reason
            for person in usable
            if (reason := _fault(person, known, above, stored))
        }
        if not faults:
            return usable
        counts.rejected += [
            Unusable(person.line, "manager_id", person.manager_external_id, faults[person.external_id])
            for person in usable
            if person.external_id in faults
        ]
        usable = [person for person in usable if person.external_id not in faults]


def _above(
    people: Sequence[PersonRecord], stored: dict[str, str], stored_leaders: dict[str, str | None]
) -> dict[str, str | None]:
    """Return who is above whom as it would be, by id, or by external id for those not stored yet."""
    above = dict(stored_leaders)
    for person in people:
        leader = person.manager_external_id
        above[stored.get(person.external_id, person.external_id)] = (
            stored.get(leader, leader) if leader else None
        )
    return above


def _fault(
    person: PersonRecord, known: set[str], above: dict[str, str | None], stored: dict[str, str]
) -> str | None:
    if person.manager_external_id and person.manager_external_id not in known:
        return "nobody with this id is known"
    start = stored.get(person.external_id, person.external_id)
    leader = above.get(start)
    for _ in range(len(above)):
        if leader is None:
            return None
        if leader == start:
            return "reports, through others, to themselves"
        leader = above.get(leader)
    return None
