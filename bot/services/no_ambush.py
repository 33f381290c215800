"""What a leader may know by now: nothing about a manager that the manager has not had for one working day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import working_deadline
from bot.domain.calendar import WorkCalendar
from bot.domain.obligations import Obligation
from bot.domain.people import Person
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import UnitOfWork


def working_days_after(uow: UnitOfWork, person: Person, at: datetime, days: int) -> datetime:
    """Return the same time of day so many of the person's working days later (UTC)."""
    return _later(person, _calendar(uow, person), at, days)


def a_day_ago(uow: UnitOfWork, person: Person, now: datetime) -> Callable[[datetime], bool]:
    """Return what tells of a moment whether one working day of this person has passed since."""
    calendar = _calendar(uow, person)
    return lambda at: now >= _later(person, calendar, at, 1)


def leaders_see_from(uow: UnitOfWork, owner: Person, one: Obligation) -> datetime:
    """Return from when on leaders see what somebody owes (UTC): a working day after they had it."""
    return all_seen_from(uow, owner, [one])[one.id]


def all_seen_from(uow: UnitOfWork, owner: Person, owed: Sequence[Obligation]) -> Mapping[str, datetime]:
    """Return the same for each of what somebody owes, by its id."""
    calendar = _calendar(uow, owner)
    opened_by = {one.fire_id for one in owed}
    fires = {fire_id: uow.fires.get(fire_id) if fire_id else None for fire_id in opened_by}
    return {one.id: _later(owner, calendar, _had_since(one, fires[one.fire_id]), 1) for one in owed}


def _had_since(one: Obligation, fire: Fire | None) -> datetime:
    if fire is None:
        return one.due_at  # from something else than a fire: theirs alone at least until it is due
    # One that was caught up late came when it was recorded, not when it should have come.
    return max(fire.starts_at, fire.recorded_at)


def _calendar(uow: UnitOfWork, person: Person) -> WorkCalendar:
    return WorkCalendar(person.country, uow.people.time_off([person.id]).get(person.id, ()))


def _later(person: Person, calendar: WorkCalendar, at: datetime, days: int) -> datetime:
    local = at.astimezone(ZoneInfo(person.time_zone)).time()
    return working_deadline(at, person.time_zone, calendar, days, local)
