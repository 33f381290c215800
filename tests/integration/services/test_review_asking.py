"""Before a review its reps are asked; what is asked of them, and of which deals nothing is, is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.pipeline import Stage
from bot.services.demotion import propose_demotions
from bot.services.inspection_asking import head_refused
from bot.services.review_session import Swap, swap
from bot.slack.views.pipeline_review import blocks
from bot.store.unit_of_work import Store
from tests.integration.services.company import SUNDAY, RecordedJobs, audited, brought, every
from tests.integration.services.inspecting import thread_of, with_channels
from tests.integration.services.review_week import (
    HOUR,
    TEAM_DEALS,
    THURSDAY,
    WEDNESDAY,
    add_team_deals,
    come_round,
    review_of,
)
from tests.integration.store.seeds import add_deal

DAY = timedelta(days=1)
RETURN = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)  # Monday at ten in Berlin


@pytest.fixture
def prepared(store: Store, jobs: RecordedJobs) -> Store:
    """Wednesday at ten, the teams with channels: Rob has three deals in the review, Ria two."""

    def steps(made: RecordedJobs) -> None:
        with_channels(store)
        add_team_deals(store)
        come_round(store, made, SUNDAY + DAY)
        come_round(store, made, WEDNESDAY)
        with store.writing() as uow:
            add_deal(uow, "spare", "ria", Stage.PROPOSAL)

    brought(store, jobs, "review asked", steps)
    return store


def asked_about(store: Store) -> set[str]:
    return {one["deal_id"] for one in every(store, "inspection_questions").values()}


def test_a_team_without_a_channel_is_told_that_nothing_is_asked(company: Store, jobs: RecordedJobs) -> None:
    add_team_deals(company)
    come_round(company, jobs, SUNDAY + DAY)
    come_round(company, jobs, WEDNESDAY)

    items = review_of(company, WEDNESDAY).items

    assert asked_about(company) == set()
    assert all(item.asking and item.asking.questions == 0 for item in items)
    assert all(item.asking and "no channel for its deals yet" in item.asking.reason for item in items)


def test_it_says_how_much_is_asked_and_of_which_deals_nothing_is(prepared: Store) -> None:
    items = {item.deal.id: item for item in review_of(prepared, WEDNESDAY).items}

    asked = {id_ for id_, item in items.items() if item.asking and item.asking.questions}
    assert asked == asked_about(prepared) < set(items)
    questions = every(prepared, "inspection_questions").values()
    assert sum(item.asking.questions for item in items.values() if item.asking) == len(questions)
    for id_ in set(items) - asked:
        asking = items[id_].asking
        assert asking is not None
        assert "has been asked all that one week allows" in asking.reason
    assert {one["answer_by"] for one in questions} == {THURSDAY}


def test_a_thread_that_can_not_be_opened_asks_nothing(prepared: Store, jobs: RecordedJobs) -> None:
    deal_id = min(asked_about(prepared))
    head_refused(prepared, jobs, thread_of(prepared, deal_id).id, "1 member is outside the team", WEDNESDAY)

    item = next(item for item in review_of(prepared, WEDNESDAY).items if item.deal.id == deal_id)

    assert item.asking is not None
    assert (item.asking.questions, item.asking.reason) == (0, "1 member is outside the team.")


def test_what_leaves_a_review_has_the_usual_time_to_be_answered(prepared: Store, jobs: RecordedJobs) -> None:
    review = review_of(prepared, WEDNESDAY)
    leaving = next(one for one in sorted(asked_about(prepared)) if one.endswith("rob"))
    with audited(prepared, changing={"deal_threads", "inspection_questions"}):
        swap(prepared, jobs, Swap("UMIA", review.id, leaving, "spare"), WEDNESDAY)

    questions = every(prepared, "inspection_questions").values()
    left = {one["answer_by"] for one in questions if one["deal_id"] == leaving}
    assert min(left) > THURSDAY + DAY  # three working days, as for any other deal
    propose_demotions(prepared, jobs, THURSDAY + HOUR)
    assert leaving not in {one["deal_id"] for one in every(prepared, "demotion_proposals").values()}


def test_who_is_away_until_a_review_answers_after_their_return(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    add_team_deals(company)
    with company.writing() as uow:
        uow.people.add_time_off("rob", date(2026, 10, 1), date(2026, 10, 9), "")
    for moment in (SUNDAY + DAY, WEDNESDAY, THURSDAY):
        come_round(company, jobs, moment)
    propose_demotions(company, jobs, RETURN)

    questions = every(company, "inspection_questions").values()
    until = {one["asked_of_id"]: one["answer_by"] for one in questions}
    assert until == {"rob": RETURN + 2 * DAY + 8 * HOUR, "ria": THURSDAY}
    assert {one["rep_id"] for one in every(company, "demotion_proposals").values()} == {"ria"}
    review = review_of(company, THURSDAY)
    assert {item.deal.owner_id for item in review.items if item.away} == {"rob"}
    assert "Rob, away that day" in str(blocks(review))
    assert "Ria, away" not in str(blocks(review))


def test_what_came_due_in_time_off_that_nobody_knew_of_waits_for_the_return(
    prepared: Store, jobs: RecordedJobs
) -> None:
    with prepared.writing() as uow:
        uow.people.add_time_off("rob", date(2026, 10, 8), date(2026, 10, 9), "")

    with audited(prepared, changing={"demotion_proposals", "inspection_questions"}):
        propose_demotions(prepared, jobs, THURSDAY)

    questions = every(prepared, "inspection_questions").values()
    (until,) = {one["answer_by"] for one in questions if one["asked_of_id"] == "rob"}
    assert until == RETURN + 2 * DAY + 8 * HOUR
    assert {one["rep_id"] for one in every(prepared, "demotion_proposals").values()} == {"ria"}
    propose_demotions(prepared, jobs, until - HOUR)
    assert {one["rep_id"] for one in every(prepared, "demotion_proposals").values()} == {"ria"}
    propose_demotions(prepared, jobs, until)
    assert {one["rep_id"] for one in every(prepared, "demotion_proposals").values()} == {"ria", "rob"}


def test_a_swap_says_that_the_week_of_a_rep_is_used_up(prepared: Store, jobs: RecordedJobs) -> None:
    review = review_of(prepared, WEDNESDAY)
    leaving = next(one for one in sorted(asked_about(prepared)) if one.endswith("ria"))

    after = swap(prepared, jobs, Swap("UMIA", review.id, leaving, "spare"), WEDNESDAY)

    item = next(item for item in after.items if item.deal.id == "spare")
    assert item.asking is not None
    assert item.asking.questions == 0
    assert "Ria has been asked all that one week allows" in item.asking.reason


def test_a_swap_asks_a_rep_who_has_room_until_the_review(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    with company.writing() as uow:
        for number in range(6):
            add_deal(uow, f"of_rob_{number}", "rob", Stage.PROPOSAL)
    come_round(company, jobs, SUNDAY + DAY)
    come_round(company, jobs, WEDNESDAY)
    with company.writing() as uow:
        add_deal(uow, "late", "ria", Stage.PROPOSAL)
    review = review_of(company, WEDNESDAY)
    leaving = next(item.deal.id for item in review.items if item.deal.owner_id == "rob")

    after = swap(company, jobs, Swap("UMIA", review.id, leaving, "late"), WEDNESDAY)

    item = next(item for item in after.items if item.deal.id == "late")
    assert item.asking is not None
    assert item.asking.questions == 3
    questions = every(company, "inspection_questions").values()
    assert {one["answer_by"] for one in questions if one["deal_id"] == "late"} == {THURSDAY}


def test_on_its_day_nothing_of_it_is_said(prepared: Store, jobs: RecordedJobs) -> None:
    come_round(prepared, jobs, THURSDAY)

    card = review_of(prepared, THURSDAY)
    assert {item.deal.id for item in card.items} == set(TEAM_DEALS)
    assert all(item.asking is None for item in card.items)
