"""A check counts as done only if each conversation was; several ticks at once do each thing once."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.flags import ResponseKind
from bot.domain.obligations import Obligation, ObligationKind
from bot.services.coverage_conversation import LogConversation, log_conversation
from bot.services.deal_flags import AnswerFlags, answer_flags
from bot.services.tick import tick
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, PLAN, RecordedJobs, monday, owed_to, trail
from tests.integration.services.test_fires import at_once

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def whole_of(store: Store, fire_id: str) -> Obligation:
    with store.reading() as uow:
        every = uow.obligations.of_fire(fire_id, "mia")
    return next(one for one in every if one.kind is ObligationKind.HEALTH_CHECK)


def logged_late(store: Store, jobs: RecordedJobs, owed: Obligation) -> None:
    now = MONDAY + WEEK
    command = LogConversation("UMIA", owed.id, owed.version, now.date(), 30, "stuck", PLAN, now.date() + WEEK)
    log_conversation(store, jobs, command, now)


def test_one_of_two_missed_conversations_made_good_leaves_the_check_missed(
    fired: Store, jobs: RecordedJobs
) -> None:
    rob, ria = owed_to(fired, "rob"), owed_to(fired, "ria")
    monday(fired, jobs, MONDAY + WEEK)

    logged_late(fired, jobs, rob)
    assert whole_of(fired, rob.source_id).state.value == "missed"

    logged_late(fired, jobs, ria)
    whole = whole_of(fired, rob.source_id)
    assert (whole.state.value, whole.done_late) == ("done", True)


def test_ticks_at_once_change_and_record_each_thing_once(fired: Store, jobs: RecordedJobs) -> None:
    answer_flags(fired, jobs, AnswerFlags("UMIA", ("deal_rob",), None, ResponseKind.FIXED), MONDAY)
    later = MONDAY + 4 * WEEK
    with fired.writing() as uow:
        uow.workspace.set_crm_as_of(later)

    found = at_once(*(lambda: tick(fired, RecordedJobs(), None, later) for _ in range(4)))

    assert not [one for one in found if isinstance(one, Exception)]
    changes = [
        (event.action, event.entity_id, str(event.after))
        for event in trail(fired)
        if event.action in {"obligation.overdue", "flag.judged"}
    ]
    assert {action for action, _, _ in changes} == {"obligation.overdue", "flag.judged"}
    assert len(changes) == len(set(changes))
