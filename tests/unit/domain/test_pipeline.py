from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.pipeline import Stage
from bot.domain.wording import count_of, listed, short_date, weekday_date
from tests.unit.domain.samples import HEALTHY, days_ago


@pytest.mark.parametrize(
    ("stage", "other", "beyond"),
    [
        (Stage.PROPOSAL, Stage.PROPOSAL, True),
        (Stage.NEGOTIATION, Stage.PROPOSAL, True),
        (Stage.CLOSED_WON, Stage.PROPOSAL, True),
        (Stage.DISCOVERY, Stage.PROPOSAL, False),
        (Stage.CLOSED_LOST, Stage.QUALIFIED, False),
        (Stage.CLOSED_WON, Stage.CLOSED_LOST, False),
        (Stage.CLOSED_LOST, Stage.CLOSED_LOST, True),
    ],
)
def test_how_far_a_deal_has_come(stage: Stage, other: Stage, beyond: bool) -> None:
    assert stage.is_at_or_beyond(other) is beyond


def test_a_deal_moved_when_it_last_changed_or_had_an_activity() -> None:
    def moved(change: int | None, activity: int | None) -> int | None:
        deal = replace(
            HEALTHY,
            last_moved_at=None if change is None else days_ago(change),
            last_activity_at=None if activity is None else days_ago(activity),
        )
        return None if deal.moved_at is None else (days_ago(0) - deal.moved_at).days

    assert [moved(9, 4), moved(4, 9), moved(None, 4), moved(4, None), moved(None, None)] == [4, 4, 4, 4, None]


def test_words_for_dates_and_counts() -> None:
    assert weekday_date(date(2026, 10, 2)) == "Friday 2 Oct"
    assert weekday_date(date(2027, 1, 4), date(2026, 12, 28)) == "Monday 4 Jan 2027"
    assert short_date(date(2026, 1, 31), date(2026, 12, 1)) == "31 Jan"
    assert short_date(date(2025, 1, 31), date(2026, 12, 1)) == "31 Jan 2025"
    assert [count_of(0, "deal"), count_of(1, "deal"), count_of(2, "person", "people")] == [
        "0 deals",
        "1 deal",
        "2 people",
    ]
    assert [listed(["a"], "or"), listed(["a", "b"], "or"), listed(["a", "b", "c"], "or")] == [
        "a",
        "a or b",
        "a, b or c",
    ]
