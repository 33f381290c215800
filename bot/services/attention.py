"""Decides where a notice is told, in the transaction of its record: as a card, under it, on it, later."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.attention import DayOfAttention, Place, Urgency, place_of
from bot.domain.cadence import next_allowed
from bot.domain.calendar import WorkCalendar
from bot.domain.people import Person
from bot.domain.settings import Attention, Cadences
from bot.jobs.protocols import JobQueue, Lane
from bot.store.ids import new_id
from bot.store.repositories.attention import HELD, UNSENT, DayRow, HeldRow
from bot.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Saying:
    """A notice to be told; `cause` becomes its message's id. `part_of`: what tells of it already."""

    kind: str
    person_id: str
    subject_kind: str
    subject_id: str
    reason: str
    cause: str
    urgency: Urgency
    now: datetime
    part_of: tuple[str, str] | None = None


def place_notice(uow: UnitOfWork, jobs: JobQueue, saying: Saying) -> bool:
    """Record a notice where its person's day has room for it; False when this cause has told it."""
    person = uow.people.get(saying.person_id)
    if person is None:
        return False
    now = saying.now
    day = uow.attention.locked(person.id, now.astimezone(ZoneInfo(person.time_zone)).date())
    if uow.notices.delivery(saying.cause) is not None:
        return False  # told by somebody else while this waited for the day
    has_card = has_living_card(uow, day)
    state = DayOfAttention(
        has_card, day.pings, _pings_a_day(uow), tellable_at(uow, [person], now)[person.id] == now
    )
    match place_of(state, saying.urgency):
        case Place.CARD:
            _open_card(uow, jobs, saying, day)
        case Place.PING:
            _ping(uow, jobs, saying, day)
        case Place.HELD:
            _hold(uow, jobs, saying, day)
        case _:
            _add(uow, saying, Place.LATER, None, state=HELD)
    return True


def has_living_card(uow: UnitOfWork, day: DayRow) -> bool:
    """Tell whether a day has a card: sent or to be, not given up, and with something to say."""
    return day.card_id is not None and uow.attention.card_state(day.card_id) not in UNSENT


def tellable_at(uow: UnitOfWork, people: Collection[Person], now: datetime) -> dict[str, datetime | None]:
    """Return when each person may be told something next: `now` itself, or a beginning of work (UTC).

    None for somebody who is not in Slack yet.
    """
    row = uow.settings.current("cadences")
    hours = Cadences.model_validate(row.value).working_hours if row else None
    away = uow.people.time_off([person.id for person in people])
    found: dict[str, datetime | None] = {}
    for person in people:
        if person.slack_user_id is None or hours is None:
            found[person.id] = None if person.slack_user_id is None else now
            continue
        calendar = WorkCalendar(person.country, away[person.id])
        found[person.id] = next_allowed(now, person.time_zone, calendar, hours.start, hours.end)
    return found


def collect(uow: UnitOfWork, day: DayRow, waiting: Collection[HeldRow]) -> None:
    """Put what waited onto the card of a day."""
    if waiting:
        uow.attention.put([one.notice.id for one in waiting], Place.HELD, day.day)


def show_card(uow: UnitOfWork, jobs: JobQueue, card_id: str, person_id: str, now: datetime) -> None:
    """Bring a card up to date where it stands, without a sound.

    One that is still on its way shows what was recorded meanwhile: its sender compares the day's `version`.
    """
    if uow.attention.card_state(card_id) == "sent":
        delivery_id = new_id("dlv")
        uow.notices.add_delivery(delivery_id, card_id, person_id, "update", now)
        jobs.deliver(uow.connection, delivery_id, refresh_lane(uow))


def show_lines(
    uow: UnitOfWork, jobs: JobQueue, kind: str, subject_id: str, person_id: str, now: datetime
) -> None:
    """Bring the cards up to date on which a notice about a subject stands as a line."""
    for card_id in uow.attention.cards_with(kind, subject_id, person_id):
        show_card(uow, jobs, card_id, person_id, now)


def lane_of(uow: UnitOfWork, urgency: Urgency) -> Lane:
    """Return where a message waits for its turn: what somebody waits for never behind a fan-out.

    What is owed comes from a click, or by the hundred when a time has come: then it is a fan-out itself.
    """
    waited_for = urgency is Urgency.DIRECT or (urgency is Urgency.OWED and uow.answers_a_request)
    return Lane.INTERACTIVE if waited_for else Lane.DELIVERIES


def refresh_lane(uow: UnitOfWork) -> Lane:
    """Return where a change of what stands waits for its turn: at once after a click, else behind those."""
    return Lane.INTERACTIVE if uow.answers_a_request else Lane.REFRESHES


def _open_card(uow: UnitOfWork, jobs: JobQueue, saying: Saying, day: DayRow) -> None:
    card_id = _add(uow, saying, Place.CARD, day)
    collect(uow, day, uow.attention.waiting(saying.person_id, day.day))
    uow.attention.save(replace(day, card_id=card_id, version=day.version + 1))
    jobs.deliver(uow.connection, saying.cause, lane_of(uow, saying.urgency))


def _ping(uow: UnitOfWork, jobs: JobQueue, saying: Saying, day: DayRow) -> None:
    told_now = [
        one
        for one in uow.attention.lines(saying.person_id, day.day)
        if one.state == HELD and (one.notice.kind, one.notice.subject_id) == (saying.kind, saying.subject_id)
    ]
    _add(uow, saying, Place.PING, day, mode="reply")
    for one in told_now:  # the same in full: its line would say it twice
        uow.attention.put([one.notice.id], None, day.day)
        uow.notices.mark_superseded(one.delivery_id)
    changed = replace(day, pings=day.pings + 1, version=day.version + bool(told_now))
    uow.attention.save(changed)
    if told_now and day.card_id is not None:
        show_card(uow, jobs, day.card_id, saying.person_id, saying.now)
    jobs.deliver(uow.connection, saying.cause, lane_of(uow, saying.urgency))


def _hold(uow: UnitOfWork, jobs: JobQueue, saying: Saying, day: DayRow) -> None:
    same = [(saying.kind, saying.subject_id), *([saying.part_of] if saying.part_of else [])]
    if uow.attention.told_on(saying.person_id, day.day, same):
        # A reminder of what the day tells already is no second line; what stands there shows how it is now.
        _add(uow, saying, None, day, state="superseded")
    else:
        _add(uow, saying, Place.HELD, day, state=HELD)
    uow.attention.save(replace(day, version=day.version + 1))
    if day.card_id is not None:
        show_card(uow, jobs, day.card_id, saying.person_id, saying.now)


def _add(
    uow: UnitOfWork,
    saying: Saying,
    place: Place | None,
    day: DayRow | None,
    *,
    mode: Literal["post", "reply"] = "post",
    state: Literal["queued", "superseded", "held"] = "queued",
) -> str:
    notice_id = uow.notices.add(
        saying.kind,
        saying.person_id,
        saying.subject_kind,
        saying.subject_id,
        saying.reason,
        saying.now,
        urgency=saying.urgency.value,
        place=place.value if place else None,
        day=day.day if day else None,
    )
    uow.notices.add_delivery(saying.cause, notice_id, saying.person_id, mode, saying.now, state=state)
    return notice_id


def _pings_a_day(uow: UnitOfWork) -> int:
    row = uow.settings.current("attention")
    return (Attention.model_validate(row.value) if row else Attention()).pings_a_day
