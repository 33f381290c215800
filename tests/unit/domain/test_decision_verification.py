"""What the CRM says of a decision by its date: the same whatever the order in which its records arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision_verification import (
    ActivityLogged,
    CloseDateSet,
    CrmView,
    Judgement,
    Proof,
    StageEntered,
    follow_through,
    judge_action,
    judge_decision,
)
from bot.domain.decisions import ActivityType, Decision, DecisionKind, DecisionState, NextAction
from bot.domain.obligations import Verdict
from bot.domain.pipeline import DataField, Stage
from tests.unit.domain.samples import EVERYTHING, UTC_DAYS

DECIDED = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 10, 14, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NEXT_STATE = datetime(2026, 10, 15, 4, 0, tzinfo=UTC)
OLD_STATE = datetime(2026, 10, 13, 4, 0, tzinfo=UTC)
EVIDENCED = Proof(None, ("evd_1",))
ADVANCE = Decision(
    id="dec_1",
    review_id="rev_1",
    deal_id="deal_1",
    kind=DecisionKind.ADVANCE,
    by_id="manager",
    owner_id="rep",
    decided_at=DECIDED,
    due_on=date(2026, 10, 14),
    due_at=DUE,
    from_stage=Stage.PROPOSAL,
    to_stage=Stage.NEGOTIATION,
    old_close_date=date(2026, 11, 20),
)
DEMOTE = replace(ADVANCE, kind=DecisionKind.DEMOTE, to_stage=Stage.DISCOVERY)
REMOVE = replace(ADVANCE, kind=DecisionKind.REMOVE, to_stage=None)
RE_DATE = replace(ADVANCE, kind=DecisionKind.RE_DATE, to_stage=None, new_close_date=date(2026, 12, 11))
ACTION = NextAction(
    id="act_1",
    deal_id="deal_1",
    decision_id="dec_1",
    words="Call the CFO about the terms",
    activity=ActivityType.CALL,
    owner_id="rep",
    agreed_at=DECIDED,
    due_at=DUE,
)
SETTLED = CrmView(as_of=NEXT_STATE, settled_at=NEXT_STATE, held=EVERYTHING, days=UTC_DAYS, proof=EVIDENCED)
WAITING = replace(SETTLED, as_of=OLD_STATE, settled_at=None)


def entered(stage: Stage, after: timedelta, id_: str = "evt_1") -> StageEntered:
    return StageEntered(id_, DECIDED + after, stage)


STOOD = entered(Stage.PROPOSAL, -20 * DAY, "evt_0")


@pytest.mark.parametrize(
    ("decision", "moved_to", "verdict"),
    [
        (ADVANCE, Stage.NEGOTIATION, Verdict.VERIFIED),
        (ADVANCE, Stage.CLOSED_WON, Verdict.VERIFIED),
        (ADVANCE, None, Verdict.CONTRADICTED),
        (ADVANCE, Stage.DISCOVERY, Verdict.CONTRADICTED),
        (ADVANCE, Stage.CLOSED_LOST, Verdict.CONTRADICTED),
        (DEMOTE, Stage.DISCOVERY, Verdict.VERIFIED),
        (DEMOTE, Stage.QUALIFIED, Verdict.VERIFIED),
        (DEMOTE, Stage.CLOSED_LOST, Verdict.VERIFIED),
        (DEMOTE, Stage.CLOSED_WON, Verdict.CONTRADICTED),
        (DEMOTE, None, Verdict.CONTRADICTED),
        (REMOVE, Stage.CLOSED_LOST, Verdict.VERIFIED),
        (REMOVE, Stage.CLOSED_WON, Verdict.VERIFIED),
        (REMOVE, Stage.NEGOTIATION, Verdict.CONTRADICTED),
        (REMOVE, None, Verdict.CONTRADICTED),
    ],
)
def test_by_its_date_the_crm_shows_it_or_says_otherwise(
    decision: Decision, moved_to: Stage | None, verdict: Verdict
) -> None:
    stages = [STOOD, *([entered(moved_to, 2 * DAY)] if moved_to else [])]

    found = judge_decision(decision, replace(SETTLED, stages=stages))

    assert found.verdict is verdict
    assert found.reasons[0].record_kind == "deal_stage_events"
    assert found.reasons[0].record_id == stages[-1].id


def test_as_soon_as_the_crm_shows_it_nobody_waits_for_the_date() -> None:
    early = replace(WAITING, stages=[STOOD, entered(Stage.NEGOTIATION, DAY)])

    assert judge_decision(ADVANCE, early).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    ("view", "words"),
    [
        pytest.param(replace(WAITING, as_of=None), "No CRM data yet.", id="no data"),
        pytest.param(
            replace(WAITING, as_of=DECIDED - DAY),
            "CRM as of Wednesday 7 Oct: from before the decision.",
            id="from before",
        ),
        pytest.param(
            replace(WAITING, stages=[STOOD]),
            "CRM as of Tuesday 13 Oct does not show it yet; due 14 Oct.",
            id="an old state, though its date may have passed",
        ),
    ],
)
def test_an_old_crm_means_pending(view: CrmView, words: str) -> None:
    found = judge_decision(ADVANCE, view)

    assert found.verdict is Verdict.PENDING
    assert found.reasons[0].text == words


def test_what_came_after_its_date_came_too_late() -> None:
    late = replace(
        SETTLED, as_of=NEXT_STATE + 5 * DAY, stages=[STOOD, entered(Stage.NEGOTIATION, timedelta(days=8))]
    )

    assert judge_decision(ADVANCE, late).verdict is Verdict.CONTRADICTED


def test_an_advance_needs_its_evidence_too() -> None:
    moved = replace(SETTLED, stages=[STOOD, entered(Stage.NEGOTIATION, DAY)])

    bare = judge_decision(ADVANCE, replace(moved, proof=None))
    claimed = judge_decision(
        ADVANCE, replace(moved, proof=Proof("nothing on record is more than the rep's own words", ("evd_7",)))
    )
    proven = judge_decision(ADVANCE, moved)

    assert bare.verdict is claimed.verdict is Verdict.UNVERIFIED
    assert "more than the rep's own words" in claimed.reasons[1].text
    assert [reason.record_id for reason in claimed.reasons] == ["evt_1", None, "evd_7"]
    assert proven.verdict is Verdict.VERIFIED
    assert proven.reasons[-1].record_id == "evd_1"


def test_evidence_alone_advances_nothing() -> None:
    assert judge_decision(ADVANCE, replace(SETTLED, stages=[STOOD])).verdict is Verdict.CONTRADICTED


def dated(day: date | None, after: timedelta, id_: str = "chg_1") -> CloseDateSet:
    return CloseDateSet(id_, DECIDED + after, day)


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ([dated(date(2026, 12, 11), DAY)], Verdict.VERIFIED, "its close date is 11 Dec"),
        ([dated(date(2026, 12, 4), DAY)], Verdict.CONTRADICTED, "its close date is 4 Dec"),
        ([], Verdict.CONTRADICTED, "its close date is 20 Nov"),
        (
            [dated(date(2026, 12, 11), DAY), dated(None, 2 * DAY, "chg_2")],
            Verdict.CONTRADICTED,
            "no close date",
        ),
        ([dated(date(2026, 12, 11), 7 * DAY)], Verdict.CONTRADICTED, "its close date is 20 Nov"),
    ],
)
def test_a_new_close_date_is_the_one_that_was_decided(
    changes: list[CloseDateSet], verdict: Verdict, words: str
) -> None:
    found = judge_decision(RE_DATE, replace(SETTLED, stages=[STOOD], close_dates=changes))

    assert found.verdict is verdict
    assert words in found.reasons[0].text


def test_a_deal_that_closed_before_can_not_be_re_dated_and_counts_for_nobody() -> None:
    found = judge_decision(RE_DATE, replace(SETTLED, stages=[STOOD, entered(Stage.CLOSED_WON, DAY)]))

    assert (found.verdict, found.counts) == (Verdict.UNVERIFIED, False)


def test_without_close_dates_in_the_data_the_check_is_off_and_says_so() -> None:
    found = judge_decision(RE_DATE, replace(SETTLED, held=EVERYTHING - {DataField.CLOSE_DATES}))

    assert (found.verdict, found.counts) == (Verdict.UNVERIFIED, False)
    assert found.reasons[0].text == "off: no close dates imported"


def test_whom_the_manager_no_longer_leads_is_not_held_to_it() -> None:
    found = judge_decision(
        ADVANCE, replace(SETTLED, stages=[STOOD], parted="Grace reports to another manager now.")
    )

    assert (found.verdict, found.counts) == (Verdict.UNVERIFIED, False)
    assert found.reasons[0].text == "Grace reports to another manager now."


def logged(kind: str = "call", after: timedelta = DAY, id_: str = "atv_1") -> ActivityLogged:
    return ActivityLogged(id_, DECIDED + after, kind, "Terms with the CFO")


@pytest.mark.parametrize(
    ("activities", "verdict"),
    [
        ([logged()], Verdict.VERIFIED),
        ([logged("Call")], Verdict.VERIFIED),
        ([logged("meeting")], Verdict.UNVERIFIED),
        ([logged(after=-timedelta(minutes=1))], Verdict.UNVERIFIED),
        ([logged(after=timedelta(0))], Verdict.UNVERIFIED),
        ([logged(after=7 * DAY)], Verdict.UNVERIFIED),
        ([], Verdict.UNVERIFIED),
    ],
)
def test_a_next_action_needs_its_activity_after_the_decision_by_its_date(
    activities: list[ActivityLogged], verdict: Verdict
) -> None:
    assert judge_action(ACTION, replace(SETTLED, activities=activities)).verdict is verdict


def test_any_activity_will_do_where_that_was_agreed() -> None:
    action = replace(ACTION, activity=ActivityType.ANY)

    assert judge_action(action, replace(SETTLED, activities=[logged("demo")])).verdict is Verdict.VERIFIED


def test_words_in_the_thread_show_a_next_action_too() -> None:
    said = replace(SETTLED, held=frozenset(), said=[("evd_9", DECIDED + DAY)])

    found = judge_action(ACTION, said)

    assert (found.verdict, found.reasons[0].record_id) == (Verdict.VERIFIED, "evd_9")
    assert judge_action(ACTION, replace(said, said=[("evd_9", DECIDED - DAY)])).counts is False


def test_without_activities_in_the_data_the_check_is_off() -> None:
    found = judge_action(ACTION, replace(SETTLED, held=frozenset()))

    assert (found.verdict, found.counts) == (Verdict.UNVERIFIED, False)
    assert found.reasons[0].text == "off: no activities imported"


def test_before_its_date_a_next_action_is_pending() -> None:
    found = judge_action(ACTION, WAITING)

    assert found.verdict is Verdict.PENDING
    assert found.reasons[0].text == (
        "CRM as of Tuesday 13 Oct shows no call since it was agreed; due 14 Oct."
    )


def test_a_kept_deal_is_worth_its_next_action() -> None:
    kept = replace(ADVANCE, kind=DecisionKind.KEEP, to_stage=None, next_action=ACTION)

    assert judge_decision(kept, replace(SETTLED, activities=[logged()])).verdict is Verdict.VERIFIED
    assert judge_decision(kept, SETTLED).verdict is Verdict.UNVERIFIED


HOURS = st.integers(-100, 300)
stage_records = st.lists(st.tuples(HOURS, st.sampled_from(list(Stage))), max_size=6)
date_records = st.lists(
    st.tuples(HOURS, st.sampled_from([RE_DATE.new_close_date, date(2026, 11, 20), None])), max_size=4
)
activity_records = st.lists(st.tuples(HOURS, st.sampled_from(["call", "meeting"])), max_size=4)
decisions = st.sampled_from(
    [ADVANCE, DEMOTE, REMOVE, RE_DATE, replace(ADVANCE, kind=DecisionKind.KEEP, next_action=ACTION)]
)
proofs = st.sampled_from([EVIDENCED, Proof("2 of 3 criteria of its stage are not evidenced"), None])


def records(
    stages: list[tuple[int, Stage]], dates: list[tuple[int, date | None]], activities: list[tuple[int, str]]
) -> tuple[list[StageEntered], list[CloseDateSet], list[ActivityLogged]]:
    hour = timedelta(hours=1)
    return (
        [StageEntered(f"evt_{n}", DECIDED + at * hour, stage) for n, (at, stage) in enumerate(stages)],
        [CloseDateSet(f"chg_{n}", DECIDED + at * hour, day) for n, (at, day) in enumerate(dates)],
        [ActivityLogged(f"atv_{n}", DECIDED + at * hour, kind) for n, (at, kind) in enumerate(activities)],
    )


@given(decisions, stage_records, date_records, activity_records, proofs, st.randoms(use_true_random=False))
def test_the_order_in_which_records_arrive_changes_no_verdict(
    decision: Decision,
    stages: list[tuple[int, Stage]],
    dates: list[tuple[int, date | None]],
    activities: list[tuple[int, str]],
    proof: Proof | None,
    random: Random,
) -> None:
    entered_, dated_, logged_ = records(stages, dates, activities)

    def judged() -> Judgement:
        view = replace(SETTLED, stages=entered_, close_dates=dated_, activities=logged_, proof=proof)
        return judge_decision(decision, view)

    first = judged()
    for part in (entered_, dated_, logged_):
        random.shuffle(part)

    assert judged() == first


@given(decisions, stage_records, date_records, activity_records, proofs)
def test_without_a_new_record_nothing_leads_out_of_contradicted(
    decision: Decision,
    stages: list[tuple[int, Stage]],
    dates: list[tuple[int, date | None]],
    activities: list[tuple[int, str]],
    proof: Proof | None,
) -> None:
    entered_, dated_, logged_ = records(stages, dates, activities)
    seen: list[Verdict] = []
    for state in (DECIDED + day * DAY for day in range(14)):
        settled = next((at for at in (DECIDED + day * DAY for day in range(14)) if DUE <= at <= state), None)
        # A state of the CRM holds what happened until then.
        view = CrmView(
            as_of=state,
            settled_at=settled,
            held=EVERYTHING,
            days=UTC_DAYS,
            stages=[one for one in entered_ if one.at <= state],
            close_dates=[one for one in dated_ if one.at <= state],
            activities=[one for one in logged_ if one.at <= state],
            proof=proof,
        )
        seen.append(judge_decision(decision, view).verdict)

    if Verdict.CONTRADICTED in seen:
        assert set(seen[seen.index(Verdict.CONTRADICTED) :]) == {Verdict.CONTRADICTED}
    settled_from = next(at for at, day in enumerate(range(14)) if DECIDED + day * DAY >= DUE)
    assert len(set(seen[settled_from:])) == 1
    assert Verdict.PENDING not in seen[settled_from:]


def due(verdict: Verdict, **more: object) -> Decision:
    return replace(ADVANCE, verdict=verdict, **more)  # type: ignore[arg-type]  # fields of a decision


def test_follow_through_is_verified_over_due_and_waits_for_the_crm() -> None:
    found = follow_through(
        [
            due(Verdict.VERIFIED),
            due(Verdict.VERIFIED),
            due(Verdict.CONTRADICTED),
            due(Verdict.UNVERIFIED),
            due(Verdict.PENDING),
            due(Verdict.VERIFIED, due_at=NEXT_STATE + DAY),
            due(Verdict.UNVERIFIED, counts=False),
            due(Verdict.CONTRADICTED, state=DecisionState.WITHDRAWN),
            due(Verdict.VERIFIED, kind=DecisionKind.KEEP),
        ],
        NEXT_STATE,
    )

    assert (found.due, found.verified, found.contradicted, found.pending) == (4, 2, 1, 1)
