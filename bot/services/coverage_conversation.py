"""A manager answers an owed coverage conversation: logs the talk, or confirms a recent plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadence import next_allowed, working_deadline
from bot.domain.calendar import WorkCalendar
from bot.domain.obligations import Obligation, ObligationKind, Reason, State, Verdict
from bot.domain.people import Person
from bot.domain.settings import Permission
from bot.domain.transitions import Event, transition
from bot.errors import InvalidFields, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.acknowledgement import ask_rep
from bot.services.health_check import confirmable_plan
from bot.services.health_check_whole import complete_whole
from bot.services.notifying import NoticeKind, Subject, refresh
from bot.services.recording import resting_reason, save_obligation
from bot.services.unsettled_disputes import show_disputes
from bot.store.ids import new_id
from bot.store.repositories.conversations import ConversationRow
from bot.store.unit_of_work import Store, UnitOfWork

LONGEST_MINUTES = 240
SHORTEST_PLAN = 20
# As far ahead as the steps that a session or a review agrees.
LONGEST_AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LogConversation:
    """What a manager says of a conversation held; `minutes`: its length; dates in the manager's zone."""

    slack_user_id: str
    obligation_id: str
    version: int
    held_on: date
    minutes: int
    cause: str
    plan: str
    next_step_on: date


@dataclass(frozen=True, slots=True)
class ConfirmPlan:
    """A manager confirms that the plan agreed in an earlier conversation still stands."""

    slack_user_id: str
    obligation_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer led to: about whom it was, and how many conversations are left in that health check."""

    rep: Person
    left: int


@dataclass(frozen=True, slots=True)
class ConversationDraft:
    """What the form needs before it is filled in."""

    obligation: Obligation
    rep: Person
    today: date


def open_form(store: Store, slack_user_id: str, obligation_id: str, now: datetime) -> ConversationDraft:
    """Return what the form shows, or raise when this person may not answer or it is answered already."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        obligation, rep = _answerable(uow, actor, obligation_id)
        actor.require(Permission.LOG_CONVERSATIONS)
        return ConversationDraft(obligation, rep, _today(actor.person, now))


def log_conversation(store: Store, jobs: JobQueue, command: LogConversation, now: datetime) -> Answered:
    """Record the conversation, mark what was owed as done, and ask the rep to confirm that it took place."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        actor.require(Permission.LOG_CONVERSATIONS)
        obligation, rep = _answerable(uow, actor, command.obligation_id, command.version)
        _check_fields(command, _today(actor.person, now))
        row = ConversationRow(
            id=new_id("cnv"),
            obligation_id=obligation.id,
            manager_id=actor.id,
            rep_id=rep.id,
            kind="conversation",
            base_id=None,
            held_on=command.held_on,
            minutes=command.minutes,
            cause=command.cause,
            plan=command.plan,
            next_step_on=command.next_step_on,
            logged_at=now,
        )
        uow.conversations.add(row)
        _audit(uow, actor, "coverage_conversation.logged", row, now)
        deadline = _ask_rep(uow, jobs, actor, rep, row, now)
        reason = Reason(
            f"{rep.name} has been asked to confirm it, until {deadline:%a} {deadline.day} {deadline:%b}.",
            "coverage_conversations",
            row.id,
        )
        return _done(uow, jobs, actor, obligation, rep, Verdict.PENDING, (reason,), now)


def confirm_plan(store: Store, jobs: JobQueue, command: ConfirmPlan, now: datetime) -> Answered:
    """Record that the plan of an earlier conversation still stands; its verdict is that conversation's."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        actor.require(Permission.CONFIRM_PLANS)
        obligation, rep = _answerable(uow, actor, command.obligation_id, command.version)
        plan = confirmable_plan(uow, actor.person, rep.id, actor.settings, now)
        if plan is None:
            days = actor.settings.cadences.health_check.plan_confirmable_days
            raise StaleAction(
                f"There is no plan with {rep.name} from the last {days} days. Log a conversation instead."
            )
        row = ConversationRow(
            id=new_id("cnv"),
            obligation_id=obligation.id,
            manager_id=actor.id,
            rep_id=rep.id,
            kind="plan_confirmed",
            base_id=plan.conversation_id,
            held_on=_today(actor.person, now),
            minutes=None,
            cause=None,
            plan=None,
            next_step_on=None,
            logged_at=now,
        )
        uow.conversations.add(row)
        _audit(uow, actor, "coverage_conversation.plan_confirmed", row, now)
        verdict, reasons = _verdict_of_base(uow, plan.conversation_id)
        return _done(uow, jobs, actor, obligation, rep, verdict, reasons, now)


def _answerable(
    uow: UnitOfWork, actor: Actor, obligation_id: str, version: int | None = None
) -> tuple[Obligation, Person]:
    obligation = uow.obligations.get(obligation_id, for_update=version is not None)
    if (
        obligation is None
        or obligation.kind is not ObligationKind.COVERAGE_CONVERSATION
        or obligation.subject_id is None
    ):
        raise NotFound("That conversation is not on record here. Use `/drumbeat today` to see what is open.")
    rep = actor.require_direct_report(obligation.subject_id)
    if obligation.owner_id != actor.id:
        raise StaleAction(
            f"This was owed by {rep.name}'s former manager. Yours comes with the next health check."
        )
    if obligation.state is State.EXCUSED:
        raise StaleAction(f"Nothing is owed here: {obligation.excused_reason}.")
    if obligation.state is State.DONE and obligation.verdict is not Verdict.CONTRADICTED:
        raise StaleAction(f"The conversation with {rep.name} is already answered, so nothing was changed.")
    if version is not None and version != obligation.version and obligation.state is State.DONE:
        raise StaleAction("This form is older than the last answer, so nothing was changed. Open it again.")
    return obligation, rep


def _check_fields(command: LogConversation, today: date) -> None:
    faults = {}
    if command.held_on > today:
        faults["held_on"] = "This day is still to come. Log the conversation once it has been held."
    if command.held_on < today - timedelta(days=7):
        faults["held_on"] = "This is more than a week ago. A coverage conversation belongs to this week."
    if not 1 <= command.minutes <= LONGEST_MINUTES:
        faults["minutes"] = f"Give the length in minutes, from 1 to {LONGEST_MINUTES}."
    if len(command.plan) < SHORTEST_PLAN:
        faults["plan"] = (
            "Say what will be different: who does what to close the gap. One full sentence is enough."
        )
    if command.next_step_on <= today:
        faults["next_step_on"] = "The next step needs a day in the future."
    if command.next_step_on > today + LONGEST_AHEAD:
        faults["next_step_on"] = "This is more than 90 days away. A next step is something for soon."
    if faults:
        raise InvalidFields(faults)


def _ask_rep(
    uow: UnitOfWork, jobs: JobQueue, actor: Actor, rep: Person, row: ConversationRow, now: datetime
) -> datetime:
    calendar = WorkCalendar(rep.country, uow.people.time_off([rep.id]).get(rep.id, ()))
    hours = actor.settings.cadences.working_hours
    # A manager's afternoon can be the rep's night: then the question waits for their morning.
    asked_at = next_allowed(now, rep.time_zone, calendar, hours.start, hours.end)
    deadline = working_deadline(
        asked_at,
        rep.time_zone,
        calendar,
        actor.settings.cadences.health_check.ack_deadline_working_days,
        time(18, 0),
    )
    ack_id = uow.conversations.ask_acknowledgement(row.id, rep.id, asked_at, deadline)
    if asked_at <= now:
        ask_rep(uow, jobs, ack_id, rep.id, actor.person.name, now)
    return deadline.astimezone(ZoneInfo(rep.time_zone))


def _verdict_of_base(uow: UnitOfWork, base_id: str) -> tuple[Verdict, tuple[Reason, ...]]:
    base = uow.conversations.get(base_id)
    owed = uow.obligations.get(base.obligation_id) if base else None
    if base is None or owed is None:
        return Verdict.PENDING, ()
    return owed.verdict, (resting_reason(base, owed.verdict),)


def _done(
    uow: UnitOfWork,
    jobs: JobQueue,
    actor: Actor,
    obligation: Obligation,
    rep: Person,
    verdict: Verdict,
    reasons: tuple[Reason, ...],
    now: datetime,
) -> Answered:
    # A contradicted one is done already: the new record only reopens what the evidence says of it.
    answered = (
        obligation if obligation.state is State.DONE else transition(obligation, Event.COMPLETE, now=now)
    )
    done = answered.judged(verdict, reasons)
    save_obligation(uow, obligation, done, actor_id=actor.id, action="obligation.done", now=now)
    left = complete_whole(uow, obligation.source_id, actor.id, now)
    refresh(
        uow,
        jobs,
        kind=NoticeKind.HEALTH_CHECK,
        person_id=actor.id,
        subject=Subject("cadence_fire", obligation.source_id),
        now=now,
    )
    show_disputes(uow, jobs, obligation.id, now)
    return Answered(rep=rep, left=left)


def _audit(uow: UnitOfWork, actor: Actor, action: str, row: ConversationRow, now: datetime) -> None:
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action=action,
        entity_kind="coverage_conversation",
        entity_id=row.id,
        after={"rep": row.rep_id, "held_on": str(row.held_on), "minutes": row.minutes, "base": row.base_id},
    )


def _today(person: Person, now: datetime) -> date:
    return now.astimezone(ZoneInfo(person.time_zone)).date()
