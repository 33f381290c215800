"""A review that was begun and came to no decision until the next one was a status meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.decisions import DecisionKind
from bot.domain.obligations import State, Verdict
from bot.services import overview
from bot.services.review_session import start
from bot.store.unit_of_work import Store
from tests.integration.services.company import SUNDAY, RecordedJobs, brought, trail
from tests.integration.services.review_week import (
    TEAM_DEALS,
    THURSDAY,
    WEDNESDAY,
    Held,
    add_team_deals,
    come_round,
    owed_review,
    review_of,
)

DAY = timedelta(days=1)


@pytest.fixture
def held(store: Store, jobs: RecordedJobs) -> Held:
    """Thursday at ten: Mia's review is due."""

    def steps(made: RecordedJobs) -> None:
        add_team_deals(store)
        for moment in (SUNDAY + DAY, WEDNESDAY, THURSDAY):
            come_round(store, made, moment)

    brought(store, jobs, "review of Thursday", steps)
    return Held(store, jobs)


@pytest.mark.parametrize(
    ("begun", "kept", "outcome"), [(True, 2, "status_meeting"), (True, 0, "status_meeting"), (False, 0, None)]
)
def test_a_review_begun_and_left_open_was_a_status_meeting(
    held: Held, begun: bool, kept: int, outcome: str | None
) -> None:
    if begun:
        start(held.store, held.jobs, "UMIA", review_of(held.store, THURSDAY).id, THURSDAY)
    held.keeps(*TEAM_DEALS[:kept])
    come_round(held.store, held.jobs, THURSDAY + 7 * DAY)

    with held.store.reading() as uow:
        row = uow.reviews.of_day("mia", THURSDAY.date())
        owed = next(one for one in uow.obligations.of_owner("mia", SUNDAY) if one.kind == "pipeline_review")
    assert row is not None
    assert (row.outcome, owed.state) == (outcome, State.MISSED)
    if begun:
        assert owed.verdict is Verdict.UNVERIFIED
        assert owed.reasons[0].text.startswith(f"{kept} deals talked about and no decision taken")
        assert "pipeline_review.status_meeting" in [event.action for event in trail(held.store)]


def test_one_decision_taken_is_no_status_meeting(held: Held) -> None:
    start(held.store, held.jobs, "UMIA", review_of(held.store, THURSDAY).id, THURSDAY)
    held.decides("deal_rob", DecisionKind.DEMOTE)

    come_round(held.store, held.jobs, THURSDAY + 7 * DAY)

    with held.store.reading() as uow:
        row = uow.reviews.of_day("mia", THURSDAY.date())
    assert row is not None
    assert row.outcome is None
    assert owed_review(held.store).state is State.DUE  # the new one


def test_one_that_nobody_held_waits_until_the_next_is_prepared(held: Held) -> None:
    owed = owed_review(held.store)
    for days in (4, 5):
        found = overview.today(held.store, "UMIA", THURSDAY + days * DAY).review
        assert found is not None
        assert found.obligation is not None
        assert found.obligation.id == owed.id
    assert any(
        line.obligation.id == owed.id for line in overview.week(held.store, "UMIA", THURSDAY + 5 * DAY).lines
    )
