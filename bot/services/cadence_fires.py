"""Records that a cadence is due, once for each zone and local date, and tells what will be due next."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.cadence import (
    Cadence,
    is_late,
    latest_occurrence,
    next_allowed,
    next_occurrence,
    working_deadline,
)
from bot.domain.calendar import WorkCalendar
from bot.domain.settings import Settings
from bot.jobs.protocols import JobQueue
from bot.services.review_rhythm import review_cadences
from bot.services.settings_book import current_settings
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import Store, UnitOfWork

HEALTH_CHECK = "health_check"


def health_check_cadence(settings: Settings) -> Cadence:
    """Return the health check's rhythm as the admin set it."""
    chosen = settings.cadences.health_check
    return Cadence(
        name=HEALTH_CHECK,
        days=frozenset(day.iso - 1 for day in chosen.days),
        at=chosen.at,
        due=chosen.due,
    )


def active_cadences(settings: Settings) -> list[Cadence]:
    """Return the cadences that are switched on."""
    checks = [health_check_cadence(settings)] if settings.cadences.health_check.enabled else []
    return [*checks, *review_cadences(settings)]


def record_due_fires(store: Store, jobs: JobQueue, now: datetime) -> list[str]:
    """Record each cadence that has come due, and enqueue its fan-out; return the ids of the new fires.

    What was missed while nothing ran is caught up once, by its latest occurrence, and marked late. Several
    processes may do this at once: the fire's unique key lets one of them win.
    """
    with store.writing() as uow:
        since = uow.workspace.get().cadences_since
        if since is None:
            return []
        for fire in uow.fires.unfinished():
            if fire.starts_at <= now:
                jobs.expand(uow.connection, fire.id)  # one job for a fire, however often it is asked for
        latest = uow.fires.latest_starts()
        zones = uow.fires.keep_zones(uow.people.manager_zones(), now)
        return [
            fire_id
            for cadence in active_cadences(current_settings(uow))
            for zone, seen in sorted(zones.items())
            if (
                fire_id := _record(
                    uow, jobs, cadence, zone, _after(zone, latest.get((cadence.name, zone), since), seen), now
                )
            )
        ]


def _after(zone: str, handled: datetime, seen: datetime) -> datetime:
    """Return the moment up to which nothing is to be caught up in a zone.

    What came round before the zone had a manager was nobody's. The day on which the first one came counts.
    """
    first_day = seen.astimezone(ZoneInfo(zone)).date()
    return max(handled, datetime.combine(first_day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC))


def _record(
    uow: UnitOfWork, jobs: JobQueue, cadence: Cadence, zone: str, after: datetime, now: datetime
) -> str | None:
    occurrence = latest_occurrence(cadence, zone, after=after, until=now)
    if occurrence is None:
        return None
    late = is_late(occurrence, now)
    if late and _next_start(uow, zone, now) > now:
        return None  # what was missed is not caught up at night or at a weekend
    due_at = occurrence.due_at or occurrence.starts_at
    if late and due_at <= now:
        # Asked late, answered late would be unfair: what is asked today is due today.
        due_at = working_deadline(now, zone, WorkCalendar(None), 0, cadence.due or cadence.at)
    fire = uow.fires.record(
        cadence.name,
        zone,
        occurrence.local_date,
        starts_at=occurrence.starts_at,
        due_at=due_at,
        now=now,
        late=late,
    )
    if fire is None:
        return None
    audit_fire(uow, fire, now)
    jobs.expand(uow.connection, fire.id)
    return fire.id


def _next_start(uow: UnitOfWork, zone: str, now: datetime) -> datetime:
    hours = current_settings(uow).cadences.working_hours
    return next_allowed(now, zone, WorkCalendar(None), hours.start, hours.end)


def audit_fire(uow: UnitOfWork, fire: Fire, now: datetime, *, by_hand: bool = False) -> None:
    """Record that a cadence fired, by its time or by somebody's hand."""
    uow.audit.record(
        at=now,
        actor_id=None,
        action="cadence.fired_by_hand" if by_hand else "cadence.fired",
        entity_kind="cadence_fire",
        entity_id=fire.id,
        after={
            "cadence": fire.cadence,
            "zone": fire.zone,
            "local_date": str(fire.local_date),
            "late": fire.late,
        },
    )


def next_cadence(uow: UnitOfWork, now: datetime) -> tuple[datetime, str] | None:
    """Return when the next cadence of any zone starts, with its name in words, or None when all are off."""
    since = uow.workspace.get().cadences_since
    latest, seen = uow.fires.latest_starts(), uow.fires.zones_since()
    upcoming = [
        (
            _next_of(uow, cadence, zone, latest.get((cadence.name, zone), since), seen.get(zone, now), now),
            f"{cadence.name.replace('_', ' ').capitalize()} ({zone})",
        )
        for cadence in active_cadences(current_settings(uow))
        for zone in uow.people.manager_zones()
    ]
    return min(upcoming, default=None)


def _next_of(
    uow: UnitOfWork, cadence: Cadence, zone: str, handled: datetime | None, seen: datetime, now: datetime
) -> datetime:
    regular = next_occurrence(cadence, zone, now).starts_at
    if handled is None or not latest_occurrence(cadence, zone, after=_after(zone, handled, seen), until=now):
        return regular
    return min(regular, _next_start(uow, zone, now))  # missed, and waiting for the next working hours


def start_cadences(store: Store, now: datetime) -> None:
    """Mark the moment from which cadences count; what lay before the product was there is not caught up."""
    with store.writing() as uow:
        uow.workspace.set_cadences_since(now)
