"""On which day a moment of the CRM lies for a person, and where a quarter begins and ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import Period
from bot.domain.days import BARE_DATE_AT, Days
from tests.unit.domain.samples import at

# From one end of the day to the other; clocks change in most of them, on different days.
ZONES = [
    "Pacific/Pago_Pago",
    "America/Los_Angeles",
    "America/Santiago",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
]


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_a_bare_date_is_the_same_day_for_everybody(source: str, reader: str, day: date) -> None:
    told = datetime.combine(day, BARE_DATE_AT, ZoneInfo(source))

    assert Days(reader, source).of_crm(told) == day


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 11, 13, 23])
def test_a_moment_lies_on_the_day_it_is_where_the_person_is(zone: str, hour: int) -> None:
    days = Days(zone, "Europe/Berlin")
    moment = datetime.combine(date(2026, 10, 25), time(hour, 30), ZoneInfo(zone))

    assert (days.local(moment), days.of_crm(moment)) == (date(2026, 10, 25), date(2026, 10, 25))


def test_now_is_no_date_of_the_crm() -> None:
    noon = at("America/Los_Angeles", 2026, 10, 5, 12)

    assert Days("Australia/Sydney", "America/Los_Angeles").local(noon) == date(2026, 10, 6)


def test_a_quarter_lasts_from_midnight_to_midnight_though_the_clocks_change_in_it() -> None:
    since, until = Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026").moments("Europe/Berlin")

    assert (since, until) == (at("UTC", 2026, 9, 30, 22), at("UTC", 2026, 12, 31, 23))
    assert until - since == timedelta(days=92, hours=1)
