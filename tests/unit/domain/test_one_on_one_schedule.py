"""The schedule of one-on-ones: dates, local times, what is proposed, what is warned about."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.one_on_one_schedule import (
    MOST_A_DAY,
    Slotting,
    clashing,
    dates,
    moment,
    most_a_day,
    propose,
    warnings,
    within_hours,
)
from bot.domain.people import Person, Role

MONDAY = date(2026, 10, 5)
BERLIN = "Europe/Berlin"
HOURS = (time(8, 0), time(19, 0))


def rep(number: int, zone: str = BERLIN) -> Person:
    return Person(f"rep_{number}", f"Rep {number}", frozenset({Role.REP}), "mia", zone)


def at(
    hour: int, weekday: int = 1, every: int = 1, starts_on: date = MONDAY, rep_id: str = "rep_1"
) -> Slotting:
    return Slotting(rep_id, weekday, time(hour, 0), every, starts_on)


@pytest.mark.parametrize(
    ("slotting", "expected"),
    [
        (at(10), ["2026-10-06", "2026-10-13", "2026-10-20", "2026-10-27"]),
        (at(10, every=2), ["2026-10-06", "2026-10-20"]),
        (at(10, every=2, starts_on=date(2026, 10, 12)), ["2026-10-13", "2026-10-27"]),
        (at(10, starts_on=date(2026, 10, 7)), ["2026-10-13", "2026-10-20", "2026-10-27"]),
    ],
)
def test_dates_follow_the_rhythm_and_none_is_before_its_start(
    slotting: Slotting, expected: list[str]
) -> None:
    found = dates(slotting, since=MONDAY, until=MONDAY + timedelta(days=24))
    assert [day.isoformat() for day in found] == expected


@given(
    st.integers(0, 6),
    st.sampled_from((1, 2)),
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.integers(0, 90),
)
def test_looking_from_a_later_day_finds_the_same_dates(
    weekday: int, every: int, starts_on: date, days: int
) -> None:
    slotting = at(10, weekday, every, starts_on)
    until = starts_on + timedelta(days=120)
    since = starts_on + timedelta(days=days)
    every_date = dates(slotting, since=starts_on, until=until)
    assert dates(slotting, since=since, until=until) == [day for day in every_date if day >= since]
    assert {day.weekday() for day in every_date} == {weekday}
    assert {(b - a).days for a, b in itertools.pairwise(every_date)} <= {7 * every}


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(4, 23))
def test_ten_oclock_stays_ten_oclock_when_the_clocks_change(day: date, hour: int) -> None:
    for zone in (BERLIN, "America/New_York", "Asia/Kolkata"):
        local = moment(day, time(hour, 0), zone).astimezone(ZoneInfo(zone))
        assert (local.date(), local.time()) == (day, time(hour, 0))


def test_the_moment_moves_with_the_clocks() -> None:
    assert moment(date(2026, 10, 20), time(10, 0), BERLIN) == datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
    assert moment(date(2026, 10, 27), time(10, 0), BERLIN) == datetime(2026, 10, 27, 9, 0, tzinfo=UTC)


@given(st.integers(1, 30))
def test_a_proposal_has_a_slot_for_every_rep_and_none_at_the_same_time(count: int) -> None:
    reps = [rep(number) for number in range(count)]
    proposed = propose(reps, zone=BERLIN, today=MONDAY, hours=HOURS)
    assert [one.rep_id for one in proposed] == [one.id for one in reps]
    assert {one.every_weeks for one in proposed} == {1 if count <= 6 else 2}
    assert clashing(proposed) is None
    assert {one.weekday for one in proposed} <= {1, 2, 3, 4}
    if count <= 24:
        assert max(most_a_day(proposed).values()) <= MOST_A_DAY
        assert warnings(proposed, {one.id: one for one in reps}, BERLIN, HOURS) == []


def test_a_proposal_keeps_what_runs_and_counts_it() -> None:
    kept = at(16, weekday=4, rep_id="rep_0")
    proposed = propose([rep(0), rep(1)], zone=BERLIN, today=MONDAY, hours=HOURS, kept=[kept])
    assert proposed[0] is kept


def test_a_proposal_falls_into_the_reps_hours_where_it_can() -> None:
    new_york, berlin = rep(0, "America/New_York"), rep(1)
    proposed = propose([new_york, berlin], zone=BERLIN, today=MONDAY, hours=HOURS)
    assert within_hours(proposed[0], new_york, BERLIN, HOURS)
    assert proposed[0].at >= time(14, 0)
    assert proposed[1].at == time(11, 0)


def test_four_a_day_and_a_slot_at_night_are_warned_about() -> None:
    slottings = [at(9 + number, rep_id=f"rep_{number}") for number in range(4)]
    people = {f"rep_{number}": rep(number) for number in range(4)}
    people["rep_0"] = rep(0, "America/New_York")
    assert warnings(slottings, people, BERLIN, HOURS) == [
        "Tuesday has 4 one-on-ones: more than 3 a day leaves no time to prepare.",
        "For Rep 0, Tuesday 09:00 is outside working hours.",
    ]


def test_two_of_every_two_weeks_may_alternate_at_one_time() -> None:
    this_week, next_week = at(10, every=2), at(10, every=2, starts_on=date(2026, 10, 12), rep_id="rep_2")
    assert clashing([this_week, next_week]) is None
    assert most_a_day([this_week, next_week]) == {1: 1}
    assert clashing([this_week, at(10, rep_id="rep_2")]) is not None


@pytest.mark.parametrize(("weekday", "every", "minutes"), [(7, 1, 30), (1, 3, 30), (1, 1, 0)])
def test_a_rhythm_that_can_not_be_is_not_built(weekday: int, every: int, minutes: int) -> None:
    with pytest.raises(ValueError, match="no such rhythm"):
        Slotting("rep_1", weekday, time(10, 0), every, MONDAY, minutes)
