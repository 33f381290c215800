"""Flags from the first listing to the verdict of a fix, and what time brings by itself, page by page."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.flags import FlagKind, ResponseKind
from bot.domain.obligations import State, Verdict
from bot.domain.people import Role
from bot.domain.verification import Answer
from bot.errors import InvalidInput, StaleAction
from bot.services import enforcement
from bot.services.acknowledgement import Acknowledge, acknowledge, open_acknowledgements
from bot.services.deal_flags import AnswerFlags, all_flagged, answer_flags, flags_of_deal
from bot.services.enforcement import advance
from bot.services.fix_verification import verify_fixes
from bot.services.health_check import read_health_check
from bot.services.snooze import Snooze, snooze
from bot.store.tables import Deals, NextSteps
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    SUNDAY,
    RecordedJobs,
    add_quota,
    every,
    logged,
    monday,
    owed_to,
    person,
    question_to,
    rows,
)
from tests.integration.store.seeds import add_crm, add_deal

HOUR = timedelta(hours=1)
# What no database can see differently.
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def shown(store: Store, fire_id: str, now: object) -> tuple[set[str], set[str], bool]:
    """The deals that the card shows, all that are flagged, and whether it calls them a first listing."""
    with store.reading() as uow:
        card = read_health_check(uow, "mia", fire_id, now)  # type: ignore[arg-type]  # a datetime
    assert card is not None
    deals = {one.deal.id for one in card.check.deals}
    return deals, {one.deal.id for one in card.all_deals}, card.check.first_listing


def test_what_the_first_import_brought_is_listed_once(fired: Store, jobs: RecordedJobs) -> None:
    fire_id = owed_to(fired, "rob").source_id
    inherited = {"deal_rob", "deal_ria"}
    assert shown(fired, fire_id, MONDAY) == (inherited, inherited, True)
    with fired.writing() as uow:
        add_deal(uow, "deal_new", "rob", amount=Decimal(9000), last_moved_at=SUNDAY)

    second = monday(fired, jobs, MONDAY + WEEK)[0]

    news, every, first = shown(fired, second, MONDAY + WEEK)
    assert (news, every, first) == ({"deal_new"}, {*inherited, "deal_new"}, False)


@pytest.mark.parametrize(
    ("response", "quiet", "back"),
    [
        (ResponseKind.DISMISSED, 13 * DAY, 14 * DAY),
        (ResponseKind.SNOOZED, 6 * DAY, 7 * DAY + HOUR),
    ],
)
@ON_ONE
def test_an_answered_flag_is_quiet_and_comes_back(
    fired: Store, jobs: RecordedJobs, response: ResponseKind, quiet: timedelta, back: timedelta
) -> None:
    command = AnswerFlags("UMIA", ("deal_rob",), None, response, "It is a framework deal")
    done = answer_flags(fired, jobs, command, MONDAY)

    assert (done.deals, done.flags) == (1, 2)
    with pytest.raises(StaleAction):
        answer_flags(fired, jobs, command, MONDAY + HOUR)
    with pytest.raises(StaleAction):
        flags_of_deal(fired, "UMIA", "deal_rob", MONDAY + quiet)
    assert len(flags_of_deal(fired, "UMIA", "deal_rob", MONDAY + back)[0].flags) >= 2


@ON_ONE
def test_a_dismissal_needs_its_reason(fired: Store, jobs: RecordedJobs) -> None:
    before = rows(fired)
    with pytest.raises(InvalidInput) as refused:
        answer_flags(
            fired, jobs, AnswerFlags("UMIA", ("deal_rob",), None, ResponseKind.DISMISSED, "ok"), MONDAY
        )
    assert [*refused.value.fields] == ["reason"]
    assert rows(fired) == before


@ON_ONE
def test_one_flag_is_answered_and_its_neighbour_stays(fired: Store, jobs: RecordedJobs) -> None:
    kinds = frozenset({FlagKind.STALE})
    answer_flags(fired, jobs, AnswerFlags("UMIA", ("deal_rob",), kinds, ResponseKind.SNOOZED), MONDAY)

    left, _day = flags_of_deal(fired, "UMIA", "deal_rob", MONDAY)

    assert [flag.kind for flag in left.flags] == [FlagKind.NO_NEXT_STEP]


@ON_ONE
def test_one_deal_that_is_not_the_managers_refuses_the_whole_answer(fired: Store, jobs: RecordedJobs) -> None:
    before = rows(fired)
    command = AnswerFlags("UMIA", ("deal_rob", "deal_ray"), None, ResponseKind.SNOOZED)
    with pytest.raises(Exception, match="outside your team"):
        answer_flags(fired, jobs, command, MONDAY)
    assert rows(fired) == before


def test_many_deals_in_one_answer(fired: Store, jobs: RecordedJobs) -> None:
    done = answer_flags(
        fired, jobs, AnswerFlags("UMIA", ("deal_rob", "deal_ria"), None, ResponseKind.SNOOZED), MONDAY
    )

    assert (done.deals, done.flags, done.not_fixable) == (2, 4, ())
    assert all_flagged(fired, "UMIA", owed_to(fired, "rob").source_id, MONDAY).all_deals == ()


def verdicts(store: Store) -> dict[str, str]:
    return {one["flag"]: one["verdict"] for one in every(store, "flag_responses").values()}


def test_a_fix_is_judged_by_the_next_state_of_the_crm(fired: Store, jobs: RecordedJobs) -> None:
    answer_flags(fired, jobs, AnswerFlags("UMIA", ("deal_rob",), None, ResponseKind.FIXED), MONDAY)
    assert verify_fixes(fired, jobs, MONDAY + HOUR) == 0  # the CRM has not been read since
    assert set(verdicts(fired).values()) == {"pending"}

    with fired.writing() as uow:
        add_crm(uow, NextSteps, deal_id="deal_rob", text="Call", due_on=date(2026, 10, 20))
        uow.workspace.set_crm_as_of(MONDAY + 5 * HOUR)
    verify_fixes(fired, jobs, MONDAY + 6 * HOUR)
    assert verdicts(fired)["no_next_step"] == "verified"

    with fired.writing() as uow:
        uow.workspace.set_crm_as_of(MONDAY + 4 * DAY)
    verify_fixes(fired, jobs, MONDAY + 4 * DAY)
    assert verdicts(fired) == {"no_next_step": "verified", "stale": "contradicted"}
    assert verify_fixes(fired, jobs, MONDAY + 5 * DAY) == 0
    # Contradicted, it was never fixed: it is raised again.
    left, _day = flags_of_deal(fired, "UMIA", "deal_rob", MONDAY + 5 * DAY)
    assert FlagKind.STALE in {flag.kind for flag in left.flags}


@ON_ONE
def test_a_fix_waits_as_long_as_the_crm_is_not_read(fired: Store, jobs: RecordedJobs) -> None:
    answer_flags(fired, jobs, AnswerFlags("UMIA", ("deal_rob",), None, ResponseKind.FIXED), MONDAY)

    verify_fixes(fired, jobs, MONDAY + 10 * DAY)

    assert set(verdicts(fired).values()) == {"pending"}


@ON_ONE
def test_a_closed_deal_has_nothing_left_to_mend(fired: Store, jobs: RecordedJobs) -> None:
    answer_flags(fired, jobs, AnswerFlags("UMIA", ("deal_rob",), None, ResponseKind.FIXED), MONDAY)
    with fired.writing() as uow:
        uow.connection.execute(update(Deals).where(Deals.id == "deal_rob").values(stage="closed_lost"))
        uow.workspace.set_crm_as_of(MONDAY + 5 * HOUR)

    verify_fixes(fired, jobs, MONDAY + 6 * HOUR)

    assert set(verdicts(fired).values()) == {"verified"}


# ---------------------------------------------------------------- time


@pytest.fixture
def crowd(company: Store, jobs: RecordedJobs, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Mia leads seven reps, all below target; pages of three."""
    monkeypatch.setattr(enforcement, "PAGE", 3)
    with company.writing() as uow:
        for number in range(5):
            uow.people.save(person(f"r{number}", Role.REP, manager="mia"), "crm", f"r{number}")
            add_quota(uow, f"r{number}")
    monday(company, jobs)
    return company


REPS = ("rob", "ria", "r0", "r1", "r2", "r3", "r4")


def states(store: Store) -> set[str]:
    return {one["state"] for one in every(store, "obligations").values()}


def test_everything_past_its_time_is_worked_off_over_several_pages(crowd: Store, jobs: RecordedJobs) -> None:
    advance(crowd, jobs, MONDAY + 8 * HOUR)
    assert states(crowd) == {"due"}

    advance(crowd, jobs, MONDAY + 9 * HOUR)

    assert states(crowd) == {"overdue"}
    before = rows(crowd)
    advance(crowd, jobs, MONDAY + 9 * HOUR)
    assert rows(crowd) == before


def test_a_crash_between_pages_is_taken_up_where_it_ended(
    crowd: Store, jobs: RecordedJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, calls = enforcement._pass_due, iter([False, True])

    def crashing(*given: object) -> int:
        done = page(*given)  # type: ignore[arg-type]  # passed on as they came
        if next(calls, False):
            raise ConnectionError("gone before the commit")
        return done

    monkeypatch.setattr(enforcement, "_pass_due", crashing)
    with pytest.raises(ConnectionError):
        advance(crowd, jobs, MONDAY + 9 * HOUR)
    assert states(crowd) == {"due", "overdue"}

    advance(crowd, jobs, MONDAY + 9 * HOUR)

    assert states(crowd) == {"overdue"}
    trail = [one for one in every(crowd, "audit_events").values() if one["action"] == "obligation.overdue"]
    assert len(trail) == len({one["entity_id"] for one in trail}) == 8


def test_each_snooze_that_ends_rings_once(crowd: Store, jobs: RecordedJobs) -> None:
    for rep in REPS:
        snooze(crowd, jobs, Snooze("UMIA", owed_to(crowd, rep).id, "hour"), MONDAY)
    before = set(every(crowd, "deliveries"))

    for _ in range(2):
        advance(crowd, jobs, MONDAY + HOUR)

    rung = [
        one for key, one in every(crowd, "deliveries").items() if key not in before and one["mode"] == "reply"
    ]
    assert len(rung) == len(REPS)
    assert all(owed_to(crowd, rep).snoozed_until is None for rep in REPS)


@ON_ONE
def test_a_snooze_answered_meanwhile_rings_no_more(fired: Store, jobs: RecordedJobs) -> None:
    snooze(fired, jobs, Snooze("UMIA", owed_to(fired, "rob").id, "three_hours"), MONDAY)
    logged(fired, jobs, "rob", MONDAY + HOUR)

    advance(fired, jobs, MONDAY + 4 * HOUR)

    assert "reply" not in {one["mode"] for one in every(fired, "deliveries").values()}


@ON_ONE
def test_a_choice_that_is_no_longer_offered_is_refused(fired: Store, jobs: RecordedJobs) -> None:
    with pytest.raises(StaleAction, match="no longer offered"):
        snooze(fired, jobs, Snooze("UMIA", owed_to(fired, "rob").id, "next_year"), MONDAY)


def test_no_answer_in_three_working_days_counts_neither_way(crowd: Store, jobs: RecordedJobs) -> None:
    for rep in REPS:
        logged(crowd, jobs, rep)
    advance(crowd, jobs, MONDAY + 3 * DAY + 8 * HOUR)  # Thursday 17:00 in Berlin
    assert owed_to(crowd, "rob").verdict is Verdict.PENDING

    advance(crowd, jobs, MONDAY + 3 * DAY + 9 * HOUR)

    assert {owed_to(crowd, rep).verdict for rep in REPS} == {Verdict.UNANSWERED}
    whole = next(one for one in every(crowd, "obligations").values() if one["subject_id"] is None)
    assert (whole["state"], whole["verdict"]) == ("done", "unanswered")
    # A late answer still counts.
    acknowledge(crowd, jobs, Acknowledge("UROB", question_to(crowd), Answer.CONFIRMED), MONDAY + WEEK)
    assert owed_to(crowd, "rob").verdict is Verdict.VERIFIED


def test_what_is_disputed_can_be_logged_anew_and_is_asked_anew(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.DISPUTED, "No"), MONDAY)
    assert owed_to(fired, "rob").verdict is Verdict.CONTRADICTED

    logged(fired, jobs, "rob", MONDAY + HOUR)

    after = owed_to(fired, "rob")
    assert (after.state, after.verdict) == (State.DONE, Verdict.PENDING)
    with fired.reading() as uow:
        assert len(open_acknowledgements(uow, "rob")) == 1
    with pytest.raises(StaleAction):
        logged(fired, jobs, "rob", MONDAY + HOUR)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("held_on", {"held_on": date(2026, 10, 6)}),
        ("held_on", {"held_on": date(2026, 9, 27)}),
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": 241}),
        ("plan", {"plan": "ok"}),
        ("next_step_on", {"next_step_on": date(2026, 10, 5)}),
        ("next_step_on", {"next_step_on": date(2036, 10, 12)}),
        ("held_on plan", {"held_on": date(2026, 10, 6), "plan": ""}),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_wrong_value_is_said_at_its_field_and_changes_nothing(
    fired: Store, jobs: RecordedJobs, field: str, wrong: dict[str, Any]
) -> None:
    before = rows(fired)
    with pytest.raises(InvalidInput) as refused:
        logged(fired, jobs, **wrong)
    assert [*refused.value.fields] == field.split()
    assert rows(fired) == before
