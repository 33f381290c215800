"""Several schedulers at once, one killed in its transaction, one late: a cadence fires once all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.services.cadence_fires import start_cadences
from tests.forks import Forked
from tests.integration.jobs.conftest import Workshop
from tests.integration.jobs.fleet import wait_for
from tests.integration.jobs.scheduler_process import wake
from tests.integration.services.company import MONDAY, SUNDAY, every, set_up

HOUR = timedelta(hours=1)


@dataclass
class Schedulers:
    """Starts processes on one database, each to wake once; what is left of them is killed at the end."""

    url: str
    amid: Path
    stack: ExitStack

    def wake(self, now: datetime, amid: Path | None = None) -> Forked:
        process = Forked(self.amid.with_suffix(".log"), wake, self.url, now, amid)
        self.stack.callback(process.ends_within, 30)
        self.stack.callback(process.kill)
        return process

    def wake_and_get_stuck(self, now: datetime) -> Forked:
        process = self.wake(now, self.amid)
        wait_for(self.amid.exists, 30)
        return process


@pytest.fixture
def schedulers(workshop: Workshop, tmp_path: Path) -> Iterator[Schedulers]:
    set_up(workshop.store)
    start_cadences(workshop.store, SUNDAY)
    with ExitStack() as stack:
        yield Schedulers(workshop.url, tmp_path / "amid", stack)


def fires(workshop: Workshop) -> list[tuple[bool, str]]:
    """Return the health checks that Berlin has had: whether late, and the id."""
    found = every(workshop.store, "cadence_fires").values()
    keys = Counter((one["cadence"], one["zone"], one["local_date"]) for one in found)
    assert set(keys.values()) == {1}
    return [
        (one["late"], one["id"])
        for one in found
        if (one["cadence"], one["zone"]) == ("health_check", "Europe/Berlin")
    ]


async def test_killed_amid_its_transaction_while_others_wait_behind_it(
    workshop: Workshop, schedulers: Schedulers
) -> None:
    doomed = schedulers.wake_and_get_stuck(MONDAY)
    others = [schedulers.wake(MONDAY) for _ in range(2)]
    with pytest.raises(TimeoutError):
        others[0].ends_within(2)
    doomed.kill()

    assert [other.ends_within(30) for other in others] == [0, 0]
    assert schedulers.wake(MONDAY + HOUR).ends_within(30) == 0

    ((late, fire_id),) = fires(workshop)
    assert not late
    assert fire_id != schedulers.amid.read_text(), "what was killed left nothing"
    async with workshop.running() as engine:
        assert await engine.drain(15)
    assert workshop.pages.count(fire_id) == 1
    assert schedulers.amid.read_text() not in workshop.pages


async def test_killed_alone_the_one_that_comes_an_hour_late_fires_once_and_says_so(
    workshop: Workshop, schedulers: Schedulers
) -> None:
    schedulers.wake_and_get_stuck(MONDAY).kill()

    late_ones = [schedulers.wake(MONDAY + HOUR) for _ in range(2)]

    assert [one.ends_within(30) for one in late_ones] == [0, 0]
    ((late, fire_id),) = fires(workshop)
    assert late
    async with workshop.running() as engine:
        assert await engine.drain(15)
    assert workshop.pages.count(fire_id) == 1
