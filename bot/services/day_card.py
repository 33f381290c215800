"""The day's card: what stands on it, opening a line, what waited for it, and how often a day rang."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.attention import Place, Urgency, rank
from bot.domain.people import Person
from bot.errors import NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue, Lane
from bot.services.access import actor_for
from bot.services.attention import collect, has_living_card, lane_of, show_card, tellable_at
from bot.store.repositories.attention import HELD, HeldRow
from bot.store.unit_of_work import Store, UnitOfWork

# One transaction holds the single writer on SQLite: short pages keep a person's click from waiting.
PAGE = 25


@dataclass(frozen=True, slots=True)
class DayOfMessages:
    """What a person's local day brought: `messages` that rang, `pings` among them, and `held` lines."""

    messages: int
    pings: int
    held: int


@dataclass(frozen=True, slots=True)
class CardLines:
    """What stands on a card beside its own content, its zone and day, and how often that has changed."""

    rows: tuple[HeldRow, ...]
    person: Person
    version: int


def pings_of(store: Store, person_id: str, day: date) -> DayOfMessages:
    """Return how often a person's local day rang: card and pings; what they asked for counts nothing."""
    with store.reading() as uow:
        told = uow.attention.places(person_id, day)
    pings = told.get(Place.PING.value, 0)
    return DayOfMessages(told.get(Place.CARD.value, 0) + pings, pings, told.get(Place.HELD.value, 0))


def read_lines(store: Store, notice_id: str) -> CardLines | None:
    """Return what stands on the card that this notice is, most urgent first; None where it is no card."""
    with store.reading() as uow:
        day = uow.attention.day_of_card(notice_id)
        person = uow.people.get(day.person_id) if day else None
        if day is None or person is None:
            return None
        rows = sorted(uow.attention.lines(day.person_id, day.day), key=_by_rank)
        return CardLines(tuple(rows), person, day.version)


def open_line(store: Store, jobs: JobQueue, slack_user_id: str, notice_id: str, now: datetime) -> None:
    """Send what a line stands for in full: its person asked for it."""
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        notice = uow.notices.get(notice_id)
        if notice is None or notice.day is None:
            raise NotFound("That is not on record here. Use `/drumbeat today` to see what is open.")
        if notice.person_id != actor.id:
            raise NotAllowed("Only the person whose card this is can open it.")
        day = uow.attention.locked(actor.id, notice.day)
        line = uow.attention.line(notice_id)
        if line is None or line.state != HELD:
            raise StaleAction("This was opened before: you find it among the messages here.")
        uow.attention.release(line.delivery_id)
        uow.attention.save(replace(day, version=day.version + 1))
        jobs.deliver(uow.connection, line.delivery_id, Lane.INTERACTIVE)
        if day.card_id is not None:
            show_card(uow, jobs, day.card_id, actor.id, now)


def tell_waiting(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Tell everybody who may be told now what was held for them: on the day's card, or as that card."""
    with store.reading() as uow:
        ready = [person for person, at in _waiting(uow, now) if at == now]
    for start in range(0, len(ready), PAGE):
        with store.writing() as uow:
            for person in ready[start : start + PAGE]:
                _tell(uow, jobs, person, now)


def next_moments(uow: UnitOfWork, now: datetime) -> list[datetime]:
    """Return when somebody's working time begins for whom something waits."""
    moments = {at for _, at in _waiting(uow, now) if at is not None and at > now}
    return [min(moments)] if moments else []


def _waiting(uow: UnitOfWork, now: datetime) -> Sequence[tuple[Person, datetime | None]]:
    ids = set(uow.attention.people_waiting())
    if not ids:
        return []
    people = [person for person in uow.people.all() if person.id in ids]
    at = tellable_at(uow, people, now)
    return [(person, at[person.id]) for person in sorted(people, key=lambda one: one.id)]


def _tell(uow: UnitOfWork, jobs: JobQueue, person: Person, now: datetime) -> None:
    day = uow.attention.locked(person.id, now.astimezone(ZoneInfo(person.time_zone)).date())
    waiting = sorted(uow.attention.waiting(person.id, day.day), key=_by_rank)
    if not waiting:
        return  # another process was first
    if has_living_card(uow, day):
        collect(uow, day, waiting)
        uow.attention.save(replace(day, version=day.version + 1))
        if day.card_id is not None:
            show_card(uow, jobs, day.card_id, person.id, now)
        return
    first, *others = waiting
    uow.attention.put([first.notice.id], Place.CARD, day.day)
    collect(uow, day, others)
    uow.attention.save(replace(day, card_id=first.notice.id, version=day.version + 1))
    uow.attention.release(first.delivery_id)
    jobs.deliver(uow.connection, first.delivery_id, lane_of(uow, _urgency(first)))


def _by_rank(row: HeldRow) -> tuple[int, datetime, str]:
    return rank(_urgency(row)), row.notice.created_at, row.notice.id


def _urgency(row: HeldRow) -> Urgency:
    return Urgency(row.notice.urgency or Urgency.NEWS)
