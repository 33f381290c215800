"""Ratings of sessions: a token for each given, sums by manager, released averages; never a rating."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.domain.ratings import Batch, Release, is_readable, opened, release, with_rating
from bot.store.repositories.base import Repository
from bot.store.tables import RatingBatches, RatingRaters, RatingReleases, RatingTokens

# Each waking asks for these, and to build them takes longer than the database needs to carry them out.
_OPEN = (RatingBatches.workspace_id == bindparam("workspace"), RatingBatches.count > 0)
_RELEASED = select(RatingReleases.manager_id).where(
    RatingReleases.workspace_id == bindparam("workspace"), RatingReleases.month == bindparam("month")
)
_UNRELEASED = (
    select(RatingBatches.manager_id)
    .where(*_OPEN, RatingBatches.manager_id.not_in(_RELEASED))
    .order_by(RatingBatches.manager_id)
)


class RatingRepository(Repository):
    """Adds a rating to its manager's sum. No method gives a sum back: only a release leaves it."""

    def __init__(self, connection: Connection, workspace_id: str, key: bytes) -> None:
        super().__init__(connection, workspace_id)
        self._key = key

    def has_rated(self, log_id: str) -> bool:
        """Tell whether the coached has rated this session."""
        query = select(RatingTokens.log_id).where(
            RatingTokens.workspace_id == self._workspace_id, RatingTokens.log_id == log_id
        )
        return self._connection.scalar(query) is not None

    def rate(self, manager_id: str, log_id: str, rater_id: str, score: int) -> bool:
        """Add a rating; False, and nothing added, where this session is rated already."""
        if not self._insert_new(
            RatingTokens, [{"log_id": log_id, "rater_id": rater_id}], RatingTokens.log_id
        ):
            return False
        batch = with_rating(self._batch(manager_id), score, self._key)
        self._save(batch)
        self._insert_new(
            RatingRaters, [{"manager_id": manager_id, "rater_id": rater_id}], RatingRaters.rater_id
        )
        return True

    def release_due(self, month: str, now: datetime) -> list[Release]:
        """Release each manager's batch that has enough, once a month; return what was released.

        What is too little stays and is carried over. Batches do not overlap: a released one is gone, and the
        next begins at nothing, so that no two releases differ by a few ratings.
        """
        released = []
        for manager_id in self._managers_without(month):
            batch = self._batch(manager_id)
            if not is_readable(batch, self._key):
                self._begin(manager_id, batch.number + 1)
                continue
            made = release(batch, self._raters(manager_id), month, self._key)
            if made is None:
                continue
            self._connection.execute(
                insert(RatingReleases).values(
                    workspace_id=self._workspace_id, **asdict(made), released_at=now
                )
            )
            self._begin(manager_id, batch.number + 1)
            released.append(made)
        return released

    def released(self, manager_id: str, limit: int = 12) -> list[tuple[Release, datetime]]:
        """Return the released averages of a manager, each with its moment, the newest first."""
        query = (
            select(*(getattr(RatingReleases, name) for name in Release.__slots__), RatingReleases.released_at)
            .where(RatingReleases.workspace_id == self._workspace_id, RatingReleases.manager_id == manager_id)
            .order_by(RatingReleases.number.desc())
            .limit(limit)
        )
        return [(Release(*row[:-1]), row[-1]) for row in self._connection.execute(query)]

    def forget(self, person_id: str) -> None:
        """Take a person out of the ratings; whatever they gave stays in the sums, where nobody can find it.

        That they rated at all goes: the tokens, and their part in the count of raters, so that a batch waits
        rather longer for its release, never shorter. Of a person who was rated the sum and the averages go;
        a new batch begins, so that no pad masks two sums.
        """
        mine = RatingTokens.workspace_id == self._workspace_id
        self._connection.execute(delete(RatingTokens).where(mine, RatingTokens.rater_id == person_id))
        raters = RatingRaters.workspace_id == self._workspace_id
        self._connection.execute(delete(RatingRaters).where(raters, RatingRaters.rater_id == person_id))
        held = select(RatingBatches.number).where(
            RatingBatches.workspace_id == self._workspace_id, RatingBatches.manager_id == person_id
        )
        if (number := self._connection.scalar(held)) is not None:
            self._begin(person_id, number + 1)
        released = RatingReleases.workspace_id == self._workspace_id
        self._connection.execute(
            delete(RatingReleases).where(released, RatingReleases.manager_id == person_id)
        )

    def _managers_without(self, month: str) -> list[str]:
        return list(self._connection.scalars(_UNRELEASED, self._named(month=month)))

    def _batch(self, manager_id: str) -> Batch:
        """Return the batch of a manager, locked; it is made where there is none."""
        fresh = asdict(opened(self._key, manager_id, 1))
        self._insert_new(RatingBatches, [fresh], RatingBatches.manager_id)
        query = (
            select(*(getattr(RatingBatches, name) for name in Batch.__slots__))
            .where(RatingBatches.workspace_id == self._workspace_id, RatingBatches.manager_id == manager_id)
            .with_for_update()
        )
        return Batch(**self._connection.execute(query).mappings().one())

    def _save(self, batch: Batch) -> None:
        self._connection.execute(
            update(RatingBatches)
            .where(
                RatingBatches.workspace_id == self._workspace_id,
                RatingBatches.manager_id == batch.manager_id,
            )
            .values(number=batch.number, count=batch.count, masked=batch.masked)
        )

    def _begin(self, manager_id: str, number: int) -> None:
        self._save(opened(self._key, manager_id, number))
        self._connection.execute(
            delete(RatingRaters).where(
                RatingRaters.workspace_id == self._workspace_id, RatingRaters.manager_id == manager_id
            )
        )

    def _raters(self, manager_id: str) -> int:
        query = (
            select(func.count())
            .select_from(RatingRaters)
            .where(RatingRaters.workspace_id == self._workspace_id, RatingRaters.manager_id == manager_id)
        )
        return self._connection.execute(query).scalar_one()
