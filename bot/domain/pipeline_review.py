"""Which deals a pipeline review looks at: value times risk, early and late stage, spread over the reps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from statistics import median

from bot.domain.days import Days
from bot.domain.flags import Flag, FlagKind, closes_soon, flag_risk, usual_amount, value_at_stake
from bot.domain.pipeline import Deal, Stage
from bot.domain.wording import count_of, short_date

_EARLY = frozenset({Stage.QUALIFIED, Stage.DISCOVERY})
# A deal without a flag is at some risk too: without this its value would count for nothing.
_BASE_RISK = 0.2
# Fewer ages than this say nothing of what is usual in a stage.
_LEAST_AGES = 3
_MOST_FLAGS_NAMED = 2


class Band(StrEnum):
    """The half of the pipeline a deal stands in."""

    EARLY = "early"
    LATE = "late"


def band_of(stage: Stage) -> Band:
    """Return the half of the pipeline that a stage belongs to."""
    return Band.EARLY if stage in _EARLY else Band.LATE


@dataclass(frozen=True, slots=True)
class PickRules:
    """How many deals are picked; at most `per_rep` of one rep, at least `of_each_band` of each half."""

    least: int = 5
    most: int = 10
    per_rep: int = 2
    of_each_band: int = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open deal that could be looked at. `inspected` questions were asked, `answered` of them for good.

    What was rejected or lacks something is no answer here, nor for the flag of an evidence gap. `proposed`:
    its demotion is, and a review decides that.
    """

    deal: Deal
    flags: tuple[Flag, ...] = ()
    inspected: int = 0
    answered: int = 0
    proposed: bool = False

    @property
    def evidence_gap(self) -> float:
        """The share of the questions asked that is open; 0 where none was asked."""
        return 1 - self.answered / self.inspected if self.inspected else 0.0


@dataclass(frozen=True, slots=True)
class Pick:
    """A deal picked, with its weight (for ranking alone) and the reason in words."""

    deal_id: str
    rep_id: str
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Ranked:
    candidate: Candidate
    weight: float
    reason: str

    @property
    def rep_id(self) -> str:
        return self.candidate.deal.owner_id

    @property
    def band(self) -> Band:
        return band_of(self.candidate.deal.stage)


@dataclass(frozen=True, slots=True)
class _Age:
    """A deal's days in its stage, None where unknown, and the team's median there, 0 where unknown."""

    days: int | None
    usual: float

    @property
    def excess(self) -> float:
        """By what share of it the usual is exceeded, at most 1."""
        if self.days is None or self.usual <= 0:
            return 0.0
        return min(1.0, max(0.0, (self.days - self.usual) / self.usual))


def pick_deals(
    candidates: Sequence[Candidate], *, today: date, days: Days, rules: PickRules | None = None
) -> tuple[Pick, ...]:
    """Return the deals to look at, the weightiest first; the same for the same deals in whatever order.

    weight = value x risk; risk = 0.2 + flags + stage age + evidence gap. `flags` is what the health check
    ranks by, so that both name the same deals. `stage age` is how far a deal's days in its stage exceed the
    team's median there, as a share of it, at most 1: what stays twice as long as its like rarely moves by
    itself. `evidence gap` is the share of its questions open. What is proposed for demotion comes first: the
    review is to decide it. Then each rep's first deal comes before any second one, since a review is of a
    team; a third only where too few would be left.
    """
    chosen_rules = rules or PickRules()
    ranked = _rank(candidates, today, days)
    proposed = [one for one in ranked if one.candidate.proposed]
    # Each rep has a place, and what is proposed one beyond its rep's first.
    places = len({one.rep_id for one in ranked}) + len(proposed) - len({one.rep_id for one in proposed})
    wanted = min(chosen_rules.most, max(chosen_rules.least, places))
    chosen = _spread(ranked, wanted, chosen_rules.per_rep)
    for one in _spread(ranked, len(ranked), len(ranked)):
        if len(chosen) >= min(wanted, chosen_rules.least):
            break
        if one not in chosen:
            chosen.append(one)
    balanced = _balance(chosen, ranked, chosen_rules.of_each_band)
    in_order = sorted(balanced, key=_order)
    return tuple(
        Pick(one.candidate.deal.id, one.rep_id, round(one.weight, 2), one.reason) for one in in_order
    )


def ranked_deals(candidates: Sequence[Candidate], *, today: date, days: Days) -> tuple[Pick, ...]:
    """Return every candidate as it would be picked, the weightiest first: what can be swapped in."""
    return tuple(
        Pick(one.candidate.deal.id, one.rep_id, round(one.weight, 2), one.reason)
        for one in _rank(candidates, today, days)
    )


def _order(one: _Ranked) -> tuple[bool, float, str]:
    return not one.candidate.proposed, -one.weight, one.candidate.deal.id


def _rank(candidates: Sequence[Candidate], today: date, days: Days) -> list[_Ranked]:
    open_ones = [one for one in candidates if one.deal.stage.is_open]
    usual = usual_amount(one.deal for one in open_ones)
    ages = usual_ages([one.deal for one in open_ones], today, days)
    ranked = []
    for one in open_ones:
        age = _Age(days_in_stage(one.deal, today, days), ages.get(one.deal.stage, 0.0))
        weight = value_at_stake(one.deal, usual, today) * _risk(one, age)
        ranked.append(_Ranked(one, weight, _reason(one, age, today)))
    return sorted(ranked, key=_order)


def _risk(one: Candidate, age: _Age) -> float:
    return _BASE_RISK + flag_risk(_signals(one)) + age.excess + one.evidence_gap


def _signals(one: Candidate) -> list[Flag]:
    """Return the flags without the one that says what `evidence_gap` counts: it would weigh twice."""
    return [flag for flag in one.flags if flag.kind is not FlagKind.EVIDENCE_GAP]


def days_in_stage(deal: Deal, today: date, days: Days) -> int | None:
    """Return for how many days, as the reader counts them, a deal has stood in its stage; None: unknown."""
    entered = deal.entered_stage_at
    return None if entered is None else (today - days.of_crm(entered)).days


def usual_ages(deals: Sequence[Deal], today: date, days: Days) -> dict[Stage, float]:
    """Return the median days in each stage over these deals; stages with fewer than three are absent."""
    known: dict[Stage, list[int]] = defaultdict(list)
    for deal in deals:
        if (age := days_in_stage(deal, today, days)) is not None:
            known[deal.stage].append(age)
    return {stage: float(median(ages)) for stage, ages in known.items() if len(ages) >= _LEAST_AGES}


def _reason(one: Candidate, age: _Age, today: date) -> str:
    deal = one.deal
    said = ["proposed for demotion"] if one.proposed else []
    said += [flag.words(today) for flag in _weightiest(_signals(one))]
    if age.days is not None and age.excess > 0:
        said.append(f"{count_of(age.days, 'day')} in {deal.stage.value}, usual here {age.usual:.0f}")
    if one.evidence_gap:
        said.append(f"{one.inspected - one.answered} of {one.inspected} questions open")
    if closes_soon(deal, today) and deal.close_date is not None and deal.close_date >= today:
        said.append(f"to close on {short_date(deal.close_date, today)}")
    return "; ".join(said) or "only its value counts, nothing speaks against it"


def _weightiest(flags: Sequence[Flag]) -> list[Flag]:
    # The kinds' own order breaks ties, so that the same deal always says the same.
    return sorted(flags, key=lambda flag: -flag_risk([flag]))[:_MOST_FLAGS_NAMED]


def _spread(ranked: Sequence[_Ranked], wanted: int, per_rep: int) -> list[_Ranked]:
    """Take what is proposed for demotion, then the first deal of each rep, and so on up to `per_rep`."""
    turns: dict[str, int] = defaultdict(int)
    placed = []
    for one in ranked:
        placed.append((-1 if one.candidate.proposed else turns[one.rep_id], one))
        turns[one.rep_id] += 1
    placed.sort(key=lambda pair: (pair[0], *_order(pair[1])))
    return [one for turn, one in placed if turn < per_rep][:wanted]


def _balance(chosen: Sequence[_Ranked], ranked: Sequence[_Ranked], of_each: int) -> list[_Ranked]:
    """Bring in deals of a half of the pipeline that is hardly looked at, for the lightest of the other."""
    kept = list(chosen)
    for band in Band:
        inside = {one.candidate.deal.id for one in kept}
        spare = [one for one in ranked if one.band is band and one.candidate.deal.id not in inside]
        while spare and sum(one.band is band for one in kept) < of_each:
            incoming = spare.pop(0)
            others = [one for one in kept if one.band is not band]
            movable = [one for one in others if not one.candidate.proposed]
            if len(others) <= of_each or not movable:
                break
            # Of the same rep if there is one, so that the spread over the reps stays.
            leaving = max(movable, key=lambda one: (one.rep_id == incoming.rep_id, *_order(one)))
            kept[kept.index(leaving)] = replace(
                incoming, reason=f"{incoming.reason}; here so that the {band.value} stages are looked at too"
            )
    return kept
