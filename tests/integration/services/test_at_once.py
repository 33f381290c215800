"""Two who answer the same thing at the same moment: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.domain.flags import ResponseKind
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.errors import StaleAction
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.coverage_conversation import ConfirmPlan, LogConversation, confirm_plan, log_conversation
from bot.services.deal_flags import AnswerFlags, answer_flags
from bot.services.directory import SlackMember, join_directory
from bot.services.presence import home_opened, message_received
from bot.services.snooze import Snooze, snooze
from bot.services.verdict_comments import WriteComment, write
from bot.store.handling import AlreadyHandledError, Inbound
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    PLAN,
    RecordedJobs,
    every,
    logged,
    monday,
    owed_to,
    question_to,
)
from tests.integration.services.test_fires import at_once

WEEK = timedelta(days=7)


def one_wins(store: Store, table: str, work: Callable[[RecordedJobs], object], *, times: int = 2) -> None:
    """Do it that often at once: one new row, everyone else is told that it is stale."""
    before = len(every(store, table))
    found = at_once(*(lambda: work(RecordedJobs()) for _ in range(times)))

    refused = [one for one in found if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [StaleAction] * (times - 1), refused
    assert len(every(store, table)) == before + 1


def log_of(store: Store, **more: object) -> Callable[[RecordedJobs], object]:
    owed = owed_to(store, "rob")
    command = LogConversation(
        slack_user_id="UMIA",
        obligation_id=owed.id,
        version=owed.version,
        held_on=MONDAY.date(),
        minutes=30,
        cause="stuck",
        plan=PLAN,
        next_step_on=MONDAY.date() + WEEK,
    )
    return lambda jobs: log_conversation(store, jobs, command, MONDAY)


def test_the_same_conversation_logged_twice(fired: Store) -> None:
    one_wins(fired, "coverage_conversations", log_of(fired), times=4)


def test_logged_anew_twice_after_a_dispute(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.DISPUTED), MONDAY)

    one_wins(fired, "coverage_conversations", log_of(fired))


def test_a_comment_written_twice_from_two_forms(fired: Store) -> None:
    command = WriteComment("UMIA", Judged.OBLIGATION, owed_to(fired, "rob").id, "Rob is at a fair")
    one_wins(fired, "verdict_comments", lambda jobs: write(fired, jobs, command, MONDAY), times=4)


def test_the_same_plan_confirmed_twice(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    monday(fired, jobs, MONDAY + WEEK)
    owed = owed_to(fired, "rob")
    command = ConfirmPlan("UMIA", owed.id, owed.version)

    one_wins(fired, "coverage_conversations", lambda jobs: confirm_plan(fired, jobs, command, MONDAY + WEEK))


def test_logged_and_snoozed_at_once(fired: Store) -> None:
    owed = owed_to(fired, "rob")
    log = log_of(fired)
    found = at_once(
        lambda: log(RecordedJobs()),
        lambda: snooze(fired, RecordedJobs(), Snooze("UMIA", owed.id, "hour"), MONDAY),
    )

    assert not isinstance(found[0], Exception)
    assert not isinstance(found[1], Exception) or isinstance(found[1], StaleAction)
    after = owed_to(fired, "rob")
    assert (after.state.value, after.snoozed_until) == ("done", None)


def test_both_conversations_of_a_check_at_once_complete_it(fired: Store, jobs: RecordedJobs) -> None:
    found = at_once(
        lambda: logged(fired, RecordedJobs(), "rob"), lambda: logged(fired, RecordedJobs(), "ria")
    )

    # On PostgreSQL the second to finish the whole may have to look again; nothing is half done then.
    again = [rep for rep, one in zip(("rob", "ria"), found, strict=True) if isinstance(one, StaleAction)]
    for rep in again:
        logged(fired, jobs, rep)
    assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, StaleAction)]
    states = {one["subject_id"]: one["state"] for one in every(fired, "obligations").values()}
    assert states == {"rob": "done", "ria": "done", None: "done"}


def test_the_same_question_answered_twice(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    command = Acknowledge("UROB", question_to(fired), Answer.CONFIRMED)

    one_wins(
        fired, "acknowledgement_answers", lambda jobs: acknowledge(fired, jobs, command, MONDAY), times=4
    )


def test_confirmed_and_disputed_at_once_only_one_is_on_record(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    ack = question_to(fired)
    found = at_once(
        *(
            lambda answer=answer: acknowledge(fired, RecordedJobs(), Acknowledge("UROB", ack, answer), MONDAY)
            for answer in Answer
        )
    )

    assert sorted(isinstance(one, StaleAction) for one in found) == [False, True]
    assert len(every(fired, "acknowledgement_answers")) == 1


def test_the_same_flags_answered_twice(fired: Store) -> None:
    command = AnswerFlags("UMIA", ("deal_rob",), None, ResponseKind.SNOOZED)
    before = len(every(fired, "flag_responses"))

    found = at_once(*(lambda: answer_flags(fired, RecordedJobs(), command, MONDAY) for _ in range(3)))

    assert sorted(isinstance(one, StaleAction) for one in found) == [False, True, True]
    answered = [one for one in found if not isinstance(one, Exception)]
    assert len(every(fired, "flag_responses")) == before + answered[0].flags  # type: ignore[attr-defined]  # narrowed above


def test_the_same_event_brought_twice_at_once(fired: Store) -> None:
    def bring(key: str, take: Callable[[RecordedJobs], None], jobs: RecordedJobs) -> None:
        with fired.handling(Inbound(key, "event", MONDAY)):
            take(jobs)

    for key, take in (
        ("Ev1", lambda jobs: home_opened(fired, jobs, "UMIA", MONDAY)),
        ("Ev2", lambda jobs: message_received(fired, jobs, "UMIA", "1.2", MONDAY)),
    ):
        queues = [RecordedJobs() for _ in range(4)]
        found = at_once(*(partial(bring, key, take, jobs) for jobs in queues))
        assert sum(len(jobs.deliveries) for jobs in queues) == 1
        assert sum(isinstance(one, AlreadyHandledError) for one in found) == 3


def test_the_directory_joined_twice_at_once(company: Store) -> None:
    members = [SlackMember("UNEW1", "rob@acme.example"), SlackMember("UNEW2", "ria@acme.example")]

    found = at_once(*(lambda: join_directory(company, members, "T1", MONDAY) for _ in range(3)))

    assert not [one for one in found if isinstance(one, Exception)]
    linked = {one["id"]: one["slack_user_id"] for one in every(company, "people").values()}
    assert (linked["rob"], linked["ria"]) == ("UNEW1", "UNEW2")
