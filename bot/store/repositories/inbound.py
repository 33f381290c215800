"""What came in already: a retried event or a second click is taken once, and answered as the first time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, select, update

from bot.store.repositories.base import Repository
from bot.store.tables import InboundKeys

_OURS = InboundKeys.workspace_id == bindparam("workspace")
_THIS = (_OURS, InboundKeys.key == bindparam("sought"))
# Built once: to build a statement takes longer than SQLite needs to carry it out.
_ANSWER = select(InboundKeys.answer).where(*_THIS)
_KEEP = update(InboundKeys).where(*_THIS).values(answer=bindparam("kept"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A request taken in before, and what was kept of its answer."""

    answer: str | None


class InboundRepository(Repository):
    """Remembers the keys of requests taken in."""

    def first_time(self, key: str, kind: str, now: datetime) -> bool:
        """Take a key in; False when it was taken in before.

        On PostgreSQL a second taker waits for the first one's transaction, and gets the key if that failed.
        """
        row = {"key": key, "kind": kind, "received_at": now}
        return bool(self._insert_new(InboundKeys, [row], InboundKeys.key))

    def answer(self, key: str) -> Taken | None:
        """Return what is kept of a request, or None where it was not taken in."""
        row = self._connection.execute(_ANSWER, self._named(sought=key)).one_or_none()
        return None if row is None else Taken(row.answer)

    def keep_answer(self, key: str, answer: str) -> None:
        """Keep the answer given to a request taken in."""
        self._connection.execute(_KEEP, self._named(sought=key, kept=answer))

    def forget_before(self, moment: datetime, at_most: int) -> int:
        """Forget keys older than this, with their answers; return how many there were."""
        old = select(InboundKeys.key).where(self._older_than(moment)).limit(at_most)
        statement = delete(InboundKeys).where(
            InboundKeys.workspace_id == self._workspace_id, InboundKeys.key.in_(old)
        )
        return self._connection.execute(statement).rowcount

    def _older_than(self, moment: datetime) -> ColumnElement[bool]:
        return and_(InboundKeys.workspace_id == self._workspace_id, InboundKeys.received_at < moment)
