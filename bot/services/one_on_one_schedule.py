"""A manager sets the schedule of their one-on-ones: proposed for every rep, changed, accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.one_on_one import OneOnOne, SlotEvent, week_of
from bot.domain.one_on_one_cards import AcceptedSeries, Invitation, ScheduleDraft
from bot.domain.one_on_one_schedule import (
    Series,
    Slotting,
    clashing,
    dates,
    moment,
    propose,
    warnings,
    weekday_name,
)
from bot.domain.people import Person, Role
from bot.domain.settings import Permission
from bot.domain.wording import weekday_date
from bot.errors import InvalidInput, NotAllowed
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.cadence_fires import HEALTH_CHECK
from bot.services.notifying import NoticeKind, Subject, Urgency, refresh, tell
from bot.services.one_on_one_rhythm import open_slots
from bot.services.one_on_one_slots import change_slot, show
from bot.store.ids import new_id
from bot.store.unit_of_work import Store, UnitOfWork

# Two fields a rep in a modal of at most 100 blocks, with room for what is said above and below.
MOST_ROWS = 40
DAY, WEEK = timedelta(days=1), timedelta(days=7)
RESCHEDULED = "another time was agreed on"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a manager chose for one rep; without `weekday` there are to be no one-on-ones."""

    rep_id: str
    weekday: int | None
    at: time
    every_weeks: int
    next_week: bool


@dataclass(frozen=True, slots=True)
class AcceptSchedule:
    """A manager accepts the schedule as they left it."""

    slack_user_id: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted: the reps with one-on-ones and those without, and what speaks against it."""

    scheduled: tuple[Person, ...]
    without: tuple[Person, ...]
    warnings: tuple[str, ...]


def open_schedule(store: Store, slack_user_id: str, now: datetime) -> ScheduleDraft:
    """Return the schedule as it is, with a proposal for each rep who has none."""
    with store.reading() as uow:
        actor = _scheduler(uow, slack_user_id)
        reps = actor.tree.reps_of(actor.id)
        kept = [series.slotting for series in uow.one_on_ones.running([actor.id])]
        # Reps without come first: where not all fit into the form, they are what it is opened for.
        has = {one.rep_id for one in kept}
        reps = sorted(reps, key=lambda rep: (rep.id in has, rep.name)) if len(reps) > MOST_ROWS else reps
        today = _today(actor.person, now)
        slottings = propose(reps, zone=actor.person.time_zone, today=today, hours=_hours(actor), kept=kept)
        rows = tuple(zip(reps, slottings, strict=True))[:MOST_ROWS]
        return ScheduleDraft(
            manager=actor.person,
            rows=rows,
            warnings=tuple(_warnings(actor, slottings)),
            today=today,
            left_out=len(reps) - len(rows),
        )


def accept_schedule(store: Store, jobs: JobQueue, command: AcceptSchedule, now: datetime) -> Accepted:
    """Make the schedule the one that counts; what is unchanged runs on, the slots of the rest follow it.

    But a one-on-one of this week that was owed before stays, where the new schedule has none in its place.
    """
    with store.writing() as uow:
        actor = _scheduler(uow, command.slack_user_id)
        reps = {choice.rep_id: actor.require_direct_report(choice.rep_id) for choice in command.choices}
        running = {series.rep_id: series for series in uow.one_on_ones.running([actor.id])}
        wanted = {
            choice.rep_id: _slotting(choice, running, _today(actor.person, now)) for choice in command.choices
        }
        kept = [series.slotting for series in running.values() if series.rep_id not in wanted]
        slottings = [*kept, *(one for one in wanted.values() if one is not None)]
        _check(slottings, actor)
        stay: list[OneOnOne] = []
        for rep_id, slotting in wanted.items():
            stay += _change(uow, jobs, actor, running.get(rep_id), slotting, now)
            invited = Subject("person", rep_id)
            kind = NoticeKind.ONE_ON_ONE_INVITE
            refresh(uow, jobs, kind=kind, person_id=actor.id, subject=invited, now=now)
        _show_check(uow, jobs, actor, now)
        return Accepted(
            scheduled=tuple(reps[rep_id] for rep_id, one in wanted.items() if one is not None),
            without=tuple(reps[rep_id] for rep_id, one in wanted.items() if one is None),
            warnings=(
                *(_staying(slot, reps, actor.person.time_zone) for slot in stay),
                *_warnings(actor, slottings),
            ),
        )


def _show_check(uow: UnitOfWork, jobs: JobQueue, actor: Actor, now: datetime) -> None:
    """Bring the health check up to date: it names the reps without one-on-ones."""
    fire = uow.fires.latest_owed(HEALTH_CHECK, actor.id)
    if fire is not None:
        subject = Subject("cadence_fire", fire.id)
        refresh(uow, jobs, kind=NoticeKind.HEALTH_CHECK, person_id=actor.id, subject=subject, now=now)


def read_accepted(store: Store, series_id: str) -> AcceptedSeries | None:
    """Return a series with when it begins; None when it is over or not there."""
    with store.reading() as uow:
        series, tree = uow.one_on_ones.series(series_id), uow.people.tree()
        if series is None or series.ended_at is not None:
            return None
        manager, rep = tree.get(series.manager_id), tree.get(series.rep_id)
        if manager is None or rep is None:
            return None
        since = _today(manager, series.accepted_at)
        for day in dates(series.slotting, since=since, until=since + 5 * WEEK):
            first = moment(day, series.slotting.at, manager.time_zone)
            if first > series.accepted_at:
                return AcceptedSeries(series, manager, rep, first)
        return None


def read_invitation(store: Store, manager_id: str, rep_id: str) -> Invitation | None:
    """Return an invitation as it stands; None when the rep is no longer this manager's."""
    with store.reading() as uow:
        tree = uow.people.tree()
        manager, rep = tree.get(manager_id), tree.get(rep_id)
        if manager is None or rep is None or not rep.active or rep.manager_id != manager_id:
            return None
        running = uow.one_on_ones.running([manager_id])
        return Invitation(manager, rep, scheduled=any(series.rep_id == rep_id for series in running))


def _scheduler(uow: UnitOfWork, slack_user_id: str) -> Actor:
    actor = actor_for(uow, slack_user_id)
    actor.require(Permission.RUN_ONE_ON_ONES)
    if Role.MANAGER not in actor.person.roles or not actor.tree.reps_of(actor.id):
        raise NotAllowed("No reps report to you in the CRM, so there is nobody to schedule one-on-ones with.")
    return actor


def _slotting(choice: Choice, running: dict[str, Series], today: date) -> Slotting | None:
    if choice.weekday is None:
        return None
    try:
        chosen = Slotting(choice.rep_id, choice.weekday, choice.at, choice.every_weeks, today)
    except ValueError as error:
        raise InvalidInput("Choose one of the rhythms of the list.", field=choice.rep_id) from error
    if choice.next_week:
        chosen = replace(chosen, starts_on=chosen.first_week + WEEK)
    current = running.get(choice.rep_id)
    same = current is not None and _rhythm(current.slotting) == _rhythm(chosen)
    return current.slotting if current is not None and same else chosen


def _rhythm(one: Slotting) -> tuple[int, time, int, int]:
    return one.weekday, one.at, one.every_weeks, one.place


def _check(slottings: Sequence[Slotting], actor: Actor) -> None:
    if (both := clashing(slottings)) is not None:
        first, second = (actor.tree.get(one.rep_id) for one in both)
        raise InvalidInput(
            f"{first.name if first else 'One'} and {second.name if second else 'another'} would both be on "
            f"{weekday_name(both[1].weekday)} at this time. Choose another one.",
            field=f"at_{both[1].rep_id}",
        )


def _change(
    uow: UnitOfWork,
    jobs: JobQueue,
    actor: Actor,
    current: Series | None,
    slotting: Slotting | None,
    now: datetime,
) -> list[OneOnOne]:
    """Let the new slotting run in place of the current one; return what stays of this week all the same."""
    if current is not None and current.slotting == slotting:
        return []
    stay = _end(uow, jobs, actor, current, slotting, now) if current is not None else []
    if slotting is not None:
        _begin(uow, jobs, actor, slotting, now)
    return stay


def _end(
    uow: UnitOfWork,
    jobs: JobQueue,
    actor: Actor,
    current: Series,
    slotting: Slotting | None,
    now: datetime,
) -> list[OneOnOne]:
    reason = RESCHEDULED if slotting else f"{actor.person.name} has ended these one-on-ones"
    uow.one_on_ones.end_series(current.id, reason, now)
    _record(uow, actor, "one_on_one_series.ended", current.id, {"reason": reason}, now)
    to_come = [slot for slot in uow.one_on_ones.scheduled_of(current.id) if slot.starts_at > now]
    stay = _owed_this_week(uow, actor.person, to_come, slotting, now)
    for slot in to_come:
        if slot not in stay:
            excused = change_slot(
                uow, slot, SlotEvent.EXCUSE, actor.person, actor_id=actor.id, now=now, reason=reason
            )
            show(uow, jobs, excused, now)
    return stay


def _owed_this_week(
    uow: UnitOfWork, manager: Person, to_come: Sequence[OneOnOne], slotting: Slotting | None, now: datetime
) -> list[OneOnOne]:
    """Return what of this week no new schedule excuses: accepted before, and with no other in its place.

    Else a schedule changed on the day would skip a one-on-one, and count it neither as held nor as moved.
    """
    zone, monday = manager.time_zone, week_of(now, manager.time_zone)
    begins, ends = (moment(day, time(), zone) for day in (monday, monday + WEEK))
    of_week = [slot for slot in to_come if slot.starts_at < ends]
    days = dates(slotting, since=monday, until=monday + WEEK - DAY) if slotting else []
    if not of_week or any(moment(day, slotting.at, zone) > now for day in days if slotting):
        return []
    planned = uow.one_on_ones.of_manager(manager.id, begins, ends)
    known = {one.series_id for one in planned if one.rep_id == of_week[0].rep_id and one.planned_on}
    accepted = [one.accepted_at for series_id in known if (one := uow.one_on_ones.series(series_id))]
    return of_week if any(at < begins for at in accepted) else []


def _begin(uow: UnitOfWork, jobs: JobQueue, actor: Actor, slotting: Slotting, now: datetime) -> None:
    series = Series(new_id("ser"), actor.id, slotting, accepted_at=now)
    uow.one_on_ones.add_series([series])
    facts = {
        "rep": slotting.rep_id,
        "weekday": slotting.weekday,
        "at": slotting.at.isoformat(),
        "every_weeks": slotting.every_weeks,
        "starts_on": slotting.starts_on.isoformat(),
    }
    _record(uow, actor, "one_on_one_series.accepted", series.id, facts, now)
    open_slots(uow, jobs, series, actor.tree, now)
    tell(
        uow,
        jobs,
        kind=NoticeKind.ONE_ON_ONE_CHANGED,
        person_id=slotting.rep_id,
        subject=Subject("one_on_one_series", series.id),
        reason=f"{actor.person.name} scheduled one-on-ones with you",
        cause=f"{series.id}:told",
        urgency=Urgency.NEWS,
        now=now,
    )


def _staying(slot: OneOnOne, reps: Mapping[str, Person], zone: str) -> str:
    """Say that this week's one-on-one is not touched by the new schedule."""
    local = slot.starts_at.astimezone(ZoneInfo(zone))
    return (
        f"The one-on-one with {reps[slot.rep_id].name} stays on {weekday_date(local.date())}, {local:%H:%M}: "
        "the new schedule has none in its place this week. You can still move or cancel it."
    )


def _record(
    uow: UnitOfWork, actor: Actor, action: str, series_id: str, after: dict[str, object], now: datetime
) -> None:
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action=action,
        entity_kind="one_on_one_series",
        entity_id=series_id,
        after=after,
    )


def _warnings(actor: Actor, slottings: Sequence[Slotting]) -> list[str]:
    people = {rep.id: rep for rep in actor.tree.reps_of(actor.id)}
    return warnings(slottings, people, actor.person.time_zone, _hours(actor))


def _hours(actor: Actor) -> tuple[time, time]:
    hours = actor.settings.cadences.working_hours
    return hours.start, hours.end


def _today(person: Person, now: datetime) -> date:
    return now.astimezone(ZoneInfo(person.time_zone)).date()
