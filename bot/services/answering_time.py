"""The working days of those asked about deals, and until when they answer: never on a holiday."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from bot.domain.cadence import fair_deadline, working_deadline
from bot.domain.calendar import WorkCalendar
from bot.domain.people import Person
from bot.domain.settings import Settings
from bot.store.unit_of_work import UnitOfWork

ANSWER_TIME = time(18, 0)


def calendars_of(uow: UnitOfWork, owners: Collection[Person]) -> dict[str, WorkCalendar]:
    """Return the working days of each of these people."""
    time_off = uow.people.time_off([one.id for one in owners])
    return {one.id: WorkCalendar(one.country, time_off[one.id]) for one in owners}


def usual_deadline(owner: Person, calendar: WorkCalendar, settings: Settings, asked_at: datetime) -> datetime:
    """Return until when a rep answers what was asked of them then, where no review says otherwise."""
    days = settings.inspection.answer_working_days
    return working_deadline(asked_at, owner.time_zone, calendar, days, ANSWER_TIME)


def deadline_for(
    owner: Person, calendar: WorkCalendar, settings: Settings, asked_at: datetime, wanted: datetime | None
) -> datetime:
    """Return until when a rep answers what was asked of them then, and is wanted by a review, or by none."""
    usual = usual_deadline(owner, calendar, settings, asked_at)
    return fair_deadline(asked_at, wanted, usual, owner.time_zone, calendar) if wanted else usual
