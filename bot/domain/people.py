"""People, their roles, and the manager tree that says who may see and do what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person does in the workspace; one person may hold several roles."""

    REP = "rep"
    MANAGER = "manager"
    VP = "vp"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a workspace: `country` is an ISO 3166 code for holidays, `time_zone` an IANA name."""

    id: str
    name: str
    roles: frozenset[Role]
    manager_id: str | None
    time_zone: str
    country: str | None = None
    region: str | None = None
    segment: str | None = None
    email: str | None = None
    slack_user_id: str | None = None
    active: bool = True


class BrokenTreeError(ValueError):
    """The manager relation has a cycle: nobody in it could be said to be above anybody."""


class ManagerTree:
    """Who reports to whom, over one workspace's people.

    Built from all people, the inactive included, so that a leader keeps sight of a leaver's records.
    Raises BrokenTreeError when `manager_id` runs in a circle; an unknown `manager_id` counts as none.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = {person.id: person for person in people}
        self._reports: dict[str, list[Person]] = defaultdict(list)
        for person in self._people.values():
            if person.manager_id in self._people:
                self._reports[person.manager_id].append(person)
        for person in self._people.values():
            self._check_no_circle(person)

    def _check_no_circle(self, person: Person) -> None:
        seen = {person.id}
        for leader in self.leaders(person.id):
            if leader.id in seen:
                msg = f"{person.name} reports, through others, to themselves"
                raise BrokenTreeError(msg)
            seen.add(leader.id)

    def get(self, person_id: str) -> Person | None:
        """Return the person with this id, or None."""
        return self._people.get(person_id)

    def leaders(self, person_id: str) -> Iterator[Person]:
        """Yield the people above this one, the direct manager first."""
        person = self._people.get(person_id)
        while person and person.manager_id and (person := self._people.get(person.manager_id)):
            yield person

    def direct_reports(self, person_id: str) -> list[Person]:
        """Return the active people who report to this one directly, by name."""
        return sorted((p for p in self._reports[person_id] if p.active), key=lambda p: p.name)

    def reps_of(self, manager_id: str) -> list[Person]:
        """Return the active reps who report to this manager directly, by name."""
        return [p for p in self.direct_reports(manager_id) if Role.REP in p.roles]

    def everyone_below(self, person_id: str) -> list[Person]:
        """Return all people below this one at any depth, nearest first, leavers included."""
        found: list[Person] = []
        queue = list(self._reports[person_id])
        while queue:
            person = queue.pop(0)
            found.append(person)
            queue.extend(self._reports[person.id])
        return found

    def is_above(self, leader_id: str, person_id: str) -> bool:
        """Tell whether the first person leads the second, directly or through others."""
        return any(leader.id == leader_id for leader in self.leaders(person_id))

    def may_see(self, viewer_id: str, person_id: str) -> bool:
        """Tell whether the viewer sees a person's records: their own, and those of all below them."""
        return viewer_id == person_id or self.is_above(viewer_id, person_id)
