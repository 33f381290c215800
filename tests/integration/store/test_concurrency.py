from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import create_engine, func, select, text

from bot.domain.obligations import State
from bot.store.engine import store_url as normal_url
from bot.store.tables import CadenceFires, InboundKeys, Settings
from bot.store.unit_of_work import Store, UnitOfWork
from tests.integration.store.seeds import DAY, NOW, add_fire, owed

THREADS = 8
ROUNDS = 15
Open = Callable[[], AbstractContextManager[UnitOfWork]]


def count_up(open_one: Open, obligation_id: str, *, lock_row: bool) -> int:
    """Read a number, think, write the next, from many threads at once; return how many updates were lost."""

    def work(_: int) -> None:
        for _ in range(ROUNDS):
            with open_one() as uow:
                read = uow.obligations.get(obligation_id, for_update=lock_row)
                assert read is not None
                time.sleep(random.uniform(0, 0.002))  # noqa: S311 - a pause, no secret
                uow.connection.execute(
                    text("UPDATE obligations SET escalation_level = :level WHERE id = :id"),
                    {"level": read.escalation_level + 1, "id": obligation_id},
                )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    with open_one() as uow:
        counted = uow.obligations.get(obligation_id)
    assert counted is not None
    return THREADS * ROUNDS - counted.escalation_level


@pytest.fixture
def obligation_id(team: Store) -> str:
    with team.writing() as uow:
        (added,) = uow.obligations.add([owed(add_fire(uow))])
    return added


def test_no_update_is_lost_when_many_read_decide_and_write_at_once(team: Store, obligation_id: str) -> None:
    assert count_up(team.writing, obligation_id, lock_row=True) == 0


def test_the_same_work_loses_updates_on_an_engine_left_as_it_comes(
    team: Store, obligation_id: str, store_url: str
) -> None:
    """Prove that the test above can fail: the drivers' own transactions, no lock on what was read."""
    engine = create_engine(normal_url(store_url), pool_size=THREADS)

    @contextmanager
    def naive() -> Iterator[UnitOfWork]:
        with engine.begin() as connection:
            yield UnitOfWork(connection, team.workspace_id)

    lost = count_up(naive, obligation_id, lock_row=False)
    engine.dispose()
    assert lost > 0


def test_of_many_who_read_the_same_version_exactly_one_may_write_it(team: Store, obligation_id: str) -> None:
    with team.reading() as uow:
        read = uow.obligations.get(obligation_id)
    assert read is not None

    def finish(number: int) -> bool:
        done = replace(read, state=State.DONE, escalation_level=number, version=read.version + 1)
        with team.writing() as uow:
            return uow.obligations.save(done, expected_version=read.version)

    with ThreadPoolExecutor(THREADS) as pool:
        written = list(pool.map(finish, range(THREADS)))
    with team.reading() as uow:
        found = uow.obligations.get(obligation_id)
    assert written.count(True) == 1
    assert found is not None
    assert found.escalation_level == written.index(True)
    assert found.version == read.version + 1


def test_what_many_record_at_once_is_recorded_once(team: Store) -> None:
    def record(number: int) -> tuple[bool, bool, int]:
        day = date(2026, 10, 5)
        with team.writing() as uow:
            fire = uow.fires.record(
                "health_check", "Europe/Berlin", day, starts_at=NOW, due_at=NOW + DAY, now=NOW, late=False
            )
            taken = uow.inbound.first_time("event-1", "event", NOW)
            return fire is not None, taken, uow.settings.put("measures", {"n": number}, None, NOW)

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(record, range(THREADS)))
    fires, keys, versions = zip(*results, strict=True)
    with team.reading() as uow:
        rows = [
            uow.connection.scalar(select(func.count()).select_from(table))
            for table in (CadenceFires, InboundKeys, Settings)
        ]
    assert (fires.count(True), keys.count(True)) == (1, 1)
    assert sorted(versions) == list(range(1, THREADS + 1))
    assert rows == [1, 1, THREADS]
