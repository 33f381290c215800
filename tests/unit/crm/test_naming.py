"""Names to people: managers who are reps too, managers over several regions, addresses that would collide."""

from __future__ import annotations

from typing import Any

from bot.crm.mapping import Mapping
from bot.crm.naming import complete_people
from bot.domain.crm_records import PersonRecord
from bot.domain.people import Role


def people(*rows: PersonRecord, **rules: Any) -> dict[str, PersonRecord]:
    mapping = Mapping.model_validate(
        {
            "source": "test",
            "workspace": {"name": "Test", "time_zone": "Europe/Berlin", "country": "DE"},
            "people": {"managers_from_names": True, "email_pattern": "{first}.{last}@example.test"} | rules,
            "files": {"accounts": {"file": "a.csv", "columns": {"id": "id", "name": "name"}}},
        }
    )
    return {person.external_id: person for person in complete_people(list(rows), mapping)}


def rep(name: str, manager: str | None, region: str = "East", *, key: str | None = None) -> PersonRecord:
    return PersonRecord(
        external_id=key or name,
        name=name,
        roles=frozenset({Role.REP}),
        time_zone="",
        manager_external_id=manager,
        region=region,
        line=2,
    )


def test_a_rep_whom_others_name_as_their_manager_is_both() -> None:
    found = people(rep("Ann Lee", None), rep("Bob Roy", "Ann Lee"))
    assert set(found["Ann Lee"].roles) == {Role.REP, Role.MANAGER}
    assert len(found) == 2


def test_a_manager_over_several_regions_belongs_to_none() -> None:
    found = people(
        rep("Ann Lee", "Max Orr"),
        rep("Bob Roy", "Max Orr", "West"),
        zones={"East": {"time_zone": "America/New_York", "country": "US"}},
    )
    assert found["Max Orr"].region is None
    assert (found["Max Orr"].time_zone, found["Max Orr"].country) == ("Europe/Berlin", "DE")
    assert (found["Ann Lee"].time_zone, found["Ann Lee"].country) == ("America/New_York", "US")


def test_addresses_are_plain_and_never_shared() -> None:
    found = people(
        rep("Ann Lee", None, key="1"),
        rep("Änn Lee", None, key="2"),
        rep("José da Silva", None, key="3"),
        rep("Cher", None, key="4"),
        rep("李雷", None, key="5"),
    )
    assert [found[key].email for key in "12345"] == [
        "ann.lee@example.test",
        "ann.lee2@example.test",
        "jose.dasilva@example.test",
        "cher@example.test",
        "person@example.test",
    ]


def test_a_declared_leader_keeps_what_the_mapping_says() -> None:
    declared = {
        "id": "vp",
        "name": "Vi Po",
        "roles": ["vp"],
        "time_zone": "Asia/Tokyo",
        "email": "vp@example.test",
    }
    found = people(rep("Ann Lee", "Max Orr"), declared=[declared], managers_report_to="vp")
    assert found["Max Orr"].manager_external_id == "vp"
    assert (found["vp"].time_zone, found["vp"].email) == ("Asia/Tokyo", "vp@example.test")
