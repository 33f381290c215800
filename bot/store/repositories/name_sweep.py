"""Takes a person's names out of every text of ours, whatever its table, and their words out of the trail."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Table, Text, and_, cast, or_, select, update
from sqlalchemy.sql.schema import Column

from bot.domain.erasing import Names, without_words
from bot.store.repositories.base import Repository
from bot.store.tables import AuditEvents, metadata

# Copies of the CRM's own rows: the next import writes them anew, so a name in them is erased there.
OF_THE_CRM = frozenset(
    {
        *("accounts", "contacts", "deals", "deal_contacts", "deal_stage_events", "deal_changes"),
        *("activities", "next_steps", "quotas"),
    }
)
# Done on their own, or without any text of people.
LEFT_OUT = OF_THE_CRM | {
    *("people", "audit_events", "inbound_keys", "inbox_events"),
    *("workspaces", "tombstones", "erasures"),
}
PAGE = 1000


class NameSweepRepository(Repository):
    """Needs an open erasure. Tables are found by their description, so that no new one is forgotten."""

    def take_out(self, names: Names) -> int:
        """Put the label in place of every name, in all tables; return how many rows changed."""
        return sum(
            self._table(table, names) for table in metadata.sorted_tables if table.name not in LEFT_OUT
        )

    def redact_trail(self, names: Names, person_id: str, related: Collection[str]) -> int:
        """Take the names out of the trail, and all words out of events by or about the person.

        The trail only grows, and this is the one exception, kept narrow: no event goes, nobody's part in one
        changes, nor its time, action or order; what stands in `before` and `after` loses words and names,
        states and verdicts stay, so that a replay gives the same. The database lets nothing else through, and
        only while an erasure is open. Why at all: what a trail keeps is not erased, wherever else it went.
        `related`: ids of records whose words are gone. Returns how many events lost something.
        """
        changed, after_seq = 0, 0
        while page := self._events(after_seq):
            for seq, actor_id, entity_id, before, after in page:
                personal = person_id in {actor_id, entity_id} or entity_id in related
                made = [_redacted(facts, names, personal=personal) for facts in (before, after)]
                if made != [before, after]:
                    self._connection.execute(
                        update(AuditEvents)
                        .where(AuditEvents.workspace_id == self._workspace_id, AuditEvents.seq == seq)
                        .values(before=made[0], after=made[1])
                    )
                    changed += 1
            after_seq = page[-1][0]
        return changed

    def _events(self, after_seq: int) -> list[Any]:
        query = (
            select(
                AuditEvents.seq,
                AuditEvents.actor_id,
                AuditEvents.entity_id,
                AuditEvents.before,
                AuditEvents.after,
            )
            .where(AuditEvents.workspace_id == self._workspace_id, AuditEvents.seq > after_seq)
            .order_by(AuditEvents.seq)
            .limit(PAGE)
        )
        return list(self._connection.execute(query).all())

    def _table(self, table: Table, names: Names) -> int:
        columns = [column for column in table.columns if _holds_text(column)]
        if not columns:
            return 0
        keys = list(table.primary_key.columns)
        found = self._connection.execute(
            select(*keys, *columns).where(
                table.c.workspace_id == self._workspace_id,
                or_(*(_may_name(column, name) for column in columns for name in names.sought)),
            )
        ).all()
        return sum(self._row(table, keys, columns, row, names) for row in found)

    def _row(
        self, table: Table, keys: list[Column[Any]], columns: list[Column[Any]], row: Any, names: Names
    ) -> bool:
        old = {column.name: getattr(row, column.name) for column in columns}
        new = {name: made for name, value in old.items() if (made := names.without(value)) != value}
        if new:
            same = and_(*(key == getattr(row, key.name) for key in keys))
            self._connection.execute(update(table).where(same).values(**new))
        return bool(new)


def _holds_text(column: Column[Any]) -> bool:
    is_text = isinstance(column.type, String | Text | JSON)
    return is_text and not column.primary_key and not column.foreign_keys and column.name != "workspace_id"


def _may_name(column: Column[Any], name: str) -> ColumnElement[bool]:
    if not isinstance(column.type, JSON):
        return column.icontains(name, autoescape=True)
    # SQLite keeps JSON as it was written, with what is beyond ASCII as escapes.
    forms = {name, json.dumps(name)[1:-1]}
    return or_(*(cast(column, String).icontains(form, autoescape=True) for form in sorted(forms)))


def _redacted(facts: Any, names: Names, *, personal: bool) -> Any:
    if facts is None:
        return None
    return names.without(without_words(facts) if personal else facts)
