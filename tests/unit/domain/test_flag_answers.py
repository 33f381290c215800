from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.days import Days
from bot.domain.flags import (
    FIXABLE,
    AnsweredDeal,
    Flag,
    FlagKind,
    FlagResponse,
    FlagRules,
    ResponseKind,
    answered_together,
    deals_that_matter,
    flags_of,
    is_first_listing,
    standing_answers,
    still_raised,
    unlisted,
)
from bot.domain.obligations import Verdict
from bot.domain.pipeline import DataField, Deal, NextStep, Stage
from tests.unit.domain.samples import EVERYTHING, HEALTHY, LAST_MONDAY, MONDAY, TODAY, UTC_DAYS, days_ago

STALE = Flag(FlagKind.STALE, "deal_1", (("since", "2026-09-12"),))
NO_STEP = Flag(FlagKind.NO_NEXT_STEP, "deal_1")
HOUR = timedelta(hours=1)


def answer(
    kind: ResponseKind,
    flag: Flag = STALE,
    at: datetime = MONDAY,
    until: datetime | None = None,
    verdict: Verdict = Verdict.PENDING,
    id_: str = "fr_1",
) -> FlagResponse:
    return FlagResponse(
        id_,
        flag.deal_id,
        flag.kind,
        flag.fingerprint,
        kind,
        "per_manager",
        "buyer on leave",
        at,
        until,
        verdict,
    )


def open_flags(flags: list[Flag], responses: list[FlagResponse], **given: Any) -> list[Flag]:
    """Those of the flags that nobody has answered for now."""
    answered = standing_answers(flags, responses, **given)
    return [flag for flag in flags if flag not in answered]


DISMISSED = answer(ResponseKind.DISMISSED)
SNOOZED = answer(ResponseKind.SNOOZED, until=MONDAY + 48 * HOUR)
FIXED = answer(ResponseKind.FIXED)


@pytest.mark.parametrize(
    ("response", "after", "is_open"),
    [
        pytest.param(DISMISSED, timedelta(0), False, id="dismissed"),
        pytest.param(DISMISSED, timedelta(days=13, hours=16), False, id="dismissed, on the 13th day"),
        pytest.param(
            DISMISSED,
            timedelta(days=14, hours=-2),
            True,
            id="at the check a fortnight later, sooner in the day",
        ),
        pytest.param(SNOOZED, 48 * HOUR - timedelta(microseconds=1), False, id="snoozed"),
        pytest.param(SNOOZED, 48 * HOUR, True, id="snoozed until now"),
        pytest.param(FIXED, timedelta(days=90), False, id="said to be fixed, the CRM has not spoken"),
        pytest.param(
            replace(FIXED, verdict=Verdict.CONTRADICTED), HOUR, True, id="said to be fixed, contradicted"
        ),
        pytest.param(
            replace(FIXED, verdict=Verdict.UNVERIFIED), HOUR, True, id="said to be fixed, unverified"
        ),
        pytest.param(replace(FIXED, verdict=Verdict.VERIFIED), HOUR, True, id="fixed and raised again: news"),
    ],
)
def test_an_answered_flag_comes_back_in_its_time(
    response: FlagResponse, after: timedelta, is_open: bool
) -> None:
    found = open_flags([STALE, NO_STEP], [response], now=MONDAY + after)
    assert found == ([STALE, NO_STEP] if is_open else [NO_STEP])


def test_a_dismissed_flag_counts_its_days_where_the_person_lives() -> None:
    los_angeles = ZoneInfo("America/Los_Angeles")
    monday_evening = datetime(2026, 10, 5, 18, tzinfo=los_angeles)  # Tuesday in UTC
    fortnight_later = datetime(2026, 10, 19, 9, tzinfo=los_angeles)
    dismissed = [answer(ResponseKind.DISMISSED, at=monday_evening)]
    assert open_flags([STALE], dismissed, now=fortnight_later, zone=str(los_angeles)) == [STALE]
    assert open_flags([STALE], dismissed, now=fortnight_later - 24 * HOUR, zone=str(los_angeles)) == []


def test_the_days_to_return_are_a_setting() -> None:
    assert open_flags([STALE], [DISMISSED], now=MONDAY + timedelta(days=7), return_days=7) == [STALE]


@pytest.mark.parametrize("kind", ResponseKind)
def test_an_answer_holds_for_its_facts_deal_and_kind_alone(kind: ResponseKind) -> None:
    others = [
        replace(STALE, facts=(("since", "2026-09-13"),)),
        replace(STALE, deal_id="deal_9"),
        replace(STALE, kind=FlagKind.FROZEN),
    ]
    response = answer(kind, until=MONDAY + 48 * HOUR)
    assert open_flags([STALE, *others], [response], now=MONDAY + HOUR) == others


@pytest.mark.parametrize("kind", ResponseKind)
def test_an_answer_taken_back_answers_nothing(kind: ResponseKind) -> None:
    taken = replace(answer(kind, until=MONDAY + 48 * HOUR), taken_back_at=MONDAY + HOUR)
    assert open_flags([STALE], [taken], now=MONDAY + 2 * HOUR) == [STALE]
    # Nor does it hide what was answered before.
    again = answer(ResponseKind.DISMISSED, at=MONDAY - HOUR, id_="fr_0")
    assert standing_answers([STALE], [again, taken], now=MONDAY + 2 * HOUR) == {STALE: again}


def test_what_was_answered_in_one_go_is_one_answer() -> None:
    later = replace(answer(ResponseKind.SNOOZED, NO_STEP, at=MONDAY + HOUR), id="fr_3")
    frozen = replace(STALE, kind=FlagKind.FROZEN)
    with_it = answer(ResponseKind.DISMISSED, frozen, id_="fr_2")

    together = answered_together(HEALTHY, {STALE: DISMISSED, NO_STEP: later, frozen: with_it})

    assert together == [
        AnsweredDeal(HEALTHY, (STALE, frozen), (DISMISSED, with_it)),
        AnsweredDeal(HEALTHY, (NO_STEP,), (later,)),
    ]
    assert [one.answer.id for one in together] == ["fr_1", "fr_3"]
    # Where a clock stands still, another reason is another answer.
    other = replace(with_it, reason="They pause for the summer")
    assert len(answered_together(HEALTHY, {STALE: DISMISSED, frozen: other})) == 2


@given(st.randoms(use_true_random=False))
def test_the_latest_answer_counts_in_whatever_order_they_come(random: Random) -> None:
    contradicted = answer(ResponseKind.FIXED, at=MONDAY + 2 * HOUR, verdict=Verdict.CONTRADICTED, id_="fr_2")
    responses = [
        DISMISSED,
        answer(ResponseKind.SNOOZED, at=MONDAY + HOUR, until=MONDAY + 9 * HOUR),
        contradicted,
    ]
    random.shuffle(responses)
    assert open_flags([STALE], responses, now=MONDAY + 3 * HOUR) == [STALE]
    responses.remove(contradicted)
    assert open_flags([STALE], responses, now=MONDAY + 3 * HOUR) == []


# Each flag raised on Monday, what would fix it by Wednesday, and what would only look like it.
RAISED = {
    FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY: replace(
        HEALTHY, entered_stage_at=days_ago(1), last_activity_at=None
    ),
    FlagKind.STALE: replace(HEALTHY, last_moved_at=days_ago(20), last_activity_at=None),
    FlagKind.FROZEN: replace(HEALTHY, last_moved_at=days_ago(70), last_activity_at=None),
    FlagKind.NO_NEXT_STEP: replace(HEALTHY, next_step=None),
    FlagKind.NEXT_STEP_OVERDUE: replace(HEALTHY, next_step=NextStep("call", days_ago(3).date())),
    FlagKind.CLOSE_DATE_PASSED: replace(HEALTHY, close_date=days_ago(3).date()),
    FlagKind.SINGLE_THREADED: replace(HEALTHY, contact_count=1),
    FlagKind.EVIDENCE_GAP: replace(HEALTHY, unbacked=(("open_terms", days_ago(1)),)),
    FlagKind.CLOSE_DATE_PUSHED: replace(HEALTHY, close_date_pushes=2),
    FlagKind.AMOUNT_JUMP: replace(HEALTHY, previous_amount=Decimal(1000), amount_changed_at=days_ago(1)),
}


def flag_on(deal: Deal, kind: FlagKind, last_check: datetime = LAST_MONDAY) -> Flag:
    found = flags_of(
        deal, now=MONDAY, days=UTC_DAYS, rules=FlagRules(), held=EVERYTHING, last_check=last_check
    )
    return next(flag for flag in found if flag.kind is kind)


def raised_on_wednesday(
    kind: FlagKind,
    deal: Deal,
    held: frozenset[DataField] = EVERYTHING,
    last_check: datetime | None = LAST_MONDAY,
    later: timedelta = timedelta(days=2),
    days: Days = UTC_DAYS,
) -> bool | None:
    response = answer(ResponseKind.FIXED, flag_on(RAISED[kind], kind))
    now = MONDAY + later
    return still_raised(
        response, deal, now=now, days=days, rules=FlagRules(), held=held, last_check=last_check
    )


@pytest.mark.parametrize("kind", sorted(FIXABLE))
def test_an_untouched_deal_still_shows_what_was_said_to_be_fixed(kind: FlagKind) -> None:
    assert raised_on_wednesday(kind, RAISED[kind]) is True


@pytest.mark.parametrize("kind", sorted(FIXABLE))
def test_a_healthy_deal_shows_it_fixed(kind: FlagKind) -> None:
    healthy = replace(HEALTHY, last_activity_at=days_ago(-1), entered_stage_at=RAISED[kind].entered_stage_at)
    assert raised_on_wednesday(kind, healthy) is False


def test_what_lies_in_the_past_can_not_be_proved_fixed() -> None:
    assert frozenset(FlagKind) - FIXABLE == {
        FlagKind.CLOSE_DATE_PUSHED,
        FlagKind.EVIDENCE_GAP,
        FlagKind.AMOUNT_JUMP,
    }
    for kind in frozenset(FlagKind) - FIXABLE:
        assert raised_on_wednesday(kind, HEALTHY) is None


def test_fields_that_are_gone_prove_nothing() -> None:
    without = EVERYTHING - {DataField.CONTACTS}
    assert raised_on_wednesday(FlagKind.SINGLE_THREADED, HEALTHY, held=without) is None


def test_a_week_does_not_bring_the_activity_that_was_lacking() -> None:
    kind = FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY
    assert raised_on_wednesday(kind, RAISED[kind], later=timedelta(days=9)) is True
    # Asked from a later check, or none: the lack proves nothing, an activity since the change does.
    settled = replace(RAISED[kind], last_activity_at=days_ago(0))
    for last_check in (None, MONDAY):
        assert raised_on_wednesday(kind, RAISED[kind], last_check=last_check) is None
        assert raised_on_wednesday(kind, settled, last_check=last_check) is False
    undated = replace(RAISED[kind], entered_stage_at=None)
    assert raised_on_wednesday(kind, undated) is None


def test_going_from_stale_to_frozen_is_no_fix_and_a_movement_is() -> None:
    stale = RAISED[FlagKind.STALE]
    assert raised_on_wednesday(FlagKind.STALE, stale, later=timedelta(days=45)) is True
    moved_tuesday = replace(stale, last_activity_at=days_ago(-1))
    assert raised_on_wednesday(FlagKind.STALE, moved_tuesday, later=timedelta(days=45)) is False


def test_another_date_in_the_past_is_no_fix() -> None:
    redated = replace(HEALTHY, close_date=days_ago(1).date())
    assert raised_on_wednesday(FlagKind.CLOSE_DATE_PASSED, redated) is True


def test_a_closed_deal_has_nothing_left_to_fix() -> None:
    lost = replace(RAISED[FlagKind.STALE], stage=Stage.CLOSED_LOST)
    assert raised_on_wednesday(FlagKind.STALE, lost) is False


def ranked(*deals: tuple[str, int | None, FlagKind]) -> list[str]:
    pairs = [
        (
            replace(HEALTHY, id=id_, amount=None if amount is None else Decimal(amount), close_date=None),
            [Flag(kind, id_)],
        )
        for id_, amount, kind in deals
    ]
    return [flagged.deal.id for flagged in deals_that_matter(pairs, today=TODAY)]


def test_ranks_by_value_and_risk() -> None:
    frozen, jump, stale = FlagKind.FROZEN, FlagKind.AMOUNT_JUMP, FlagKind.STALE
    assert ranked(("a", 10, stale), ("b", 90, stale), ("c", 50, stale)) == ["b", "c", "a"]
    assert ranked(("a", 50, jump), ("b", 50, frozen), ("c", 50, stale)) == ["b", "c", "a"]
    assert ranked(("b", 50, stale), ("c", 50, stale), ("a", 50, stale)) == ["a", "b", "c"]


def test_an_unknown_amount_ranks_as_the_median_known_one() -> None:
    stale = FlagKind.STALE
    deals = [("a", 10, stale), ("b", 90, stale), ("c", 50, stale), ("x", None, stale)]
    assert ranked(*deals) == ["b", "c", "x", "a"]
    assert ranked(("b", None, stale), ("a", None, FlagKind.FROZEN)) == ["a", "b"]


def test_two_flags_weigh_more_than_one_and_closing_soon_more_than_later() -> None:
    def deal(id_: str, days: int) -> Deal:
        return replace(HEALTHY, id=id_, close_date=TODAY + timedelta(days=days))

    one, soon, two = deal("one", 31), deal("soon", 30), deal("two", 31)
    stale, alone = Flag(FlagKind.STALE, ""), Flag(FlagKind.SINGLE_THREADED, "")
    found = deals_that_matter([(one, [stale]), (soon, [stale]), (two, [stale, alone])], today=TODAY)
    assert [flagged.deal.id for flagged in found] == ["two", "soon", "one"]
    assert found[0].flags == (stale, alone)


def test_a_deal_without_flags_does_not_matter_here() -> None:
    assert deals_that_matter([(HEALTHY, [])], today=TODAY) == []


def test_the_first_listing_is_the_one_before_which_nothing_was_shown() -> None:
    shown = {(STALE.deal_id, STALE.kind, STALE.fingerprint)}
    assert is_first_listing(set())
    assert not is_first_listing(shown)
    assert unlisted([STALE, NO_STEP], set()) == [STALE, NO_STEP]
    assert unlisted([STALE, NO_STEP], shown) == [NO_STEP]
    changed = replace(STALE, facts=(("since", "2026-09-20"),))
    assert unlisted([changed], shown) == [changed]
