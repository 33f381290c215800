"""A manager who changes zone keeps sight of what is open, and owes it once; what is private stays so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.people import Role
from bot.domain.verification import Answer
from bot.errors import StaleAction
from bot.services import overview
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.coverage_conversation import ConfirmPlan, confirm_plan
from bot.services.fire_now import FireNow, fire_now
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    RecordedJobs,
    add_quota,
    every,
    logged,
    monday,
    owed_to,
    person,
    question_to,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEW_YORK = "America/New_York"


def move_mia(store: Store, zone: str) -> None:
    with store.writing() as uow:
        mia = uow.people.get("mia")
        assert mia is not None
        uow.people.save(replace(mia, time_zone=zone), "crm", "crm-mia")


def left_of_mia(store: Store, now: datetime) -> int | None:
    card = overview.today(store, "UMIA", now).health_check
    return card.check.left if card else None


def test_what_is_open_stays_in_sight_after_a_change_of_zone(fired: Store, jobs: RecordedJobs) -> None:
    monday(fired, jobs, MONDAY + 6 * HOUR)  # New York's Monday has come too
    move_mia(fired, NEW_YORK)

    assert left_of_mia(fired, MONDAY + 7 * HOUR) == 2


def test_a_second_zone_on_the_same_day_brings_no_second_check(fired: Store, jobs: RecordedJobs) -> None:
    move_mia(fired, NEW_YORK)
    monday(fired, jobs, MONDAY + 6 * HOUR)

    owed = [one for one in every(fired, "obligations").values() if one["owner_id"] == "mia"]
    assert len(owed) == 3
    assert {one["state"] for one in owed} == {"due"}


def test_a_check_by_hand_for_one_hides_nothing_from_another(fired: Store, jobs: RecordedJobs) -> None:
    with fired.writing() as uow:
        uow.people.save(person("moe", Role.MANAGER, manager="vic"), "crm", "crm-moe")
        uow.people.save(person("roy", Role.REP, manager="moe"), "crm", "crm-roy")
        add_quota(uow, "roy")

    fire_now(fired, jobs, FireNow("health_check", MONDAY + 2 * DAY, "Moe", dry_run=False))

    assert left_of_mia(fired, MONDAY + 2 * DAY) == 2


def test_a_plan_that_the_rep_disputes_can_not_be_confirmed(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.DISPUTED), MONDAY)
    monday(fired, jobs, MONDAY + 7 * DAY)
    owed = owed_to(fired, "rob")

    with pytest.raises(StaleAction, match="no plan"):
        confirm_plan(fired, jobs, ConfirmPlan("UMIA", owed.id, owed.version), MONDAY + 7 * DAY)


def test_what_a_manager_has_time_off_for_is_not_told_to_the_reps(company: Store, jobs: RecordedJobs) -> None:
    with company.writing() as uow:
        uow.people.add_time_off("mia", MONDAY.date(), MONDAY.date(), "surgery")
    monday(company, jobs)

    assert owed_to(company, "rob").excused_reason == "time off"
