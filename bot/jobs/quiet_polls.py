"""DBOS acts on its queues only where something waits there: to look costs a small part of acting."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from dbos import DBOS
from sqlalchemy import URL, NullPool, PoolProxiedConnection, create_engine

from bot.jobs.leftovers import UNFINISHED
from bot.jobs.slots import KEEPALIVE
from bot.store.engine import store_engine

# Whatever else DBOS may come to look for, it does so this often (seconds).
LONGEST = 5.0
# After a look that failed DBOS asks by itself for so long (seconds).
BLIND = 1.0
# The second condition on the status is that of DBOS's partial index.
_WAITING = "queue_name = {} AND status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')"
_DUE = "status = 'DELAYED' AND delay_until_epoch_ms <= {}"


class QuietPolls:
    """Stands between DBOS's threads, which ask after each queue many times a second, and its tables."""

    def __init__(self, url: URL) -> None:
        if url.drivername == "sqlite":
            self._engine = store_engine(url, poolclass=NullPool)
            table, mark = "workflow_status", "?"
        else:
            self._engine = create_engine(
                url, poolclass=NullPool, connect_args=KEEPALIVE, isolation_level="AUTOCOMMIT"
            )
            table, mark = "dbos.workflow_status", "%s"
        self._waiting, self._due, self._unfinished = (
            f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {condition.format(mark)})"  # noqa: S608 - our own
            for condition in (_WAITING, _DUE, UNFINISHED)
        )
        self._connection: PoolProxiedConnection | None = None
        self._failed = float("-inf")
        self._lock = Lock()
        self._read: dict[str, float] = {}
        self._queues: dict[str, tuple[float, Any]] = {}

    def watch(self, dbos: DBOS) -> None:
        """Answer this launched DBOS's pollers from now on."""
        # DBOS has no setting for it. Were these names others one day, it would poll as it does by itself.
        database = dbos._sys_db  # noqa: SLF001 - no other way in
        self._ask = database.get_queue
        self._move_on = database.transition_delayed_workflows
        self._sweep = database.cancel_timed_out_workflows
        vars(database).update(
            dequeue_scopes=self._scopes,
            get_queue=self._queue,
            transition_delayed_workflows=self._delayed,
            cancel_timed_out_workflows=self._timed_out,
        )

    def any_unfinished(self) -> bool:
        """Tell whether a job waits or is at work."""
        return self._may_be(self._unfinished)

    def close(self) -> None:
        """Let go of the database; the next question, if there is one, opens a line anew."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None

    def _scopes(self, queue: str) -> list[None]:
        """Return what of a queue is to be taken from: all of it, or nothing while nothing waits."""
        return [None] if self._long_ago(queue) or self._may_be(self._waiting, queue) else []

    def _queue(self, name: str, **more: Any) -> Any:
        """Return how a queue is to be polled, as it was a moment ago."""
        at, known = self._queues.get(name, (0.0, None))
        if known is None or more or time.monotonic() - at >= LONGEST:
            known = self._ask(name, **more)
            self._queues[name] = (time.monotonic(), known)
        return known

    def _delayed(self) -> None:
        """Put into their queues the jobs whose time has come."""
        if self._may_be(self._due, int(time.time() * 1000)):
            self._move_on()

    def _timed_out(self, limit: int) -> list[str]:
        """Cancel what has passed its deadline; no job of ours has one."""
        cancelled: list[str] = self._sweep(limit) if self._long_ago("deadlines") else []
        return cancelled

    def _long_ago(self, subject: str) -> bool:
        """Tell, once in a while, that DBOS has not looked by itself for long."""
        now = time.monotonic()
        if now - self._read.get(subject, float("-inf")) < LONGEST:
            return False
        self._read[subject] = now
        return True

    def _may_be(self, question: str, *values: str | int) -> bool:
        """Tell whether there is such a job; also where it cannot be asked: DBOS then says what is wrong."""
        with self._lock:
            if time.monotonic() - self._failed < BLIND:
                return True
            try:
                return self._look(question, values)
            except self._engine.dialect.loaded_dbapi.Error:
                self._failed = time.monotonic()
                self.close()
                return True

    def _look(self, question: str, values: tuple[str | int, ...]) -> bool:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        cursor = self._connection.cursor()
        cursor.execute(question, values)
        found = cursor.fetchone()
        cursor.close()
        return bool(found and found[0])
