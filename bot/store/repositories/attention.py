"""What each person's day holds: its card, its pings, the lines on the card, what waits for the next one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    ColumnExpressionArgument,
    Select,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from bot.domain.attention import Place
from bot.store.repositories.base import Repository
from bot.store.repositories.notices import NOTICE_COLUMNS, NoticeRow
from bot.store.tables import AttentionDays, Deliveries, Notices, People

HELD: Literal["held"] = "held"
# What was never seen: the card's delivery was given up, or there was nothing to send.
UNSENT = ("dead", "superseded")


@dataclass(frozen=True, slots=True)
class DayRow:
    """A person's local day; `version` counts what its card came to hold."""

    person_id: str
    day: date
    card_id: str | None
    pings: int
    version: int


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A notice that is no message of its own, and its delivery; `state` is held until somebody opens it."""

    notice: NoticeRow
    delivery_id: str
    state: str


def _days(*conditions: ColumnExpressionArgument[bool]) -> Select[*tuple[Any, ...]]:
    return select(
        AttentionDays.person_id,
        AttentionDays.day,
        AttentionDays.card_id,
        AttentionDays.pings,
        AttentionDays.version,
    ).where(AttentionDays.workspace_id == bindparam("workspace"), *conditions)


def _held(*conditions: ColumnExpressionArgument[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*NOTICE_COLUMNS, Deliveries.id.label("delivery_id"), Deliveries.state)
        .join(Deliveries, Deliveries.notice_id == Notices.id)
        .where(
            Notices.workspace_id == bindparam("workspace"),
            Deliveries.mode.in_(["post", "reply"]),
            *conditions,
        )
        .order_by(Notices.created_at, Notices.id)
    )


def _waiting() -> Select[*tuple[Any, ...]]:
    card = aliased(Deliveries)
    never_seen = exists().where(
        AttentionDays.workspace_id == bindparam("workspace"),
        AttentionDays.person_id == Notices.person_id,
        AttentionDays.day == Notices.day,
        card.notice_id == AttentionDays.card_id,
        card.mode == "post",
        card.state == "dead",
    )
    stranded = (Notices.place == Place.HELD.value) & (Notices.day < bindparam("on")) & never_seen
    return _held(
        Notices.person_id == bindparam("person"),
        Deliveries.state == HELD,
        or_(Notices.place == Place.LATER.value, stranded),
    )


# Each message asks for these, and to build them takes longer than the database needs to carry them out.
_OF_PERSON = (AttentionDays.person_id == bindparam("person"), AttentionDays.day == bindparam("on"))
_DAY = _days(*_OF_PERSON)
_LOCKED = _DAY.with_for_update()
_OF_CARD = _days(AttentionDays.card_id == bindparam("card"))
_SAVE = update(AttentionDays).where(AttentionDays.workspace_id == bindparam("workspace"), *_OF_PERSON)
_LINES = _held(
    Notices.person_id == bindparam("person"),
    Notices.place == Place.HELD.value,
    Notices.day == bindparam("on"),
)
_LINE = _held(Notices.id == bindparam("notice"), Notices.place == Place.HELD.value)
_WAITING = _waiting()
_PEOPLE_WAITING = (
    select(Notices.person_id)
    .join(People, People.id == Notices.person_id)
    .where(
        Notices.workspace_id == bindparam("workspace"),
        Notices.place == Place.LATER.value,
        People.active,
        People.slack_user_id.is_not(None),
    )
    .distinct()
    .order_by(Notices.person_id)
)
_CARDS_WITH = (
    select(AttentionDays.card_id)
    .join(
        Notices,
        (Notices.person_id == AttentionDays.person_id) & (Notices.day == AttentionDays.day),
    )
    .where(
        AttentionDays.workspace_id == bindparam("workspace"),
        Notices.kind == bindparam("sort"),
        Notices.subject_id == bindparam("subject"),
        Notices.person_id == bindparam("person"),
        Notices.place == Place.HELD.value,
    )
    .distinct()
)
_CARD_STATE = (
    select(Deliveries.state)
    .where(
        Deliveries.workspace_id == bindparam("workspace"),
        Deliveries.notice_id == bindparam("card"),
        Deliveries.mode.in_(["post", "reply"]),
    )
    .order_by(Deliveries.id.desc())
    .limit(1)
)


class AttentionRepository(Repository):
    """Days of attention in one workspace."""

    def locked(self, person_id: str, day: date) -> DayRow:
        """Return a person's day, to be changed; on PostgreSQL others wait until the transaction ends."""
        named = self._named(person=person_id, on=day)
        found = self._connection.execute(_LOCKED, named).one_or_none()
        if found is None:
            empty = {"person_id": person_id, "day": day, "card_id": None, "pings": 0, "version": 0}
            self._insert_new(AttentionDays, [empty], AttentionDays.person_id)
            found = self._connection.execute(_LOCKED, named).one()
        return DayRow(*found)

    def save(self, day: DayRow) -> None:
        """Write a day that is locked."""
        changed = self._named(
            person=day.person_id, on=day.day, card_id=day.card_id, pings=day.pings, version=day.version
        )
        self._connection.execute(_SAVE, changed)

    def day_of_card(self, notice_id: str) -> DayRow | None:
        """Return the day whose card this notice is, or None."""
        found = self._connection.execute(_OF_CARD, self._named(card=notice_id)).one_or_none()
        return DayRow(*found) if found else None

    def card_on(self, person_id: str, day: date) -> str | None:
        """Return the notice that is a person's card of that day, or None."""
        found = self._connection.execute(_DAY, self._named(person=person_id, on=day)).one_or_none()
        return DayRow(*found).card_id if found else None

    def lines(self, person_id: str, day: date) -> list[HeldRow]:
        """Return what stands on a day's card as lines, opened or not, the oldest first."""
        return self._held(_LINES, person=person_id, on=day)

    def line(self, notice_id: str) -> HeldRow | None:
        """Return one notice that stands on a card as a line, or None."""
        found = self._held(_LINE, notice=notice_id)
        return found[0] if found else None

    def waiting(self, person_id: str, day: date) -> list[HeldRow]:
        """Return what waits for a person's next card, the oldest first.

        With it comes what stood on an earlier day's card that was given up.
        """
        return self._held(_WAITING, person=person_id, on=day)

    def people_waiting(self) -> list[str]:
        """Return the ids of those for whom something waits and who can be told: active, and in Slack."""
        return list(self._connection.scalars(_PEOPLE_WAITING, self._named()))

    def put(self, notice_ids: Collection[str], place: Place | None, day: date) -> None:
        """Say where these notices are told, and on which day; None: nowhere by themselves."""
        self._connection.execute(
            update(Notices)
            .where(Notices.workspace_id == self._workspace_id, Notices.id.in_(notice_ids))
            .values(place=place.value if place else None, day=day)
        )

    def told_on(self, person_id: str, day: date, subjects: Sequence[tuple[str, str]]) -> bool:
        """Tell whether a day told or holds one of these already; each is a kind and a subject's id."""
        same = [(Notices.kind == kind) & (Notices.subject_id == subject_id) for kind, subject_id in subjects]
        query = select(Notices.id).where(
            Notices.workspace_id == self._workspace_id,
            Notices.person_id == person_id,
            Notices.day == day,
            Notices.place.in_([Place.CARD.value, Place.PING.value, Place.HELD.value]),
            or_(*same),
        )
        return self._connection.scalar(query.limit(1)) is not None

    def cards_with(self, kind: str, subject_id: str, person_id: str) -> list[str]:
        """Return the cards on which a notice about a subject stands as a line."""
        given = self._named(sort=kind, subject=subject_id, person=person_id)
        found = self._connection.scalars(_CARDS_WITH, given)
        return sorted(card_id for card_id in found if card_id is not None)

    def card_state(self, notice_id: str) -> str | None:
        """Return what became of a card's message: a delivery's state, or None where there is none."""
        return self._connection.scalar(_CARD_STATE, self._named(card=notice_id))

    def release(self, delivery_id: str) -> None:
        """Let a delivery that was held be sent, as a message of its own."""
        self._connection.execute(
            update(Deliveries)
            .where(Deliveries.workspace_id == self._workspace_id, Deliveries.id == delivery_id)
            .values(state="queued", mode="post")
        )

    def places(self, person_id: str, day: date) -> dict[str, int]:
        """Return how many notices of a person's day were told in which place; an absent one has none."""
        query = (
            select(Notices.place, func.count())
            .where(
                Notices.workspace_id == self._workspace_id,
                Notices.person_id == person_id,
                Notices.day == day,
                Notices.place.is_not(None),
            )
            .group_by(Notices.place)
        )
        return {str(place): amount for place, amount in self._connection.execute(query)}

    def forget_before(self, day: date, at_most: int) -> int:
        """Forget days before this one, a page of them; return how many.

        One whose card was given up stays: what stood on it waits for the next card, and is found by it.
        """
        given_up = exists().where(Deliveries.notice_id == AttentionDays.card_id, Deliveries.state == "dead")
        key = tuple_(AttentionDays.person_id, AttentionDays.day)
        ours = AttentionDays.workspace_id == self._workspace_id
        old = select(AttentionDays.person_id, AttentionDays.day).where(
            ours, AttentionDays.day < day, ~given_up
        )
        statement = delete(AttentionDays).where(ours, key.in_(old.limit(at_most)))
        return self._connection.execute(statement).rowcount

    def _held(self, query: Select[*tuple[Any, ...]], **given: str | date) -> list[HeldRow]:
        return [
            HeldRow(NoticeRow(*row[: len(NOTICE_COLUMNS)]), row.delivery_id, row.state)
            for row in self._connection.execute(query, self._named(**given))
        ]
