"""A dead process's jobs are taken up by a live one; one that lost its slot sends nothing more."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.jobs.engine import WORKERS
from bot.jobs.protocols import Lane
from tests.integration.jobs.conftest import Workshop
from tests.integration.jobs.fleet import Fleet, wait_for

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])

# Seconds; 1 to 3 on an idle machine.
TAKEN_OVER_WITHIN = 30.0
CUT_OFF = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'"
)


@pytest.fixture
def fleet(workshop: Workshop, tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(workshop.url, tmp_path / "notes")
    yield fleet
    fleet.end()


def ask(workshop: Workshop, *delivery_ids: str) -> None:
    with workshop.store.writing() as uow:
        for delivery_id in delivery_ids:
            workshop.queue.deliver(uow.connection, delivery_id, Lane.DELIVERIES)


def cut_slots_off(workshop: Workshop) -> None:
    with workshop.store.writing() as uow:
        uow.connection.execute(CUT_OFF)


def begun_by(fleet: Fleet, pid: int) -> set[str]:
    return {note.subject for note in fleet.notes("begun") if note.pid == pid}


def test_a_killed_process_loses_its_work_to_a_live_one(workshop: Workshop, fleet: Fleet) -> None:
    doomed = fleet.start(seconds=600)
    ask(workshop, "dlv_1", "dlv_2")
    wait_for(lambda: len(begun_by(fleet, doomed.pid)) == 2, 10)
    heir = fleet.start()
    assert fleet.slot(doomed) != fleet.slot(heir)
    time.sleep(4)
    assert begun_by(fleet, heir.pid) == set(), "a live process keeps its work"

    doomed.kill()
    wait_for(lambda: len(fleet.notes("sent")) == 2, TAKEN_OVER_WITHIN)

    time.sleep(1)
    assert Counter(note.subject for note in fleet.notes("sent")) == {"dlv_1": 1, "dlv_2": 1}


def test_a_dead_process_that_comes_back_takes_up_its_own_slot(workshop: Workshop, fleet: Fleet) -> None:
    doomed = fleet.start(seconds=600)
    ask(workshop, "dlv_1")
    wait_for(lambda: bool(begun_by(fleet, doomed.pid)), 10)
    doomed.kill()
    doomed.ends_within(10)

    again = fleet.start()

    assert fleet.slot(again) == fleet.slot(doomed)
    wait_for(lambda: len(fleet.notes("sent")) == 1, TAKEN_OVER_WITHIN)


def test_a_frozen_process_keeps_its_work_while_its_slot_is_held(workshop: Workshop, fleet: Fleet) -> None:
    frozen = fleet.start(seconds=2)
    fleet.start()
    frozen.send(signal.SIGSTOP)
    ask(workshop, "dlv_1")
    wait_for(lambda: len(fleet.notes("sent")) == 1, 10)
    time.sleep(4)
    frozen.send(signal.SIGCONT)

    ask(workshop, *[f"more_{number}" for number in range(20)])
    wait_for(lambda: len(fleet.notes("sent")) == 21, 20)

    assert frozen.is_alive()
    assert set(Counter(note.subject for note in fleet.notes("sent")).values()) == {1}


def test_one_frozen_for_15_s_and_taken_over_sends_nothing_when_it_wakes(
    workshop: Workshop, fleet: Fleet
) -> None:
    frozen = fleet.start(seconds=3)
    ask(workshop, "dlv_1", "dlv_2")
    wait_for(lambda: len(begun_by(fleet, frozen.pid)) == 2, 10)
    frozen.send(signal.SIGSTOP)
    cut_slots_off(workshop)
    fleet.start()
    wait_for(lambda: len(fleet.notes("sent")) == 2, TAKEN_OVER_WITHIN)
    ask(workshop, "dlv_3")
    time.sleep(15)

    frozen.send(signal.SIGCONT)

    assert frozen.ends_within(15) == 3
    assert begun_by(fleet, frozen.pid) == {"dlv_1", "dlv_2"}, "nothing was begun after it woke"
    assert {note.subject for note in fleet.notes("sent")} == {"dlv_1", "dlv_2", "dlv_3"}


def test_a_process_whose_slot_is_cut_off_ends_at_once(workshop: Workshop, fleet: Fleet) -> None:
    cut = fleet.start(seconds=600)
    ask(workshop, "dlv_1")
    wait_for(lambda: bool(begun_by(fleet, cut.pid)), 10)

    cut_slots_off(workshop)

    assert cut.ends_within(15) == 3
    fleet.start()
    wait_for(lambda: len(fleet.notes("sent")) == 1, TAKEN_OVER_WITHIN)


def test_told_to_stop_it_finishes_what_is_in_hand_and_leaves_the_rest(
    workshop: Workshop, fleet: Fleet
) -> None:
    at_once = WORKERS[Lane.DELIVERIES]
    worker = fleet.start(seconds=3)
    ask(workshop, *[f"dlv_{number}" for number in range(at_once + 4)])
    wait_for(lambda: len(begun_by(fleet, worker.pid)) == at_once, 10)
    worker.send(signal.SIGTERM)

    assert worker.ends_within(15) == 0
    assert len(fleet.notes("begun")) == len(fleet.notes("sent")) == at_once
    fleet.start()
    wait_for(lambda: len(fleet.notes("sent")) == at_once + 4, TAKEN_OVER_WITHIN)
    assert set(Counter(note.subject for note in fleet.notes("sent")).values()) == {1}


def test_told_to_stop_it_does_not_wait_for_slacks_retry_after(workshop: Workshop, fleet: Fleet) -> None:
    worker = fleet.start(wait_before_again=300)
    ask(workshop, "dlv_1")
    wait_for(lambda: len(fleet.notes("sent")) == 1, 10)
    worker.send(signal.SIGTERM)

    assert worker.ends_within(15) == 0
