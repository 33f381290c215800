"""What the bot has to say, and each message by which it says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, func, insert, select, update

from bot.store.ids import new_id
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import Deliveries, Notices

DeliveryMode = Literal["post", "reply", "update", "home", "view", "channel"]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """Something to say to a person about a subject, and why; `place` and `day`: where and when it is told.

    `place` is a Place's value; None for what its person asked for, or what only changes a message.
    """

    id: str
    kind: str
    person_id: str
    subject_kind: str
    subject_id: str
    reason: str
    created_at: datetime
    urgency: str | None = None
    place: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message. `slack_channel` and `slack_ts` say where it stands once sent, `thread_ts` under which.

    `state`: queued, sent, failed (to be tried again), dead (given up, `error` says why),
    superseded (there was nothing left to say when its turn came) or held (a line on a card, or for the next).
    """

    id: str
    notice_id: str
    person_id: str
    mode: str
    slack_channel: str | None
    slack_ts: str | None
    state: str
    attempts: int
    error: str | None
    content_hash: str | None
    created_at: datetime
    sent_at: datetime | None
    thread_ts: str | None = None


# In the order of a NoticeRow.
NOTICE_COLUMNS: tuple[Any, ...] = (
    Notices.id,
    Notices.kind,
    Notices.person_id,
    Notices.subject_kind,
    Notices.subject_id,
    Notices.reason,
    Notices.created_at,
    Notices.urgency,
    Notices.place,
    Notices.day,
)


def deliveries(*conditions: ColumnExpressionArgument[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query for those messages, in the order of a DeliveryRow."""
    return (
        select(
            Deliveries.id,
            Deliveries.notice_id,
            Deliveries.person_id,
            Deliveries.mode,
            Deliveries.slack_channel,
            Deliveries.slack_ts,
            Deliveries.state,
            Deliveries.attempts,
            Deliveries.error,
            Deliveries.content_hash,
            Deliveries.created_at,
            Deliveries.sent_at,
            Deliveries.thread_ts,
        )
        .join(Notices, Notices.id == Deliveries.notice_id)
        .where(Deliveries.workspace_id == bindparam("workspace"), *conditions)
    )


# Every message asks for these several times; to build them takes longer than the database needs.
_ADD = insert(Notices)
_NOTICE = select(*NOTICE_COLUMNS).where(
    Notices.workspace_id == bindparam("workspace"), Notices.id == bindparam("sought")
)
_DELIVERY = deliveries(Deliveries.id == bindparam("sought"))
_CHANGE = update(Deliveries).where(
    Deliveries.workspace_id == bindparam("workspace"), Deliveries.id == bindparam("sought")
)
_ABOUT = (
    Notices.kind == bindparam("sort"),
    Notices.subject_id == bindparam("subject"),
    Notices.person_id == bindparam("person"),
)
_IS_MESSAGE = Deliveries.mode.in_(["post", "reply"])
_SENT_ABOUT = deliveries(*_ABOUT, Deliveries.state == "sent", _IS_MESSAGE).order_by(
    Deliveries.sent_at.desc(), Deliveries.id.desc()
)
_TOLD_TO = (
    select(Notices.subject_id)
    .where(
        Notices.workspace_id == bindparam("workspace"),
        Notices.kind == bindparam("sort"),
        Notices.person_id == bindparam("person"),
        Notices.subject_kind == bindparam("about"),
        Notices.created_at >= bindparam("since"),
    )
    .order_by(Notices.created_at, Notices.id)
)
_LAST_TOLD_TO = (
    select(Notices.subject_id)
    .where(
        Notices.workspace_id == bindparam("workspace"),
        Notices.kind == bindparam("sort"),
        Notices.person_id == bindparam("person"),
        Notices.subject_kind == bindparam("about"),
        Notices.created_at < bindparam("before"),
    )
    .order_by(Notices.created_at.desc(), Notices.id.desc())
    .limit(1)
)
_TOLD_OF = (
    select(Notices.person_id)
    .where(
        Notices.workspace_id == bindparam("workspace"),
        Notices.person_id.in_(bindparam("ids", expanding=True)),
        Notices.subject_kind == bindparam("about"),
        Notices.subject_id == bindparam("subject"),
        Notices.kind == bindparam("sort"),
    )
    .distinct()
    .order_by(Notices.person_id)
)
_MESSAGE_OF = (
    deliveries(Deliveries.notice_id == bindparam("notice"), _IS_MESSAGE)
    .order_by(Deliveries.created_at, Deliveries.id)
    .limit(1)
)
_SHOWN = (Deliveries.workspace_id == bindparam("workspace"), *_ABOUT, Deliveries.state == "sent")
_LAST_SENT = (
    select(func.max(Deliveries.sent_at)).join(Notices, Notices.id == Deliveries.notice_id).where(*_SHOWN)
)
_SHOWN_AT = (
    select(Deliveries.content_hash)
    .join(Notices, Notices.id == Deliveries.notice_id)
    .where(*_SHOWN, Deliveries.sent_at == bindparam("moment"))
)
_IN_MESSAGE = Notices.id == bindparam("notice")
_LAST_SENT_IN, _SHOWN_IN = _LAST_SENT.where(_IN_MESSAGE), _SHOWN_AT.where(_IN_MESSAGE)
_YOUNGER = (
    select(Deliveries.id)
    .join(Notices, Notices.id == Deliveries.notice_id)
    .where(
        Deliveries.workspace_id == bindparam("workspace"),
        Deliveries.state == "queued",
        Deliveries.attempts == 0,
        Deliveries.mode == bindparam("manner"),
        Deliveries.id > bindparam("delivery"),
        *_ABOUT,
    )
    .limit(1)
)
_YOUNGER_IN = _YOUNGER.where(_IN_MESSAGE)
_OTHERS = (
    select(func.count())
    .select_from(Deliveries)
    .join(Notices, Notices.id == Deliveries.notice_id)
    .where(*_SHOWN, Deliveries.id != bindparam("delivery"))
)
_OTHERS_IN = _OTHERS.where(_IN_MESSAGE)
_COUNT = _CHANGE.values(attempts=Deliveries.attempts + bindparam("more"))


class NoticeRepository(Repository):
    """Notices and their deliveries."""

    def add(
        self,
        kind: str,
        person_id: str,
        subject_kind: str,
        subject_id: str,
        reason: str,
        now: datetime,
        *,
        urgency: str | None = None,
        place: str | None = None,
        day: date | None = None,
    ) -> str:
        """Record something to say; return the notice's id."""
        notice_id = new_id("ntc")
        row = {
            "id": notice_id,
            "workspace_id": self._workspace_id,
            "kind": kind,
            "person_id": person_id,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "reason": reason,
            "created_at": now,
            "urgency": urgency,
            "place": place,
            "day": day,
        }
        self._connection.execute(_ADD, row)
        return notice_id

    def get(self, notice_id: str) -> NoticeRow | None:
        """Return one notice, or None."""
        row = self._connection.execute(_NOTICE, self._named(sought=notice_id)).mappings().one_or_none()
        return NoticeRow(**row) if row else None

    def add_delivery(
        self,
        delivery_id: str,
        notice_id: str,
        person_id: str,
        mode: DeliveryMode,
        now: datetime,
        *,
        state: Literal["queued", "superseded", "held"] = "queued",
    ) -> bool:
        """Record a message to be sent under an id of the caller's; False when that id is there already."""
        row = {
            "id": delivery_id,
            "notice_id": notice_id,
            "person_id": person_id,
            "mode": mode,
            "state": state,
            "attempts": 0,
            "created_at": now,
        }
        return bool(self._insert_new(Deliveries, [row], Deliveries.id))

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        """Return one delivery, or None."""
        return self._first(_DELIVERY, sought=delivery_id)

    def begin_attempt(self, delivery_id: str) -> None:
        """Count an attempt before it is made, so that the next one knows of it whatever happens."""
        self._connection.execute(_COUNT, self._named(sought=delivery_id, more=1))

    def take_attempt_back(self, delivery_id: str) -> None:
        """Count an attempt no more that was turned away: nothing of it can have arrived."""
        self._connection.execute(_COUNT, self._named(sought=delivery_id, more=-1))

    def mark_superseded(self, delivery_id: str) -> None:
        """Record that there was nothing left to say."""
        self._change(delivery_id, state="superseded")

    def mark_sent(
        self,
        delivery_id: str,
        channel: str,
        ts: str | None,
        content_hash: str,
        now: datetime,
        thread_ts: str | None = None,
    ) -> None:
        """Record where a message stands, and the hash of what it says."""
        self._change(
            delivery_id,
            state="sent",
            slack_channel=channel,
            slack_ts=ts,
            thread_ts=thread_ts,
            content_hash=content_hash,
            sent_at=now,
            error=None,
        )

    def mark_failed(self, delivery_id: str, error: str, *, dead: bool) -> None:
        """Record a failed attempt; `dead` when it is not to be tried again."""
        self._change(delivery_id, state="dead" if dead else "failed", error=error)

    def revive(self, delivery_id: str) -> None:
        """Take a delivery that was given up back among those to be sent; its attempts stay counted."""
        self._change(delivery_id, state="queued", error=None)

    def sent_for_subject(self, kind: str, subject_id: str, person_id: str) -> list[str]:
        """Return the notices whose messages stand with a person about a subject, the newest first."""
        named = self._named(sort=kind, subject=subject_id, person=person_id)
        return list(dict.fromkeys(row.notice_id for row in self._connection.execute(_SENT_ABOUT, named)))

    def told_to(self, person_id: str, kind: str, subject_kind: str, since: datetime) -> list[str]:
        """Return the subjects of which a person was told something of this kind, in order of time."""
        named = self._named(sort=kind, person=person_id, about=subject_kind, since=since)
        return list(self._connection.scalars(_TOLD_TO, named))

    def last_told_to(self, person_id: str, kind: str, subject_kind: str, before: datetime) -> str | None:
        """Return the subject of the last notice of this kind to a person before a moment, or None."""
        named = self._named(sort=kind, person=person_id, about=subject_kind, before=before)
        return self._connection.scalar(_LAST_TOLD_TO, named)

    def told_of(
        self, person_ids: Collection[str], kind: str, subject_kind: str, subject_id: str
    ) -> list[str]:
        """Return which of these people were told of a subject, or are to be."""
        named = self._named(sort=kind, about=subject_kind, subject=subject_id)
        return [
            found
            for ids in in_chunks(person_ids)
            for found in self._connection.scalars(_TOLD_OF, {**named, "ids": ids})
        ]

    def message_of(self, notice_id: str) -> DeliveryRow | None:
        """Return the message that tells a notice, sent or not; None where there is none."""
        return self._first(_MESSAGE_OF, notice=notice_id)

    def last_shown(
        self, kind: str, subject_id: str, person_id: str, notice_id: str | None = None
    ) -> set[str]:
        """Return the hashes of what a person was shown of a subject at the last instant anything was sent.

        `notice_id`: in the message that tells this notice, where several tell of the subject.
        Several hashes where the clock stood still: then nobody can tell which of them is on top.
        """
        named = self._named(sort=kind, subject=subject_id, person=person_id)
        when, what = _LAST_SENT, _SHOWN_AT
        if notice_id:
            named["notice"], when, what = notice_id, _LAST_SENT_IN, _SHOWN_IN
        last = self._connection.scalar(when, named)
        found = self._connection.scalars(what, {**named, "moment": last}) if last else ()
        return {content_hash for content_hash in found if content_hash is not None}

    def is_overtaken(self, delivery: DeliveryRow, notice: NoticeRow) -> bool:
        """Tell whether a younger delivery of the same kind waits, untried, to show the same subject.

        Of updates: in the same message, where several tell of it.
        """
        named = {**self._place_of(delivery, notice), "manner": delivery.mode}
        query = _YOUNGER_IN if delivery.mode == "update" else _YOUNGER
        return self._connection.scalar(query, named) is not None

    def shown_by_others(self, delivery: DeliveryRow, notice: NoticeRow) -> int:
        """Return how many other deliveries have shown the same subject.

        Of updates: in the same message, where several tell of it.
        """
        query = _OTHERS_IN if delivery.mode == "update" else _OTHERS
        return self._connection.scalar(query, self._place_of(delivery, notice)) or 0

    def _place_of(self, delivery: DeliveryRow, notice: NoticeRow) -> dict[str, Any]:
        return self._named(
            delivery=delivery.id,
            sort=notice.kind,
            subject=notice.subject_id,
            person=notice.person_id,
            notice=notice.id,
        )

    def _change(self, delivery_id: str, **values: Any) -> None:
        self._connection.execute(_CHANGE, self._named(sought=delivery_id, **values))

    def _first(self, query: Select[*tuple[Any, ...]], **named: Any) -> DeliveryRow | None:
        row = self._connection.execute(query, self._named(**named)).first()
        return DeliveryRow(*row) if row else None
