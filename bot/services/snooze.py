"""A manager puts an owed conversation off for a while; it stays owed, and is due when it was due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.cadence import next_allowed, working_deadline
from bot.domain.calendar import WorkCalendar
from bot.domain.people import Person
from bot.domain.settings import Permission, Settings
from bot.domain.transitions import Event, transition
from bot.errors import NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import actor_for
from bot.services.notifying import NoticeKind, Subject, refresh
from bot.services.recording import save_obligation
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put off one obligation by one of the choices an admin allows; `option_id` names it."""

    slack_user_id: str
    obligation_id: str
    option_id: str


def snooze(store: Store, jobs: JobQueue, command: Snooze, now: datetime) -> tuple[datetime, str]:
    """Record the snooze; return when it ends (UTC) and the manager's zone."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        actor.require(Permission.SNOOZE)
        obligation = uow.obligations.get(command.obligation_id, for_update=True)
        if obligation is None:
            raise NotFound(
                "That conversation is not on record here. Use `/drumbeat today` to see what is open."
            )
        if obligation.owner_id != actor.id:
            raise NotAllowed("Only the manager who owes this can put it off.")
        if not obligation.is_open:
            raise StaleAction("This is not open any more, so there is nothing to put off.")
        until = _end(uow, actor.person, actor.settings, command.option_id, now)
        put_off = transition(obligation, Event.SNOOZE, now=now, until=until)
        save_obligation(uow, obligation, put_off, actor_id=actor.id, action="obligation.snoozed", now=now)
        refresh(
            uow,
            jobs,
            kind=NoticeKind.HEALTH_CHECK,
            person_id=actor.id,
            subject=Subject(obligation.source_kind.value, obligation.source_id),
            now=now,
        )
        return until, actor.person.time_zone


def _end(uow: UnitOfWork, person: Person, settings: Settings, option_id: str, now: datetime) -> datetime:
    option = next((one for one in settings.cadences.snooze_options if one.id == option_id), None)
    if option is None:
        raise StaleAction("That choice is no longer offered. Use `/drumbeat today` for the current ones.")
    calendar = WorkCalendar(person.country, uow.people.time_off([person.id]).get(person.id, ()))
    hours = settings.cadences.working_hours
    if option.hours is None:
        return working_deadline(now, person.time_zone, calendar, option.working_days or 1, hours.start)
    until = now + timedelta(hours=option.hours)
    # The reminder rings: outside of working hours it waits for their next beginning.
    return next_allowed(until, person.time_zone, calendar, hours.start, hours.end)
