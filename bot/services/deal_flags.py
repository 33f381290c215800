"""A manager answers deal flags, one or many: dismissed with a reason, put off, or said to be fixed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadence import working_deadline
from bot.domain.calendar import WorkCalendar
from bot.domain.days import Days
from bot.domain.flags import FIXABLE, Flag, FlaggedDeal, FlagKind, FlagResponse, ResponseKind, why_not_fixable
from bot.domain.notices import HealthCheckCard
from bot.domain.people import Person
from bot.domain.settings import Permission
from bot.errors import InvalidInput, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.cadence_fires import HEALTH_CHECK
from bot.services.health_check import previous_check, read_health_check
from bot.services.notifying import NoticeKind, Subject, refresh, refresh_home
from bot.services.raised_flags import FlagBasis, unanswered
from bot.store.ids import new_id
from bot.store.unit_of_work import Store, UnitOfWork

FIX_WORKING_DAYS = 2
SHORTEST_REASON = 5
SNOOZE_DAYS = 7
MORNING = time(9, 0)


@dataclass(frozen=True, slots=True)
class AnswerFlags:
    """One answer to flags of one or several deals.

    `deal_ids` are the deals; `kinds` the flags meant, or None for all that are raised on each of them.
    """

    slack_user_id: str
    deal_ids: tuple[str, ...]
    kinds: frozenset[FlagKind] | None
    response: ResponseKind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FlagsAnswered:
    """How many flags were answered, and on how many deals; `not_fixable` could not be claimed as fixed."""

    deals: int
    flags: int
    not_fixable: tuple[FlagKind, ...]


def answer_flags(store: Store, jobs: JobQueue, command: AnswerFlags, now: datetime) -> FlagsAnswered:
    """Record the answer to every flag meant that is raised now, and bring the manager's card up to date.

    All or nothing: a deal that is not the manager's to judge refuses the whole answer.
    """
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        actor.require(
            Permission.SNOOZE if command.response is ResponseKind.SNOOZED else Permission.DISMISS_FLAGS
        )
        if command.response is ResponseKind.DISMISSED and len(command.reason) < SHORTEST_REASON:
            raise InvalidInput("Say in a few words why this is no concern.", field="reason")
        uow.deals.lock(command.deal_ids)
        meant = _meant(_raised(uow, actor, command.deal_ids, now), command)
        fixing = command.response is ResponseKind.FIXED
        not_fixable = tuple(flag.kind for flag in meant if fixing and flag.kind not in FIXABLE)
        wanted = [flag for flag in meant if flag.kind not in not_fixable]
        if not meant:
            raise StaleAction("These flags were answered or are gone already, so nothing was changed.")
        if not wanted:
            raise InvalidInput(
                f"Nothing in the CRM can undo these: {why_not_fixable(not_fixable)}. "
                "Dismiss them with a reason."
            )
        until = _snooze_end(actor.person, now) if command.response is ResponseKind.SNOOZED else None
        due_at = _fix_due(uow, actor.person, now) if command.response is ResponseKind.FIXED else None
        _record(uow, actor, wanted, command, now, until, due_at)
        refresh_card(uow, jobs, actor.person, now)
        return FlagsAnswered(
            deals=len({flag.deal_id for flag in wanted}),
            flags=len(wanted),
            not_fixable=not_fixable,
        )


def _raised(uow: UnitOfWork, actor: Actor, deal_ids: Sequence[str], now: datetime) -> list[FlaggedDeal]:
    """Return those of the deals that have flags open; raise when one is not the actor's to judge, or gone.

    Hundreds may be answered within Slack's three seconds, or one: no more is read than what is asked about.
    """
    deals = uow.deals.with_ids(deal_ids)
    for deal_id in deal_ids:
        if deal_id not in deals:
            raise NotFound("That deal is not in the CRM data any more.")
        actor.require_direct_report(deals[deal_id].owner_id)
    open_deals = [deals[deal_id] for deal_id in dict.fromkeys(deal_ids) if deals[deal_id].stage.is_open]
    responses = uow.flags.responses([deal.id for deal in open_deals])
    return unanswered(open_deals, responses, basis_of(uow, actor, now))


def basis_of(uow: UnitOfWork, actor: Actor, now: datetime) -> FlagBasis:
    """Return by what the actor's current health check counts the flags."""
    fire = uow.fires.latest_owed(HEALTH_CHECK, actor.id)
    return FlagBasis(
        held=uow.data_fields(),
        measures=actor.settings.measures,
        days=Days(actor.person.time_zone, uow.workspace.get().time_zone),
        now=now,
        last_check=previous_check(actor.settings, fire.zone, fire.starts_at) if fire else None,
    )


def _meant(raised: Iterable[FlaggedDeal], command: AnswerFlags) -> list[Flag]:
    return [
        flag for one in raised for flag in one.flags if command.kinds is None or flag.kind in command.kinds
    ]


def _record(
    uow: UnitOfWork,
    actor: Actor,
    flags: Sequence[Flag],
    command: AnswerFlags,
    now: datetime,
    until: datetime | None,
    due_at: datetime | None,
) -> None:
    responses = [
        FlagResponse(
            id=new_id("flr"),
            deal_id=flag.deal_id,
            flag=flag.kind,
            fingerprint=flag.fingerprint,
            kind=command.response,
            by_id=actor.id,
            reason=command.reason,
            at=now,
            until=until,
        )
        for flag in flags
    ]
    uow.flags.add_responses(responses, due_at)
    said = {"until": until.isoformat() if until else None}
    uow.audit.record_each(
        now,
        actor.id,
        f"flag.{command.response.value}",
        "deal",
        [(one.deal_id, {"flag": one.flag.value, "response": one.id, **said}) for one in responses],
    )


def _snooze_end(person: Person, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(person.time_zone)) + timedelta(days=SNOOZE_DAYS)
    return datetime.combine(local.date(), MORNING, tzinfo=ZoneInfo(person.time_zone)).astimezone(now.tzinfo)


def _fix_due(uow: UnitOfWork, person: Person, now: datetime) -> datetime:
    calendar = WorkCalendar(person.country, uow.people.time_off([person.id]).get(person.id, ()))
    return working_deadline(now, person.time_zone, calendar, FIX_WORKING_DAYS, time(18, 0))


def refresh_card(uow: UnitOfWork, jobs: JobQueue, person: Person, now: datetime) -> None:
    """Bring the manager's current health check up to date, or their Home tab where there is none."""
    fire = uow.fires.latest_owed(HEALTH_CHECK, person.id)
    if fire is None:
        refresh_home(uow, jobs, person_id=person.id, now=now)
        return
    subject = Subject("cadence_fire", fire.id)
    refresh(uow, jobs, kind=NoticeKind.HEALTH_CHECK, person_id=person.id, subject=subject, now=now)


def flags_of_deal(store: Store, slack_user_id: str, deal_id: str, now: datetime) -> tuple[FlaggedDeal, date]:
    """Return a deal with its unanswered flags, and the manager's day; raise when there is none to answer."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        actor.require(Permission.DISMISS_FLAGS)
        raised = _raised(uow, actor, [deal_id], now)
        if not raised:
            raise StaleAction("The flags of this deal were answered or are gone already.")
        return raised[0], _today(actor.person, now)


def all_flagged(store: Store, slack_user_id: str, fire_id: str, now: datetime) -> HealthCheckCard:
    """Return the actor's whole health check for the list of all flagged deals."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        actor.require(Permission.DISMISS_FLAGS)
        card = read_health_check(uow, actor.id, fire_id, now)
        if card is None:
            raise NotFound(
                "That health check is not on record here. Use `/drumbeat today` for the current one."
            )
        return card


def _today(person: Person, now: datetime) -> date:
    return now.astimezone(ZoneInfo(person.time_zone)).date()
