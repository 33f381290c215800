from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.coaching import Part, Sight, StepOutcome
from bot.domain.obligations import ObligationKind, State, Verdict
from bot.domain.verification import Answer
from bot.errors import NotAllowed, NotFound, StaleAction
from bot.services.coaching_answer import AnswerLog, answer
from bot.services.coaching_judging import advance
from bot.services.coaching_log import About, SubmitLog, Submitted, keep_draft, open_form, submit
from bot.services.coaching_people import loggable
from bot.services.coaching_reading import read_log, release_text
from bot.services.presence import message_received
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, every, rows, trail

FEEDBACK = "You asked the buyer about money only after the demo; ask it in the first ten minutes."
SECRET = "Thinks of leaving: talk to Vic about the territory."
FIELDS = {
    "held_on": "2026-10-05",
    "minutes": "30",
    "focus": "discovery",
    "feedback": FEEDBACK,
    "observed": "too_few_questions jargon",
    "better": "unprepared_for_objections",
    "step": "Rob opens the next two discovery calls with the budget question",
    "step_owner": "rep",
    "step_on": "2026-10-12",
    "deal_1": "deal_rob",
    "action_1": "Call the controller about the budget",
    "notes": SECRET,
}
DAY = timedelta(days=1)


def log(
    store: Store,
    jobs: RecordedJobs,
    rep: str = "rob",
    now: datetime = MONDAY,
    user: str = "UMIA",
    **more: Any,
) -> Submitted:
    fields = {**FIELDS, **({"deal_1": f"deal_{rep}"} if rep in {"rob", "ria"} else {}), **more}
    return submit(store, jobs, SubmitLog(user, About(rep_id=rep), fields), now)


def edit(store: Store, jobs: RecordedJobs, log_id: str, now: datetime, **more: Any) -> Submitted:
    return submit(store, jobs, SubmitLog("UMIA", About(log_id=log_id), {**FIELDS, **more}), now)


def answers(
    store: Store, jobs: RecordedJobs, log_id: str, said: Answer, now: datetime, version: int = 1
) -> None:
    answer(store, jobs, AnswerLog("UROB", log_id, version, said, "We only met in the corridor"), now)


def verdict(store: Store, log_id: str) -> Verdict:
    with store.reading() as uow:
        row = uow.coaching.get(log_id)
        owed = uow.obligations.get(row.obligation_id) if row else None
    assert owed is not None
    return owed.verdict


def told(store: Store, kind: str) -> set[str]:
    return {row["person_id"] for row in every(store, "notices").values() if row["kind"] == kind}


def test_a_log_is_recorded_with_what_it_says_and_the_rep_is_asked(company: Store, jobs: RecordedJobs) -> None:
    done = log(company, jobs)

    assert done.faults == ()
    assert done.asked
    found = rows(company)
    assert {row["tag"] for row in found["skill_observations"].values()} == {
        "too_few_questions",
        "jargon",
        "unprepared_for_objections",
    }
    (step,) = found["coaching_steps"].values()
    assert (step["owner_id"], step["due_on"]) == ("rob", date(2026, 10, 12))
    (action,) = found["coaching_deal_actions"].values()
    assert action["deal_id"] == "deal_rob"
    with company.reading() as uow:
        (owed,) = uow.obligations.of_owner("mia", MONDAY - DAY)
    assert (owed.kind, owed.state, owed.verdict) == (
        ObligationKind.COACHING_LOG,
        State.DONE,
        Verdict.PENDING,
    )
    assert told(company, "coaching_asked") == {"rob"}


def test_faults_are_said_together_and_what_was_typed_is_kept(company: Store, jobs: RecordedJobs) -> None:
    done = log(company, jobs, feedback="Good session", step_on="2026-10-05", action_1="")

    assert [fault.field for fault in done.faults] == ["action_1", "feedback", "step_on"]
    vague = log(company, jobs, deal_1="", action_1="", deal_2="deal_rob", action_2="Follow up")
    assert [fault.field for fault in vague.faults] == ["action_2"]
    draft = open_form(company, "UMIA", About(rep_id="rob"), MONDAY)
    assert draft.is_draft
    assert draft.fields["notes"] == SECRET
    assert every(company, "coaching_logs") == {}
    log(company, jobs)
    assert every(company, "coaching_drafts") == {}


def test_a_draft_is_kept_while_writing_for_its_author_alone(company: Store, jobs: RecordedJobs) -> None:
    keep_draft(company, "UMIA", About(rep_id="rob"), {"feedback": "Half a"}, MONDAY)
    keep_draft(company, "UMIA", About(rep_id="rob"), {"feedback": "Half a sentence"}, MONDAY)

    assert open_form(company, "UMIA", About(rep_id="rob"), MONDAY).fields["feedback"] == "Half a sentence"
    assert not open_form(company, "UMIA", About(rep_id="ria"), MONDAY).is_draft
    for user in ("UROB", "UVIC", "UADA", "UMAX"):
        with pytest.raises(NotAllowed):
            open_form(company, user, About(rep_id="rob"), MONDAY)


def test_a_field_that_reports_after_the_form_was_submitted_leaves_no_draft(
    company: Store, jobs: RecordedJobs
) -> None:
    log(company, jobs)

    keep_draft(company, "UMIA", About(rep_id="rob"), {"feedback": f"{FEEDBACK} "}, MONDAY)
    assert every(company, "coaching_drafts") == {}

    keep_draft(company, "UMIA", About(rep_id="rob"), {"feedback": "The next one"}, MONDAY)
    assert open_form(company, "UMIA", About(rep_id="rob"), MONDAY).fields["feedback"] == "The next one"


def test_a_near_copy_is_named_with_its_day(company: Store, jobs: RecordedJobs) -> None:
    log(company, jobs)

    done = log(company, jobs, "ria", MONDAY + DAY)

    assert [fault.field for fault in done.faults] == ["feedback"]
    assert "about Rob on Monday 5 Oct" in done.faults[0].words


LATER = {
    "held_on": "2026-10-12",
    "step_on": "2026-10-19",
    "feedback": "The budget came up at minute eight, and the controller named a figure herself.",
}


def test_the_next_session_says_what_became_of_each_open_step(company: Store, jobs: RecordedJobs) -> None:
    log(company, jobs)
    log(company, jobs, now=MONDAY + DAY, feedback="Your summary won the controller over: send it to her.")
    draft = open_form(company, "UMIA", About(rep_id="rob"), MONDAY + 7 * DAY)
    newer, older = draft.open_steps
    assert draft.fields["focus"] == "discovery"
    outcomes = {f"became_{newer.id}": "not_yet", f"became_{older.id}": "done"}

    with audited(
        company,
        changing={
            "coaching_logs",
            "coaching_log_versions",
            "coaching_steps",
            "skill_observations",
            "coaching_deal_actions",
            "coaching_notes",
            "obligations",
        },
    ):
        log(company, jobs, now=MONDAY + 7 * DAY, **LATER, **outcomes)

    with company.reading() as uow:
        found = uow.coaching_records.steps_of_pair("mia", "rob", 5)
    assert [step.outcome for step in found] == [None, StepOutcome.NOT_YET, StepOutcome.DONE]
    settled = [event.after for event in trail(company) if event.action == "coaching_step.settled"]
    assert [facts["outcome"] for facts in settled if facts] == ["not_yet", "done"]


def test_what_became_of_a_step_is_said_once_and_by_its_manager(company: Store, jobs: RecordedJobs) -> None:
    log(company, jobs)
    (step,) = open_form(company, "UMIA", About(rep_id="rob"), MONDAY + 7 * DAY).open_steps
    log(company, jobs, now=MONDAY + 7 * DAY, **LATER, **{f"became_{step.id}": "done"})
    again = {"feedback": "Procurement will haggle about terms, so rehearse both concessions beforehand."}
    log(company, jobs, now=MONDAY + 7 * DAY, **{**LATER, **again}, **{f"became_{step.id}": "dropped"})
    other = {"feedback": "The champion never forwarded our proposal; get her director into the workshop."}
    log(company, jobs, "ria", MONDAY + 7 * DAY, **{**LATER, **other}, **{f"became_{step.id}": "dropped"})

    with company.reading() as uow:
        first = uow.coaching_records.steps_of_pair("mia", "rob", 5)[-1]
    assert (first.id, first.outcome) == (step.id, StepOutcome.DONE)


def test_no_answer_in_three_working_days_counts_neither_way(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    thursday_evening = datetime.fromisoformat("2026-10-08T18:00:00+02:00")
    found = []
    for now in (thursday_evening - timedelta(minutes=1), thursday_evening):
        advance(company, jobs, now)
        found.append(verdict(company, log_id))
    assert found == [Verdict.PENDING, Verdict.UNANSWERED]


def test_confirmed_is_verified_and_a_late_answer_still_counts(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    advance(company, jobs, MONDAY + 10 * DAY)
    assert verdict(company, log_id) is Verdict.UNANSWERED

    answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 11 * DAY)

    assert verdict(company, log_id) is Verdict.VERIFIED
    with pytest.raises(StaleAction, match="already answered"):
        answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 11 * DAY)


def test_a_dispute_is_the_two_s_for_three_working_days_then_the_leader_s(
    company: Store, jobs: RecordedJobs
) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY + timedelta(hours=2))
    assert told(company, "coaching_disputed") == {"mia"}
    assert read_log(company, "UVIC", log_id, MONDAY + DAY).verdict is Verdict.PENDING

    advance(company, jobs, MONDAY + 3 * DAY)
    assert told(company, "coaching_disputed") == {"mia"}
    advance(company, jobs, MONDAY + 3 * DAY + timedelta(hours=3))

    assert told(company, "coaching_disputed") == {"mia", "vic"}
    card = read_log(company, "UVIC", log_id, MONDAY + 4 * DAY)
    assert card.verdict is Verdict.CONTRADICTED
    assert card.answer is None
    assert "corridor" not in str(card)


def test_a_dispute_that_is_settled_does_not_go_up(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY + DAY)

    edit(company, jobs, log_id, MONDAY + 2 * DAY, minutes="15")
    assert verdict(company, log_id) is Verdict.CONTRADICTED  # an edit alone lifts no dispute
    answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 2 * DAY, version=2)
    advance(company, jobs, MONDAY + 10 * DAY)

    assert verdict(company, log_id) is Verdict.VERIFIED
    assert told(company, "coaching_disputed") == {"mia"}


def test_an_edit_after_verification_asks_again_only_about_what_was_vouched_for(
    company: Store, jobs: RecordedJobs
) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + DAY)

    worded = edit(company, jobs, log_id, MONDAY + 2 * DAY, feedback=f"{FEEDBACK} Write it on your pad.")
    assert (worded.asked, worded.changed) == (False, "the feedback")
    assert verdict(company, log_id) is Verdict.VERIFIED

    longer = edit(company, jobs, log_id, MONDAY + 2 * DAY, minutes="60")
    assert longer.asked
    assert verdict(company, log_id) is Verdict.PENDING
    with pytest.raises(StaleAction, match="changed since"):
        answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 2 * DAY, version=1)
    card = read_log(company, "UROB", log_id, MONDAY + 2 * DAY)
    assert [(line.version, line.before) for line in card.history] == [
        (1, ()),
        (2, ((Part.FEEDBACK, FEEDBACK),)),
        (3, ((Part.MINUTES, "30 minutes"), (Part.FEEDBACK, f"{FEEDBACK} Write it on your pad."))),
    ]
    with pytest.raises(StaleAction, match="seven days"):
        edit(company, jobs, log_id, MONDAY + 7 * DAY, minutes="45")


def test_notes_alone_change_nothing_that_is_shared(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id

    edit(company, jobs, log_id, MONDAY + DAY)
    before = len(trail(company))
    with audited(company, changing={"coaching_notes"}):
        done = edit(company, jobs, log_id, MONDAY + DAY, notes="Other notes")

    assert (done.asked, done.changed) == (False, "")
    (event,) = trail(company)[before:]
    assert (event.action, event.actor_id) == ("coaching_log.notes_changed", "mia")
    assert (event.before, event.after) == (None, None)
    card = read_log(company, "UMIA", log_id, MONDAY + DAY)
    assert (card.version, card.notes) == (1, "Other notes")


def test_who_reads_what_and_who_has_read_it(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    mine = read_log(company, "UMIA", log_id, MONDAY)
    rep = read_log(company, "UROB", log_id, MONDAY)
    leader = read_log(company, "UVIC", log_id, MONDAY + DAY)
    assert (mine.sight, rep.sight, leader.sight) == (Sight.EVERYTHING, Sight.SHARED, Sight.FACTS)
    assert mine.notes == SECRET
    for card in (rep, leader):
        assert SECRET not in str(card)
    assert FEEDBACK in str(rep)
    assert FEEDBACK not in str(leader)
    for user in ("UADA", "URIA", "UMAX", "ULEA"):
        with pytest.raises(NotFound):
            read_log(company, user, log_id, MONDAY)

    release_text(company, jobs, "UROB", log_id, MONDAY)
    assert read_log(company, "UVIC", log_id, MONDAY + DAY).sight is Sight.FACTS
    release_text(company, jobs, "UMIA", log_id, MONDAY)
    released = read_log(company, "UVIC", log_id, MONDAY + DAY)
    assert FEEDBACK in str(released)
    assert SECRET not in str(released)
    assert read_log(company, "UROB", log_id, MONDAY).readers == ("Vic (6 Oct)",)
    with pytest.raises(NotAllowed):
        release_text(company, jobs, "UVIC", log_id, MONDAY)


def test_no_words_of_a_log_are_in_the_trail_or_in_notices(company: Store, jobs: RecordedJobs) -> None:
    seen = len(trail(company))
    log_id = log(company, jobs).log_id
    edit(company, jobs, log_id, MONDAY + DAY, feedback=f"{FEEDBACK} Write it on your pad.")
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY + DAY, version=2)

    assert {event.action for event in trail(company)} >= {
        "coaching_log.logged",
        "coaching_log.edited",
        "coaching_log.disputed",
        "obligation.judged",
    }
    found = rows(company)
    for text in ("budget", "demo", "territory", "pad", "controller", "corridor"):
        assert text not in str(trail(company)[seen:])
        for table in ("notices", "deliveries", "obligations", "inbound_keys"):
            assert text not in str(found[table])


def test_only_the_coached_answers_and_only_the_manager_logs(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    for user in ("URIA", "UMIA", "UVIC", "UADA"):
        with pytest.raises(NotAllowed):
            answer(company, jobs, AnswerLog(user, log_id, 1, Answer.CONFIRMED), MONDAY)
    for user in ("UROB", "UMAX", "UADA", "ULEA"):
        with pytest.raises(NotAllowed):
            log(company, jobs, user=user)
    assert [one.id for one in loggable(company, "UMIA", "")] == ["ria", "rob"]
    assert [one.id for one in loggable(company, "UMIA", "rob")] == ["rob"]


def test_a_leader_coaches_a_manager_with_the_leaders_tags(company: Store, jobs: RecordedJobs) -> None:
    draft = open_form(company, "UVIC", About(rep_id="mia"), MONDAY)
    assert "rescuing_deals" in draft.tags

    done = log(
        company,
        jobs,
        "mia",
        user="UVIC",
        observed="rescuing_deals",
        better="",
        deal_1="",
        action_1="",
        step_owner="me",
    )

    assert done.faults == ()
    answer(company, jobs, AnswerLog("UMIA", done.log_id, 1, Answer.CONFIRMED), MONDAY)
    assert verdict(company, done.log_id) is Verdict.VERIFIED


def test_free_text_in_a_message_is_offered_as_a_draft(company: Store, jobs: RecordedJobs) -> None:
    text = "1:1 with Rob today, 45 minutes: too few questions in the Kestrel call."

    message_received(company, jobs, "UMIA", "1.1", MONDAY, text)
    message_received(company, jobs, "UMIA", "1.2", MONDAY, "What is due?")
    message_received(company, jobs, "UROB", "1.3", MONDAY, text)

    assert told(company, "coaching_offer") == {"mia"}
    assert told(company, "hint") == {"mia", "rob"}
    draft = open_form(company, "UMIA", About(rep_id="rob"), MONDAY)
    assert (draft.fields["minutes"], draft.fields["feedback"]) == ("45", text)
    assert draft.fields["observed"] == "too_few_questions"


def test_a_draft_from_free_text_has_no_focus_of_another_session(company: Store, jobs: RecordedJobs) -> None:
    log(company, jobs)
    text = "1:1 with Rob today, 45 minutes: too few questions in the Kestrel call."

    message_received(company, jobs, "UMIA", "1.1", MONDAY, text)
    unsaid = open_form(company, "UMIA", About(rep_id="rob"), MONDAY)
    message_received(company, jobs, "UMIA", "1.2", MONDAY, f"{text} We talked about closing.")
    said = open_form(company, "UMIA", About(rep_id="rob"), MONDAY)

    assert "focus" not in unsaid.fields
    assert said.fields["focus"] == "closing"
