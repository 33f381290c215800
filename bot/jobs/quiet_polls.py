"""On SQLite DBOS takes jobs from a queue only where one waits: to look costs a hundredth of taking."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from dbos import DBOS
from sqlalchemy import URL

from bot.store.engine import store_engine

# Whatever else DBOS may come to look for in a queue, it does so this often.
LONGEST = 1.0
# The second condition on the status is that of DBOS's partial index.
_WAITING = """
    SELECT EXISTS (
        SELECT 1 FROM workflow_status
        WHERE queue_name = ? AND status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')
    )
"""


class QuietPolls:
    """Stands between DBOS's pollers, which ask for each queue many times a second, and its tables."""

    def __init__(self, url: URL) -> None:
        self._engine = store_engine(url)
        self._connection = self._engine.raw_connection()
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
        """Let go of the file; no poller asks any more."""
        self._connection.close()
        self._engine.dispose()

    def _scopes(self, queue: str) -> list[None]:
        """Return what of a queue is to be taken from: all of it, or nothing while nothing waits."""
        now = time.monotonic()
        if now - self._read.get(queue, 0.0) < LONGEST and not self._waits(queue):
            return []
        self._read[queue] = now
        return [None]

    def _queue(self, name: str, **more: Any) -> Any:
        """Return how a queue is to be polled, as it was within the last second."""
        at, known = self._queues.get(name, (0.0, None))
        if known is None or more or time.monotonic() - at >= LONGEST:
            known = self._ask(name, **more)
            self._queues[name] = (time.monotonic(), known)
        return known

    def _waits(self, queue: str) -> bool:
        with self._lock:
            cursor = self._connection.cursor()
            cursor.execute(_WAITING, (queue,))
            found = cursor.fetchone()
            cursor.close()
        return bool(found and found[0])
