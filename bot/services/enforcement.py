"""What happens by itself as time passes: overdue, unanswered, a snooze that has ended, people who part."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.coaching_quality import LONGEST_AGO
from bot.domain.obligations import Obligation
from bot.domain.people import ManagerTree
from bot.domain.transitions import Event, transition
from bot.errors import StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.acknowledgement import ask_rep, judge_conversation
from bot.services.health_check_whole import complete_whole
from bot.services.notifying import Mode, NoticeKind, Subject, Urgency, refresh, tell
from bot.services.recording import save_obligation
from bot.services.review_notices import refresh_review
from bot.services.unsettled_disputes import escalate_disputes
from bot.store.unit_of_work import Store, UnitOfWork

# One transaction holds the single writer on SQLite: short pages keep a person's click from waiting.
PAGE = 100


def advance(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Carry out everything whose time has come, page by page; each change is audited and shown in place."""
    for page in (
        _excuse_parted,
        _pass_due,
        _end_snoozes,
        _ask_waiting,
        _expire_acknowledgements,
        escalate_disputes,
        _miss_unlogged,
    ):
        while True:
            with store.writing() as uow:
                if page(uow, jobs, now) < PAGE:
                    break


def next_deadlines(uow: UnitOfWork, now: datetime) -> list[datetime]:
    """Return when the next of these has its time; some of it may have passed."""
    return uow.obligations.next_times(now)


def _excuse_parted(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    """Excuse what can't be done any more since the CRM says that the two no longer work together."""
    parted = uow.obligations.of_parted(PAGE)
    tree = uow.people.tree() if parted else None
    for obligation in parted:
        reason = _parting(tree, obligation) if tree else ""
        excused = transition(obligation, Event.EXCUSE, now=now, reason=reason)
        save_obligation(uow, obligation, excused, actor_id=None, action="obligation.excused", now=now)
    for owner_id, fire_id in _fires_of(parted):
        complete_whole(uow, fire_id, owner_id, now, by_itself=True)
    _refresh_cards(uow, jobs, parted, now)
    return len(parted)


def _fires_of(obligations: list[Obligation]) -> list[tuple[str, str]]:
    return sorted({(one.owner_id, one.fire_id) for one in obligations if one.fire_id is not None})


def _parting(tree: ManagerTree, obligation: Obligation) -> str:
    owner = tree.get(obligation.owner_id)
    rep = tree.get(obligation.subject_id) if obligation.subject_id else None
    if rep is None or (owner and not owner.active):
        return f"{owner.name if owner else 'the manager'} has left"
    return f"{rep.name} reports to another manager now" if rep.active else f"{rep.name} has left"


def _pass_due(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    passed = []
    for obligation in uow.obligations.open_past_due(now, PAGE):
        overdue = transition(obligation, Event.PASS_DUE, now=now)
        with suppress(StaleAction):  # answered in this very moment: then it is not overdue
            save_obligation(uow, obligation, overdue, actor_id=None, action="obligation.overdue", now=now)
            passed.append(obligation)
    _refresh_cards(uow, jobs, passed, now)
    return len(passed)


def _miss_unlogged(uow: UnitOfWork, _jobs: JobQueue, now: datetime) -> int:
    """Count as missed what was said to be held, or nothing was said of, until it could be logged no more."""
    # A log may name a day so long ago; by the next one it is too late in any zone.
    too_late = 0
    for obligation in uow.obligations.unlogged_one_on_ones(now - LONGEST_AGO - timedelta(days=1), PAGE):
        missed = transition(obligation, Event.NEXT_OCCURRENCE, now=now)
        with suppress(StaleAction):  # logged in this very moment
            save_obligation(uow, obligation, missed, actor_id=None, action="obligation.missed", now=now)
            too_late += 1
    return too_late


def _end_snoozes(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    ended = []
    # By owner: whoever tells several people locks their days in one order.
    passed = sorted(uow.obligations.snoozed_until_passed(now, PAGE), key=lambda one: one.owner_id)
    for obligation in passed:
        awake = obligation.awake()
        with suppress(StaleAction):  # answered in this very moment: then nobody needs a reminder
            save_obligation(uow, obligation, awake, actor_id=None, action="obligation.snooze_ended", now=now)
            _remind(uow, jobs, awake, now)
            ended.append(obligation)
    _refresh_cards(uow, jobs, ended, now)
    return len(ended)


def _remind(uow: UnitOfWork, jobs: JobQueue, awake: Obligation, now: datetime) -> None:
    # A reply under the card rings, an update of the card does not: the person asked to be reminded.
    tell(
        uow,
        jobs,
        kind=NoticeKind.SNOOZE_OVER,
        person_id=awake.owner_id,
        subject=Subject("obligation", awake.id),
        reason="you put this off until now",
        cause=f"{awake.id}:awake:{awake.version}",
        urgency=Urgency.DUE_TODAY,
        now=now,
        mode=Mode.REPLY,
    )


def _refresh_cards(uow: UnitOfWork, jobs: JobQueue, obligations: list[Obligation], now: datetime) -> None:
    for owner_id, fire_id in _fires_of(obligations):
        subject = Subject("cadence_fire", fire_id)
        refresh(uow, jobs, kind=NoticeKind.HEALTH_CHECK, person_id=owner_id, subject=subject, now=now)
        review = uow.reviews.of_fire(owner_id, fire_id)
        if review is not None:
            refresh_review(uow, jobs, review.id, owner_id, now)


def _ask_waiting(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    waiting = uow.conversations.unasked(now, PAGE)
    tree = uow.people.tree() if waiting else None
    for ack, manager_id in waiting:
        manager = tree.get(manager_id) if tree else None
        ask_rep(uow, jobs, ack.id, ack.rep_id, manager.name if manager else "Your manager", now)
    return len(waiting)


def _expire_acknowledgements(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    expired = uow.conversations.due_acknowledgements(now, PAGE)
    if not expired:
        return 0
    tree = uow.people.tree()
    # Counted by what changed: one that stays as it is must not keep the pages turning.
    return sum(judge_conversation(uow, jobs, ack, tree, actor_id=None, now=now) for ack in expired)
