"""How a rep's coverage, conversion and velocity are said: one line each, and never one without the others."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversion import Conversion, Velocity
from bot.domain.coverage import Coverage, CoverageStatus
from bot.domain.health_check import RepCoverage
from bot.slack.views.text import escape, escaped, money, percent, ratio

STAGE_NAMES = {
    "qualified": "Qualified",
    "discovery": "Discovery",
    "proposal": "Proposal",
    "negotiation": "Negotiation",
    "closed_won": "Won",
    "closed_lost": "Lost",
}


def rep_figures(figure: RepCoverage, currency: str, *, fell: bool = False) -> str:
    """Return a rep's figures as mrkdwn lines: coverage, conversion and velocity, what is left out."""
    return f"*{escaped(figure.rep.name)}* · {_figures(figure, currency, fell=fell)}"


def team_figures(
    reps: Sequence[RepCoverage], currency: str, fallen: frozenset[str] = frozenset()
) -> list[str]:
    """Return the figures of several reps; those whose coverage is off in the very same words share one text.

    Where a CRM holds no quotas or amounts, that is everybody: said six times, it would hide the deals below.
    """
    names: dict[tuple[str, str], list[str]] = {}
    for figure in reps:
        words = _figures(figure, currency, fell=figure.rep.id in fallen)
        off = figure.coverage.status is CoverageStatus.OFF
        names.setdefault((words, "" if off else figure.rep.id), []).append(f"*{escaped(figure.rep.name)}*")
    return [f"{', '.join(who)} · {words}" for (words, _), who in names.items()]


def _figures(figure: RepCoverage, currency: str, *, fell: bool) -> str:
    down = " · _down on the quarter before_" if fell else ""
    lines = [
        coverage_words(figure.coverage, currency),
        f"{conversion_words(figure.conversion)}{down} · {velocity_words(figure.velocity, currency)}",
    ]
    if figure.coverage.parts:
        lines.append(f"_Left out: {escape('; '.join(figure.coverage.parts))}_")
    return "\n".join(lines)


def coverage_words(coverage: Coverage, currency: str) -> str:
    """Say coverage with what it is made of."""
    if coverage.ratio is None or coverage.remaining is None or coverage.open_value is None:
        return f"coverage {escape(coverage.reason)}"
    mark = " · *graveyard*" if coverage.status is CoverageStatus.GRAVEYARD else ""
    made_of = f"{money(coverage.open_value, currency)} open ÷ {money(coverage.remaining, currency)} to go"
    gap = f", {money(coverage.gap, currency)} short" if coverage.gap else ""
    # The cohort stands in the line below, with its figures.
    detail = "\n_Enough pipeline on paper, but too few deals move on_" if mark else ""
    return f"coverage *{ratio(coverage.ratio)}*{mark} ({made_of}{gap}){detail}"


def conversion_words(conversion: Conversion) -> str:
    """Say a stage conversion with its cohort."""
    steps = f"{STAGE_NAMES[conversion.stage]} → {STAGE_NAMES[conversion.next_stage]}"
    if conversion.rate is None:
        return f"{steps} off: {escape(conversion.reason or 'not enough data')}"
    young = f", {conversion.too_young} too young" if conversion.too_young else ""
    return f"{steps} *{percent(conversion.rate)}* ({conversion.advanced} of {conversion.entered}{young})"


def velocity_words(velocity: Velocity, currency: str) -> str:
    """Say velocity, or why it is off."""
    if velocity.per_day is None:
        return f"velocity off: {escape(velocity.reason or 'not enough data')}"
    parts = f" _({escape('; '.join(velocity.parts))})_" if velocity.parts else ""
    return f"velocity *{money(velocity.per_day, currency)}* a day{parts}"
