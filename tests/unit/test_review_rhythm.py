"""When the review comes: prepared the working day before, whatever day an admin puts it on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.domain.settings import Settings, Weekday
from bot.services.review_rhythm import (
    DECISION_FOLLOW_UP,
    PIPELINE_PREPARATION,
    PIPELINE_REVIEW,
    review_cadences,
    review_day_after,
)
from bot.settings_files import load_settings

CONFIG = Path(__file__).parents[2] / "config"


def settings(**chosen: object) -> Settings:
    first = load_settings(CONFIG)
    review = first.cadences.pipeline_review.model_copy(update=chosen)
    return first.model_copy(
        update={"cadences": first.cadences.model_copy(update={"pipeline_review": review})}
    )


def test_on_thursday_with_its_preparation_on_wednesday_and_friday_asking() -> None:
    found = {one.name: (sorted(one.days), f"{one.at:%H:%M}") for one in review_cadences(settings())}

    assert found == {
        PIPELINE_PREPARATION: ([2], "10:00"),
        PIPELINE_REVIEW: ([3], "10:00"),
        DECISION_FOLLOW_UP: ([4], "14:00"),
    }
    assert review_day_after(settings(), date(2026, 10, 7)) == date(2026, 10, 8)
    assert review_day_after(settings(), date(2026, 10, 8)) == date(2026, 10, 15)


@pytest.mark.parametrize(("day", "before"), [(Weekday.MON, 4), (Weekday.TUE, 0), (Weekday.SUN, 4)])
def test_a_preparation_is_never_on_a_day_off(day: Weekday, before: int) -> None:
    chosen = settings(days=(day,))

    assert review_cadences(chosen)[0].days == {before}


def test_switched_off_nothing_comes() -> None:
    assert review_cadences(settings(enabled=False)) == []
