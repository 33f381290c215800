"""One PostgreSQL, several processes: `drumbeat web`, and two workers that must not say anything twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.bot_process import BotProcess, free_port
from tests.acceptance.environment import POSTGRESQL_HTTP, sample_company
from tests.acceptance.workspace import Workspace

MANAGERS = ("Kara Voss", "Owen Pryce", "Denise Carter", "Rafael Ortega")


@pytest.fixture(scope="module")
def meridian(story_folder: Path) -> Iterator[Workspace]:
    with sample_company(story_folder, POSTGRESQL_HTTP) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def second_worker(meridian: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """Another process on the same database, that carries out jobs and cadences too."""
    folder = tmp_path_factory.mktemp("worker")
    variables = {**meridian.bot.variables, "PORT": str(free_port()), "DRUMBEAT_DATA": str(folder)}
    worker = BotProcess(folder, variables, ["worker"])
    with ExitStack() as stack:
        worker.start()
        stack.callback(worker.stop)
        meridian.wait_for(worker)
        yield worker
    assert worker.faults() == [], worker.log()


def test_two_workers_record_one_fire_and_send_it_once(meridian: Workspace, second_worker: BotProcess) -> None:
    meridian.clock_to("2026-10-05 09:05", "America/Chicago")

    for name in MANAGERS:
        assert meridian.person(name).count("Health check ·") == 1, name
    assert (
        meridian.records("SELECT zone, count(*) FROM cadence_fires GROUP BY zone HAVING count(*) > 1") == []
    )
    assert meridian.records("SELECT count(*) FROM cadence_fires") == [(4,)]


def test_a_click_is_carried_out_once(meridian: Workspace, second_worker: BotProcess) -> None:
    kara, jonas = meridian.person("Kara Voss"), meridian.person("Jonas Albrecht")

    kara.logs_a_conversation_with("Jonas Albrecht")
    jonas.hears("Did it take place?")
    jonas.clicks("Yes, we talked")
    kara.sees("Jonas Albrecht · done", "verified")
    meridian.settles()

    assert jonas.count("coverage conversation with you") == 1
    posted = meridian.posted()
    assert len(posted) == len(set(posted)), posted


def test_a_worker_that_starts_amid_a_delivery_does_not_repeat_it(
    meridian: Workspace, second_worker: BotProcess
) -> None:
    saoirse = meridian.person("Saoirse Byrne")
    second_worker.stop()
    meridian.fault("slow_reply", method="chat.postMessage", delay=6.0, times=1)
    meridian.person("Owen Pryce").logs_a_conversation_with("Saoirse Byrne")

    second_worker.start()
    meridian.wait_for(second_worker)
    meridian.settles()
    meridian.no_faults()

    assert saoirse.count("Did it take place?") == 1
    posted = meridian.posted()
    assert len(posted) == len(set(posted)), posted
