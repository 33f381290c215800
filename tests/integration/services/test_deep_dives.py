"""Deep dives: raised each month, missed at the next, ended in a plan that the CRM's states measure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.coaching import LogKind
from bot.domain.obligations import ObligationKind, State, Verdict
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.services import coaching_judging, overview
from bot.services.coaching_log import About, SubmitLog, Submitted, submit
from bot.services.coaching_reading import read_log
from bot.services.deep_dive import advance, next_moments, owed_deep_dives
from bot.services.verdict_comments import WriteComment, write
from bot.slack.views.coaching_log import log_view
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, every
from tests.integration.services.test_coaching_logs import DAY, FIELDS, answers, told

NOVEMBER = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
DIVE = {
    "held_on": "2026-11-02",
    "step_on": "2026-11-09",
    "call": "Kestrel, 30 October",
    "behaviour": "Interrupted the controller twice while she described the audit",
    "technique": "Opened with pricing slides instead of her three criteria",
    "attitude": "Stayed curious about the audit even when the demo failed",
    "plan_measure": "coverage",
    "plan_goal": "0.6",
}


def dived(
    store: Store,
    jobs: RecordedJobs,
    now: datetime = NOVEMBER,
    user: str = "UMIA",
    rep: str = "rob",
    **more: Any,
) -> Submitted:
    about = About(LogKind.DEEP_DIVE, rep_id=rep)
    fields = {**FIELDS, **DIVE, "deal_1": "", "action_1": "", **more}
    return submit(store, jobs, SubmitLog(user, about, fields), now)


def grow(store: Store) -> None:
    """Each open deal is worth twice as much, and coverage with them."""
    with store.writing() as uow:
        uow.connection.exec_driver_sql("UPDATE deals SET amount = amount * 2")


def crm_as_of(store: Store, at: datetime) -> None:
    with store.writing() as uow:
        uow.workspace.set_crm_as_of(at)


def open_with(store: Store, manager: str = "mia") -> list[str]:
    with store.reading() as uow:
        return [one.id for one in owed_deep_dives(uow, manager)]


def states(store: Store, rep: str = "rob") -> list[State]:
    """What became of a rep's deep dives, month by month."""
    with store.reading() as uow:
        found = uow.obligations.about(rep, MONDAY)
    return [one.state for one in found if one.kind is ObligationKind.DEEP_DIVE]


def verdict_of(store: Store, user: str, now: datetime, rep: str = "rob") -> Verdict:
    """How somebody is shown the newest deep dive of a rep to be judged."""
    return overview.why(store, user, owed_id(store, rep), now)[0].obligation.verdict


def owed_id(store: Store, rep: str = "rob") -> str:
    with store.reading() as uow:
        found = uow.obligations.about(rep, MONDAY)
    return [one.id for one in found if one.kind is ObligationKind.DEEP_DIVE][-1]


def plan(store: Store) -> dict[str, Any]:
    (row,) = every(store, "development_plans").values()
    return row


def test_they_are_raised_monthly_and_end_in_a_measured_plan(company: Store, jobs: RecordedJobs) -> None:
    advance(company, jobs, MONDAY)
    assert every(company, "deep_dives") == {}  # not in the month of the start
    advance(company, jobs, NOVEMBER)
    advance(company, jobs, NOVEMBER + DAY)
    assert open_with(company) == ["ria", "rob"]
    assert told(company, "deep_dive_due") >= {"mia"}

    refused = dived(company, jobs, plan_measure="")
    assert [fault.field for fault in refused.faults] == ["plan_measure"]
    done = dived(company, jobs)
    assert done.faults == ()
    assert open_with(company) == ["ria"]

    crm_as_of(company, NOVEMBER + 31 * DAY)
    advance(company, jobs, NOVEMBER + 31 * DAY)

    card = read_log(company, "UROB", done.log_id, NOVEMBER + 31 * DAY)
    assert card.plan is not None
    assert card.plan.outcome == "not met: 0.5"
    assert told(company, "plan_measured") == {"mia", "rob"}


def test_a_deep_dive_is_worth_what_its_log_is_worth(company: Store, jobs: RecordedJobs) -> None:
    advance(company, jobs, NOVEMBER)
    log_id = dived(company, jobs).log_id
    assert verdict_of(company, "UMIA", NOVEMBER) is Verdict.PENDING

    with audited(company, changing={"coaching_answers", "coaching_logs", "obligations"}):
        answers(company, jobs, log_id, Answer.CONFIRMED, NOVEMBER + DAY)

    assert verdict_of(company, "UMIA", NOVEMBER + DAY) is Verdict.VERIFIED
    assert verdict_of(company, "UVIC", NOVEMBER + 30 * DAY) is Verdict.VERIFIED
    assert states(company) == [State.DONE]


def test_a_disputed_deep_dive_is_the_two_s_until_it_goes_up(company: Store, jobs: RecordedJobs) -> None:
    advance(company, jobs, NOVEMBER)
    log_id = dived(company, jobs).log_id
    late = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    answers(company, jobs, log_id, Answer.DISPUTED, late)
    write(company, jobs, WriteComment("UMIA", Judged.OBLIGATION, owed_id(company), "By phone."), late)

    # Leaders see what is owed from a working day after it was due on: the dispute is younger than theirs.
    seen = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
    assert verdict_of(company, "UMIA", seen) is Verdict.CONTRADICTED
    assert verdict_of(company, "UVIC", seen) is Verdict.PENDING
    assert "By phone" not in str(overview.week(company, "UVIC", seen))
    assert "By phone" in str(read_log(company, "UMIA", log_id, seen))

    up = late + 4 * DAY
    coaching_judging.advance(company, jobs, up)
    assert verdict_of(company, "UVIC", up) is Verdict.CONTRADICTED
    assert "By phone" in str(overview.why(company, "UVIC", owed_id(company), up))


def test_a_goal_that_is_reached_before_it_begins_is_refused(company: Store, jobs: RecordedJobs) -> None:
    for goal in ("0.5", "0.4"):
        (fault,) = dived(company, jobs, plan_goal=goal).faults
        assert (fault.field, fault.words) == (
            "plan_goal",
            "It stands at 0.5 today. Set a goal beyond that.",
        )


def test_the_message_of_a_month_follows_what_is_logged(company: Store, jobs: RecordedJobs) -> None:
    advance(company, jobs, NOVEMBER)
    (told_,) = (row for row in every(company, "notices").values() if row["kind"] == "deep_dive_due")
    with company.writing() as uow:
        delivery = uow.notices.message_of(told_["id"])
        assert delivery is not None
        uow.notices.mark_sent(delivery.id, "DMIA", "1.1", "hash", NOVEMBER)

    dived(company, jobs)

    of_it = [row for row in every(company, "deliveries").values() if row["notice_id"] == told_["id"]]
    assert sorted(row["mode"] for row in of_it) == ["post", "update"]


def test_one_that_was_not_held_is_missed_once_the_next_month_s_comes(
    company: Store, jobs: RecordedJobs
) -> None:
    advance(company, jobs, NOVEMBER)
    with audited(company, changing={"obligations", "deep_dives"}):
        advance(company, jobs, DECEMBER)
    assert states(company) == [State.MISSED, State.DUE]

    assert dived(company, jobs, DECEMBER, held_on="2026-12-01", step_on="2026-12-08").faults == ()

    assert states(company) == [State.MISSED, State.DONE]
    assert open_with(company) == ["ria"]


@pytest.mark.parametrize(("until", "state"), [(30, State.EXCUSED), (29, State.MISSED)])
def test_one_in_a_month_without_a_day_on_which_both_worked_is_excused(
    company: Store, jobs: RecordedJobs, until: int, state: State
) -> None:
    advance(company, jobs, NOVEMBER)
    with company.writing() as uow:
        uow.people.add_time_off("rob", date(2026, 11, 1), date(2026, 11, until), "parental leave")
    with audited(company, changing={"obligations", "deep_dives"}):
        advance(company, jobs, DECEMBER)

    assert states(company) == [state, State.DUE]
    assert states(company, "ria")[0] is State.MISSED
    with company.reading() as uow:
        found = [one.excused_reason for one in uow.obligations.about("rob", MONDAY)]
    assert found[0] == (None if state is State.MISSED else "no day of that month on which both worked")


def test_a_plan_waits_for_the_crm_of_its_last_day(company: Store, jobs: RecordedJobs) -> None:
    log_id = dived(company, jobs).log_id
    over = datetime(2026, 12, 2, 23, 0, tzinfo=UTC)  # midnight after 2 December in Berlin
    for as_of in (NOVEMBER, over - timedelta(minutes=1)):
        crm_as_of(company, as_of)
        advance(company, jobs, over + 3 * DAY)
        assert plan(company)["measured_at"] is None
    assert (
        "pending until the crm shows all of"
        in str(log_view(read_log(company, "UMIA", log_id, over + 3 * DAY))).lower()
    )

    grow(company)
    crm_as_of(company, over)
    advance(company, jobs, over - timedelta(minutes=1))
    assert plan(company)["measured_at"] is None
    advance(company, jobs, over + 3 * DAY)
    assert plan(company)["outcome"] == "met"


def test_the_last_day_is_whole_where_its_manager_is(company: Store, jobs: RecordedJobs) -> None:
    assert dived(company, jobs, user="UMAX", rep="ray").faults == ()
    midnight = datetime(2026, 12, 3, 5, 0, tzinfo=UTC)  # in New York
    with company.reading() as uow:
        assert midnight in next_moments(uow, midnight - timedelta(hours=3))
    grow(company)
    crm_as_of(company, midnight)
    advance(company, jobs, midnight - timedelta(minutes=1))
    assert plan(company)["measured_at"] is None
    advance(company, jobs, midnight)
    assert plan(company)["outcome"] == "met"


def test_coverage_is_measured_in_the_quarter_that_the_plan_ends_in(
    company: Store, jobs: RecordedJobs
) -> None:
    begun = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert dived(company, jobs, begun, held_on="2026-12-01", step_on="2026-12-08").faults == ()
    assert str(plan(company)["ends_on"]) == "2026-12-31"
    january = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)

    grow(company)
    crm_as_of(company, january)
    advance(company, jobs, january)

    assert plan(company)["outcome"] == "met"


def test_a_measure_that_the_data_does_not_give_is_refused_at_its_field(
    company: Store, jobs: RecordedJobs
) -> None:
    done = dived(company, jobs, plan_measure="stage_conversion", plan_goal="25")

    assert [fault.field for fault in done.faults] == ["plan_measure"]
    assert "Coverage, in times" in done.faults[0].words
    assert every(company, "coaching_logs") == {}


@pytest.mark.parametrize("measure", ["coverage", "stage_conversion"])
def test_where_no_measure_can_be_taken_the_plan_is_taken_as_it_is(
    company: Store, jobs: RecordedJobs, measure: str
) -> None:
    with company.writing() as uow:
        uow.connection.exec_driver_sql("DELETE FROM quotas")
        uow.connection.exec_driver_sql("UPDATE deals SET amount = NULL, closed_at = NULL, stage = 'proposal'")

    assert dived(company, jobs, plan_measure=measure).faults == ()
