"""A log reaches the slot of its day, however it was opened; what was missed can be made good."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.obligations import State, Verdict
from bot.domain.one_on_one import SlotState
from bot.domain.verification import Answer
from bot.services import overview
from bot.services.coaching_judging import advance
from bot.services.coaching_log import About, SubmitLog, keep_draft, open_form, submit
from bot.services.one_on_one_answers import cancel, hold
from bot.services.one_on_one_week import week_of_one_on_ones
from bot.services.presence import message_received
from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, every, trail
from tests.integration.services.one_on_ones import (
    AFTER,
    MORNING,
    OCT_6,
    ROBS_SLOT,
    accepted,
    answer,
    owed_for,
    passes,
    slot_on,
    slots,
    told,
)
from tests.integration.services.test_coaching_logs import FEEDBACK, FIELDS, edit, log
from tests.integration.services.test_coaching_logs import answers as said_so

TUESDAY = {"held_on": "2026-10-06", "step_on": "2026-10-13"}
NEXT_WEEK = timedelta(days=7)


def logged_on_tuesday(store: Store, jobs: RecordedJobs, **more: Any) -> None:
    done = log(store, jobs, now=more.pop("now", AFTER), **{**TUESDAY, **more})
    assert done.faults == ()


def stands(store: Store) -> tuple[SlotState, State | None]:
    slot = slot_on(store, OCT_6)
    owed = owed_for(store, slot)
    return slot.state, owed.state if owed else None


def test_free_text_after_a_slot_leaves_it_done(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, MORNING)
    before_the_end = ROBS_SLOT + timedelta(minutes=29)
    text = f"1:1 with Rob today, 30 minutes: {FEEDBACK}"
    message_received(company, jobs, "UMIA", "1.1", before_the_end, text)
    draft = open_form(company, "UMIA", About(rep_id="rob"), before_the_end)

    logged_on_tuesday(company, jobs, now=before_the_end, feedback=draft.fields["feedback"])
    passes(company, jobs, AFTER)
    passes(company, jobs, AFTER + timedelta(hours=12))

    assert stands(company) == (SlotState.HELD, State.DONE)
    assert told(company, "one_on_one_ended", "mia") == 0


def test_a_log_written_before_its_slot_began_is_taken_in_at_its_end(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    passes(company, jobs, MORNING)
    logged_on_tuesday(company, jobs, now=ROBS_SLOT - timedelta(hours=1))
    assert stands(company) == (SlotState.SCHEDULED, State.DUE)
    (log_id,) = (row["id"] for row in every(company, "coaching_logs").values())
    said_so(company, jobs, log_id, Answer.CONFIRMED, ROBS_SLOT)

    passes(company, jobs, AFTER)

    assert stands(company) == (SlotState.HELD, State.DONE)
    assert told(company, "one_on_one_ended", "mia") == 0
    assert kept(company, "UMIA", AFTER) == (1, 1, 1)
    assert trail(company)[-1].action == "obligation.judged"


@pytest.mark.parametrize("said_before", [False, True], ids=["asked", "held"])
def test_a_log_of_the_rep_is_the_log_of_the_slot(
    company: Store, jobs: RecordedJobs, said_before: bool
) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    if said_before:
        hold(company, jobs, answer(slot_on(company, OCT_6)), AFTER)

    logged_on_tuesday(company, jobs)

    assert stands(company) == (SlotState.HELD, State.DONE)


def test_a_log_that_is_given_the_day_of_a_slot_is_its_log(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    done = log(company, jobs, now=AFTER, **{**TUESDAY, "held_on": "2026-10-05"})
    assert stands(company) == (SlotState.SCHEDULED, State.DUE)

    edit(company, jobs, done.log_id, AFTER, **TUESDAY)

    assert stands(company) == (SlotState.HELD, State.DONE)
    said_so(company, jobs, done.log_id, Answer.CONFIRMED, AFTER, version=2)
    owed = owed_for(company, slot_on(company, OCT_6))
    assert owed is not None
    assert owed.verdict is Verdict.VERIFIED


def test_a_missed_slot_is_made_good_by_a_log_of_its_day(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    for now in (AFTER, AFTER + NEXT_WEEK):
        passes(company, jobs, now)
    assert stands(company) == (SlotState.MISSED, State.MISSED)

    logged_on_tuesday(company, jobs, now=AFTER + NEXT_WEEK, step_on="2026-10-20")

    assert stands(company) == (SlotState.HELD, State.DONE)
    assert slots(company)[1].state is SlotState.SCHEDULED  # this week's is another session


def test_a_log_of_another_day_another_rep_or_a_cancelled_slot_is_of_none(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    logged_on_tuesday(company, jobs, held_on="2026-10-05")
    logged_on_tuesday(
        company, jobs, rep="ria", feedback="Three of your slides answered questions nobody had put to you."
    )
    assert stands(company) == (SlotState.SCHEDULED, State.DUE)

    cancel(company, jobs, answer(slot_on(company, OCT_6)), AFTER)
    other = "Your summary won the controller over: send it in writing before the weekend."
    logged_on_tuesday(company, jobs, feedback=other)
    assert stands(company) == (SlotState.CANCELLED, State.MISSED)


def test_a_missed_slot_can_be_said_to_be_held_for_as_long_as_it_can_be_logged(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    for now in (AFTER, AFTER + NEXT_WEEK):
        passes(company, jobs, now)
    missed = slot_on(company, OCT_6)

    def offered(user: str, weeks: int) -> list[bool]:
        week = week_of_one_on_ones(company, user, AFTER + weeks * NEXT_WEEK)
        return [card.can_be_made_good for card in week.slots if card.slot.id == missed.id]

    assert (offered("UMIA", 1), offered("UROB", 1), offered("UMIA", 2)) == ([True], [], [])
    hold(company, jobs, answer(missed), AFTER + NEXT_WEEK)
    assert stands(company) == (SlotState.HELD, State.MISSED)
    done = submit(
        company,
        jobs,
        SubmitLog("UMIA", About(one_on_one_id=missed.id), {**FIELDS, **TUESDAY, "step_on": "2026-10-20"}),
        AFTER + NEXT_WEEK,
    )

    assert done.faults == ()
    owed = owed_for(company, missed)
    assert owed is not None
    assert (owed.state, owed.done_late) == (State.DONE, True)


def written(store: Store, about: About, now: datetime) -> str:
    """What stands under feedback in the form as it opens."""
    return open_form(store, "UMIA", about, now).fields.get("feedback", "")


def test_next_week_s_form_opens_without_the_words_of_last_week(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    first, second = slots(company)[:2]
    keep_draft(company, "UMIA", About(one_on_one_id=first.id), {"feedback": "Half a", **TUESDAY}, AFTER)
    later = AFTER + NEXT_WEEK
    passes(company, jobs, later)

    fresh = open_form(company, "UMIA", About(one_on_one_id=second.id), later)
    assert (fresh.is_draft, fresh.fields["held_on"]) == (False, "2026-10-13")
    assert written(company, About(rep_id="rob"), later) == ""
    keep_draft(company, "UMIA", About(one_on_one_id=second.id), {"feedback": "The second"}, later)
    assert written(company, About(rep_id="rob"), later) == "The second"
    assert written(company, About(one_on_one_id=first.id), later) == "Half a"

    logged_on_tuesday(company, jobs, now=later, held_on="2026-10-13", step_on="2026-10-20")
    assert [row["session"] for row in every(company, "coaching_drafts").values()] == [first.id]


def test_a_draft_of_no_slot_is_about_its_session_for_three_days(company: Store) -> None:
    keep_draft(company, "UMIA", About(rep_id="rob"), {"feedback": "Half a"}, AFTER)
    assert written(company, About(rep_id="rob"), AFTER + timedelta(days=3)) == "Half a"
    assert written(company, About(rep_id="rob"), AFTER + timedelta(days=3, minutes=1)) == ""


def test_what_is_written_shortly_before_a_slot_is_of_it(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    keep_draft(company, "UMIA", About(rep_id="rob"), {"feedback": "Half a"}, MORNING)
    passes(company, jobs, AFTER)

    assert written(company, About(one_on_one_id=slot_on(company, OCT_6).id), AFTER) == "Half a"
    later = slots(company)[1]
    assert written(company, About(one_on_one_id=later.id), AFTER + NEXT_WEEK) == ""


def test_free_text_joins_a_draft_and_loses_nothing_of_it(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    slot = slot_on(company, OCT_6)
    passes(company, jobs, AFTER)
    keep_draft(
        company, "UMIA", About(one_on_one_id=slot.id), {"feedback": "What I saw", "minutes": "20"}, AFTER
    )
    text = "1:1 with Rob yesterday, 45 minutes: too few questions"
    the_day_after = AFTER + timedelta(days=1)

    message_received(company, jobs, "UMIA", "1.1", the_day_after, text)

    form = open_form(company, "UMIA", About(one_on_one_id=slot.id), the_day_after)
    assert form.fields["feedback"] == f"What I saw\n{text}"
    assert (form.fields["minutes"], form.fields["observed"]) == ("20", "too_few_questions")
    (offer,) = (row for row in every(company, "notices").values() if row["kind"] == "coaching_offer")
    assert (offer["subject_kind"], offer["subject_id"]) == ("one_on_one", slot.id)


def kept(store: Store, user: str, now: datetime) -> tuple[int, int, int]:
    """How Mia kept her schedule, as she or her leader sees it: due, held, confirmed."""
    if user == "UMIA":
        found = week_of_one_on_ones(store, user, now).adherence
    else:
        lines = overview.team(store, user, now).managers
        found = next(line.one_on_ones for line in lines if line.manager.id == "mia")
    assert found is not None
    return found.due, found.held, found.verified


def test_the_confirmed_share_stands_beside_what_was_held_to_a_leader_a_day_later(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    logged_on_tuesday(company, jobs)
    assert kept(company, "UMIA", AFTER) == (1, 1, 0)

    (log_id,) = (row["id"] for row in every(company, "coaching_logs").values())
    confirmed_at = AFTER + timedelta(days=3)
    passes(company, jobs, AFTER + timedelta(days=1))
    cancel(company, jobs, answer(slots(company, "ria")[0]), AFTER + timedelta(days=1))
    said_so(company, jobs, log_id, Answer.CONFIRMED, confirmed_at)

    assert kept(company, "UMIA", confirmed_at) == (2, 1, 1)
    assert kept(company, "UVIC", confirmed_at) == (2, 1, 0)
    assert kept(company, "UVIC", confirmed_at + timedelta(days=3)) == (2, 1, 1)


def test_what_a_rep_disputes_is_not_held_to_the_leader_once_it_went_up(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    logged_on_tuesday(company, jobs)
    (log_id,) = (row["id"] for row in every(company, "coaching_logs").values())
    said_so(company, jobs, log_id, Answer.DISPUTED, AFTER)
    thursday, friday = AFTER + timedelta(days=2), AFTER + timedelta(days=3)

    assert kept(company, "UMIA", thursday)[1] == 0
    assert kept(company, "UVIC", thursday)[1] == 1
    advance(company, jobs, friday)
    assert kept(company, "UVIC", friday)[1] == 0
