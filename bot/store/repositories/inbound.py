"""What came in already: a retried event or a second click is taken once."""

from __future__ import annotations

from datetime import datetime

from bot.store.repositories.base import Repository
from bot.store.tables import InboundKeys


class InboundRepository(Repository):
    """Remembers the keys of requests taken in."""

    def first_time(self, key: str, kind: str, now: datetime) -> bool:
        """Take a key in; False when it was taken in before.

        On PostgreSQL a second taker waits for the first one's transaction, and gets the key if that failed.
        """
        row = {"key": key, "kind": kind, "received_at": now}
        return bool(self._insert_new(InboundKeys, [row], InboundKeys.key))
