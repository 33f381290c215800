"""Which deals a review looks at: weighty and risky ones, of each half of the pipeline, of each rep."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.days import Days
from bot.domain.flags import Flag, FlagKind
from bot.domain.pipeline import OPEN_STAGES, Stage
from bot.domain.pipeline_review import (
    Band,
    Candidate,
    PickRules,
    band_of,
    days_in_stage,
    pick_deals,
    ranked_deals,
    usual_ages,
)
from tests.unit.domain.samples import HEALTHY, TODAY, UTC_DAYS, days_ago

FAR = TODAY + timedelta(days=90)


def candidate(
    deal_id: str,
    rep: str = "rep_a",
    amount: int | None = 10_000,
    stage: Stage = Stage.PROPOSAL,
    *flags: FlagKind,
    days: int = 10,
    close: date | None = FAR,
    inspected: int = 0,
    answered: int = 0,
) -> Candidate:
    deal = replace(
        HEALTHY,
        id=deal_id,
        name=deal_id,
        owner_id=rep,
        amount=None if amount is None else Decimal(amount),
        stage=stage,
        entered_stage_at=days_ago(days),
        close_date=close,
    )
    facts = (("since", "2026-08-01"),)
    return Candidate(deal, tuple(Flag(kind, deal_id, facts) for kind in flags), inspected, answered)


def picked(*candidates: Candidate, rules: PickRules | None = None) -> list[str]:
    return [pick.deal_id for pick in pick_deals(candidates, today=TODAY, days=UTC_DAYS, rules=rules)]


def test_risk_can_outweigh_value() -> None:
    large, risky = (
        candidate("large", amount=50_000),
        candidate("risky", "rep_a", 30_000, Stage.PROPOSAL, FlagKind.FROZEN),
    )

    assert [pick.deal_id for pick in ranked_deals([large, risky], today=TODAY, days=UTC_DAYS)] == [
        "risky",
        "large",
    ]


def test_each_of_the_three_parts_of_risk_moves_a_deal_up() -> None:
    like = [candidate(f"like_{number}", amount=10_000) for number in range(4)]
    for raised in (
        candidate("raised", "rep_a", 9_000, Stage.PROPOSAL, FlagKind.STALE),
        candidate("raised", amount=9_000, days=30),
        candidate("raised", amount=9_000, inspected=4, answered=1),
    ):
        assert ranked_deals([*like, raised], today=TODAY, days=UTC_DAYS)[0].deal_id == "raised"


def test_days_in_a_stage_are_those_of_the_managers_calendar() -> None:
    late = datetime(2026, 9, 2, 2, 30, tzinfo=UTC)  # in New York it is still the first
    deal = replace(HEALTHY, entered_stage_at=late)
    new_york = Days("America/New_York", "UTC")

    assert days_in_stage(deal, date(2026, 9, 11), UTC_DAYS) == 9
    assert days_in_stage(deal, date(2026, 9, 11), new_york) == 10
    deals = [replace(deal, id=f"deal_{number}") for number in range(3)]
    assert usual_ages(deals, date(2026, 9, 11), new_york) == {deal.stage: 10.0}


def test_a_reason_says_what_counted() -> None:
    like = [candidate(f"like_{number}") for number in range(4)]
    odd = candidate(
        "odd",
        "rep_b",
        40_000,
        Stage.PROPOSAL,
        FlagKind.NO_NEXT_STEP,
        days=25,
        close=date(2026, 10, 20),
        inspected=3,
    )

    reason = next(
        pick.reason for pick in pick_deals([*like, odd], today=TODAY, days=UTC_DAYS) if pick.deal_id == "odd"
    )

    assert reason == (
        "No next step agreed; 25 days in proposal, usual here 10; 3 of 3 questions open; to close on 20 Oct"
    )


def test_an_evidence_gap_weighs_once_flagged_or_not() -> None:
    bare = candidate("deal", inspected=3, answered=1)
    flagged = candidate(
        "deal", "rep_a", 10_000, Stage.PROPOSAL, FlagKind.EVIDENCE_GAP, inspected=3, answered=1
    )

    assert ranked_deals([bare], today=TODAY, days=UTC_DAYS) == ranked_deals(
        [flagged], today=TODAY, days=UTC_DAYS
    )


def test_what_nothing_speaks_against_is_picked_for_its_value() -> None:
    assert (
        pick_deals([candidate("only")], today=TODAY, days=UTC_DAYS)[0].reason
        == "only its value counts, nothing speaks against it"
    )


def test_every_rep_comes_before_anybodys_second_deal() -> None:
    rich = [candidate(f"rich_{number}", "rich", 500_000 - number) for number in range(6)]
    others = [candidate(f"of_{rep}", rep, 1_000) for rep in ("rep_b", "rep_c", "rep_d", "rep_e")]

    found = picked(*rich, *others)

    assert sorted(found) == ["of_rep_b", "of_rep_c", "of_rep_d", "of_rep_e", "rich_0"]


def test_a_third_deal_of_one_rep_only_where_too_few_would_be_left() -> None:
    alone = [candidate(f"deal_{number}", "rep_a", 10_000 - number) for number in range(8)]
    pair = [candidate(f"other_{number}", "rep_b", 1_000 - number) for number in range(8)]

    assert picked(*alone) == ["deal_0", "deal_1", "deal_2", "deal_3", "deal_4"]
    assert Counter(name[:5] for name in picked(*alone, *pair)) == {"deal_": 3, "other": 2}


def test_what_is_proposed_for_demotion_is_always_looked_at() -> None:
    rich = [candidate(f"rich_{number}", "rich", 500_000 - number) for number in range(4)]
    others = [candidate(f"of_{rep}", rep, 90_000, Stage.QUALIFIED) for rep in ("rep_b", "rep_c", "rep_d")]
    due = [replace(candidate(f"due_{number}", "rich", 10 - number), proposed=True) for number in range(3)]

    picks = pick_deals([*rich, *others, *due], today=TODAY, days=UTC_DAYS)

    assert [pick.deal_id for pick in picks][:3] == ["due_0", "due_1", "due_2"]
    assert {pick.rep_id for pick in picks} == {"rich", "rep_b", "rep_c", "rep_d"}
    assert picks[0].reason.startswith("proposed for demotion")
    few = pick_deals([*rich, *others, *due], today=TODAY, days=UTC_DAYS, rules=PickRules(least=2, most=2))
    assert [pick.deal_id for pick in few] == ["due_0", "due_1"]


def test_the_balance_of_the_halves_takes_nothing_out_that_is_proposed() -> None:
    due = [
        replace(candidate(f"due_{number}", f"rep_{number}", 10 - number), proposed=True)
        for number in range(5)
    ]
    early = [candidate(f"early_{number}", f"rep_{number}", 90_000, Stage.QUALIFIED) for number in range(3)]

    assert picked(*due, *early) == [f"due_{number}" for number in range(5)]


def test_both_halves_of_the_pipeline_are_looked_at() -> None:
    late = [candidate(f"late_{number}", f"rep_{number}", 90_000) for number in range(6)]
    early = [candidate(f"early_{number}", f"rep_{number}", 1_000, Stage.QUALIFIED) for number in range(3)]

    picks = pick_deals([*late, *early], today=TODAY, days=UTC_DAYS)

    brought = [pick for pick in picks if pick.deal_id.startswith("early")]
    assert len(brought) == 2
    assert all("so that the early stages are looked at too" in pick.reason for pick in brought)
    assert len({pick.rep_id for pick in picks}) == 6


def test_at_most_ten_however_large_the_team() -> None:
    many = [candidate(f"deal_{number}", f"rep_{number}") for number in range(30)]

    assert len(picked(*many)) == 10
    assert len(picked(*many, rules=PickRules(least=2, most=4))) == 4


def test_closed_deals_are_never_picked() -> None:
    assert picked(candidate("won", stage=Stage.CLOSED_WON), candidate("open")) == ["open"]
    assert picked() == []


candidates = st.lists(
    st.tuples(
        st.sampled_from(["rep_a", "rep_b", "rep_c", "rep_d"]),
        st.one_of(st.none(), st.integers(0, 200_000)),
        st.sampled_from(OPEN_STAGES),
        st.lists(st.sampled_from([FlagKind.STALE, FlagKind.NO_NEXT_STEP, FlagKind.FROZEN]), max_size=2),
        st.integers(0, 200),
    ),
    max_size=25,
)


@given(candidates, st.randoms(use_true_random=False))
def test_the_same_deals_in_any_order_give_the_same_picks(
    drawn: list[tuple[str, int | None, Stage, list[FlagKind], int]], random: Random
) -> None:
    made = [
        candidate(f"deal_{number:02}", rep, amount, stage, *flags, days=days)
        for number, (rep, amount, stage, flags, days) in enumerate(drawn)
    ]
    shuffled = random.sample(made, len(made))

    picks = pick_deals(made, today=TODAY, days=UTC_DAYS)

    assert pick_deals(shuffled, today=TODAY, days=UTC_DAYS) == picks
    assert len(picks) == len({pick.deal_id for pick in picks}) == min(len(made), max(5, len(picks)))
    assert all(pick.reason for pick in picks)
    stages = {one.deal.id: one.deal.stage for one in made}
    for band in Band:
        there = sum(band_of(stage) is band for stage in stages.values())
        looked_at = sum(band_of(stages[pick.deal_id]) is band for pick in picks)
        assert looked_at >= min(there, 2) or len(picks) - looked_at <= 2
