"""Where the clocks change, either way, by an hour or by half, at two or at midnight: a day fires once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.cadence_fires import record_due_fires, start_cadences
from bot.store.unit_of_work import Store
from tests.integration.services.company import SUNDAY, RecordedJobs, every


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("America/Santiago", date(2026, 4, 5)),
        ("America/Santiago", date(2026, 9, 6)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
    ],
)
def test_whichever_way_the_clocks_change_it_fires_each_day_at_nine(
    company: Store, jobs: RecordedJobs, zone: str, change: date
) -> None:
    every_day(company, zone)
    local = ZoneInfo(zone)
    first = datetime.combine(change - timedelta(days=2), time(), tzinfo=local).astimezone(UTC)
    start_cadences(company, first)

    for quarter in range(5 * 24 * 4):
        record_due_fires(company, jobs, first + quarter * timedelta(minutes=15))

    found = [
        one
        for one in every(company, "cadence_fires").values()
        if (one["cadence"], one["zone"]) == ("health_check", zone)
    ]
    starts = sorted(one["starts_at"].astimezone(local) for one in found)
    assert [at.date() for at in starts] == [change + timedelta(days=day) for day in (-2, -1, 0, 1, 2)]
    assert {at.time() for at in starts} == {time(9)}
    assert not any(one["late"] for one in found)


def every_day(store: Store, zone: str) -> None:
    """The health check comes every day, and Mia lives there."""
    with store.writing() as uow:
        mia = uow.people.get("mia")
        assert mia is not None
        uow.people.save(replace(mia, time_zone=zone), "crm", "crm-mia")
        row = uow.settings.current("cadences")
        assert row is not None
        check = {**row.value["health_check"], "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
        uow.settings.put("cadences", {**row.value, "health_check": check}, None, SUNDAY)
