"""Pipeline coverage of a rep: open pipeline against what is still to be won, and whether to talk about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.domain.cadence import Period
from bot.domain.conversion import Conversion
from bot.domain.pipeline import DataField, Deal
from bot.domain.wording import count_of, short_date

NEEDS: frozenset[DataField] = frozenset({DataField.QUOTAS, DataField.AMOUNTS, DataField.CLOSE_DATES})
_EVERYTHING = frozenset(DataField)


class CoverageStatus(StrEnum):
    """What coverage comes to."""

    OFF = "off"
    MET = "met"
    BELOW = "below"
    OK = "ok"
    GRAVEYARD = "graveyard"


@dataclass(frozen=True, slots=True)
class CoverageRules:
    """The thresholds. `least_cohort`: a graveyard is not called on fewer deals than this."""

    target: Decimal = Decimal("3.0")
    graveyard_conversion: Decimal = Decimal("0.15")
    least_cohort: int = 5


@dataclass(frozen=True, slots=True)
class RepFigures:
    """What is known of a rep in a period. None is unknown; `won_in_period` is 0 only if nothing was won.

    `won_without_amount` counts won deals of the period whose amount is unknown.
    """

    quota: Decimal | None
    won_in_period: Decimal | None
    open_deals: Sequence[Deal]
    period: Period
    won_without_amount: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage with what it rests on; amounts in the workspace's currency.

    `ratio` is exact: round it down to show it, lest 2.96 reads as 3.0 and is called below. `gap` is the open
    value that is lacking to reach the target (0 when reached). `parts` says what the figures leave out.
    """

    status: CoverageStatus
    ratio: Decimal | None
    quota: Decimal | None
    won: Decimal | None
    open_value: Decimal | None
    gap: Decimal | None
    remaining: Decimal | None
    reason: str
    parts: tuple[str, ...] = ()

    @property
    def needs_conversation(self) -> bool:
        """Tell whether a conversation is owed today: only below the target.

        A graveyard has enough pipeline on paper: it is named beside the figure, and owed nothing by the rule.
        """
        return self.status is CoverageStatus.BELOW


def coverage(
    figures: RepFigures,
    *,
    conversion: Conversion | None = None,
    rules: CoverageRules | None = None,
    held: frozenset[DataField] = _EVERYTHING,
) -> Coverage:
    """Judge a rep's coverage of the period.

    Open qualified pipeline: the rep's open deals that close in the period and have an amount; those without
    date or amount are left out and said in `parts`. `conversion` is that from the second to the third stage.
    `held` are the fields the workspace's data hold at all; what is missing turns coverage off, and is named.
    """
    rules = rules or CoverageRules()
    open_value = _open_value(figures, held)
    remaining = _remaining(figures)
    basis = Coverage(
        status=CoverageStatus.OFF,
        ratio=None,
        quota=figures.quota,
        won=figures.won_in_period,
        open_value=open_value,
        gap=None,
        remaining=remaining,
        reason="",
        parts=_parts(figures, held),
    )
    if remaining is not None and remaining <= 0:
        return replace(basis, status=CoverageStatus.MET, gap=Decimal(0), reason="met: the quota is reached")
    if remaining is None or open_value is None:
        return replace(basis, reason=f"off: {', '.join(_missing(figures, held))}")
    ratio = open_value / remaining
    basis = replace(basis, ratio=ratio, gap=max(Decimal(0), rules.target * remaining - open_value))
    if ratio < rules.target:
        return replace(basis, status=CoverageStatus.BELOW, reason=f"below the target of {rules.target}")
    if conversion is not None and is_graveyard(conversion, rules):
        return replace(basis, status=CoverageStatus.GRAVEYARD, reason=_graveyard_words(conversion))
    return replace(basis, status=CoverageStatus.OK, reason=f"at or above the target of {rules.target}")


def is_graveyard(conversion: Conversion, rules: CoverageRules) -> bool:
    """Tell whether so few deals move on that the pipeline is one on paper; never said of a small cohort."""
    if conversion.rate is None or conversion.entered < rules.least_cohort:
        return False
    return conversion.rate <= rules.graveyard_conversion


def _graveyard_words(conversion: Conversion) -> str:
    return (
        f"graveyard: only {conversion.advanced} of {count_of(conversion.entered, 'deal')} moved on "
        f"from {conversion.stage} to {conversion.next_stage}"
    )


def _remaining(figures: RepFigures) -> Decimal | None:
    """Return what is still to be won. A quota of 0 or less is nothing to measure against, like none."""
    if figures.quota is None or figures.quota <= 0 or figures.won_in_period is None:
        return None
    return figures.quota - figures.won_in_period


def _open_value(figures: RepFigures, held: frozenset[DataField]) -> Decimal | None:
    """Return the open value of the deals that can be judged; None when there are only others."""
    if not {DataField.AMOUNTS, DataField.CLOSE_DATES} <= held:
        return None
    deals = _open_deals(figures)
    known = [value for deal in deals if (value := _value_in(deal, figures.period)) is not None]
    return None if deals and not known else sum(known, Decimal(0))


def _value_in(deal: Deal, period: Period) -> Decimal | None:
    """Return what the deal brings to the period: 0 if it closes in another, None if nobody knows."""
    if deal.close_date is None:
        return None
    return deal.amount if deal.close_date in period else Decimal(0)


def _open_deals(figures: RepFigures) -> list[Deal]:
    return [deal for deal in figures.open_deals if deal.stage.is_open]


def _missing(figures: RepFigures, held: frozenset[DataField]) -> list[str]:
    missing: list[str] = []
    if figures.quota is None:
        missing.append("no quota")
    elif figures.quota <= 0:
        missing.append("the quota is 0")
    if DataField.AMOUNTS not in held:
        missing.append("no amounts")
    if DataField.CLOSE_DATES not in held:
        missing.append("no close dates")
    if {DataField.AMOUNTS, DataField.CLOSE_DATES} <= held and _open_value(figures, held) is None:
        missing.append("no open deal has both an amount and a close date")
    if figures.won_in_period is None and figures.quota is not None:
        missing.append("the value won is unknown")
    return missing


def _parts(figures: RepFigures, held: frozenset[DataField]) -> tuple[str, ...]:
    deals = _open_deals(figures)
    parts: list[str] = []
    if DataField.AMOUNTS in held:
        parts += _part(sum(deal.amount is None for deal in deals), len(deals), "no amount")
    if DataField.CLOSE_DATES in held:
        parts += _part(sum(deal.close_date is None for deal in deals), len(deals), "no close date")
        earlier = sum(
            deal.close_date is not None and deal.close_date < figures.period.start for deal in deals
        )
        parts += _part(earlier, len(deals), f"a close date before {short_date(figures.period.start)}")
    if figures.won_without_amount:
        count = figures.won_without_amount
        parts.append(f"{count_of(count, 'won deal')} {'has' if count == 1 else 'have'} no amount")
    return tuple(parts)


def _part(count: int, of: int, lack: str) -> list[str]:
    if not count:
        return []
    return [f"{count} of {count_of(of, 'open deal')} {'has' if count == 1 else 'have'} {lack}"]
