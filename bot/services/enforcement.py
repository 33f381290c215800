"""What happens by itself as time passes: overdue, unanswered, a snooze that has ended."""

from __future__ import annotations

from datetime import datetime

from bot.domain.obligations import Obligation
from bot.domain.transitions import Event, transition
from bot.jobs.protocols import JobQueue, Lane
from bot.services.acknowledgement import judge_conversation
from bot.services.notifying import Mode, NoticeKind, Subject, refresh, tell
from bot.services.recording import save_obligation
from bot.store.unit_of_work import Store, UnitOfWork

# One transaction holds the single writer on SQLite: short pages keep a person's click from waiting.
PAGE = 100


def advance(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Carry out everything whose time has come, page by page; each change is audited and shown in place."""
    for page in (_pass_due, _end_snoozes, _expire_acknowledgements):
        while True:
            with store.writing() as uow:
                if page(uow, jobs, now) < PAGE:
                    break


def _pass_due(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    passed = uow.obligations.open_past_due(now, PAGE)
    for obligation in passed:
        overdue = transition(obligation, Event.PASS_DUE, now=now)
        save_obligation(uow, obligation, overdue, actor_id=None, action="obligation.overdue", now=now)
    _refresh_cards(uow, jobs, passed, now)
    return len(passed)


def _end_snoozes(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    ended = uow.obligations.snoozed_until_passed(now, PAGE)
    for obligation in ended:
        awake = obligation.awake()
        save_obligation(uow, obligation, awake, actor_id=None, action="obligation.snooze_ended", now=now)
        # A reply under the card rings, an update of the card does not: the person asked to be reminded.
        tell(
            uow,
            jobs,
            kind=NoticeKind.SNOOZE_OVER,
            person_id=obligation.owner_id,
            subject=Subject("obligation", obligation.id),
            reason="you put this off until now",
            delivery_id=f"{obligation.id}:awake:{awake.version}",
            lane=Lane.DELIVERIES,
            now=now,
            mode=Mode.REPLY,
        )
    _refresh_cards(uow, jobs, ended, now)
    return len(ended)


def _refresh_cards(uow: UnitOfWork, jobs: JobQueue, obligations: list[Obligation], now: datetime) -> None:
    for owner_id, fire_id in sorted({(one.owner_id, one.fire_id) for one in obligations}):
        subject = Subject("cadence_fire", fire_id)
        refresh(uow, jobs, kind=NoticeKind.HEALTH_CHECK, person_id=owner_id, subject=subject, now=now)


def _expire_acknowledgements(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> int:
    expired = uow.conversations.due_acknowledgements(now, PAGE)
    tree = uow.people.tree() if expired else None
    for ack in expired:
        if tree is not None:
            judge_conversation(uow, jobs, ack, tree, actor_id=None, now=now)
    return len(expired)
