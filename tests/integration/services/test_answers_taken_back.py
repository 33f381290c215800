"""Answers to flags that a manager takes back: the flags are open again, and nothing is judged of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.flags import FlagKind, ResponseKind
from bot.domain.obligations import Verdict
from bot.errors import NotAllowed, StaleAction
from bot.services.answered_flags import TakeBack, TakenBack, answered_flags, take_back
from bot.services.deal_flags import AnswerFlags, answer_flags, flags_of_deal
from bot.services.fix_verification import verify_fixes
from bot.services.health_check import read_health_check
from bot.slack.listeners.deal_flags import SUBMISSIONS
from bot.slack.listeners.desk import Desk
from bot.slack.payloads import CallbackId, Submission
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    RecordedJobs,
    audited,
    every,
    owed_to,
    rows,
    trail,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# What no database can see differently.
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])


def answer(
    store: Store,
    jobs: RecordedJobs,
    response: ResponseKind = ResponseKind.SNOOZED,
    *deal_ids: str,
    kinds: frozenset[FlagKind] | None = None,
) -> None:
    command = AnswerFlags("UMIA", deal_ids or ("deal_rob",), kinds, response, "It is a framework deal")
    answer_flags(store, jobs, command, MONDAY)


def listed(store: Store) -> list[str]:
    """The id of each answer that can be taken back."""
    return [one.answer.id for one in answered_flags(store, "UMIA", MONDAY + HOUR)[0]]


def on_card(store: Store, deal_id: str) -> tuple[int, int]:
    """How many flags of the deal Mia's card has open, and how many flags it calls answered."""
    fire_id = owed_to(store, "rob").source_id
    with store.reading() as uow:
        card = read_health_check(uow, "mia", fire_id, MONDAY + HOUR)
    assert card is not None
    return sum(len(one.flags) for one in card.all_deals if one.deal.id == deal_id), card.answered


@pytest.mark.parametrize("response", ResponseKind)
def test_the_flags_are_open_again_and_it_is_on_record(
    fired: Store, jobs: RecordedJobs, response: ResponseKind
) -> None:
    assert on_card(fired, "deal_rob") == (2, 0)
    answer(fired, jobs, response)
    assert on_card(fired, "deal_rob") == (0, 2)

    with audited(fired, changing={"flag_responses"}):
        done = take_back(fired, jobs, TakeBack("UMIA", listed(fired)), MONDAY + HOUR)

    assert done == TakenBack(deals=1, flags=2)
    assert on_card(fired, "deal_rob") == (2, 0)
    said = [one for one in trail(fired) if one.action == "flag.taken_back"]
    assert [(one.actor_id, (one.after or {})["answer"]) for one in said] == [("mia", response.value)] * 2
    # What was said stays.
    assert {one["kind"] for one in every(fired, "flag_responses").values()} == {response.value}


@ON_ONE
def test_only_what_is_ticked_is_taken_back(fired: Store, jobs: RecordedJobs) -> None:
    answer(fired, jobs, kinds=frozenset({FlagKind.STALE}))
    answer_flags(
        fired,
        jobs,
        AnswerFlags("UMIA", ("deal_rob", "deal_ria"), None, ResponseKind.SNOOZED),
        MONDAY + timedelta(minutes=5),
    )
    found, zone = answered_flags(fired, "UMIA", MONDAY + HOUR)
    assert zone == "Europe/Berlin"
    # The latest first, and what was answered in one go together.
    assert sorted((one.deal.id, len(one.flags)) for one in found[:2]) == [("deal_ria", 2), ("deal_rob", 1)]
    assert [flag.kind for flag in found[2].flags] == [FlagKind.STALE]

    take_back(fired, jobs, TakeBack("UMIA", [found[2].answer.id]), MONDAY + HOUR)

    left, _day = flags_of_deal(fired, "UMIA", "deal_rob", MONDAY + HOUR)
    assert [flag.kind for flag in left.flags] == [FlagKind.STALE]
    assert take_back(fired, jobs, TakeBack("UMIA", None), MONDAY + HOUR) == TakenBack(deals=2, flags=3)
    with pytest.raises(StaleAction, match="No answered flag is left"):
        answered_flags(fired, "UMIA", MONDAY + HOUR)


def test_a_claim_that_is_taken_back_is_judged_no_more(fired: Store, jobs: RecordedJobs) -> None:
    answer(fired, jobs, ResponseKind.FIXED)
    take_back(fired, jobs, TakeBack("UMIA", None), MONDAY + HOUR)
    with fired.writing() as uow:
        uow.workspace.set_crm_as_of(MONDAY + 4 * DAY)

    assert verify_fixes(fired, jobs, MONDAY + 4 * DAY) == 0

    assert {one["verdict"] for one in every(fired, "flag_responses").values()} == {"pending"}


@ON_ONE
def test_what_was_ticked_is_taken_back_though_one_of_its_flags_is_gone(
    fired: Store, jobs: RecordedJobs
) -> None:
    answer(fired, jobs, ResponseKind.FIXED)
    ids = listed(fired)
    with fired.writing() as uow:
        uow.flags.set_verdict(ids[0], Verdict.VERIFIED, ())

    assert take_back(fired, jobs, TakeBack("UMIA", ids), MONDAY + HOUR) == TakenBack(deals=1, flags=1)


@ON_ONE
def test_a_claim_whose_day_has_come_is_for_the_crm_to_judge(fired: Store, jobs: RecordedJobs) -> None:
    answer(fired, jobs, ResponseKind.FIXED)
    ids = listed(fired)
    with pytest.raises(StaleAction, match="nothing was changed"):
        take_back(fired, jobs, TakeBack("UMIA", ids), MONDAY + 3 * DAY)


@pytest.mark.parametrize("scope", ["ticked", "all"])
@ON_ONE
def test_earlier_answers_and_all_of_them_can_be_chosen(fired: Store, jobs: RecordedJobs, scope: str) -> None:
    answer(fired, jobs, ResponseKind.SNOOZED, "deal_rob", "deal_ria")
    found, _zone = answered_flags(fired, "UMIA", MONDAY + HOUR)
    form = Submission(
        user="UMIA",
        team="T1",
        callback_id=CallbackId.TAKE_BACK_ANSWERS,
        metadata={},
        state={
            "answers:0": {"answers": {"selected_options": []}},
            "answers:1": {"answers": {"selected_options": [{"value": found[1].answer.id}]}},
            "scope": {"scope": {"selected_option": {"value": scope}}},
        },
    )

    said = SUBMISSIONS[CallbackId.TAKE_BACK_ANSWERS](Desk(fired, jobs), form, MONDAY + HOUR)

    assert ("4 flags on 2 deals" if scope == "all" else "2 flags on 1 deal") in str(said)


@ON_ONE
def test_what_came_back_by_itself_is_not_taken_back(fired: Store, jobs: RecordedJobs) -> None:
    answer(fired, jobs)
    ids = listed(fired)
    before = rows(fired)
    with pytest.raises(StaleAction, match="nothing was changed"):
        take_back(fired, jobs, TakeBack("UMIA", ids), MONDAY + 8 * DAY)
    assert rows(fired) == before


def test_nothing_is_taken_back_twice_or_by_another_manager(fired: Store, jobs: RecordedJobs) -> None:
    answer(fired, jobs)
    ids = listed(fired)
    before = rows(fired)
    for somebody, error in (("UMAX", StaleAction), ("UROB", NotAllowed), ("UADA", NotAllowed)):
        with pytest.raises(error):
            take_back(fired, jobs, TakeBack(somebody, ids), MONDAY + HOUR)
    with pytest.raises(StaleAction):
        take_back(fired, jobs, TakeBack("UMIA", ["flr_nothing"]), MONDAY + HOUR)
    assert rows(fired) == before

    take_back(fired, jobs, TakeBack("UMIA", ids), MONDAY + HOUR)
    with pytest.raises(StaleAction):
        take_back(fired, jobs, TakeBack("UMIA", ids), MONDAY + HOUR)
