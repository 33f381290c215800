from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import (
    Cadence,
    fiscal_quarter,
    is_late,
    latest_occurrence,
    next_occurrence,
    occurrences,
    working_deadline,
)
from bot.domain.calendar import TimeOff, WorkCalendar

HEALTH_CHECK = Cadence("health_check", frozenset({0}), time(9), time(18))
DAILY = Cadence("daily", frozenset(range(7)), time(4), time(23, 30))
ZONES = ["Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe"]


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "starts_at", "due_at"),
    [
        ("Europe/Berlin", date(2026, 10, 19), utc(2026, 10, 19, 7), utc(2026, 10, 19, 16)),
        ("Europe/Berlin", date(2026, 10, 26), utc(2026, 10, 26, 8), utc(2026, 10, 26, 17)),
        ("Europe/Berlin", date(2026, 3, 23), utc(2026, 3, 23, 8), utc(2026, 3, 23, 17)),
        ("Europe/Berlin", date(2026, 3, 30), utc(2026, 3, 30, 7), utc(2026, 3, 30, 16)),
        ("America/New_York", date(2026, 3, 2), utc(2026, 3, 2, 14), utc(2026, 3, 2, 23)),
        ("America/New_York", date(2026, 3, 9), utc(2026, 3, 9, 13), utc(2026, 3, 9, 22)),
        ("America/New_York", date(2026, 10, 26), utc(2026, 10, 26, 13), utc(2026, 10, 26, 22)),
        ("America/New_York", date(2026, 11, 2), utc(2026, 11, 2, 14), utc(2026, 11, 2, 23)),
        ("America/Santiago", date(2026, 3, 30), utc(2026, 3, 30, 12), utc(2026, 3, 30, 21)),
        ("America/Santiago", date(2026, 4, 6), utc(2026, 4, 6, 13), utc(2026, 4, 6, 22)),
        ("America/Santiago", date(2026, 8, 31), utc(2026, 8, 31, 13), utc(2026, 8, 31, 22)),
        ("America/Santiago", date(2026, 9, 7), utc(2026, 9, 7, 12), utc(2026, 9, 7, 21)),
        ("Australia/Lord_Howe", date(2026, 3, 30), utc(2026, 3, 29, 22), utc(2026, 3, 30, 7)),
        ("Australia/Lord_Howe", date(2026, 4, 6), utc(2026, 4, 5, 22, 30), utc(2026, 4, 6, 7, 30)),
        ("Australia/Lord_Howe", date(2026, 9, 28), utc(2026, 9, 27, 22, 30), utc(2026, 9, 28, 7, 30)),
        ("Australia/Lord_Howe", date(2026, 10, 5), utc(2026, 10, 4, 22), utc(2026, 10, 5, 7)),
    ],
)
def test_keeps_local_time_across_the_change_of_clocks(
    zone: str, day: date, starts_at: datetime, due_at: datetime
) -> None:
    occurrence = HEALTH_CHECK.occurrence(day, zone)
    assert (occurrence.starts_at, occurrence.due_at) == (starts_at, due_at)
    assert (occurrence.cadence, occurrence.zone, occurrence.local_date) == ("health_check", zone, day)


@pytest.mark.parametrize("zone", ZONES)
def test_comes_once_a_local_day_all_year_at_its_local_time(zone: str) -> None:
    # Midnight changes (Santiago), half-hour changes (Lord Howe): 365 days, none lost, none doubled.
    start = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    found = occurrences(
        DAILY, zone, after=start.astimezone(UTC), until=datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))
    )
    assert [o.local_date for o in found] == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert {o.starts_at.astimezone(ZoneInfo(zone)).time() for o in found} == {time(4)}
    assert {o.due_at.astimezone(ZoneInfo(zone)).time() for o in found if o.due_at} == {time(23, 30)}


@pytest.mark.parametrize(
    ("at", "due", "says"),
    [
        (time(0), None, "00:00 is between 00:00 and 03:59, where clocks change"),
        (time(2, 30), None, "comes twice or never"),
        (time(3, 59), None, "Choose 04:00 or later"),
        (time(18), time(9), "not after its start"),
        (time(9), time(9), "not after its start"),
        (time(9, tzinfo=UTC), None, "names a zone"),
    ],
)
def test_refuses_times_that_cannot_work(at: time, due: time | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Cadence("health_check", frozenset({0}), at, due)


@pytest.mark.parametrize("days", [frozenset[int](), frozenset({7}), frozenset({-1, 0})])
def test_refuses_days_that_do_not_exist(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="days must be some of 0"):
        Cadence("health_check", days, time(9))


def test_without_a_due_time_nothing_is_due() -> None:
    assert Cadence("digest", frozenset({0}), time(4)).occurrence(date(2026, 10, 5), "UTC").due_at is None


def test_the_start_itself_belongs_to_until_and_not_to_after() -> None:
    nine = utc(2026, 10, 5, 7)
    berlin = "Europe/Berlin"
    before = nine - timedelta(microseconds=1)
    assert latest_occurrence(HEALTH_CHECK, berlin, after=before, until=before) is None
    assert latest_occurrence(HEALTH_CHECK, berlin, after=nine, until=nine + timedelta(days=6)) is None
    found = latest_occurrence(HEALTH_CHECK, berlin, after=before, until=nine)
    assert found is not None
    assert found.starts_at == nine
    assert next_occurrence(HEALTH_CHECK, berlin, before).starts_at == nine
    assert next_occurrence(HEALTH_CHECK, berlin, nine).local_date == date(2026, 10, 12)


def test_weeks_of_downtime_become_one_occurrence() -> None:
    found = latest_occurrence(
        HEALTH_CHECK, "Europe/Berlin", after=utc(2026, 8, 1), until=utc(2026, 10, 8, 12)
    )
    assert found == HEALTH_CHECK.occurrence(date(2026, 10, 5), "Europe/Berlin")


@given(
    after_hours=st.integers(0, 24 * 700),
    hours=st.integers(0, 24 * 40),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    zone=st.sampled_from([*ZONES, "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
)
def test_latest_and_next_agree_with_the_list(
    after_hours: int, hours: int, days: frozenset[int], zone: str
) -> None:
    cadence = Cadence("any", days, time(9))
    after = utc(2026, 1, 1) + timedelta(hours=after_hours)
    until = after + timedelta(hours=hours)
    found = occurrences(cadence, zone, after=after, until=until)
    assert latest_occurrence(cadence, zone, after=after, until=until) == (found[-1] if found else None)
    following = next_occurrence(cadence, zone, after)
    assert following.starts_at > after
    assert (found[0] == following) if found else (following.starts_at > until)


def test_ten_minutes_are_not_late() -> None:
    occurrence = HEALTH_CHECK.occurrence(date(2026, 10, 5), "Europe/Berlin")
    assert not is_late(occurrence, occurrence.starts_at + timedelta(minutes=10))
    assert is_late(occurrence, occurrence.starts_at + timedelta(minutes=10, microseconds=1))


@pytest.mark.parametrize(
    ("now", "working_days", "expected"),
    [
        (utc(2026, 10, 1, 10), 3, utc(2026, 10, 6, 16)),
        (utc(2026, 10, 3, 10), 1, utc(2026, 10, 5, 16)),
        (utc(2026, 10, 23, 10), 1, utc(2026, 10, 26, 17)),
        (utc(2026, 10, 5, 7), 0, utc(2026, 10, 5, 16)),
        (utc(2026, 10, 5, 16), 0, utc(2026, 10, 6, 16)),
        # It is already Friday in Berlin, though not in UTC.
        (utc(2026, 10, 1, 22, 30), 1, utc(2026, 10, 5, 16)),
    ],
)
def test_deadline_lies_so_many_working_days_ahead(
    now: datetime, working_days: int, expected: datetime
) -> None:
    calendar = WorkCalendar("DE")
    assert working_deadline(now, "Europe/Berlin", calendar, working_days, time(18)) == expected


def test_deadline_waits_for_the_end_of_time_off() -> None:
    calendar = WorkCalendar(None, [TimeOff("per_1", date(2026, 10, 6), date(2026, 10, 16), "")])
    assert working_deadline(utc(2026, 10, 5, 7), "UTC", calendar, 1, time(18)) == utc(2026, 10, 19, 18)


@pytest.mark.parametrize(
    ("day", "first_month", "start", "end", "label"),
    [
        (date(2026, 10, 5), 1, date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
        (date(2026, 1, 1), 1, date(2026, 1, 1), date(2026, 3, 31), "Q1 2026"),
        (date(2026, 10, 5), 2, date(2026, 8, 1), date(2026, 10, 31), "Q3 FY2027"),
        (date(2027, 1, 31), 2, date(2026, 11, 1), date(2027, 1, 31), "Q4 FY2027"),
        (date(2027, 2, 1), 2, date(2027, 2, 1), date(2027, 4, 30), "Q1 FY2028"),
        (date(2028, 2, 29), 12, date(2027, 12, 1), date(2028, 2, 29), "Q1 FY2028"),
        (date(2026, 4, 1), 4, date(2026, 4, 1), date(2026, 6, 30), "Q1 FY2027"),
    ],
)
def test_fiscal_quarter(day: date, first_month: int, start: date, end: date, label: str) -> None:
    quarter = fiscal_quarter(day, first_month)
    assert (quarter.start, quarter.end, quarter.label) == (start, end, label)
    assert start in quarter
    assert end in quarter
    assert end + timedelta(days=1) not in quarter


@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), first_month=st.integers(1, 12))
def test_quarters_join_without_gap_or_overlap(day: date, first_month: int) -> None:
    quarter = fiscal_quarter(day, first_month)
    assert day in quarter
    assert (quarter.start.month - first_month) % 3 == 0
    following = fiscal_quarter(quarter.end + timedelta(days=1), first_month)
    assert following.start == quarter.end + timedelta(days=1)


def test_a_fiscal_year_begins_in_a_month() -> None:
    with pytest.raises(ValueError, match="from 1 to 12, not 13"):
        fiscal_quarter(date(2026, 10, 5), 13)
