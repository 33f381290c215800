"""Events that wait for their turn: kept in one insert for all that came together, gone once worked off."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    String,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from bot.store.repositories.base import Repository
from bot.store.tables import InboxEvents

# What fails so often waits for an operator.
MOST_ATTEMPTS = 5
_NANOSECONDS = 1_000_000_000
_OURS = InboxEvents.workspace_id == bindparam("workspace")
_THIS = (_OURS, InboxEvents.key == bindparam("sought"))
_TRIED_AGAIN = InboxEvents.attempts < MOST_ATTEMPTS
_STUCK = InboxEvents.attempts >= MOST_ATTEMPTS
_COLUMNS = (InboxEvents.key, InboxEvents.event, InboxEvents.sender, InboxEvents.received_at)
# Built once: to build a statement takes longer than SQLite needs to carry it out.
_REMOVE = delete(InboxEvents).where(*_THIS)
_ANYTHING = select(exists().where(_OURS, _TRIED_AGAIN))


_KEPT = ("key", "event", "sender", "received_at", "arrived", "attempts")
# As SQLite holds a time; PostgreSQL reads it in the session's zone, which is UTC.
_UTC_TEXT = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event as Slack told of it, the key under which it would come again, and who caused it.

    `arrived` is real time in nanoseconds since 1970.
    """

    key: str
    event: Mapping[str, Any]
    sender: str | None
    received_at: datetime
    arrived: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class InboxFigures:
    """How many events wait, and the references of those that failed too often to be tried again."""

    waiting: int
    stuck: tuple[str, ...]


class InboxRepository(Repository):
    """What was acked and is not worked off."""

    def keep(self, events: Sequence[KeptEvent]) -> set[str]:
        """Keep these events; return the keys of those that were not here already."""
        rows = [
            {
                "key": one.key,
                # In a document of its own: PostgreSQL would read its escapes, and knows no text with a NUL.
                "event": json.dumps(one.event),
                "sender": one.sender,
                "received_at": one.received_at.astimezone(UTC).strftime(_UTC_TEXT),
                "arrived": one.arrived,
                "attempts": one.attempts,
            }
            for one in events
        ]
        statement = _keep(self._connection.dialect.name)
        return set(self._connection.scalars(statement, self._named(rows=json.dumps(rows))))

    def left(self, arrived_before: int, at_most: int) -> list[KeptEvent]:
        """Return events that wait since before that moment; those that failed least come first."""
        query = (
            select(*_COLUMNS, InboxEvents.arrived, InboxEvents.attempts)
            .where(InboxEvents.workspace_id == self._workspace_id, _TRIED_AGAIN)
            .where(InboxEvents.arrived < arrived_before)
            .order_by(InboxEvents.attempts, InboxEvents.arrived)
            .limit(at_most)
        )
        return [
            KeptEvent(key, json.loads(event), sender, received_at, arrived, attempts)
            for key, event, sender, received_at, arrived, attempts in self._connection.execute(query)
        ]

    def anything_waits(self) -> bool:
        """Tell whether there is an event that will still be tried."""
        return bool(self._connection.scalar(_ANYTHING, self._named()))

    def remove(self, key: str) -> None:
        """Let go of an event that is worked off."""
        self._connection.execute(_REMOVE, self._named(sought=key))

    def failed(self, key: str, reference: str) -> None:
        """Count a failed attempt; `reference` is what the log has it under."""
        statement = (
            update(InboxEvents)
            .where(*_THIS)
            .values(attempts=InboxEvents.attempts + 1, reference=bindparam("known_by"))
        )
        self._connection.execute(statement, self._named(sought=key, known_by=reference))

    def figures(self) -> InboxFigures:
        """Return how many events wait, and which are stuck."""
        waiting = select(func.count()).where(_OURS, _TRIED_AGAIN)
        stuck = select(InboxEvents.reference).where(_OURS, _STUCK).order_by(InboxEvents.arrived)
        references = self._connection.scalars(stuck, self._named())
        return InboxFigures(
            waiting=self._connection.scalar(waiting, self._named()) or 0,
            stuck=tuple(reference or "" for reference in references),
        )

    def revive(self) -> int:
        """Let what is stuck be tried again; return how many there were."""
        statement = update(InboxEvents).where(_OURS, _STUCK).values(attempts=0)
        return self._connection.execute(statement, self._named()).rowcount

    def forget_before(self, moment: datetime, at_most: int) -> int:
        """Forget events that arrived before this moment of real time; return how many there were."""
        old = (
            select(InboxEvents.key)
            .where(_OURS, InboxEvents.arrived < bindparam("moment"))
            .limit(bindparam("at_most"))
        )
        statement = delete(InboxEvents).where(_OURS, InboxEvents.key.in_(old))
        given = self._named(moment=_nanoseconds(moment), at_most=at_most)
        return self._connection.execute(statement, given).rowcount

    def forget_of(self, slack_user_id: str | None, names: Sequence[str]) -> int:
        """Forget events that somebody caused, or in which one of these names stands; return how many.

        The few that lie here are read one by one: in JSON a name may be spelt in escapes.
        """
        query = select(InboxEvents.key, InboxEvents.event, InboxEvents.sender).where(_OURS)
        sought = [name.casefold() for name in names]
        gone = [
            key
            for key, event, sender in self._connection.execute(query, self._named())
            if (sender and sender == slack_user_id) or _names_any(json.loads(event), sought)
        ]
        for key in gone:
            self.remove(key)
        return len(gone)


@cache
def _keep(dialect: str) -> ReturningInsert[str]:
    """Return the insert of all `rows` of one JSON document, those left out that are here already.

    One parameter, and one text however many they are: of a statement that grows with each row, PostgreSQL
    would read every length anew, and its driver adapt each value, while others wait for their ack.
    """
    document = bindparam("rows", type_=String)
    values: list[ColumnElement[Any]]
    if dialect == "sqlite":
        each = func.json_each(document).table_valued("value")
        values = [func.json_extract(each.c.value, f"$.{name}") for name in _KEPT]
    else:
        typed = [column(name, InboxEvents.__table__.c[name].type) for name in _KEPT]
        record = func.json_to_recordset(cast(document, JSON)).table_valued(*typed)
        values = list(record.render_derived(with_types=True).c)
    # Without a condition SQLite would take ON CONFLICT for that of a join.
    rows = select(bindparam("workspace"), *values).where(true())
    insert = sqlite.insert(InboxEvents) if dialect == "sqlite" else postgresql.insert(InboxEvents)
    keeping = insert.from_select(["workspace_id", *_KEPT], rows)
    return keeping.on_conflict_do_nothing().returning(InboxEvents.key)


def _names_any(event: Mapping[str, Any], sought: Sequence[str]) -> bool:
    words = json.dumps(event, ensure_ascii=False).casefold()
    return any(name in words for name in sought)


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * _NANOSECONDS
