"""On Friday managers say what became of the decisions due in the week; the CRM's verdict stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.decision_verification import follow_through
from bot.domain.decisions import (
    SHORTEST_WORDS,
    Decision,
    DecisionEvent,
    IllegalDecisionEventError,
    transition,
)
from bot.domain.people import Person
from bot.domain.review_cards import DecisionLine, FollowUpCard
from bot.domain.settings import Permission
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.decision_recording import save_decision
from bot.services.follow_through import FOLLOW_THROUGH_SINCE, lines_of
from bot.services.review_notices import refresh_follow_up, refresh_outcome, refresh_review
from bot.services.review_rhythm import DECISION_FOLLOW_UP
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """A manager says that a decision was carried out, or was not and why."""

    slack_user_id: str
    decision_id: str
    done: bool
    reason: str = ""


def week_of(manager: Person, day: date) -> tuple[datetime, datetime]:
    """Return the manager's week of a day: from the end of Sunday to the end of the next one (UTC)."""
    monday = day - timedelta(days=day.weekday())
    start = datetime.combine(monday, time(), tzinfo=ZoneInfo(manager.time_zone))
    return start.astimezone(ZoneInfo("UTC")), (start + timedelta(days=7)).astimezone(ZoneInfo("UTC"))


def decisions_of_week(uow: UnitOfWork, manager: Person, day: date) -> list[Decision]:
    """Return what this manager decided that is due in the week of a day, by due time."""
    since, until = week_of(manager, day)
    return uow.decisions.due_by([manager.id], since, until)


def read_follow_up(uow: UnitOfWork, manager_id: str, fire_id: str, now: datetime) -> FollowUpCard | None:
    """Return what a manager is asked of a week, as it stands now; None where nothing was due."""
    fire, tree = uow.fires.get(fire_id), uow.people.tree()
    manager = tree.get(manager_id)
    if fire is None or manager is None:
        return None
    decisions = decisions_of_week(uow, manager, fire.local_date)
    if not decisions:
        return None
    recent = uow.decisions.due_by([manager_id], now - FOLLOW_THROUGH_SINCE, now)
    return FollowUpCard(
        fire_id=fire_id,
        manager=manager,
        week_of=fire.local_date - timedelta(days=fire.local_date.weekday()),
        lines=lines_of(uow, decisions, tree),
        kept=follow_through(recent, now),
        crm_as_of=uow.workspace.get().crm_as_of,
    )


def open_report(store: Store, slack_user_id: str, decision_id: str) -> DecisionLine:
    """Return what the form of a reason shows, or raise when this person may not report on it."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        decision = _reportable(uow, actor, decision_id)
        return lines_of(uow, [decision], actor.tree)[0]


def report_outcome(store: Store, jobs: JobQueue, command: ReportOutcome, now: datetime) -> DecisionLine:
    """Record what the manager says; the CRM's verdict is not touched by it."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        decision = _reportable(uow, actor, command.decision_id, for_update=True)
        if not command.done and len(command.reason) < SHORTEST_WORDS:
            raise InvalidInput("Say in a few words what came in between.", field="reason")
        event = DecisionEvent.REPORT_DONE if command.done else DecisionEvent.REPORT_NOT_DONE
        try:
            reported = transition(decision, event, now=now, reason=command.reason)
        except IllegalDecisionEventError:
            raise StaleAction("You have said so already, so nothing was changed.") from None
        save_decision(uow, decision, reported, actor_id=actor.id, action="decision.reported", now=now)
        refresh_decision(uow, jobs, reported, now)
        return lines_of(uow, [reported], actor.tree)[0]


def _reportable(uow: UnitOfWork, actor: Actor, decision_id: str, *, for_update: bool = False) -> Decision:
    actor.require(Permission.RUN_PIPELINE_REVIEW)
    decision = uow.decisions.get(decision_id, for_update=for_update)
    if decision is None:
        raise NotFound("That decision is not on record here. Use `/drumbeat week` to see this week's.")
    if decision.by_id != actor.id:
        raise NotAllowed("Only the manager who decided this can say what became of it.")
    if not decision.stands:
        raise StaleAction("This decision was changed since. The one that stands is in `/drumbeat week`.")
    return decision


def reps_of(uow: UnitOfWork, decision: Decision) -> list[str]:
    """Return whom a decision concerns beside its manager: who carries it out, and who owns the deal."""
    deal = uow.deals.get(decision.deal_id)
    concerned = {decision.owner_id, *([deal.owner_id] if deal else [])}
    return sorted(concerned - {decision.by_id})


def refresh_decision(uow: UnitOfWork, jobs: JobQueue, decision: Decision, now: datetime) -> None:
    """Bring everything that shows a decision up to date.

    To its manager that is the review and the questions of its week, to the reps what they were told of it.
    """
    refresh_review(uow, jobs, decision.review_id, decision.by_id, now)
    for rep_id in reps_of(uow, decision):
        refresh_outcome(uow, jobs, decision.review_id, rep_id, now)
    manager = uow.people.get(decision.by_id)
    if manager is None:
        return
    day = decision.due_at.astimezone(ZoneInfo(manager.time_zone)).date()
    friday = day - timedelta(days=day.weekday())
    for distance in range(7):
        fire = uow.fires.on(DECISION_FOLLOW_UP, manager.time_zone, friday + timedelta(days=distance))
        if fire is not None:
            refresh_follow_up(uow, jobs, fire.id, manager.id, now)
