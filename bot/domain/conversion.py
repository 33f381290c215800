"""How deals move: stage conversion in cohorts, win rate, deal size, cycle length and velocity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from bot.domain.pipeline import Deal, Stage, StageMove
from bot.domain.wording import count_of

_SECONDS_A_DAY = Decimal(86400)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Of the deals that entered a stage in a window, how many came to the next one.

    `entered` are those counted, `too_young` those left out: still in the stage for less than its median time.
    `rate` is a share from 0 to 1; None with its `reason` when the moves do not say.
    """

    stage: Stage
    next_stage: Stage
    entered: int
    advanced: int
    too_young: int
    rate: Decimal | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure from closed deals; `counted` deals stand behind it. None with its `reason` when unknown.

    `parts` says which deals could not be counted.
    """

    value: Decimal | None
    counted: int
    reason: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Velocity:
    """Value won per day at the present pace, in the workspace's currency; None has its `reason`."""

    per_day: Decimal | None
    reason: str | None
    open_count: int
    win_rate: Measure
    average_deal_size: Measure
    cycle_length: Measure

    @property
    def parts(self) -> tuple[str, ...]:
        """What the figure leaves out, once each."""
        measures = (self.win_rate, self.average_deal_size, self.cycle_length)
        return tuple(dict.fromkeys(part for measure in measures for part in measure.parts))


def stage_conversion(
    moves: Sequence[StageMove],
    *,
    stage: Stage,
    next_stage: Stage,
    window: tuple[datetime, datetime],
    now: datetime,
    known_stages: frozenset[Stage] = frozenset(Stage),
) -> Conversion:
    """Follow the cohort of deals that entered `stage` with window[0] <= entry < window[1].

    A deal that skipped the next stage for a later one, or was won, has come that far too. A deal that entered
    twice counts once, from its first entry in the window. Moves after `now` are not known yet. `moves` holds
    all moves of the deals, also those outside the window: the median time in the stage rests on them.
    `known_stages` are those the CRM has at all: one that it never tells of can't be converted to.
    """
    if unknown := [one for one in (stage, next_stage) if one not in known_stages]:
        return Conversion(stage, next_stage, 0, 0, 0, None, f"the CRM has no stage for {unknown[0]}")
    by_deal = _moves_by_deal(moves, now)
    stays = [stay for history in by_deal.values() for stay in _finished_stays(history, stage)]
    median_stay = timedelta(seconds=median(stay.total_seconds() for stay in stays)) if stays else None
    entered = advanced = too_young = 0
    for history in by_deal.values():
        first = next((i for i, m in enumerate(history) if m.entered is stage and _within(m.at, window)), None)
        if first is None:
            continue
        if any(move.entered.is_at_or_beyond(next_stage) for move in history[first + 1 :]):
            advanced += 1
        elif history[-1].entered is stage and median_stay is not None and now - history[-1].at < median_stay:
            too_young += 1
            continue
        entered += 1
    rate, reason = _rate(entered, advanced, too_young, stage, known_stay=median_stay is not None)
    return Conversion(stage, next_stage, entered, advanced, too_young, rate, reason)


def _rate(
    entered: int, advanced: int, too_young: int, stage: Stage, *, known_stay: bool
) -> tuple[Decimal | None, str | None]:
    if entered + too_young == 0:
        return None, f"no deal entered {stage} in this time"
    if not known_stay:
        return None, f"no deal has left {stage} yet"
    if entered == 0:
        which = "the only deal" if too_young == 1 else f"all {too_young} deals"
        verb = "is" if too_young == 1 else "are"
        return None, f"{which} that entered {stage} {verb} too young to judge"
    return Decimal(advanced) / Decimal(entered), None


def _moves_by_deal(moves: Sequence[StageMove], now: datetime) -> Mapping[str, list[StageMove]]:
    by_deal: dict[str, list[StageMove]] = defaultdict(list)
    order = list(Stage)
    # Where a CRM dates moves by the day alone, several share a moment: the further stage is then the later.
    for move in sorted(moves, key=lambda move: (move.at, order.index(move.entered))):
        if move.at <= now:
            by_deal[move.deal_id].append(move)
    return by_deal


def _finished_stays(history: Sequence[StageMove], stage: Stage) -> list[timedelta]:
    return [
        after.at - before.at
        for before, after in pairwise(history)
        if before.entered is stage and after.entered is not stage
    ]


def _within(at: datetime, window: tuple[datetime, datetime]) -> bool:
    return window[0] <= at < window[1]


def conversion_fall(
    previous: Conversion, current: Conversion, points: int = 8, least_cohort: int = 5
) -> bool:
    """Tell whether conversion fell by at least so many percentage points.

    False where either is unknown, or rests on fewer deals than `least_cohort`: one deal would make the news.
    """
    if previous.rate is None or current.rate is None:
        return False
    if min(previous.entered, current.entered) < least_cohort:
        return False
    return (previous.rate - current.rate) * 100 >= points


def win_rate(closed: Sequence[Deal]) -> Measure:
    """Return won ÷ closed, from 0 to 1."""
    decided = [deal for deal in closed if not deal.stage.is_open]
    if not decided:
        return Measure(None, 0, "no deal has closed in this time")
    return Measure(Decimal(len(_won(decided))) / Decimal(len(decided)), len(decided))


def average_deal_size(closed: Sequence[Deal]) -> Measure:
    """Return the average amount of the won deals whose amount is known, in the workspace's currency."""
    won = _won(closed)
    amounts = [deal.amount for deal in won if deal.amount is not None]
    if not amounts:
        return Measure(None, 0, "no won deal has an amount" if won else "no deal was won in this time")
    parts = _left_out(len(won) - len(amounts), len(won), "won deal", "no amount")
    return Measure(sum(amounts, Decimal(0)) / len(amounts), len(amounts), parts=parts)


def cycle_length(closed: Sequence[Deal]) -> Measure:
    """Return the average days from creation to close of the won deals that carry both dates."""
    won = _won(closed)
    days = [
        Decimal((deal.closed_at - deal.created_at).total_seconds()) / _SECONDS_A_DAY
        for deal in won
        if deal.closed_at is not None and deal.created_at is not None and deal.closed_at >= deal.created_at
    ]
    if not days:
        return Measure(None, 0, "no won deal has both its dates" if won else "no deal was won in this time")
    parts = _left_out(len(won) - len(days), len(won), "won deal", "no usable dates")
    return Measure(sum(days, Decimal(0)) / len(days), len(days), parts=parts)


def _won(deals: Sequence[Deal]) -> list[Deal]:
    return [deal for deal in deals if deal.stage is Stage.CLOSED_WON]


def _left_out(missing: int, of: int, what: str, lack: str) -> tuple[str, ...]:
    if not missing:
        return ()
    verb = "has" if missing == 1 else "have"
    return (f"{missing} of {count_of(of, what)} {verb} {lack}",)


def velocity(
    open_count: int, win_rate: Decimal | None, average_value: Decimal | None, cycle_days: Decimal | None
) -> Decimal | None:
    """Return deals * win rate * average value / cycle length; None when a part is unknown or 0 days."""
    if win_rate is None or average_value is None or not cycle_days or cycle_days < 0:
        return None
    return open_count * win_rate * average_value / cycle_days


def velocity_of(open_deals: Sequence[Deal], closed: Sequence[Deal]) -> Velocity:
    """Work out velocity and its parts from a person's open deals and those closed in the window."""
    won_share, size, cycle = win_rate(closed), average_deal_size(closed), cycle_length(closed)
    open_count = sum(deal.stage.is_open for deal in open_deals)
    per_day = velocity(open_count, won_share.value, size.value, cycle.value)
    reason = None
    if per_day is None:
        reasons = (won_share.reason, size.reason, cycle.reason)
        reason = next((said for said in reasons if said), "the won deals closed on the day they were created")
    return Velocity(per_day, reason, open_count, won_share, size, cycle)
