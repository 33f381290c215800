"""A schedule of one-on-ones in the company of two teams: how a test sets it up and lets time pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.obligations import Obligation, SourceKind
from bot.domain.one_on_one import OneOnOne
from bot.services.enforcement import advance
from bot.services.one_on_one_answers import Answer, NewTime
from bot.services.one_on_one_rhythm import keep_rhythm
from bot.services.one_on_one_schedule import Accepted, AcceptSchedule, Choice, accept_schedule
from bot.store.unit_of_work import Store
from tests.integration.services.company import PEOPLE, RecordedJobs

TUESDAY, WEDNESDAY = 1, 2
NINE_ON_MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
ROBS_SLOT = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)  # Tuesday 11:00 in Berlin
MORNING = datetime(2026, 10, 6, 6, 0, tzinfo=UTC)  # Tuesday 08:00 in Berlin
AFTER = ROBS_SLOT + timedelta(minutes=30)
OCT_6, OCT_8 = date(2026, 10, 6), date(2026, 10, 8)
QUARTER = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
CHOICES = (
    Choice("rob", TUESDAY, time(11, 0), 1, next_week=False),
    Choice("ria", WEDNESDAY, time(11, 0), 1, next_week=False),
)


def accepted(
    store: Store, jobs: RecordedJobs, choices: tuple[Choice, ...] = CHOICES, now: datetime = NINE_ON_MONDAY
) -> Accepted:
    """Mia has accepted a schedule, and its slots are there."""
    done = accept_schedule(store, jobs, AcceptSchedule("UMIA", choices), now)
    keep_rhythm(store, jobs, now)
    return done


def passes(store: Store, jobs: RecordedJobs, now: datetime) -> None:
    """It is this time now, and what is due by itself has been done."""
    advance(store, jobs, now)
    keep_rhythm(store, jobs, now)


def slots(store: Store, rep: str = "rob") -> list[OneOnOne]:
    """A rep's slots of the quarter, by start."""
    with store.reading() as uow:
        return uow.one_on_ones.of_rep(rep, *QUARTER)


def slot_on(store: Store, day: date, rep: str = "rob") -> OneOnOne:
    """The newest slot of a rep that starts on a day (UTC)."""
    return [slot for slot in slots(store, rep) if slot.starts_at.date() == day][-1]


def owed_for(store: Store, slot: OneOnOne) -> Obligation | None:
    """What is or was owed for a slot."""
    with store.reading() as uow:
        found = uow.obligations.of_source(SourceKind.ONE_ON_ONE, [slot.id])
    return found[0] if found else None


def answer(slot: OneOnOne, user: str = "UMIA", reason: str = "") -> Answer:
    return Answer(user, slot.id, reason)


def at(slot: OneOnOne, day: date, hour: int, user: str = "UMIA", minute: int = 0) -> NewTime:
    return NewTime(user, slot.id, day, time(hour, minute))


def told(store: Store, kind: str, person_id: str) -> int:
    """How many notices of a kind a person has been told."""
    with store.reading() as uow:
        rows = uow.connection.exec_driver_sql(
            f"SELECT count(*) FROM notices WHERE kind = '{kind}' AND person_id = '{person_id}'"
        )
        return int(rows.scalar_one())


def leaves_or_moves(store: Store, person_id: str, **changed: object) -> None:
    with store.writing() as uow:
        known = next(one for one in PEOPLE if one.id == person_id)
        uow.people.save(replace(known, **changed), "crm", f"crm-{person_id}")  # type: ignore[arg-type]  # any field
