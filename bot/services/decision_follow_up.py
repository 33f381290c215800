"""On Friday managers say what became of the decisions that came due; the CRM's verdict stands beside it."""

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
from bot.services.notifying import NoticeKind
from bot.services.review_notices import refresh_follow_up, refresh_outcome, refresh_review
from bot.store.repositories.fires import Fire
from bot.store.unit_of_work import Store, UnitOfWork

# A manager who was never asked before is asked about this much.
ASKED_ABOUT_FOR = timedelta(days=35)
_ABOUT = (NoticeKind.DECISION_FOLLOW_UP.value, "cadence_fire")


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


def decisions_asked(uow: UnitOfWork, manager: Person, fire: Fire) -> list[Decision]:
    """Return what a manager is asked about by a fire, by due time: what they decided that is due in its week.

    With it what came due since they were asked last, as while they were away, and they had not spoken of.
    """
    since, until = week_of(manager, fire.local_date)
    last = uow.notices.last_told_to(manager.id, *_ABOUT, fire.recorded_at)
    asked = uow.fires.get(last) if last else None
    asked_until = week_of(manager, asked.local_date)[1] if asked else since - ASKED_ABOUT_FOR
    due = uow.decisions.due_by([manager.id], min(asked_until, since), until)
    return [one for one in due if one.due_at > since or _unspoken(one, fire)]


def _unspoken(one: Decision, fire: Fire) -> bool:
    return one.reported_at is None or one.reported_at >= fire.recorded_at


def read_follow_up(uow: UnitOfWork, manager_id: str, fire_id: str, now: datetime) -> FollowUpCard | None:
    """Return what a manager is asked of a week, as it stands now; None where nothing was due."""
    fire, tree = uow.fires.get(fire_id), uow.people.tree()
    manager = tree.get(manager_id)
    if fire is None or manager is None:
        return None
    decisions = decisions_asked(uow, manager, fire)
    if not decisions:
        return None
    recent = uow.decisions.due_by([manager_id], now - FOLLOW_THROUGH_SINCE, now)
    return FollowUpCard(
        fire_id=fire_id,
        manager=manager,
        week_of=fire.local_date - timedelta(days=fire.local_date.weekday()),
        lines=lines_of(uow, decisions, tree),
        kept=follow_through(recent, now),
        earlier=any(one.due_at <= week_of(manager, fire.local_date)[0] for one in decisions),
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
    since, until = week_of(manager, decision.due_at.astimezone(ZoneInfo(manager.time_zone)).date())
    told = uow.notices.told_to(manager.id, *_ABOUT, since)
    fires = [fire for id_ in told if (fire := uow.fires.get(id_)) is not None]
    # Asked in its week, or at the first time after it.
    for fire in [one for one in fires if one.starts_at <= until] or fires[:1]:
        refresh_follow_up(uow, jobs, fire.id, manager.id, now)
