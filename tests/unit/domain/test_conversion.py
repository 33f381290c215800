from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversion import (
    Conversion,
    average_deal_size,
    conversion_fall,
    cycle_length,
    stage_conversion,
    velocity,
    velocity_of,
    win_rate,
)
from bot.domain.pipeline import Deal, Stage, StageMove
from tests.unit.domain.samples import HEALTHY, MONDAY, days_ago, moves

QUALIFIED, DISCOVERY, PROPOSAL = Stage.QUALIFIED, Stage.DISCOVERY, Stage.PROPOSAL
NEGOTIATION, WON, LOST = Stage.NEGOTIATION, Stage.CLOSED_WON, Stage.CLOSED_LOST
WINDOW = (days_ago(90), MONDAY)

# Ten days is the median stay in discovery of these three.
LEFT = [
    *moves("left_1", (DISCOVERY, days_ago(60)), (PROPOSAL, days_ago(50))),
    *moves("left_2", (DISCOVERY, days_ago(60)), (LOST, days_ago(55))),
    *moves("left_3", (DISCOVERY, days_ago(60)), (PROPOSAL, days_ago(40)), (LOST, days_ago(30))),
]


def discovery_to_proposal(
    given_moves: Sequence[StageMove], window: tuple[datetime, datetime] = WINDOW, now: datetime = MONDAY
) -> Conversion:
    return stage_conversion(given_moves, stage=DISCOVERY, next_stage=PROPOSAL, window=window, now=now)


def test_share_of_the_cohort_that_entered_the_next_stage() -> None:
    found = discovery_to_proposal(LEFT)
    assert (found.entered, found.advanced, found.too_young) == (3, 2, 0)
    assert found.rate == Decimal(2) / 3
    assert found.reason is None


@pytest.mark.parametrize(
    ("deal", "entered", "advanced", "too_young"),
    [
        pytest.param(moves("d", (DISCOVERY, days_ago(9))), 3, 2, 1, id="younger than the median: apart"),
        pytest.param(moves("d", (DISCOVERY, days_ago(10))), 4, 2, 0, id="as old as the median: counted"),
        pytest.param(
            moves("d", (DISCOVERY, days_ago(9)), (NEGOTIATION, days_ago(5))),
            4,
            3,
            0,
            id="skipped the next stage",
        ),
        pytest.param(moves("d", (DISCOVERY, days_ago(9)), (WON, days_ago(5))), 4, 3, 0, id="won at once"),
        pytest.param(moves("d", (DISCOVERY, days_ago(9)), (LOST, days_ago(5))), 4, 2, 0, id="lost"),
        pytest.param(
            moves("d", (PROPOSAL, days_ago(20)), (DISCOVERY, days_ago(12))),
            4,
            2,
            0,
            id="came back from proposal",
        ),
        pytest.param(
            moves("d", (DISCOVERY, days_ago(50)), (QUALIFIED, days_ago(40)), (DISCOVERY, days_ago(2))),
            3,
            2,
            1,
            id="entered twice: once, and young again",
        ),
        pytest.param(moves("d", (DISCOVERY, days_ago(90))), 4, 2, 0, id="on the window's first instant"),
        pytest.param(moves("d", (DISCOVERY, days_ago(91))), 3, 2, 0, id="before the window"),
        pytest.param(moves("d", (DISCOVERY, MONDAY)), 3, 2, 0, id="at the window's end"),
        pytest.param(
            moves("d", (DISCOVERY, days_ago(15)), (PROPOSAL, days_ago(-1))),
            4,
            2,
            0,
            id="moves tomorrow: unknown",
        ),
    ],
)
def test_who_is_counted(deal: list[StageMove], entered: int, advanced: int, too_young: int) -> None:
    found = discovery_to_proposal([*LEFT, *deal])
    assert (found.entered, found.advanced, found.too_young) == (entered, advanced, too_young)


@pytest.mark.parametrize(
    ("given_moves", "reason"),
    [
        ([], "no deal entered discovery in this time"),
        (moves("d", (PROPOSAL, days_ago(5))), "no deal entered discovery in this time"),
        (moves("d", (DISCOVERY, days_ago(80))), "no deal has left discovery yet"),
        (
            [
                *moves("a", (DISCOVERY, days_ago(200)), (PROPOSAL, days_ago(100))),
                *moves("b", (DISCOVERY, days_ago(80))),
                *moves("c", (DISCOVERY, days_ago(70))),
            ],
            "all 2 deals that entered discovery are too young to judge",
        ),
        (
            [
                *moves("a", (DISCOVERY, days_ago(200)), (PROPOSAL, days_ago(100))),
                *moves("b", (DISCOVERY, days_ago(80))),
            ],
            "the only deal that entered discovery is too young to judge",
        ),
    ],
)
def test_unknown_is_not_zero(given_moves: list[StageMove], reason: str) -> None:
    found = discovery_to_proposal(given_moves)
    assert found.rate is None
    assert found.reason == reason


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_moves_does_not_matter(random: Random) -> None:
    all_moves = [
        *LEFT,
        *moves("d", (DISCOVERY, days_ago(50)), (QUALIFIED, days_ago(40)), (DISCOVERY, days_ago(2))),
    ]
    shuffled = list(all_moves)
    random.shuffle(shuffled)
    assert discovery_to_proposal(shuffled) == discovery_to_proposal(all_moves)


@pytest.mark.parametrize(
    ("previous", "current", "fell"),
    [
        ("0.40", "0.32", True),
        ("0.40", "0.321", False),
        ("0.40", "0.50", False),
        (None, "0.1", False),
        ("0.4", None, False),
    ],
)
def test_a_fall_of_eight_points_is_raised(previous: str | None, current: str | None, fell: bool) -> None:
    def at(rate: str | None) -> Conversion:
        return Conversion(DISCOVERY, PROPOSAL, 20, 5, 0, None if rate is None else Decimal(rate))

    assert conversion_fall(at(previous), at(current)) is fell


def closed(stage: Stage, amount: int | None, days: float | None) -> Deal:
    created = None if days is None else MONDAY - timedelta(days=days)
    known = None if amount is None else Decimal(amount)
    return replace(HEALTHY, stage=stage, amount=known, created_at=created, closed_at=MONDAY)


def test_measures_of_closed_deals_rest_on_what_is_known() -> None:
    deals = [
        closed(WON, 10000, 30),
        closed(WON, None, None),
        closed(WON, 20000, 60),
        closed(LOST, 90000, 5),
        HEALTHY,
    ]
    assert win_rate(deals).value == Decimal("0.75")
    size, cycle = average_deal_size(deals), cycle_length(deals)
    assert (size.value, size.counted, size.parts) == (Decimal(15000), 2, ("1 of 3 won deals has no amount",))
    assert (cycle.value, cycle.counted, cycle.parts) == (
        Decimal(45),
        2,
        ("1 of 3 won deals has no usable dates",),
    )


def test_measures_without_data_are_unknown_and_say_so() -> None:
    lost = [closed(LOST, 5000, 10)]
    bare = [closed(WON, None, None)]
    assert (win_rate([]).value, win_rate([]).reason) == (None, "no deal has closed in this time")
    assert win_rate(lost).value == 0
    assert (average_deal_size(lost).value, average_deal_size(lost).reason) == (
        None,
        "no deal was won in this time",
    )
    assert average_deal_size(bare).reason == "no won deal has an amount"
    assert (cycle_length(bare).value, cycle_length(bare).reason) == (None, "no won deal has both its dates")
    assert cycle_length([closed(WON, 1, -3)]).value is None


@pytest.mark.parametrize(
    ("rate", "average", "days", "per_day"),
    [
        ("0.25", "12000", "60", Decimal(600)),
        ("0", "12000", "60", Decimal(0)),
        (None, "12000", "60", None),
        ("0.25", None, "60", None),
        ("0.25", "12000", None, None),
        ("0.25", "12000", "0", None),
    ],
)
def test_velocity_needs_all_its_parts(
    rate: str | None, average: str | None, days: str | None, per_day: Decimal | None
) -> None:
    parts = [None if part is None else Decimal(part) for part in (rate, average, days)]
    assert velocity(12, *parts) == per_day


def test_velocity_says_what_it_rests_on() -> None:
    found = velocity_of(
        [HEALTHY, HEALTHY], [closed(WON, 10000, 50), closed(WON, None, 50), closed(LOST, 1, 1)]
    )
    assert found.open_count == 2
    assert found.per_day is not None
    assert round(found.per_day, 2) == Decimal("266.67")
    assert found.parts == ("1 of 2 won deals has no amount",)


@pytest.mark.parametrize(
    ("deals", "reason"),
    [
        ([], "no deal has closed in this time"),
        ([closed(LOST, 1, 1)], "no deal was won in this time"),
        ([closed(WON, None, 1)], "no won deal has an amount"),
        ([closed(WON, 1, 0)], "the won deals closed on the day they were created"),
    ],
)
def test_velocity_unknown_says_why(deals: list[Deal], reason: str) -> None:
    found = velocity_of([HEALTHY], deals)
    assert (found.per_day, found.reason) == (None, reason)
