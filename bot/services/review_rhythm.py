"""When the pipeline review comes: its preparation the working day before, itself, the question on Friday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadence import Cadence
from bot.domain.settings import Settings

PIPELINE_PREPARATION = "pipeline_preparation"
PIPELINE_REVIEW = "pipeline_review"
DECISION_FOLLOW_UP = "decision_follow_up"
_DAYS_A_WEEK = 7


def review_cadences(settings: Settings) -> list[Cadence]:
    """Return the three rhythms of the review where it is switched on, the preparation first."""
    chosen = settings.cadences.pipeline_review
    if not chosen.enabled:
        return []
    days = frozenset(day.iso - 1 for day in chosen.days)
    return [
        Cadence(
            PIPELINE_PREPARATION, frozenset(_day_before(day, settings) for day in days), chosen.prepare_at
        ),
        Cadence(PIPELINE_REVIEW, days, chosen.at, chosen.due),
        Cadence(
            DECISION_FOLLOW_UP, frozenset(day.iso - 1 for day in chosen.follow_up_days), chosen.follow_up_at
        ),
    ]


def review_starts_at(settings: Settings, review_on: date, zone: str) -> datetime:
    """Return when a manager's review of a day starts (UTC), reviews switched on or off."""
    at = settings.cadences.pipeline_review.at
    return datetime.combine(review_on, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _day_before(day: int, settings: Settings) -> int:
    """Return the last working day of the workspace before this day of the week (Monday is 0)."""
    worked = {one.iso - 1 for one in settings.cadences.working_days}
    before = ((day - back) % _DAYS_A_WEEK for back in range(1, _DAYS_A_WEEK + 1))
    return next(one for one in before if one in worked)


def review_day_after(settings: Settings, prepared_on: date) -> date:
    """Return the day of the review that a preparation on this day is for: the next one of its days."""
    days = {day.iso - 1 for day in settings.cadences.pipeline_review.days}
    ahead = (prepared_on + timedelta(days=distance) for distance in range(1, _DAYS_A_WEEK + 1))
    return next(day for day in ahead if day.weekday() in days)
