from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigurationError
from bot.store.engine import StoreUrlError, store_engine
from bot.store.engine import store_url as normal_url
from bot.store.migrate import migrate
from bot.store.transactions import NestedUnitOfWorkError
from bot.store.unit_of_work import Store
from bot.store.writer_lock import FifoLock, writer_lock

PATIENCE = 10.0


def team_id(store: Store) -> str | None:
    with store.reading() as uow:
        return uow.workspace.get().slack_team_id


def elsewhere(store: Store) -> str | None:
    """Read in another thread, as another request would; fails when it has to wait."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(team_id, store).result(PATIENCE)


def test_an_exception_undoes_everything_of_the_unit_of_work(team: Store) -> None:
    def fail_after_writing() -> None:
        with team.writing() as uow:
            uow.workspace.set_slack_team("T1")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail_after_writing()
    assert team_id(team) is None


def test_what_is_written_is_seen_only_once_committed_and_nobody_waits_to_read(team: Store) -> None:
    with team.writing() as uow:
        uow.workspace.set_slack_team("T1")
        assert elsewhere(team) is None
    assert elsewhere(team) == "T1"


def test_a_reading_unit_of_work_sees_one_state_throughout(team: Store) -> None:
    def write() -> None:
        with team.writing() as uow:
            uow.workspace.set_slack_team("T1")

    with ThreadPoolExecutor(1) as pool, team.reading() as uow:
        assert uow.workspace.get().slack_team_id is None
        pool.submit(write).result(PATIENCE)  # nor does a reader keep a writer waiting
        assert uow.workspace.get().slack_team_id is None
    assert team_id(team) == "T1"


def test_a_reading_unit_of_work_refuses_to_write_and_leaves_the_connection_fit_for_writing(
    team: Store,
) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), team.reading() as uow:
        uow.workspace.set_slack_team("T1")
    with team.writing() as uow:
        uow.workspace.set_slack_team("T2")
    assert team_id(team) == "T2"


def test_a_unit_of_work_inside_another_is_refused_instead_of_waiting_for_itself(team: Store) -> None:
    with team.writing():
        with pytest.raises(NestedUnitOfWorkError), team.writing():
            pass
        with pytest.raises(NestedUnitOfWorkError), team.reading():
            pass
    assert team_id(team) is None  # and the outer one ended well


def test_a_database_that_another_process_keeps_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.engine._BUSY_TIMEOUT_SECONDS", 0.05)
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ConfigurationError, match=r"can't be opened \(database is locked\)"):
            migrate(f"sqlite:///{path}")
        other.execute("ROLLBACK")
    migrate(f"sqlite:///{path}")


def test_sqlite_is_durable_and_keeps_its_references(tmp_path: Path) -> None:
    engine = store_engine(f"sqlite:///{tmp_path}/new/folder/store.db")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_sqlite_writers_are_served_in_the_order_of_their_coming(tmp_path: Path) -> None:
    store = Store(store_engine(f"sqlite:///{tmp_path}/store.db"))
    lock, order = writer_lock(store.engine), list[int]()
    assert lock is not None

    def write(number: int) -> None:
        with store.writing():
            order.append(number)

    with ThreadPoolExecutor(8) as pool, lock.turn():
        for number in range(8):
            pool.submit(write, number)
            wait_for_queue(lock, number + 1)
    store.engine.dispose()
    assert order == list(range(8))


def test_two_engines_on_one_sqlite_file_share_its_queue(tmp_path: Path) -> None:
    engine = store_engine(f"sqlite:///{tmp_path}/store.db")
    same = store_engine(f"sqlite:///{tmp_path}/../{tmp_path.name}/store.db")
    other = store_engine(f"sqlite:///{tmp_path}/other.db")
    assert writer_lock(engine) is writer_lock(same)
    assert writer_lock(engine) is not writer_lock(other)


def wait_for_queue(lock: FifoLock, length: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while lock.waiting != length:
        assert time.monotonic() < deadline, f"{lock.waiting} wait, not {length}"
        time.sleep(0.001)


def test_addresses_are_understood_or_refused_in_words() -> None:
    assert normal_url("postgres://u:p@h/d").drivername == "postgresql+psycopg"
    assert normal_url("postgresql://u@h/d").drivername == "postgresql+psycopg"
    assert Path(normal_url("sqlite:///some.db").database or "").is_absolute()
    for address in ("mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(StoreUrlError) as refused:
            normal_url(address)
        assert "secret" not in str(refused.value)
