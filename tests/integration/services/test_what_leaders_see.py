"""A leader sees verdicts, in time, and never the words of those concerned."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.notices import ManagerLine
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.services import overview
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.coverage_conversation import ConfirmPlan, confirm_plan
from bot.services.verdict_comments import open_form
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    SUNDAY,
    RecordedJobs,
    logged,
    monday,
    owed_to,
    question_to,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = 7 * DAY


def mia_to_vic(store: Store, now: datetime) -> ManagerLine:
    lines = overview.team(store, "UVIC", now).managers
    return next(line for line in lines if line.manager.id == "mia")


def test_what_a_rep_wrote_of_a_dispute_stays_between_the_two(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    dispute = Acknowledge("UROB", question_to(fired), Answer.DISPUTED, "She cancelled, as ever")
    acknowledge(fired, jobs, dispute, MONDAY)
    owed = owed_to(fired, "rob").id

    to_mia, to_vic = (
        " ".join(
            reason.text for reason in overview.why(fired, who, owed, MONDAY + WEEK)[0].obligation.reasons
        )
        for who in ("UMIA", "UVIC")
    )

    assert "She cancelled, as ever" in to_mia
    assert to_vic == "Rob sees it differently."


def test_a_confirmation_is_the_leader_s_a_working_day_later(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs, "rob")
    logged(fired, jobs, "ria")
    for rep, at in (("rob", MONDAY + HOUR), ("ria", MONDAY + 2 * DAY)):
        confirmed = Acknowledge(f"U{rep.upper()}", question_to(fired, rep), Answer.CONFIRMED)
        acknowledge(fired, jobs, confirmed, at)
    owed = owed_to(fired, "ria").id
    with fired.reading() as uow:
        (check,) = (one for one in uow.obligations.of_owner("mia", SUNDAY) if one.kind == "health_check")
    thursday = MONDAY + 3 * DAY

    form = open_form(fired, "UMIA", Judged.OBLIGATION, owed, MONDAY + 2 * DAY)
    assert (
        form.readable_at == open_form(fired, "UMIA", Judged.OBLIGATION, check.id, thursday - HOUR).readable_at
    )
    assert form.readable_at == thursday
    for now, verdict, verified in ((thursday - HOUR, "pending", 1), (thursday, "verified", 2)):
        assert mia_to_vic(fired, now).verified == verified
        for one in (owed, check.id):
            assert overview.why(fired, "UMIA", one, now)[0].obligation.verdict.value == "verified"
            assert overview.why(fired, "UVIC", one, now)[0].obligation.verdict.value == verdict


def test_a_dispute_is_the_leader_s_after_three_working_days_to_the_minute(
    fired: Store, jobs: RecordedJobs
) -> None:
    logged(fired, jobs)
    acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.DISPUTED), MONDAY + HOUR)
    owed, up = owed_to(fired, "rob").id, MONDAY + HOUR + 3 * DAY

    shown = [
        overview.why(fired, "UVIC", owed, now)[0].obligation.verdict.value
        for now in (up - timedelta(minutes=1), up)
    ]
    assert shown == ["pending", "contradicted"]


def test_a_dispute_behind_a_confirmed_plan_is_the_twos_for_three_days_too(
    fired: Store, jobs: RecordedJobs
) -> None:
    logged(fired, jobs)
    question = question_to(fired)
    monday(fired, jobs, MONDAY + WEEK)
    owed = owed_to(fired, "rob")
    confirm_plan(fired, jobs, ConfirmPlan("UMIA", owed.id, owed.version), MONDAY + WEEK)
    wednesday = MONDAY + WEEK + 2 * DAY
    acknowledge(fired, jobs, Acknowledge("UROB", question, Answer.DISPUTED), wednesday)

    soon, line = (
        overview.why(fired, "UVIC", owed.id, wednesday + HOUR)[0],
        mia_to_vic(fired, wednesday + HOUR),
    )
    assert (soon.obligation.verdict.value, line.contradicted) == ("pending", 0)
    late = overview.why(fired, "UVIC", owed.id, wednesday + WEEK)[0]
    assert late.obligation.verdict.value == "contradicted"


def test_a_check_caught_up_late_is_the_managers_for_a_day_from_then(
    company: Store, jobs: RecordedJobs
) -> None:
    thursday = MONDAY + 3 * DAY
    monday(company, jobs, SUNDAY)  # nothing yet: the bot was there, and then away
    monday(company, jobs, thursday)

    line = mia_to_vic(company, thursday + HOUR)
    assert (line.owed, line.held_back) == (0, True)
    assert mia_to_vic(company, thursday + DAY + HOUR).owed == 2
