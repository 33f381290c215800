"""Sends a cadence by hand, to everybody or to one manager, or only shows who would get what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import Cadence
from bot.domain.people import Person
from bot.errors import InvalidInput, NotFound
from bot.jobs.protocols import JobQueue
from bot.services.cadence_fires import active_cadences, audit_fire
from bot.services.fan_out import EXPANSIONS
from bot.services.opened import Opened
from bot.services.settings_book import current_settings
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import Store, UnitOfWork

EVERYBODY = 10_000


@dataclass(frozen=True, slots=True)
class FireNow:
    """Which cadence, as of which moment, and for whom: a name or e-mail address, or None for all managers."""

    cadence: str
    at: datetime
    person: str | None
    dry_run: bool


class _OnlyTriedError(Exception):
    """Rolls back what was only to be shown."""


def fire_now(store: Store, jobs: JobQueue, command: FireNow) -> list[Opened]:
    """Open what is owed and enqueue the messages; with `dry_run` tell what would happen, and change nothing.

    A manager who has this date's message already gets no second one: `sent` is False then.
    """
    opened: list[Opened] = []
    try:
        with store.writing() as uow:
            cadence = _cadence(uow, command.cadence)
            for zone, managers in _recipients(uow, command.person):
                fire = _fire(uow, cadence, zone, command)
                opened += EXPANSIONS[cadence.name](uow, jobs, fire, managers, command.at)
            _keep(unless=command.dry_run)
    except _OnlyTriedError:
        return opened
    return opened


def _keep(*, unless: bool) -> None:
    if unless:
        raise _OnlyTriedError


def _cadence(uow: UnitOfWork, name: str) -> Cadence:
    known = active_cadences(current_settings(uow))
    found = next((cadence for cadence in known if cadence.name == name), None)
    if found is None:
        names = ", ".join(cadence.name for cadence in known) or "none is switched on"
        raise InvalidInput(f"There is no cadence “{name}”. There is: {names}.")
    return found


def _recipients(uow: UnitOfWork, wanted: str | None) -> Sequence[tuple[str, Sequence[Person]]]:
    by_zone = [
        (zone, uow.people.managers_in_zone(zone, None, EVERYBODY)) for zone in uow.people.manager_zones()
    ]
    if wanted is None:
        return by_zone
    sought = wanted.casefold()
    for zone, managers in by_zone:
        for manager in managers:
            if sought in {manager.name.casefold(), (manager.email or "").casefold(), manager.id.casefold()}:
                return [(zone, [manager])]
    names = ", ".join(manager.name for _, managers in by_zone for manager in managers)
    raise NotFound(f"No manager with reps is called “{wanted}”. There are: {names}.")


def _fire(uow: UnitOfWork, cadence: Cadence, zone: str, command: FireNow) -> Fire:
    day = command.at.astimezone(ZoneInfo(zone)).date()
    occurrence = cadence.occurrence(day, zone)
    made = uow.fires.record(
        cadence.name,
        zone,
        day,
        starts_at=occurrence.starts_at,
        due_at=occurrence.due_at or occurrence.starts_at,
        now=command.at,
        late=False,
    )
    if made is None:
        # Its fan-out is on its way or done: to mark it as done here would keep the others from getting it.
        return _recorded(uow, cadence, zone, day)
    audit_fire(uow, made, command.at, by_hand=True)
    if not _comes_by_itself(uow, cadence, made, command.at):
        # Nobody else is to get it by itself later: it is not its day, or its time has passed.
        uow.fires.mark_expanded(made.id, None, command.at)
    return made


def _recorded(uow: UnitOfWork, cadence: Cadence, zone: str, day: date) -> Fire:
    fire = uow.fires.on(cadence.name, zone, day)
    if fire is None:
        raise NotFound(f"The {cadence.name} of {day} could not be recorded. Try again.")
    return fire


def _comes_by_itself(uow: UnitOfWork, cadence: Cadence, fire: Fire, now: datetime) -> bool:
    """Tell whether the others get this day's message anyway: its time is to come, or is caught up."""
    since = uow.workspace.get().cadences_since
    ahead = fire.starts_at > now
    return fire.local_date.weekday() in cadence.days and (ahead or (since or now) < fire.starts_at)
