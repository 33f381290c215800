"""Which flagged deals matter most: value times risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from types import MappingProxyType

from bot.domain.flag_kinds import FlagKind
from bot.domain.flag_rules import Flag
from bot.domain.pipeline import Deal


@dataclass(frozen=True, slots=True)
class FlaggedDeal:
    """A deal with its open flags; `weight` is value times risk, meant only for ranking."""

    deal: Deal
    flags: tuple[Flag, ...]
    weight: float


# How much of a deal's value is in doubt under each flag, for ranking only.
_RISK: Mapping[FlagKind, float] = MappingProxyType(
    {
        FlagKind.FROZEN: 1.0,
        FlagKind.CLOSE_DATE_PASSED: 0.9,
        FlagKind.NEXT_STEP_OVERDUE: 0.8,
        FlagKind.CLOSE_DATE_PUSHED: 0.8,
        FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY: 0.7,
        FlagKind.NO_NEXT_STEP: 0.7,
        FlagKind.STALE: 0.6,
        FlagKind.EVIDENCE_GAP: 0.6,
        FlagKind.SINGLE_THREADED: 0.5,
        FlagKind.AMOUNT_JUMP: 0.4,
    }
)
_SOON_DAYS = 30
_SOON_FACTOR = 1.5


def deals_that_matter(
    deals_with_flags: Iterable[tuple[Deal, Sequence[Flag]]], *, today: date
) -> list[FlaggedDeal]:
    """Rank the deals that have flags by value times risk, most important first, equal ones by id.

    An unknown amount is ranked as the median known one (as 1 where none is known): neither
    hidden nor blown up. A deal due to close within 30 days, or overdue, counts half as much again.
    """
    flagged = [(deal, tuple(flags)) for deal, flags in deals_with_flags if flags]
    usual = usual_amount(deal for deal, _ in flagged)
    ranked = [FlaggedDeal(deal, flags, _weight(deal, flags, usual, today)) for deal, flags in flagged]
    return sorted(ranked, key=lambda ranked_deal: (-ranked_deal.weight, ranked_deal.deal.id))


def flag_risk(flags: Iterable[Flag]) -> float:
    """Return how much of a deal's value these flags put in doubt, added up: for ranking, no probability."""
    return sum(_RISK[flag.kind] for flag in flags)


def usual_amount(deals: Iterable[Deal]) -> float:
    """Return the median known amount, what an unknown one is ranked as; 1 where none is known."""
    known = [deal.amount for deal in deals if deal.amount is not None]
    return float(median(known)) if known else 1.0


def _weight(deal: Deal, flags: Sequence[Flag], usual: float, today: date) -> float:
    return value_at_stake(deal, usual, today) * flag_risk(flags)


def value_at_stake(deal: Deal, usual: float, today: date) -> float:
    """Return a deal's amount (`usual` where unknown), half as much again where it is to close soon."""
    value = usual if deal.amount is None else float(max(deal.amount, Decimal(0)))
    return value * (_SOON_FACTOR if closes_soon(deal, today) else 1.0)


def closes_soon(deal: Deal, today: date) -> bool:
    """Tell whether a deal is to close within 30 days, or should have closed already."""
    return deal.close_date is not None and deal.close_date <= today + timedelta(days=_SOON_DAYS)
