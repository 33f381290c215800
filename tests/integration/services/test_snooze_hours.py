"""A reminder never rings at night or on a day off."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.snooze import Snooze, snooze
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, owed_to

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("snoozed_at", "rings_at"),
    [
        (datetime(2026, 10, 5, 15, 30, tzinfo=BERLIN), datetime(2026, 10, 5, 18, 30, tzinfo=BERLIN)),
        (datetime(2026, 10, 5, 18, 0, tzinfo=BERLIN), datetime(2026, 10, 6, 8, 0, tzinfo=BERLIN)),
        (datetime(2026, 10, 5, 23, 30, tzinfo=BERLIN), datetime(2026, 10, 6, 8, 0, tzinfo=BERLIN)),
        (datetime(2026, 10, 9, 18, 0, tzinfo=BERLIN), datetime(2026, 10, 12, 8, 0, tzinfo=BERLIN)),
    ],
    ids=["by day", "into the evening", "past midnight", "into the weekend"],
)
def test_three_hours_end_within_working_hours(
    fired: Store, jobs: RecordedJobs, snoozed_at: datetime, rings_at: datetime
) -> None:
    command = Snooze("UMIA", owed_to(fired, "rob").id, "three_hours")

    until, _zone = snooze(fired, jobs, command, snoozed_at.astimezone(MONDAY.tzinfo))

    assert until == rings_at


def test_on_a_day_off_it_waits_for_the_next_that_is_worked(fired: Store, jobs: RecordedJobs) -> None:
    with fired.writing() as uow:
        uow.people.add_time_off("mia", MONDAY.date(), MONDAY.date() + timedelta(days=1), "")

    until, _zone = snooze(fired, jobs, Snooze("UMIA", owed_to(fired, "rob").id, "hour"), MONDAY)

    assert until == datetime(2026, 10, 7, 8, 0, tzinfo=BERLIN)
