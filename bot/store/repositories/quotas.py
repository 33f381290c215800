"""Quotas: what a person is to sell in a period, only where the data says so for the whole of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import bindparam, select

from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import Quotas

# Built once: to build it takes longer than the database needs to carry it out.
_WITHIN = (
    select(Quotas.person_id, Quotas.period_start, Quotas.period_end, Quotas.amount)
    .where(
        Quotas.workspace_id == bindparam("workspace"),
        Quotas.person_id.in_(bindparam("ids", expanding=True)),
        Quotas.period_start >= bindparam("start"),
        Quotas.period_end <= bindparam("end"),
    )
    .order_by(Quotas.period_start, Quotas.period_end)
)


class QuotaRepository(Repository):
    """Reads quotas."""

    def of(self, person_ids: Collection[str], period_start: date, period_end: date) -> dict[str, Decimal]:
        """Return per person the quota of a period, both ends included; who has none is absent.

        It is the quota of that very period, else the sum of shorter ones that fill it without a gap or an
        overlap. A quota for a longer period, or for a part of it only, says nothing about this one.
        """
        within: dict[str, list[tuple[date, date, Decimal]]] = defaultdict(list)
        for ids in in_chunks(person_ids):
            given = self._named(ids=ids, start=period_start, end=period_end)
            for person_id, start, end, amount in self._connection.execute(_WITHIN, given):
                within[person_id].append((start, end, amount))
        found = {person: _whole(parts, period_start, period_end) for person, parts in within.items()}
        return {person: amount for person, amount in found.items() if amount is not None}


def _whole(parts: Sequence[tuple[date, date, Decimal]], start: date, end: date) -> Decimal | None:
    """Return the amount of the part that is the whole, or the sum of parts that make it up; else None."""
    for part_start, part_end, amount in parts:
        if (part_start, part_end) == (start, end):
            return amount
    total, expected = Decimal(0), start
    for part_start, part_end, amount in parts:
        if part_start != expected:
            return None
        total, expected = total + amount, part_end + timedelta(days=1)
    return total if expected == end + timedelta(days=1) else None
