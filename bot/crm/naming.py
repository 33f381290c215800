"""Names to people: places by region, addresses from names, managers known by name only, declared leaders."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import replace

from bot.crm.mapping import DeclaredPerson, Mapping, PeopleMapping
from bot.domain.crm_records import PersonRecord
from bot.domain.people import Role


def complete_people(rows: list[PersonRecord], mapping: Mapping) -> list[PersonRecord]:
    """Return the people of a file with all that the mapping adds; declared leaders first."""
    rules = mapping.people
    people = [_declared(person) for person in rules.declared]
    people += _with_managers(rows, rules) if rules.managers_from_names else rows
    taken = {person.email for person in people if person.email}
    return [_addressed(_placed(person, mapping), rules, taken) for person in people]


def _declared(person: DeclaredPerson) -> PersonRecord:
    return PersonRecord(
        external_id=person.id,
        name=person.name,
        roles=person.roles,
        time_zone=person.time_zone or "",
        email=person.email,
        manager_external_id=person.manager_id,
        region=person.region,
        country=person.country,
    )


def _with_managers(rows: list[PersonRecord], rules: PeopleMapping) -> list[PersonRecord]:
    regions: dict[str, set[str | None]] = defaultdict(set)
    for person in rows:
        if person.manager_external_id:
            regions[person.manager_external_id].add(person.region)
    declared = {person.id for person in rules.declared}
    own_rows = {person.external_id for person in rows}
    named = [
        PersonRecord(
            external_id=name,
            name=name,
            roles=frozenset({Role.MANAGER}),
            time_zone="",
            manager_external_id=rules.managers_report_to,
            # Over several regions a manager belongs to none of them.
            region=next(iter(theirs)) if len(theirs) == 1 else None,
        )
        for name, theirs in regions.items()
        if name not in own_rows and name not in declared
    ]
    return named + [
        replace(person, roles=person.roles | {Role.MANAGER}) if person.external_id in regions else person
        for person in rows
    ]


def _placed(person: PersonRecord, mapping: Mapping) -> PersonRecord:
    if person.time_zone:
        return person
    place = mapping.people.zones.get(person.region or "") or mapping.workspace
    return replace(person, time_zone=place.time_zone, country=person.country or place.country)


def _addressed(person: PersonRecord, rules: PeopleMapping, taken: set[str]) -> PersonRecord:
    if person.email or not rules.email_pattern:
        return person
    words = [_plain(word) for word in person.name.split()]
    filled = rules.email_pattern.replace("{first}", words[0]).replace("{last}", "".join(words[1:]))
    local, _, host = filled.partition("@")
    local = re.sub(r"([._-])\1+", r"\1", local).strip("._-") or "person"
    email, number = f"{local}@{host}", 1
    while email in taken:
        number += 1
        email = f"{local}{number}@{host}"
    taken.add(email)
    return replace(person, email=email)


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return re.sub(r"[^a-z0-9-]", "", letters)
