"""A 30-day development plan: one goal, which is a measure of the product, taken at its start and its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bot.domain.coaching_cards import PlanLine

PLAN_DAYS = timedelta(days=30)


class PlanMeasure(StrEnum):
    """What a plan can aim at."""

    COVERAGE = "coverage"
    STAGE_CONVERSION = "stage_conversion"
    WIN_RATE = "win_rate"
    AVERAGE_DEAL_SIZE = "average_deal_size"
    CYCLE_LENGTH = "cycle_length"


MEASURE_NAMES: Mapping[PlanMeasure, str] = {
    PlanMeasure.COVERAGE: "Coverage, in times",
    PlanMeasure.STAGE_CONVERSION: "Stage conversion, in %",
    PlanMeasure.WIN_RATE: "Win rate, in %",
    PlanMeasure.AVERAGE_DEAL_SIZE: "Average deal size",
    PlanMeasure.CYCLE_LENGTH: "Cycle length, in days",
}
SHARES = frozenset({PlanMeasure.STAGE_CONVERSION, PlanMeasure.WIN_RATE})


class PlanOutcome(StrEnum):
    """What came of a plan, by its measure alone."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_MEASURED = "not_measured"


def goal_of(text: str, measure: PlanMeasure) -> Decimal | None:
    """Return the goal that was typed ("3.2", "25 %", "45,000"), shares from 0 to 1; else None."""
    try:
        value = Decimal(text.replace("%", "").replace("×", "").replace(",", "").strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 < value < 10**11:
        return None
    value = value / 100 if measure in SHARES else value
    if measure in SHARES and value > 1:
        return None
    return value.quantize(Decimal("0.0001"))


def outcome(measure: PlanMeasure, goal: Decimal, result: Decimal | None) -> PlanOutcome:
    """Judge a plan at its end: a cycle is to be as short as the goal, all else as high."""
    if result is None:
        return PlanOutcome.NOT_MEASURED
    met = result <= goal if measure is PlanMeasure.CYCLE_LENGTH else result >= goal
    return PlanOutcome.MET if met else PlanOutcome.NOT_MET


def shown(measure: PlanMeasure, value: Decimal | None) -> str:
    """Say a value of the measure."""
    if value is None:
        return "not known"
    if measure in SHARES:
        return f"{(value * 100).normalize():f}%"
    return f"{value.quantize(Decimal('0.1')):,}"


def plan_line(
    measure: str,
    baseline: Decimal | None,
    goal: Decimal,
    ends_on: date,
    came: str | None,
    result: Decimal | None,
) -> PlanLine:
    """Return a plan as it is read."""
    what = PlanMeasure(measure)
    words = None if came is None else f"{came.replace('_', ' ')}: {shown(what, result)}"
    return PlanLine(MEASURE_NAMES[what], shown(what, baseline), shown(what, goal), ends_on, words)
