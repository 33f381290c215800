from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.calendar import TimeOff
from bot.domain.people import Role
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import person


def test_people_come_back_whole_with_their_roles(team: Store) -> None:
    sam = person(
        "sam", Role.REP, Role.ADMIN, manager="mia", country="US", region="East", segment="SMB", active=False
    )
    with team.writing() as uow:
        uow.people.save(sam, "crm", "crm-sam")
    with team.reading() as uow:
        assert uow.people.get("sam") == sam
        assert uow.people.get("nobody") is None
        assert [one.name for one in uow.people.all()] == ["Max", "Mia", "Ray", "Ria", "Rob", "Sam", "Vic"]


def test_saving_again_replaces_a_person_and_their_roles(team: Store) -> None:
    with team.writing() as uow:
        rob = uow.people.get("rob")
        assert rob is not None
        promoted = replace(rob, roles=frozenset({Role.MANAGER}), manager_id="vic", name="Robert")
        uow.people.save(promoted, "crm", "crm-rob")
        assert uow.people.get("rob") == promoted


def test_the_tree_says_who_is_above_whom(team: Store) -> None:
    with team.reading() as uow:
        tree = uow.people.tree()
    assert [leader.id for leader in tree.leaders("rob")] == ["mia", "vic"]
    assert [rep.id for rep in tree.reps_of("mia")] == ["ria", "rob"]


def test_people_are_found_by_slack_user_and_by_address(team: Store) -> None:
    with team.reading() as uow:
        by_user, by_address = uow.people.by_slack_user("U1"), uow.people.by_email("rob@ACME.test")
        assert by_user == by_address == uow.people.get("rob")
        assert uow.people.by_slack_user("U2") is None
        assert uow.people.by_email("ria@acme.test") is None


def test_an_address_that_two_people_share_names_nobody(team: Store) -> None:
    with team.writing() as uow:
        uow.people.save(person("rab", Role.REP, manager="mia", email="rob@acme.test"), "crm", "crm-rab")
        assert uow.people.by_email("rob@acme.test") is None


def test_a_slack_user_is_one_person_at_a_time(team: Store) -> None:
    with team.writing() as uow:
        uow.people.link_slack("ria", "U1")
    with team.reading() as uow:
        found, rob = uow.people.by_slack_user("U1"), uow.people.get("rob")
    assert found is not None
    assert rob is not None
    assert (found.id, rob.slack_user_id) == ("ria", None)


def test_a_manager_may_come_after_the_rep_but_must_come(team: Store) -> None:
    with team.writing() as uow:
        uow.people.save(person("new", Role.REP, manager="boss"), "crm", "crm-new")
        uow.people.save(person("boss", Role.MANAGER), "crm", "crm-boss")
    with pytest.raises(IntegrityError), team.writing() as uow:
        uow.people.save(person("lost", Role.REP, manager="nobody"), "crm", "crm-lost")


def test_time_off_is_kept_once_and_sorted(team: Store) -> None:
    autumn, winter = (date(2026, 10, 5), date(2026, 10, 9)), (date(2026, 12, 21), date(2027, 1, 1))
    with team.writing() as uow:
        for days in (winter, autumn, autumn):
            uow.people.add_time_off("rob", *days, "holiday")
        found = uow.people.time_off(["rob", "ria"])
    assert found == {
        "rob": [TimeOff("rob", *autumn, "holiday"), TimeOff("rob", *winter, "holiday")],
        "ria": [],
    }


def test_zones_are_those_of_active_managers_with_active_reps(team: Store) -> None:
    with team.writing() as uow:
        assert uow.people.manager_zones() == ["America/New_York", "Europe/Berlin"]
        # Without reps of their own, gone, or with reps who are gone: no cadence of their own.
        uow.people.save(person("idle", Role.MANAGER, time_zone="Asia/Tokyo"), "crm", "crm-idle")
        ray = uow.people.get("ray")
        assert ray is not None
        uow.people.save(replace(ray, active=False), "crm", "crm-ray")
        assert uow.people.manager_zones() == ["Europe/Berlin"]


def test_managers_of_a_zone_come_in_pages(team: Store) -> None:
    with team.writing() as uow:
        for number in range(5):
            uow.people.save(person(f"m{number}", Role.MANAGER, manager="vic"), "crm", f"m{number}")
            uow.people.save(person(f"r{number}", Role.REP, manager=f"m{number}"), "crm", f"r{number}")
    with team.reading() as uow:
        first = uow.people.managers_in_zone("Europe/Berlin", None, limit=3)
        second = uow.people.managers_in_zone("Europe/Berlin", first[-1].id, limit=3)
        third = uow.people.managers_in_zone("Europe/Berlin", second[-1].id, limit=3)
    assert [[one.id for one in page] for page in (first, second, third)] == [
        ["m0", "m1", "m2"],
        ["m3", "m4", "mia"],
        [],
    ]
    assert first[0].roles == {Role.MANAGER}


def test_another_workspace_sees_none_of_it(team: Store) -> None:
    other = Store(team.engine, "other")
    with other.reading() as uow:
        assert uow.people.all() == []
        assert uow.people.get("rob") is None
        assert uow.people.by_slack_user("U1") is None
        assert uow.people.manager_zones() == []
