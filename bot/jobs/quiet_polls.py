"""DBOS takes jobs from a queue only where one waits: to look costs a small part of taking."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from dbos import DBOS
from sqlalchemy import URL, NullPool, PoolProxiedConnection, create_engine

from bot.jobs.slots import KEEPALIVE
from bot.store.engine import store_engine

# Whatever else DBOS may come to look for in a queue, it does so this often (seconds).
LONGEST = 5.0
# After a look that failed DBOS asks by itself for so long (seconds).
BLIND = 1.0
# The second condition on the status is that of DBOS's partial index.
_WAITING = """
    SELECT EXISTS (
        SELECT 1 FROM {table}
        WHERE queue_name = {queue} AND status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')
    )
"""


class QuietPolls:
    """Stands between DBOS's pollers, which ask for each queue many times a second, and its tables."""

    def __init__(self, url: URL) -> None:
        if url.drivername == "sqlite":
            self._engine = store_engine(url, poolclass=NullPool)
            self._waiting = _WAITING.format(table="workflow_status", queue="?")
        else:
            self._engine = create_engine(
                url, poolclass=NullPool, connect_args=KEEPALIVE, isolation_level="AUTOCOMMIT"
            )
            self._waiting = _WAITING.format(table="dbos.workflow_status", queue="%s")
        self._connection: PoolProxiedConnection | None = None
        self._failed = 0.0
        self._lock = Lock()
        self._read: dict[str, float] = {}
        self._queues: dict[str, tuple[float, Any]] = {}

    def watch(self, dbos: DBOS) -> None:
        """Answer this launched DBOS's pollers from now on."""
        # DBOS has no setting for it. Were these names others one day, it would poll as it does by itself.
        database = dbos._sys_db  # noqa: SLF001 - no other way in
        self._ask = database.get_queue
        vars(database).update(dequeue_scopes=self._scopes, get_queue=self._queue)

    def close(self) -> None:
        """Let go of the database; no poller asks any more."""
        self._let_go()

    def _scopes(self, queue: str) -> list[None]:
        """Return what of a queue is to be taken from: all of it, or nothing while nothing waits."""
        now = time.monotonic()
        if now - self._read.get(queue, 0.0) < LONGEST and not self._waits(queue):
            return []
        self._read[queue] = now
        return [None]

    def _queue(self, name: str, **more: Any) -> Any:
        """Return how a queue is to be polled, as it was a moment ago."""
        at, known = self._queues.get(name, (0.0, None))
        if known is None or more or time.monotonic() - at >= LONGEST:
            known = self._ask(name, **more)
            self._queues[name] = (time.monotonic(), known)
        return known

    def _waits(self, queue: str) -> bool:
        """Tell whether a job may wait. Where nobody can be asked, one may: DBOS then says what is wrong."""
        with self._lock:
            if time.monotonic() - self._failed < BLIND:
                return True
            try:
                return self._look(queue)
            except self._engine.dialect.loaded_dbapi.Error:
                self._failed = time.monotonic()
                self._let_go()
                return True

    def _look(self, queue: str) -> bool:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        cursor = self._connection.cursor()
        cursor.execute(self._waiting, (queue,))
        found = cursor.fetchone()
        cursor.close()
        return bool(found and found[0])

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None
