"""Records of erasures, each open while words go, and by what forgotten people are known again."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update

from bot.domain.erasing import tombstone
from bot.store.ids import new_id
from bot.store.repositories.base import Repository
from bot.store.tables import Erasures, Tombstones


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One erasure that is over."""

    id: str
    kind: str
    person_id: str | None
    by: str
    finished_at: datetime
    counts: Mapping[str, int]


class ErasureRepository(Repository):
    """Opens and finishes erasures, keeps tombstones.

    A tombstone's key, its salt, lies beside it in the database, not in the environment: with another bot
    token, which can change any day, the next import would bring every forgotten name back. Whoever holds the
    database can try a name against it, but can read none from it.
    """

    def open(
        self, kind: Literal["person", "retention"], person_id: str | None, by: str, now: datetime
    ) -> str:
        """Begin an erasure: until it is finished, in this transaction, words in append-only tables may go."""
        erasure_id = new_id("era")
        self._connection.execute(
            insert(Erasures).values(
                id=erasure_id,
                workspace_id=self._workspace_id,
                kind=kind,
                person_id=person_id,
                by=by,
                opened_at=now,
                counts={},
            )
        )
        return erasure_id

    def reopen(self, erasure_id: str) -> None:
        """Go on with an erasure in another transaction; it is finished there anew."""
        self._connection.execute(
            update(Erasures)
            .where(Erasures.workspace_id == self._workspace_id, Erasures.id == erasure_id)
            .values(finished_at=None)
        )

    def finish(self, erasure_id: str, counts: Mapping[str, int], now: datetime) -> None:
        """End an erasure, with how much of each kind went."""
        self._connection.execute(
            update(Erasures)
            .where(Erasures.workspace_id == self._workspace_id, Erasures.id == erasure_id)
            .values(finished_at=now, counts=dict(counts))
        )

    def all(self) -> list[ErasureRow]:
        """Return the erasures that are over, the oldest first."""
        query = (
            select(*(getattr(Erasures, name) for name in ErasureRow.__slots__))
            .where(Erasures.workspace_id == self._workspace_id, Erasures.finished_at.is_not(None))
            .order_by(Erasures.opened_at, Erasures.id)
        )
        return [ErasureRow(**row) for row in self._connection.execute(query).mappings()]

    def remember(self, person_id: str, source: str, external_ids: Collection[str], email: str | None) -> None:
        """Keep the digests of a forgotten person's ids in a source and of their address."""
        salt = self._salt() or secrets.token_hex(32)
        given = [("external_id", source, one) for one in external_ids]
        given += [("email", "", email)] if email else []
        rows = [
            {"digest": tombstone(salt, *one), "kind": one[0], "salt": salt, "person_id": person_id}
            for one in given
        ]
        self._insert_new(Tombstones, rows, Tombstones.digest)

    def known(
        self, kind: Literal["external_id", "email"], source: str, values: Collection[str]
    ) -> dict[str, str]:
        """Return which of these belong to forgotten people: value -> the person's id."""
        salt = self._salt()
        if salt is None:
            return {}
        query = select(Tombstones.digest, Tombstones.person_id).where(
            Tombstones.workspace_id == self._workspace_id, Tombstones.kind == kind
        )
        people = {row.digest: row.person_id for row in self._connection.execute(query)}
        digests = {value: tombstone(salt, kind, source, value) for value in set(values) if value}
        return {value: people[digest] for value, digest in digests.items() if digest in people}

    def _salt(self) -> str | None:
        query = select(Tombstones.salt).where(Tombstones.workspace_id == self._workspace_id).limit(1)
        return self._connection.scalar(query)
