"""Pipeline reviews: one a manager and day, with the deals that were picked for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, func, or_, select, text, update

from bot.domain.pipeline import Stage
from bot.domain.pipeline_review import Pick
from bot.store.ids import new_id
from bot.store.repositories.base import MOST, Repository, in_chunks
from bot.store.tables import Deals, Decisions, Obligations, People, PipelineReviews, ReviewDeals
from bot.store.tables.cadence import IS_OWED
from bot.store.tables.reviews import STANDS


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review. `outcome` is None while it is under way, else review or status_meeting."""

    id: str
    manager_id: str
    review_on: date
    fire_id: str | None
    prepared_at: datetime
    opened_at: datetime | None
    place: int
    outcome: str | None
    settled_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ReviewDealRow:
    """A deal picked for a review and not swapped out, in the order of the review."""

    id: str
    review_id: str
    deal_id: str
    rep_id: str
    place: int
    reason: str
    picked_at: datetime


_Query = Select[*tuple[Any, ...]]


def _reviews(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(*(getattr(PipelineReviews, name) for name in ReviewRow.__slots__))
        .where(PipelineReviews.workspace_id == bindparam("workspace"), *conditions)
        .order_by(PipelineReviews.review_on.desc(), PipelineReviews.id)
    )


def _left_by_deals() -> _Query:
    owed = select(Obligations.id).where(
        text(IS_OWED),
        Obligations.fire_id == PipelineReviews.fire_id,
        Obligations.owner_id == PipelineReviews.manager_id,
    )
    decided = select(Decisions.id).where(
        text(STANDS),
        Decisions.review_id == ReviewDeals.review_id,
        Decisions.deal_id == ReviewDeals.deal_id,
    )
    gone = (
        select(ReviewDeals.id)
        .join(Deals, Deals.id == ReviewDeals.deal_id)
        .join(People, People.id == Deals.owner_id)
        .where(
            ReviewDeals.review_id == PipelineReviews.id,
            ReviewDeals.swapped_out_at.is_(None),
            or_(
                Deals.stage.in_([Stage.CLOSED_WON, Stage.CLOSED_LOST]),
                ~People.active,
                People.manager_id.is_distinct_from(PipelineReviews.manager_id),
            ),
            ~decided.exists(),
        )
    )
    return _reviews(
        PipelineReviews.outcome.is_(None),
        PipelineReviews.review_on >= bindparam("since"),
        owed.exists(),
        gone.exists(),
    ).limit(MOST)


# Built once: to build them takes longer than the database needs to carry them out.
_ONE = _reviews(PipelineReviews.id == bindparam("sought"))
_WITH_IDS = _reviews(PipelineReviews.id.in_(bindparam("ids", expanding=True)))
_LOCKED = _ONE.with_for_update()
_OF_MANAGER = _reviews(PipelineReviews.manager_id == bindparam("manager")).limit(1)
_OF_DAY = _OF_MANAGER.where(PipelineReviews.review_on == bindparam("on"))
_ALL_OF_DAY = _reviews(
    PipelineReviews.manager_id.in_(bindparam("managers", expanding=True)),
    PipelineReviews.review_on == bindparam("on"),
)
_OF_FIRE = _OF_MANAGER.where(PipelineReviews.fire_id == bindparam("fire"))
_SINCE = _reviews(
    PipelineReviews.manager_id.in_(bindparam("managers", expanding=True)),
    PipelineReviews.review_on >= bindparam("since"),
)
_LEFT_BY_DEALS = _left_by_deals()
_DEALS = (
    select(*(getattr(ReviewDeals, name) for name in ReviewDealRow.__slots__))
    .where(
        ReviewDeals.workspace_id == bindparam("workspace"),
        ReviewDeals.review_id.in_(bindparam("reviews", expanding=True)),
        ReviewDeals.swapped_out_at.is_(None),
    )
    .order_by(ReviewDeals.place, ReviewDeals.id)
)
_COUNT = select(func.count()).where(
    ReviewDeals.workspace_id == bindparam("workspace"),
    ReviewDeals.review_id == bindparam("review"),
    ReviewDeals.swapped_out_at.is_(None),
)
_OWE = (
    update(PipelineReviews)
    .where(
        PipelineReviews.workspace_id == bindparam("workspace"),
        PipelineReviews.id.in_(bindparam("ids", expanding=True)),
    )
    .values(fire_id=bindparam("fire"), version=PipelineReviews.version + 1)
)


class ReviewRepository(Repository):
    """Reviews and their deals."""

    def prepare(self, picks: Mapping[str, Sequence[Pick]], review_on: date, now: datetime) -> list[ReviewRow]:
        """Record a review of each manager with their picks; return those whose day had none yet."""
        rows = [
            {
                "id": new_id("rev"),
                "manager_id": manager_id,
                "review_on": review_on,
                "prepared_at": now,
                "place": 0,
                "version": 1,
            }
            for manager_id in picks
        ]
        new = self._insert_new(PipelineReviews, rows, PipelineReviews.id)
        reviews = [review for ids in in_chunks(new) for review in self._reviews(_WITH_IDS, ids=ids)]
        picked = [
            self._pick(review.id, pick, place, now)
            for review in reviews
            for place, pick in enumerate(picks[review.manager_id])
        ]
        self._insert_new(ReviewDeals, picked, ReviewDeals.id)
        return reviews

    def get(self, review_id: str, *, for_update: bool = False) -> ReviewRow | None:
        """Return one review, or None; `for_update` keeps other writers of it waiting."""
        return self._one(_LOCKED if for_update else _ONE, sought=review_id)

    def of_day(self, manager_id: str, review_on: date) -> ReviewRow | None:
        """Return a manager's review of a day, or None."""
        return self._one(_OF_DAY, manager=manager_id, on=review_on)

    def all_of_day(self, manager_ids: Collection[str], review_on: date) -> dict[str, ReviewRow]:
        """Return the reviews of these managers of a day, by manager; who has none is absent."""
        return {
            review.manager_id: review
            for managers in in_chunks(manager_ids)
            for review in self._reviews(_ALL_OF_DAY, managers=managers, on=review_on)
        }

    def of_fire(self, manager_id: str, fire_id: str) -> ReviewRow | None:
        """Return the review that a manager owes, or owed, from a fire, or None."""
        return self._one(_OF_FIRE, manager=manager_id, fire=fire_id)

    def latest(self, manager_id: str) -> ReviewRow | None:
        """Return a manager's newest review, prepared or held, or None."""
        return self._one(_OF_MANAGER, manager=manager_id)

    def since(self, manager_ids: Collection[str], review_on: date) -> list[ReviewRow]:
        """Return the reviews of these managers from this day on, the newest first."""
        return self._reviews(_SINCE, managers=sorted(manager_ids), since=review_on)

    def left_by_deals(self, since: date, limit: int) -> list[ReviewRow]:
        """Return those owed, of this day or later, with an undecided deal that closed or changed hands."""
        return self._reviews(_LEFT_BY_DEALS, since=since, most=limit)

    def owe(self, review_ids: Collection[str], fire_id: str) -> None:
        """Record from which fire these reviews are owed, their version one higher."""
        for ids in in_chunks(review_ids):
            self._connection.execute(_OWE, self._named(ids=ids, fire=fire_id))

    def change(self, review_id: str, **values: Any) -> None:
        """Write what became of a review, its version one higher."""
        self._connection.execute(
            update(PipelineReviews)
            .where(PipelineReviews.workspace_id == self._workspace_id, PipelineReviews.id == review_id)
            .values(**values, version=PipelineReviews.version + 1)
        )

    def deals(self, review_id: str) -> list[ReviewDealRow]:
        """Return the deals of a review in their order, without those that were swapped out."""
        return self.deals_of([review_id])[review_id]

    def deals_of(self, review_ids: Collection[str]) -> dict[str, list[ReviewDealRow]]:
        """Return the deals of each review as `deals` does."""
        found: dict[str, list[ReviewDealRow]] = {review_id: [] for review_id in review_ids}
        for reviews in in_chunks(review_ids):
            for row in self._connection.execute(_DEALS, self._named(reviews=reviews)):
                found[row.review_id].append(ReviewDealRow(*row))
        return found

    def swap(self, review_id: str, leaving: str, incoming: Pick, now: datetime) -> bool:
        """Put one deal in another's place; False when the one leaving is not there any more."""
        mine = ReviewDeals.workspace_id == self._workspace_id, ReviewDeals.review_id == review_id
        left = self._connection.execute(
            update(ReviewDeals)
            .where(*mine, ReviewDeals.deal_id == leaving, ReviewDeals.swapped_out_at.is_(None))
            .values(swapped_out_at=now)
            .returning(ReviewDeals.place)
        ).one_or_none()
        if left is None:
            return False
        back = self._connection.execute(
            update(ReviewDeals)
            .where(*mine, ReviewDeals.deal_id == incoming.deal_id)
            .values(swapped_out_at=None, place=left.place, reason=incoming.reason, rep_id=incoming.rep_id)
            .returning(ReviewDeals.id)
        ).one_or_none()
        if back is None:
            self._insert_new(ReviewDeals, [self._pick(review_id, incoming, left.place, now)], ReviewDeals.id)
        return True

    def count_of_deals(self, review_id: str) -> int:
        """Return how many deals a review has."""
        return self._connection.scalar(_COUNT, self._named(review=review_id)) or 0

    def _pick(self, review_id: str, pick: Pick, place: int, now: datetime) -> dict[str, Any]:
        return {
            "id": new_id("rvd"),
            "review_id": review_id,
            "deal_id": pick.deal_id,
            "rep_id": pick.rep_id,
            "place": place,
            "reason": pick.reason,
            "picked_at": now,
        }

    def _one(self, query: _Query, **given: str | date) -> ReviewRow | None:
        return next(iter(self._reviews(query, **given)), None)

    def _reviews(self, query: _Query, **given: Any) -> list[ReviewRow]:
        return [ReviewRow(*row) for row in self._connection.execute(query, self._named(**given))]
