"""What is owed between two who no longer work together is excused, and keeps nothing else from being done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.tick import tick
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, every, logged, owed_to

HOUR = timedelta(hours=1)


def change(store: Store, person_id: str, **values: object) -> None:
    with store.writing() as uow:
        one = uow.people.get(person_id)
        assert one is not None
        uow.people.save(replace(one, **values), "crm", f"crm-{person_id}")  # type: ignore[arg-type]  # by name


def of_mia(store: Store) -> dict[str | None, str]:
    found = every(store, "obligations").values()
    return {one["subject_id"]: one["state"] for one in found if one["owner_id"] == "mia"}


@pytest.mark.parametrize(
    ("change_of_rob", "words"),
    [
        ({"active": False}, "Rob has left"),
        ({"manager_id": "max"}, "Rob reports to another manager now"),
        ({"manager_id": None}, "Rob reports to another manager now"),
    ],
)
def test_a_conversation_with_a_rep_who_is_gone_is_excused(
    fired: Store, jobs: RecordedJobs, change_of_rob: dict[str, object], words: str
) -> None:
    change(fired, "rob", **change_of_rob)

    with audited(fired, changing={"obligations"}):
        tick(fired, jobs, None, MONDAY + HOUR)
    assert owed_to(fired, "rob").excused_reason == words

    logged(fired, jobs, "ria", MONDAY + HOUR)
    assert of_mia(fired) == {"rob": "excused", "ria": "done", None: "done"}


def test_what_a_manager_who_has_left_owed_is_excused(fired: Store, jobs: RecordedJobs) -> None:
    change(fired, "mia", active=False)

    tick(fired, jobs, None, MONDAY + 12 * HOUR)

    assert of_mia(fired) == {"rob": "excused", "ria": "excused", None: "excused"}
