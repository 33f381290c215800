"""A process whose scheduler wakes once; it can be made to stop in the middle of its transaction."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.jobs.queue import DurableQueue
from bot.services.cadence_fires import record_due_fires
from bot.store.engine import store_engine
from bot.store.unit_of_work import Store


class StuckQueue(DurableQueue):
    """Puts the job in the queue as it should, and goes no further: the transaction stays open."""

    amid: Path

    def expand(self, connection: Connection, fire_id: str) -> None:
        """Ask for a fan-out, say so, and get stuck."""
        super().expand(connection, fire_id)
        self.amid.write_text(fire_id)
        time.sleep(600)


def wake(url: str, now: datetime, amid: Path | None) -> None:
    """Record what is due at this moment; where `amid` is a file, write it and stay in the transaction."""
    engine = store_engine(url)
    queue = DurableQueue(engine)
    if amid is not None:
        queue = StuckQueue(engine)
        queue.amid = amid
    record_due_fires(Store(engine), queue, now)
