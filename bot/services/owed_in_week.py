"""What a week holds for its people and their leaders: what is due in it, what was left undone before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.obligations import Obligation, State
from bot.domain.one_on_one import week_of
from bot.domain.one_on_one_schedule import moment
from bot.domain.people import Person
from bot.services.no_ambush import all_seen_from
from bot.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Week:
    """From one Monday's midnight to the next (UTC) on the clock of one person; `before` is the last one's."""

    before: datetime
    start: datetime
    end: datetime

    @classmethod
    def of(cls, person: Person, now: datetime) -> Week:
        """Return the week that a moment falls in."""
        monday = week_of(now, person.time_zone)
        mondays = (monday + timedelta(weeks=weeks) for weeks in (-1, 0, 1))
        return cls(*(moment(day, time(), person.time_zone) for day in mondays))

    def holds(self, one: Obligation) -> bool:
        """Tell whether it is due in this week, or was left undone before: still open, or missed last week."""
        if one.due_at >= self.start:
            return one.due_at < self.end
        return one.is_open or (one.state is State.MISSED and one.due_at >= self.before)


def owed_in_week(uow: UnitOfWork, owner_id: str, week: Week) -> list[Obligation]:
    """Return what a week holds for whoever owes it, by due time."""
    return [one for one in _recent_and_open(uow, owner_id, week) if week.holds(one)]


def seen_in_week(
    uow: UnitOfWork, owner: Person, week: Week, now: datetime
) -> tuple[list[Obligation], list[Obligation]]:
    """Return what a week holds of somebody's for the leaders above, and what of it they see only later.

    What fell due as the week before ended comes to them in this one: it is in it whatever became of it.
    """
    owed = [one for one in _recent_and_open(uow, owner.id, week) if one.due_at < week.end]
    seen_from = all_seen_from(uow, owner, owed)
    held = [one for one in owed if week.holds(one) or seen_from[one.id] >= week.start]
    seen = [one for one in held if now >= seen_from[one.id]]
    return seen, [one for one in held if now < seen_from[one.id]]


def _recent_and_open(uow: UnitOfWork, owner_id: str, week: Week) -> list[Obligation]:
    recent = uow.obligations.of_owner(owner_id, week.before)
    older = [one for one in uow.obligations.owed_by([owner_id]) if one.due_at < week.before]
    return [*older, *recent]
