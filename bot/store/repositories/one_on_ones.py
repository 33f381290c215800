"""One-on-ones: series, slots and agenda items; a slot is written only by whoever read its newest version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, insert, or_, select, text, update

from bot.domain.one_on_one import AgendaItem, OneOnOne, SlotState
from bot.domain.one_on_one_schedule import Series, Slotting
from bot.store.repositories.base import MOST, Repository, in_chunks
from bot.store.tables import AgendaItems, OneOnOnes, OneOnOneSeries, People
from bot.store.tables.one_on_ones import IS_SCHEDULED

_COLUMNS = (
    "series_id",
    "manager_id",
    "rep_id",
    "starts_at",
    "minutes",
    "state",
    "planned_on",
    "moved_from",
    "moved_to",
    "answered_at",
    "excused_reason",
    "cancel_reason",
    "proposed_at",
    "proposal_note",
    "obligation_id",
    "version",
)
_Query = Select[*tuple[Any, ...]]


def _slots(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(OneOnOnes.id, *(getattr(OneOnOnes, name) for name in _COLUMNS))
        .where(OneOnOnes.workspace_id == bindparam("workspace"), *conditions)
        .order_by(OneOnOnes.starts_at, OneOnOnes.id)
    )


def _series(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    columns = OneOnOneSeries
    return (
        select(
            columns.id,
            columns.manager_id,
            columns.rep_id,
            columns.weekday,
            columns.at,
            columns.every_weeks,
            columns.starts_on,
            columns.minutes,
            columns.accepted_at,
            columns.ended_at,
            columns.ended_reason,
        )
        .where(columns.workspace_id == bindparam("workspace"), *conditions)
        .order_by(columns.weekday, columns.at, columns.id)
    )


def _parted() -> _Query:
    """Running, and its rep or manager has left, or its rep has another manager now."""
    together = select(People.id).where(
        People.id == OneOnOneSeries.rep_id,
        People.active,
        People.manager_id == OneOnOneSeries.manager_id,
    )
    led = select(People.id).where(People.id == OneOnOneSeries.manager_id, People.active)
    return _series(_RUNS, or_(~together.exists(), ~led.exists()))


def _overtaken() -> _Query:
    """Scheduled, and a later one of the same two has begun: none that was moved."""
    later = OneOnOnes.__table__.alias("later")
    begun = select(later.c.id).where(
        later.c.workspace_id == OneOnOnes.workspace_id,
        later.c.rep_id == OneOnOnes.rep_id,
        later.c.manager_id == OneOnOnes.manager_id,
        later.c.moved_to.is_(None),
        later.c.starts_at > OneOnOnes.starts_at,
        later.c.starts_at <= bindparam("now"),
    )
    return _slots(text(IS_SCHEDULED), begun.exists()).limit(MOST)


# Built once: to build them takes longer than the database needs to carry them out.
_RUNS = OneOnOneSeries.ended_at.is_(None)
_SERIES = _series(OneOnOneSeries.id == bindparam("sought"))
_RUNNING = _series(_RUNS)
_RUNNING_OF = _series(_RUNS, OneOnOneSeries.manager_id.in_(bindparam("managers", expanding=True)))
_PARTED = _parted()
_SLOT = _slots(OneOnOnes.id == bindparam("sought"))
_SLOT_LOCKED = _SLOT.with_for_update()
_SLOTS = _slots(OneOnOnes.id.in_(bindparam("ids", expanding=True)))
_STARTING = (OneOnOnes.starts_at >= bindparam("since"), OneOnOnes.starts_at < bindparam("until"))
_OF_MANAGER = _slots(OneOnOnes.manager_id == bindparam("person"), *_STARTING)
_OF_REP = _slots(OneOnOnes.rep_id == bindparam("person"), *_STARTING)
_SCHEDULED_OF = _slots(text(IS_SCHEDULED), OneOnOnes.series_id == bindparam("series")).with_for_update(
    skip_locked=True
)
_STARTED = (text(IS_SCHEDULED), OneOnOnes.starts_at < bindparam("before"))
_WITHOUT_AGENDA = _slots(*_STARTED, OneOnOnes.agenda_sent_at.is_(None)).limit(MOST)
_UNASKED = _slots(*_STARTED, OneOnOnes.asked_at.is_(None)).limit(MOST)
_OVERTAKEN = _overtaken()
_TO_COME = _slots(text(IS_SCHEDULED), OneOnOnes.asked_at.is_(None)).limit(MOST)
_ITEMS = (
    select(
        AgendaItems.id,
        AgendaItems.one_on_one_id,
        AgendaItems.by_id,
        AgendaItems.text,
        AgendaItems.added_at,
    )
    .where(AgendaItems.workspace_id == bindparam("workspace"), AgendaItems.one_on_one_id == bindparam("slot"))
    .order_by(AgendaItems.added_at, AgendaItems.id)
)


class OneOnOneRepository(Repository):
    """Reads and writes the schedule and what became of it."""

    # ------------------------------------------------------------ series

    def add_series(self, series: Sequence[Series]) -> list[str]:
        """Insert those whose two have no running series; return the ids of those inserted."""
        rows = [
            {
                "id": one.id,
                "manager_id": one.manager_id,
                "rep_id": one.rep_id,
                "weekday": one.slotting.weekday,
                "at": one.slotting.at,
                "minutes": one.slotting.minutes,
                "every_weeks": one.slotting.every_weeks,
                "starts_on": one.slotting.starts_on,
                "accepted_at": one.accepted_at,
                "ended_at": one.ended_at,
                "ended_reason": one.ended_reason,
            }
            for one in series
        ]
        return self._insert_new(OneOnOneSeries, rows, OneOnOneSeries.id)

    def series(self, series_id: str) -> Series | None:
        """Return one series, running or over."""
        return next(iter(self._series(_SERIES, sought=series_id)), None)

    def running(self, manager_ids: Collection[str] | None = None) -> list[Series]:
        """Return the series that run now: of these managers, or of everybody."""
        if manager_ids is None:
            return self._series(_RUNNING)
        return self._series(_RUNNING_OF, managers=sorted(manager_ids))

    def parted(self) -> list[Series]:
        """Return the running series whose rep or manager has left, or whose rep has another manager now."""
        return self._series(_PARTED)

    def end_series(self, series_id: str, reason: str, now: datetime) -> bool:
        """End a series that runs; False when it is over already."""
        statement = (
            update(OneOnOneSeries)
            .where(
                OneOnOneSeries.workspace_id == self._workspace_id,
                OneOnOneSeries.id == series_id,
                OneOnOneSeries.ended_at.is_(None),
            )
            .values(ended_at=now, ended_reason=reason)
            .returning(OneOnOneSeries.id)
        )
        return self._connection.scalar(statement) is not None

    # ------------------------------------------------------------ slots

    def add(self, slots: Sequence[OneOnOne]) -> list[str]:
        """Insert the slots that are not there yet (same series and planned date); return their ids."""
        rows = [{"id": one.id, **_to_row(one), "agenda_sent_at": None, "asked_at": None} for one in slots]
        return self._insert_new(OneOnOnes, rows, OneOnOnes.id)

    def get(self, slot_id: str, *, for_update: bool = False) -> OneOnOne | None:
        """Return one slot, or None; `for_update` keeps other writers waiting."""
        return next(iter(self._slots(_SLOT_LOCKED if for_update else _SLOT, sought=slot_id)), None)

    def save(self, slot: OneOnOne, expected_version: int) -> bool:
        """Write a slot read at `expected_version`; False when somebody was faster."""
        statement = (
            update(OneOnOnes)
            .where(
                OneOnOnes.workspace_id == self._workspace_id,
                OneOnOnes.id == slot.id,
                OneOnOnes.version == expected_version,
            )
            .values(**_to_row(slot))
            .returning(OneOnOnes.id)
        )
        return self._connection.scalar(statement) is not None

    def planned(self, series_ids: Collection[str], since: date) -> set[tuple[str, date]]:
        """Return which dates of these series have their slot, from a day on."""
        found: set[tuple[str, date]] = set()
        for ids in in_chunks(series_ids):
            query = select(OneOnOnes.series_id, OneOnOnes.planned_on).where(
                OneOnOnes.workspace_id == self._workspace_id,
                OneOnOnes.series_id.in_(ids),
                OneOnOnes.planned_on >= since,
            )
            found |= {(row.series_id, row.planned_on) for row in self._connection.execute(query)}
        return found

    def of_manager(self, manager_id: str, since: datetime, until: datetime) -> list[OneOnOne]:
        """Return a manager's slots that start in this time, by start, with what they moved from or to."""
        return self._with_moves(self._slots(_OF_MANAGER, person=manager_id, since=since, until=until))

    def of_rep(self, rep_id: str, since: datetime, until: datetime) -> list[OneOnOne]:
        """Return a rep's slots that start in this time, by start, with any manager."""
        return self._slots(_OF_REP, person=rep_id, since=since, until=until)

    def scheduled_of(self, series_id: str) -> list[OneOnOne]:
        """Return what is still to be answered of a series, by start, locked."""
        return self._slots(_SCHEDULED_OF, series=series_id)

    # ------------------------------------------------------------ what happens by itself

    def without_agenda(self, until: datetime, limit: int) -> list[OneOnOne]:
        """Return the scheduled slots that start before a moment and whose agenda was not sent."""
        return self._slots(_WITHOUT_AGENDA, before=until, most=limit)

    def unasked(self, started_before: datetime, limit: int) -> list[OneOnOne]:
        """Return the scheduled slots that started before a moment and were not asked about."""
        return self._slots(_UNASKED, before=started_before, most=limit)

    def overtaken(self, now: datetime, limit: int) -> list[OneOnOne]:
        """Return the scheduled slots of which a later one of the same two has begun: none that was moved."""
        return self._slots(_OVERTAKEN, now=now, most=limit)

    def mark_agenda_sent(self, slot_id: str, now: datetime) -> None:
        """Record that the agenda went out."""
        self._mark(slot_id, agenda_sent_at=now)

    def mark_asked(self, slot_id: str, now: datetime) -> None:
        """Record that the manager was asked what became of it."""
        self._mark(slot_id, asked_at=now)

    def to_come(self, after: datetime, limit: int) -> list[OneOnOne]:
        """Return the first scheduled slots that end after a moment, by start: what the clock waits for."""
        return [slot for slot in self._slots(_TO_COME, most=limit) if slot.ends_at > after]

    # ------------------------------------------------------------ agenda

    def add_item(self, item: AgendaItem) -> None:
        """Put something on an agenda."""
        self._connection.execute(
            insert(AgendaItems).values(
                workspace_id=self._workspace_id,
                id=item.id,
                one_on_one_id=item.one_on_one_id,
                by_id=item.by_id,
                text=item.text,
                added_at=item.added_at,
            )
        )

    def items(self, slot_id: str) -> list[AgendaItem]:
        """Return what was put on a slot's agenda, in order."""
        return [AgendaItem(*row) for row in self._connection.execute(_ITEMS, self._named(slot=slot_id))]

    def hand_items_over(self, slot_id: str, new_slot_id: str) -> None:
        """Put the agenda of a slot that was moved onto the one it moved to."""
        self._connection.execute(
            update(AgendaItems)
            .where(AgendaItems.workspace_id == self._workspace_id, AgendaItems.one_on_one_id == slot_id)
            .values(one_on_one_id=new_slot_id)
        )

    # ------------------------------------------------------------ rows

    def _mark(self, slot_id: str, **values: datetime) -> None:
        self._connection.execute(
            update(OneOnOnes)
            .where(OneOnOnes.workspace_id == self._workspace_id, OneOnOnes.id == slot_id)
            .values(**values)
        )

    def _with_moves(self, slots: Sequence[OneOnOne]) -> list[OneOnOne]:
        found = {slot.id: slot for slot in slots}
        while missing := {
            other
            for slot in found.values()
            for other in (slot.moved_from, slot.moved_to)
            if other is not None and other not in found
        }:
            more = self._slots(_SLOTS, ids=sorted(missing))
            found |= {slot.id: slot for slot in more}
            if len(more) < len(missing):
                break
        return sorted(found.values(), key=lambda slot: (slot.starts_at, slot.id))

    def _series(self, query: _Query, **given: Any) -> list[Series]:
        return [
            Series(
                id=row.id,
                manager_id=row.manager_id,
                slotting=Slotting(
                    row.rep_id, row.weekday, row.at, row.every_weeks, row.starts_on, row.minutes
                ),
                accepted_at=row.accepted_at,
                ended_at=row.ended_at,
                ended_reason=row.ended_reason,
            )
            for row in self._connection.execute(query, self._named(**given))
        ]

    def _slots(self, query: _Query, **given: Any) -> list[OneOnOne]:
        rows = self._connection.execute(query, self._named(**given)).mappings()
        found = [OneOnOne(**row) for row in rows]
        return [replace(slot, state=SlotState(slot.state)) for slot in found]


def _to_row(slot: OneOnOne) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in _COLUMNS} | {"state": slot.state.value}
