from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import NoWorkingDayError, TimeOff, WorkCalendar

FRIDAY = date(2026, 10, 2)
AWAY = TimeOff("per_1", date(2026, 10, 5), date(2026, 10, 7), "parental leave")


@pytest.mark.parametrize(
    ("country", "day", "absence"),
    [
        ("DE", date(2024, 10, 3), "public holiday: German Unity Day"),
        ("US", date(2026, 7, 3), "public holiday: Independence Day (observed)"),
        ("US", date(2027, 12, 31), "public holiday: New Year's Day (observed)"),
        ("us", date(2026, 11, 26), "public holiday: Thanksgiving Day"),
        ("CL", date(2026, 9, 18), "public holiday: Independence Day"),
        ("DE", date(2026, 6, 4), None),
        ("DE-BY", date(2026, 6, 4), "public holiday: Corpus Christi"),
        ("DE-NOWHERE", date(2024, 10, 3), "public holiday: German Unity Day"),
        ("ZZ", date(2026, 12, 25), None),
        (None, date(2026, 12, 25), None),
        (None, date(2026, 10, 3), "weekend"),
        ("IL", date(2026, 8, 7), "weekend"),
        ("IL", date(2026, 8, 9), None),
        ("US", FRIDAY, None),
    ],
)
def test_says_why_nobody_works_that_day(country: str | None, day: date, absence: str | None) -> None:
    assert WorkCalendar(country).absence(day) == absence


def test_names_time_off_before_a_holiday_and_both_its_ends() -> None:
    calendar = WorkCalendar("DE", [TimeOff("per_1", date(2024, 10, 2), date(2024, 10, 3), "moving")])
    assert [calendar.absence(date(2024, 10, day)) for day in (1, 2, 3, 4)] == [
        None,
        "time off: moving",
        "time off: moving",
        None,
    ]


def test_time_off_without_a_reason_is_not_given_one() -> None:
    assert WorkCalendar(None, [TimeOff("per_1", FRIDAY, FRIDAY)]).absence(FRIDAY) == "time off"


@pytest.mark.parametrize(
    ("country", "first", "last", "away"),
    [
        (None, date(2026, 10, 2), date(2026, 10, 4), False),  # a weekend is no absence
        (None, date(2026, 10, 2), date(2026, 10, 5), True),
        (None, date(2026, 10, 7), date(2026, 10, 8), True),
        (None, date(2026, 10, 8), date(2026, 10, 8), False),
        ("DE", date(2026, 12, 24), date(2026, 12, 25), True),
        ("DE", date(2026, 10, 2), date(2026, 10, 3), False),  # German Unity Day on a Saturday
    ],
)
def test_away_is_time_off_or_a_holiday_on_a_day_of_work(
    country: str | None, first: date, last: date, *, away: bool
) -> None:
    assert WorkCalendar(country, [AWAY]).is_away_between(first, last) is away


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, date(2026, 10, 8)),
        (FRIDAY, 3, date(2026, 10, 13)),
        (date(2026, 10, 3), 0, date(2026, 10, 8)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 10, 10), 2, date(2026, 10, 14)),
    ],
)
def test_counts_working_days_over_weekend_holiday_and_time_off(start: date, n: int, expected: date) -> None:
    # Monday to Wednesday away; Monday 12 October is Columbus Day.
    assert WorkCalendar("US", [AWAY]).add_working_days(start, n) == expected


def test_refuses_to_count_backward_or_without_end() -> None:
    always_away = WorkCalendar(None, [TimeOff("per_1", date(2026, 1, 1), date.max)])
    with pytest.raises(ValueError, match="counted forward"):
        WorkCalendar(None).add_working_days(FRIDAY, -1)
    with pytest.raises(NoWorkingDayError, match="after 2026-10-02"):
        always_away.next_working_day(FRIDAY)


# The first look at a country loads its holidays, which is slow once and no fault.
@settings(deadline=None)
@given(
    start=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    n=st.integers(1, 12),
    country=st.sampled_from([None, "DE", "US", "CL", "AU", "IL"]),
)
def test_the_nth_working_day_has_n_working_days_up_to_it(start: date, n: int, country: str | None) -> None:
    calendar = WorkCalendar(country)
    end = calendar.add_working_days(start, n)
    days = [start + timedelta(days=distance) for distance in range(1, (end - start).days + 1)]
    assert calendar.is_working_day(end)
    assert sum(calendar.is_working_day(day) for day in days) == n
