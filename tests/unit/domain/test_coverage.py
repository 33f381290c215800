from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.domain.cadence import fiscal_quarter
from bot.domain.conversion import Conversion
from bot.domain.coverage import Coverage, CoverageRules, CoverageStatus, RepFigures, coverage
from bot.domain.pipeline import DataField, Deal, Stage
from tests.unit.domain.samples import EVERYTHING, HEALTHY, TODAY

QUARTER = fiscal_quarter(TODAY)
IN_QUARTER = date(2026, 11, 30)
NEXT_YEAR = date(2027, 2, 1)


def deal(amount: int | None, close_date: date | None = IN_QUARTER, stage: Stage = Stage.PROPOSAL) -> Deal:
    known = None if amount is None else Decimal(amount)
    return replace(HEALTHY, amount=known, close_date=close_date, stage=stage)


def judge(
    *deals: Deal,
    quota: int | None = 100,
    won: int | None = 0,
    advanced: int | None = None,
    entered: int = 20,
    held: frozenset[DataField] = EVERYTHING,
    won_without_amount: int = 0,
) -> Coverage:
    conversion = None
    if advanced is not None:
        rate = Decimal(advanced) / entered
        conversion = Conversion(Stage.DISCOVERY, Stage.PROPOSAL, entered, advanced, 0, rate)
    figures = RepFigures(
        None if quota is None else Decimal(quota),
        None if won is None else Decimal(won),
        deals,
        QUARTER,
        won_without_amount,
    )
    return coverage(figures, conversion=conversion, held=held)


@pytest.mark.parametrize(
    ("open_value", "quota", "won", "status", "ratio", "gap"),
    [
        (300, 100, 0, CoverageStatus.OK, "3", "0"),
        (299, 100, 0, CoverageStatus.BELOW, "2.99", "1"),
        (120, 100, 60, CoverageStatus.OK, "3", "0"),
        (119, 100, 60, CoverageStatus.BELOW, "2.975", "1"),
        (50, 100, 100, CoverageStatus.MET, None, "0"),
        (50, 100, 130, CoverageStatus.MET, None, "0"),
        (50, 100, 99, CoverageStatus.OK, "50", "0"),
    ],
)
def test_open_pipeline_against_what_is_still_to_be_won(
    open_value: int, quota: int, won: int, status: CoverageStatus, ratio: str | None, gap: str
) -> None:
    found = judge(deal(open_value), quota=quota, won=won)
    assert found.status is status
    assert found.ratio == (None if ratio is None else Decimal(ratio))
    assert found.gap == Decimal(gap)
    assert found.remaining == quota - won
    assert found.needs_conversation == (status is CoverageStatus.BELOW)


@pytest.mark.parametrize(
    ("quota", "won", "held", "deals", "reason"),
    [
        (None, 0, EVERYTHING, [deal(500)], "off: no quota"),
        (0, 0, EVERYTHING, [deal(500)], "off: the quota is 0"),
        (100, None, EVERYTHING, [deal(500)], "off: the value won is unknown"),
        (None, None, EVERYTHING - {DataField.AMOUNTS}, [deal(None)], "off: no quota, no amounts"),
        (100, 0, EVERYTHING - {DataField.CLOSE_DATES}, [deal(500, None)], "off: no close dates"),
        (
            100,
            0,
            frozenset({DataField.AMOUNTS, DataField.CLOSE_DATES}),
            [deal(None)],
            "off: no open deal has both an amount and a close date",
        ),
        (
            100,
            0,
            EVERYTHING,
            [deal(None), deal(500, None)],
            "off: no open deal has both an amount and a close date",
        ),
    ],
)
def test_off_where_the_data_does_not_say(
    quota: int | None, won: int | None, held: frozenset[DataField], deals: Sequence[Deal], reason: str
) -> None:
    found = judge(*deals, quota=quota, won=won, held=held)
    assert (found.status, found.reason, found.ratio, found.gap) == (CoverageStatus.OFF, reason, None, None)
    assert not found.needs_conversation


def test_unknown_open_value_is_none_and_no_pipeline_is_zero() -> None:
    assert judge(deal(None)).open_value is None
    assert judge(deal(5), held=EVERYTHING - {DataField.AMOUNTS}).open_value is None
    assert judge().open_value == 0
    assert judge().status is CoverageStatus.BELOW
    assert judge(deal(None, NEXT_YEAR)).open_value == 0


def test_met_needs_no_pipeline_to_be_known() -> None:
    assert judge(deal(None), quota=100, won=100).status is CoverageStatus.MET


def test_counts_only_open_deals_closing_in_the_period() -> None:
    found = judge(
        deal(10),
        deal(20, QUARTER.start),
        deal(40, QUARTER.end),
        deal(800, NEXT_YEAR),
        deal(1600, date(2026, 9, 30)),
        deal(3200, stage=Stage.CLOSED_WON),
        deal(6400, stage=Stage.CLOSED_LOST),
    )
    assert found.open_value == 70
    assert found.parts == ("1 of 5 open deals has a close date before 1 Oct",)


def test_says_what_was_left_out() -> None:
    found = judge(deal(100), deal(None), deal(None), deal(50, None), won_without_amount=1)
    assert found.open_value == 100
    assert found.status is CoverageStatus.BELOW
    assert found.parts == (
        "2 of 4 open deals have no amount",
        "1 of 4 open deals has no close date",
        "1 won deal has no amount",
    )
    assert judge(deal(100)).parts == ()


@pytest.mark.parametrize(
    ("advanced", "entered", "open_value", "status"),
    [
        (3, 20, 300, CoverageStatus.GRAVEYARD),
        (4, 20, 300, CoverageStatus.OK),
        (3, 20, 299, CoverageStatus.BELOW),
        (0, 5, 300, CoverageStatus.GRAVEYARD),
        (0, 4, 300, CoverageStatus.OK),
        (None, 0, 300, CoverageStatus.OK),
    ],
)
def test_a_graveyard_has_the_pipeline_and_no_conversion(
    advanced: int | None, entered: int, open_value: int, status: CoverageStatus
) -> None:
    found = judge(deal(open_value), advanced=advanced, entered=entered)
    assert found.status is status
    assert found.needs_conversation == (status is CoverageStatus.BELOW)


def test_a_graveyard_is_called_that_with_its_figures() -> None:
    found = judge(deal(400), advanced=1, entered=12)
    assert found.reason == "graveyard: only 1 of 12 deals moved on from discovery to proposal"


def test_an_unknown_conversion_is_no_graveyard() -> None:
    unknown = Conversion(Stage.DISCOVERY, Stage.PROPOSAL, 9, 0, 0, None, "no deal has left discovery yet")
    figures = RepFigures(Decimal(100), Decimal(0), [deal(400)], QUARTER)
    assert coverage(figures, conversion=unknown).status is CoverageStatus.OK


def test_thresholds_are_settings() -> None:
    figures = RepFigures(Decimal(100), Decimal(0), [deal(350)], QUARTER)
    found = coverage(figures, rules=CoverageRules(target=Decimal("4.0")))
    assert (found.status, found.gap) == (CoverageStatus.BELOW, Decimal(50))
    assert found.reason == "below the target of 4.0"
