"""What a pipeline review ends with: the team's coverage gap, and what the advancing deals have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from bot.domain.coverage import CoverageStatus
from bot.domain.days import Days
from bot.domain.health_check import RepCoverage
from bot.domain.pipeline import DataField, Deal

# Fewer deals than this have everything in common by chance.
LEAST_DEALS = 3
_SHARE = Decimal(2) / Decimal(3)
_AHEAD = Decimal("0.2")
_LIVELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TeamGap:
    """The open value that a team lacks to the coverage target, over the reps whose coverage is known.

    `gap` is None when nobody's is known; `off` are the names of those whose coverage can't be judged.
    """

    gap: Decimal | None
    short: int
    known: int
    off: tuple[str, ...]


def team_gap(figures: Sequence[RepCoverage]) -> TeamGap:
    """Add up what each rep lacks; nobody's surplus fills another's gap, since deals don't change hands."""
    known = [one.coverage for one in figures if one.coverage.status is not CoverageStatus.OFF]
    gaps = [one.gap for one in known if one.gap]
    return TeamGap(
        gap=sum(gaps, Decimal(0)) if known else None,
        short=len(gaps),
        known=len(known),
        off=tuple(one.rep.name for one in figures if one.coverage.status is CoverageStatus.OFF),
    )


@dataclass(frozen=True, slots=True)
class Traits:
    """What is looked at of one deal; `proven` tells whether a criterion is evidenced above `claimed`."""

    deal: Deal
    proven: bool | None = None


@dataclass(frozen=True, slots=True)
class SharedTrait:
    """One thing that most advancing deals have and the others less often, with both counts."""

    words: str
    advancing: int
    of_advancing: int
    others: int
    of_others: int


@dataclass(frozen=True, slots=True)
class InCommon:
    """What the advancing deals share, or the `reason` why that can't be said. `off` names the unknown."""

    advancing: int
    shared: tuple[SharedTrait, ...] = ()
    reason: str | None = None
    off: tuple[str, ...] = ()


_Has = Callable[[Traits, date, Days], bool]
_TRAITS: Mapping[str, tuple[frozenset[DataField], _Has]] = MappingProxyType(
    {
        "two or more contacts": (
            frozenset({DataField.CONTACTS}),
            lambda one, _today, _days: (one.deal.contact_count or 0) > 1,
        ),
        "a next step with a date ahead": (
            frozenset({DataField.NEXT_STEPS}),
            lambda one, today, _days: (
                one.deal.next_step is not None
                and one.deal.next_step.due_on is not None
                and one.deal.next_step.due_on >= today
            ),
        ),
        "an activity in the last 7 days": (
            frozenset({DataField.ACTIVITIES}),
            lambda one, today, days: (
                one.deal.last_activity_at is not None
                and today - days.of_crm(one.deal.last_activity_at) <= _LIVELY
            ),
        ),
        "a close date that was never pushed": (
            frozenset({DataField.CLOSE_DATES, DataField.VALUE_HISTORY}),
            lambda one, _today, _days: one.deal.close_date_pushes == 0,
        ),
        "evidence beyond the rep's own words": (frozenset(), lambda one, _today, _days: bool(one.proven)),
    }
)
_EVIDENCE = "evidence beyond the rep's own words"


def in_common(
    advancing: Sequence[Traits],
    others: Sequence[Traits],
    *,
    today: date,
    days: Days,
    held: frozenset[DataField],
) -> InCommon:
    """Return what at least two thirds of the advancing deals have, and a fifth more of them than the others.

    Counts, no causes: with fewer than three advancing deals, or no others, nothing is said.
    """
    if len(advancing) < LEAST_DEALS or not others:
        return InCommon(len(advancing), reason="too few to say")
    off: list[str] = []
    shared: list[SharedTrait] = []
    for words, (needs, has) in _TRAITS.items():
        unknown = needs - held or (words == _EVIDENCE and all(one.proven is None for one in advancing))
        if unknown:
            off.append(words)
            continue
        yes, no = (sum(has(one, today, days) for one in group) for group in (advancing, others))
        share, other = Decimal(yes) / len(advancing), Decimal(no) / len(others)
        if share >= _SHARE and share - other >= _AHEAD:
            shared.append(SharedTrait(words, yes, len(advancing), no, len(others)))
    reason = None if shared else "nothing we can see: the team's other open deals have the same just as often"
    return InCommon(len(advancing), tuple(shared), reason, tuple(off))
