"""Every change of what people owe, said or decided is in the trail."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.flags import ResponseKind
from bot.domain.verification import Answer
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.cadence_fires import record_due_fires, start_cadences
from bot.services.coverage_conversation import ConfirmPlan, confirm_plan
from bot.services.deal_flags import AnswerFlags, answer_flags
from bot.services.directory import SlackMember, join_directory
from bot.services.enforcement import advance
from bot.services.fan_out import expand_fire
from bot.services.fire_now import FireNow, fire_now
from bot.services.fix_verification import verify_fixes
from bot.services.settings_book import ensure_first_settings
from bot.services.snooze import Snooze, snooze
from bot.settings_files import load_settings
from bot.store.tables import NextSteps
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    CONFIG,
    MONDAY,
    SUNDAY,
    RecordedJobs,
    audited,
    logged,
    monday,
    owed_to,
    question_to,
    trail,
)
from tests.integration.store.seeds import add_crm

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def test_a_fire_and_what_it_opens(company: Store, jobs: RecordedJobs) -> None:
    start_cadences(company, SUNDAY)
    with audited(company, changing={"cadence_fires"}):
        fire_id = record_due_fires(company, jobs, MONDAY)[0]
    with audited(company, changing={"obligations"}):
        expand_fire(company, jobs, fire_id, MONDAY)


def test_a_fire_made_by_hand(company: Store, jobs: RecordedJobs) -> None:
    with audited(company, changing={"cadence_fires", "obligations"}):
        fire_now(company, jobs, FireNow("health_check", MONDAY, None, dry_run=False))


def test_a_conversation_logged_confirmed_and_disputed(fired: Store, jobs: RecordedJobs) -> None:
    with audited(fired, changing={"coverage_conversations", "obligations"}):
        logged(fired, jobs, "rob")
    with audited(fired, changing={"acknowledgement_answers", "obligations"}):
        acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.CONFIRMED), MONDAY + HOUR)
    logged(fired, jobs, "ria")
    with audited(fired, changing={"acknowledgement_answers", "obligations"}):
        acknowledge(
            fired, jobs, Acknowledge("URIA", question_to(fired, "ria"), Answer.DISPUTED), MONDAY + HOUR
        )


def test_a_plan_confirmed_a_week_later(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs, "rob")
    # The review of the Thursday between is caught up with it.
    with audited(fired, changing={"cadence_fires", "obligations", "pipeline_reviews"}):
        monday(fired, jobs, MONDAY + WEEK)
    owed = owed_to(fired, "rob")
    with audited(fired, changing={"coverage_conversations", "obligations"}):
        confirm_plan(fired, jobs, ConfirmPlan("UMIA", owed.id, owed.version), MONDAY + WEEK)
    with audited(fired, changing={"acknowledgement_answers", "obligations"}):
        acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.CONFIRMED), MONDAY + WEEK)


def test_snoozed_awake_overdue_and_unanswered(fired: Store, jobs: RecordedJobs) -> None:
    owed = owed_to(fired, "rob")
    with audited(fired, changing={"obligations"}):
        snooze(fired, jobs, Snooze("UMIA", owed.id, "hour"), MONDAY)
    with audited(fired, changing={"obligations"}):
        advance(fired, jobs, MONDAY + HOUR)
    with audited(fired, changing={"obligations"}):
        advance(fired, jobs, MONDAY + 10 * HOUR)
    logged(fired, jobs, "rob", MONDAY + 11 * HOUR)
    with audited(fired, changing={"obligations"}):
        advance(fired, jobs, MONDAY + WEEK)


def test_flags_answered_and_fixes_judged(fired: Store, jobs: RecordedJobs) -> None:
    for rep, response in (("rob", ResponseKind.FIXED), ("ria", ResponseKind.SNOOZED)):
        with audited(fired, changing={"flag_responses"}):
            answer_flags(fired, jobs, AnswerFlags("UMIA", (f"deal_{rep}",), None, response), MONDAY)
    with fired.writing() as uow:
        add_crm(uow, NextSteps, deal_id="deal_rob", text="Call", due_on=MONDAY.date() + WEEK)
        uow.workspace.set_crm_as_of(MONDAY + 2 * HOUR)
    with audited(fired, changing={"flag_responses"}):
        assert verify_fixes(fired, jobs, MONDAY + 3 * HOUR) >= 1


def test_people_linked_and_a_link_that_moves(company: Store) -> None:
    members = [SlackMember("UNEW", "Rob@ACME.example")]
    with audited(company, changing={"people"}):
        assert join_directory(company, members, "T1", MONDAY) == 1
    # Rob's Slack user now has Ria's address: Rob loses it, and the trail says so.
    with audited(company, changing={"people"}):
        assert join_directory(company, [SlackMember("UNEW", "ria@acme.example")], "T1", MONDAY) == 1


def test_the_first_settings(store: Store) -> None:
    with store.writing() as uow:
        uow.workspace.ensure("Acme", "EUR", "Europe/Berlin", SUNDAY)
    settings = load_settings(CONFIG)
    with audited(store, changing={"settings"}):
        ensure_first_settings(store, settings, SUNDAY)
    with audited(store, changing=set()):
        ensure_first_settings(store, settings, MONDAY)


def test_the_trail_says_who_did_it(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs, "rob")
    events = trail(fired)

    by_system = [event for event in events if event.action == "obligation.opened"]
    assert {event.actor_kind for event in by_system} == {"system"}
    done = [event for event in events if event.action == "obligation.done"]
    assert [(event.actor_kind, event.actor_id) for event in done] == [("person", "mia")]
    assert done[0].before is not None
    assert (done[0].before["state"], (done[0].after or {})["state"]) == ("due", "done")
