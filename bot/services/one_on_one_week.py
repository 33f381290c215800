"""A person's one-on-ones: the week, one slot with its agenda, how the accepted schedule was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadence import fiscal_quarter
from bot.domain.coaching_quality import LONGEST_AGO
from bot.domain.obligations import Obligation, SourceKind, State, Verdict
from bot.domain.one_on_one import (
    Adherence,
    OneOnOne,
    SlotState,
    adherence,
    is_in_week,
    moves_of,
    unsettled,
)
from bot.domain.one_on_one_cards import Agenda, OneOnOneWeek, SlotCard
from bot.domain.one_on_one_schedule import moment
from bot.domain.people import ManagerTree, Person, Role
from bot.domain.settings import Permission
from bot.errors import NotAllowed, NotFound
from bot.services.access import Actor, actor_for
from bot.services.no_ambush import a_day_ago
from bot.services.one_on_one_agenda import read_agenda
from bot.store.unit_of_work import Store, UnitOfWork

WEEK = timedelta(days=7)


def week_of_one_on_ones(store: Store, slack_user_id: str, now: datetime) -> OneOnOneWeek:
    """Return this week's and next week's one-on-ones of a person, as manager and as rep.

    Before them come those of the last two weeks that the manager still owes, or missed and can make good.
    """
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        person = actor.person
        monday = _monday(person, now)
        start, end = _midnight(person, monday), _midnight(person, monday + 2 * WEEK)
        slots = _slots_of(uow, person, start - LONGEST_AGO, end)
        cards = (
            _card(uow, slot, person, actor.tree, now)
            for slot in slots
            if slot.starts_at >= start or _may_be_open(slot, person)
        )
        leads = leads_reps(actor)
        quarter = quarter_of(uow, person, now) if leads else None
        reps = actor.tree.reps_of(person.id) if leads else []
        scheduled = {series.rep_id for series in uow.one_on_ones.running([person.id])}
        changed = quarter.unsettled() if quarter else {}
        return OneOnOneWeek(
            viewer=person,
            starts_on=monday,
            slots=tuple(
                card
                for card in cards
                if card and (card.slot.starts_at >= start or card.is_owed or card.can_be_made_good)
            ),
            adherence=kept_schedule(uow, person, quarter, now) if quarter else None,
            unsettled=tuple((rep, changed[rep.id]) for rep in reps if rep.id in changed),
            unscheduled=tuple(rep for rep in reps if rep.id not in scheduled),
            leads=leads,
        )


def leads_reps(actor: Actor) -> bool:
    """Tell whether the person runs one-on-ones with reps of their own."""
    is_manager = Role.MANAGER in actor.person.roles and actor.may(Permission.RUN_ONE_ON_ONES)
    return is_manager and bool(actor.tree.reps_of(actor.id))


def today_of_one_on_ones(uow: UnitOfWork, actor: Actor, now: datetime) -> tuple[SlotCard, ...]:
    """Return a person's slots of today that are not excused, and before them what they still owe.

    A one-on-one that waits longer than it could be logged waits in the week alone.
    """
    person = actor.person
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    midnight = _midnight(person, today)
    slots = _slots_of(uow, person, midnight - LONGEST_AGO, _midnight(person, today + timedelta(days=1)))
    cards = [
        _card(uow, slot, person, actor.tree, now)
        for slot in slots
        if not slot.is_excused and (slot.starts_at >= midnight or _may_be_open(slot, person))
    ]
    return tuple(card for card in cards if card and (card.slot.starts_at >= midnight or card.is_owed))


def _may_be_open(slot: OneOnOne, person: Person) -> bool:
    """Tell whether there may be something left to do about a slot that is over, before more is read of it."""
    states = {SlotState.SCHEDULED, SlotState.HELD, SlotState.MISSED}
    return slot.manager_id == person.id and slot.state in states


def read_slot(store: Store, person_id: str, slot_id: str, now: datetime) -> SlotCard | None:
    """Return a slot with its agenda as one of its two is shown it; None when it is nothing to them."""
    with store.reading() as uow:
        slot, viewer = uow.one_on_ones.get(slot_id), uow.people.get(person_id)
        if slot is None or viewer is None:
            return None
        return _card(uow, slot, viewer, uow.people.tree(), now, with_agenda=True)


def open_slot(store: Store, slack_user_id: str, slot_id: str, now: datetime) -> SlotCard:
    """Return a slot with its agenda to one of its two, or raise."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        slot = uow.one_on_ones.get(slot_id)
        if slot is None:
            raise NotFound("That one-on-one is not on record here. Use `/one-on-one` to see this week's.")
        card = _card(uow, slot, actor.person, actor.tree, now, with_agenda=True)
        if card is None:
            raise NotAllowed("Only the two who talk can open this.")
        return card


def movable(store: Store, slack_user_id: str, now: datetime) -> tuple[SlotCard, ...]:
    """Return what a person could move or propose another time for: their scheduled slots, by start."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        slots = _slots_of(uow, actor.person, now - WEEK, now + 4 * WEEK)
        cards = [
            _card(uow, slot, actor.person, actor.tree, now)
            for slot in slots
            if slot.is_scheduled and (slot.starts_at > now or slot.manager_id == actor.id)
        ]
        return tuple(card for card in cards if card is not None)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A manager's slots that start in a fiscal quarter, and in `by_id` those they moved from or to as well.

    One that moved over its end is in the quarter it was planned in, so it and its move count once.
    """

    slots: tuple[OneOnOne, ...]
    by_id: Mapping[str, OneOnOne]

    def unsettled(self) -> dict[str, int]:
        """Return how often the one-on-ones of a rep were changed, by rep, where that is too often."""
        return unsettled(self.slots)


def quarter_of(uow: UnitOfWork, manager: Person, at: datetime) -> Quarter:
    """Return a manager's slots of the fiscal quarter that holds a moment."""
    local = at.astimezone(ZoneInfo(manager.time_zone)).date()
    period = fiscal_quarter(local, uow.workspace.get().fiscal_first_month)
    since, until = _midnight(manager, period.start), _midnight(manager, period.end + timedelta(days=1))
    found = uow.one_on_ones.of_manager(manager.id, since, until)
    within = tuple(slot for slot in found if since <= slot.starts_at < until)
    return Quarter(within, {slot.id: slot for slot in found})


def kept_schedule(uow: UnitOfWork, manager: Person, quarter: Quarter, now: datetime) -> Adherence:
    """Return how a manager kept the schedule they accepted; what a rep disputes was not held."""
    owed = _owed(uow, quarter)
    return adherence(
        quarter.slots,
        by_id=quarter.by_id,
        zone=manager.time_zone,
        now=now,
        contradicted={one.source_id for one in owed if one.verdict is Verdict.CONTRADICTED},
        unlogged=_unlogged(owed),
        verified={one.source_id for one in owed if one.verdict is Verdict.VERIFIED},
        excused=_excused(owed),
    )


def _owed(uow: UnitOfWork, quarter: Quarter) -> list[Obligation]:
    return uow.obligations.of_source(SourceKind.ONE_ON_ONE, list(quarter.by_id))


def _unlogged(owed: Sequence[Obligation]) -> set[str]:
    return {one.source_id for one in owed if one.state is not State.DONE}


def _excused(owed: Sequence[Obligation]) -> set[str]:
    return {one.source_id for one in owed if one.state is State.EXCUSED}


def own_schedule(uow: UnitOfWork, actor: Actor, now: datetime) -> tuple[Adherence | None, int]:
    """Return how a manager keeps their schedule this quarter, and with how many reps it changed too often."""
    if not leads_reps(actor):
        return None, 0
    quarter = quarter_of(uow, actor.person, now)
    return kept_schedule(uow, actor.person, quarter, now), len(quarter.unsettled())


def as_leaders_see(uow: UnitOfWork, manager: Person, now: datetime) -> tuple[Adherence, int]:
    """Return how a manager kept their schedule this quarter, and with how many reps it was changed too often.

    As their leaders may know it: what the manager has had for one working day; a dispute once it is theirs.
    One that left its week is known by its moves: where it went may lie ahead for ever.
    """
    quarter, zone = quarter_of(uow, manager, now), manager.time_zone
    had_since = a_day_ago(uow, manager, now)

    def had(slot: OneOnOne) -> bool:
        return had_since(max(slot.ends_at, slot.answered_at or slot.ends_at))

    def settled(slot: OneOnOne) -> bool:
        *moved, last = moves_of(slot, quarter.by_id)
        known = all(one.answered_at is not None and had_since(one.answered_at) for one in moved)
        return known and (had(last) or not is_in_week(slot, last, zone))

    known = [slot for slot in quarter.slots if had(slot)]
    owed = _owed(uow, quarter)
    disputed = (one.source_id for one in owed if one.verdict is Verdict.CONTRADICTED)
    confirmed = [one.source_id for one in owed if one.verdict is Verdict.VERIFIED]
    answered = uow.coaching.last_answers(confirmed)
    kept = adherence(
        [slot for slot in known if settled(slot)],
        by_id=quarter.by_id,
        zone=zone,
        now=now,
        contradicted={slot_id for slot_id in disputed if _is_the_leaders(uow, slot_id)},
        unlogged=_unlogged(owed),
        verified={slot_id for slot_id, at in answered.items() if had_since(at)},
        excused=_excused(owed),
    )
    return kept, len(unsettled(known))


def _is_the_leaders(uow: UnitOfWork, slot_id: str) -> bool:
    """Tell whether the dispute of a slot's log has gone up."""
    log = uow.coaching.of_slot(slot_id)
    return log is not None and log.escalated_at is not None


def _slots_of(uow: UnitOfWork, person: Person, since: datetime, until: datetime) -> list[OneOnOne]:
    led = uow.one_on_ones.of_manager(person.id, since, until) if Role.MANAGER in person.roles else []
    attended = uow.one_on_ones.of_rep(person.id, since, until)
    within = [slot for slot in (*led, *attended) if since <= slot.starts_at < until]
    return sorted(within, key=lambda slot: (slot.starts_at, slot.id))


def _card(
    uow: UnitOfWork,
    slot: OneOnOne,
    viewer: Person,
    tree: ManagerTree,
    now: datetime,
    *,
    with_agenda: bool = False,
) -> SlotCard | None:
    """Return a slot as one of its two is shown it; None to anybody else.

    The agenda tells how the rep's deals stand now: a manager whom they have left sees nothing of it.
    """
    manager, rep = tree.get(slot.manager_id), tree.get(slot.rep_id)
    if manager is None or rep is None or viewer.id not in {manager.id, rep.id}:
        return None
    reads_agenda = with_agenda and (viewer.id == rep.id or rep.manager_id == manager.id)
    moved_to = uow.one_on_ones.get(slot.moved_to) if slot.moved_to else None
    owed = uow.obligations.get(slot.obligation_id) if slot.obligation_id and viewer.id == manager.id else None
    changes = (
        quarter_of(uow, manager, slot.starts_at).unsettled().get(rep.id, 0)
        if with_agenda and viewer.id == manager.id
        else 0
    )
    return SlotCard(
        slot=slot,
        viewer=viewer,
        manager=manager,
        rep=rep,
        agenda=read_agenda(uow, slot, manager, rep, now) if reads_agenda else Agenda(),
        now=now,
        obligation=owed,
        moved_to_at=moved_to.starts_at if moved_to else None,
        changes=changes,
    )


def _monday(person: Person, now: datetime) -> date:
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    return today - timedelta(days=today.weekday())


def _midnight(person: Person, day: date) -> datetime:
    return moment(day, time(), person.time_zone)
