"""Who is who in Slack, by address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.services.directory import SlackMember, everybody, join_directory
from bot.services.presence import home_opened
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, PEOPLE, RecordedJobs, every


def links(store: Store) -> dict[str, str | None]:
    return {one["id"]: one["slack_user_id"] for one in every(store, "people").values()}


def save(store: Store, person_id: str, **more: object) -> None:
    one = next(one for one in PEOPLE if one.id == person_id)
    with store.writing() as uow:
        uow.people.save(replace(one, **more), "crm", f"crm-{person_id}")  # type: ignore[arg-type]  # fields as named


def test_an_address_in_any_case_joins_once(company: Store) -> None:
    save(company, "rob", slack_user_id=None)
    members = [SlackMember("UNEW", "ROB@Acme.Example"), SlackMember("UX", "stranger@elsewhere.example")]

    assert join_directory(company, members, "T1", MONDAY) == 1
    assert join_directory(company, members, "T1", MONDAY) == 0

    assert links(company)["rob"] == "UNEW"
    assert every(company, "workspaces")[("main",)]["slack_team_id"] == "T1"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_address_that_two_have_or_a_leaver_joins_nobody(company: Store) -> None:
    save(company, "rob", slack_user_id=None, email="team@acme.example")
    save(company, "ria", slack_user_id=None, email="team@acme.example")
    save(company, "ray", slack_user_id=None, active=False)

    assert join_directory(company, [SlackMember("UA", "team@acme.example")], "T1", MONDAY) == 0
    assert join_directory(company, [SlackMember("UB", "ray@acme.example")], "T1", MONDAY) == 0
    assert {links(company)[one] for one in ("rob", "ria", "ray")} == {None}
    assert "ray" not in {one.id for one in everybody(company)}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_someone_the_crm_does_not_know_is_sent_nothing(company: Store, jobs: RecordedJobs) -> None:
    home_opened(company, jobs, "U404", MONDAY)

    assert jobs.deliveries == []
