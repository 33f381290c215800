"""What may be decided of a deal, and what may become of a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from bot.domain.decisions import (
    TABLE,
    ActivityType,
    Decision,
    DecisionEvent,
    DecisionKind,
    DecisionRules,
    DecisionState,
    Draft,
    IllegalDecisionEventError,
    draft_faults,
    stage_ahead,
    stage_behind,
    target_stage,
    transition,
)
from bot.domain.pipeline import Stage
from tests.unit.domain.samples import HEALTHY, MONDAY, TODAY

EVERY_STAGE = frozenset(Stage)
RULES = DecisionRules(today=TODAY, pushes=0, most_pushes=2, stages=EVERY_STAGE)
FIT = Draft(
    kind=DecisionKind.ADVANCE,
    owner_id="rep",
    due_on=TODAY + timedelta(days=6),
    action_words="Meet the CFO about the open terms",
    activity=ActivityType.MEETING,
)
RE_DATE = replace(
    FIT,
    kind=DecisionKind.RE_DATE,
    new_close_date=date(2026, 12, 11),
    reason="Their board meets in December only",
)
TAKEN = Decision(
    id="dec_1",
    review_id="rev_1",
    deal_id="deal_1",
    kind=DecisionKind.ADVANCE,
    by_id="manager",
    owner_id="rep",
    decided_at=MONDAY,
    due_on=TODAY + timedelta(days=6),
    due_at=MONDAY + timedelta(days=6),
    from_stage=Stage.DISCOVERY,
    to_stage=Stage.PROPOSAL,
)


@pytest.mark.parametrize(
    ("draft", "field", "words"),
    [
        pytest.param(
            replace(FIT, action_words="call"), "action", "what happens next", id="a vague next action"
        ),
        pytest.param(replace(FIT, activity=None), "activity", "what the CRM will show", id="no activity"),
        pytest.param(replace(FIT, due_on=None), "due_on", "by which day", id="no date"),
        pytest.param(replace(FIT, due_on=TODAY - timedelta(days=1)), "due_on", "is over", id="a past date"),
        pytest.param(replace(FIT, due_on=TODAY + timedelta(days=91)), "due_on", "three months", id="too far"),
        pytest.param(
            replace(FIT, kind=DecisionKind.KEEP, action_words=""), "action", "next", id="kept for nothing"
        ),
        pytest.param(
            replace(RE_DATE, new_close_date=None), "new_close_date", "Choose the day", id="no new date"
        ),
        pytest.param(replace(RE_DATE, new_close_date=TODAY), "new_close_date", "in the future", id="today"),
        pytest.param(
            replace(RE_DATE, new_close_date=HEALTHY.close_date),
            "new_close_date",
            "already",
            id="the same date",
        ),
        pytest.param(
            replace(RE_DATE, new_close_date=date(2036, 12, 11)), "new_close_date", "two years", id="a slip"
        ),
        pytest.param(
            replace(RE_DATE, kind=DecisionKind.KEEP),
            "new_close_date",
            "choose that, or clear it",
            id="kept, with a new date",
        ),
        pytest.param(replace(RE_DATE, reason="later"), "reason", "the buyer", id="no buyer's reason"),
        pytest.param(
            replace(FIT, kind=DecisionKind.REMOVE, reason=""), "reason", "leaves the pipeline", id="no reason"
        ),
    ],
)
def test_what_is_lacking_is_said_at_its_field(draft: Draft, field: str, words: str) -> None:
    (fault,) = draft_faults(draft, HEALTHY, RULES)

    assert fault.field == field
    assert words in fault.words


def test_all_that_is_lacking_is_said_at_once_in_the_forms_order() -> None:
    empty = Draft(DecisionKind.RE_DATE, "rob", None, None, "", "", None)

    assert [fault.field for fault in draft_faults(empty, HEALTHY, RULES)] == [
        *("new_close_date", "reason", "action", "activity", "due_on")
    ]


def test_a_kind_that_cannot_be_decided_is_said_alone() -> None:
    pushed = replace(RE_DATE, new_close_date=None, action_words="", due_on=None)

    faults = draft_faults(pushed, HEALTHY, replace(RULES, pushes=2))

    assert [fault.field for fault in faults] == ["kind"]


@pytest.mark.parametrize(
    "draft",
    [
        FIT,
        RE_DATE,
        replace(FIT, kind=DecisionKind.DEMOTE),
        replace(FIT, kind=DecisionKind.KEEP),
        replace(FIT, kind=DecisionKind.REMOVE, reason="They signed with another vendor"),
        replace(
            FIT,
            kind=DecisionKind.REMOVE,
            reason="They signed with another vendor",
            action_words="",
            activity=None,
        ),
        replace(FIT, due_on=TODAY),
    ],
)
def test_what_says_who_does_what_until_when_is_fit(draft: Draft) -> None:
    assert not draft_faults(draft, HEALTHY, RULES)


def test_a_date_that_the_form_came_with_is_in_nobodys_way() -> None:
    kept = replace(RE_DATE, kind=DecisionKind.KEEP)

    assert not draft_faults(kept, HEALTHY, replace(RULES, prefilled=RE_DATE.new_close_date))


def test_a_date_pushed_twice_is_pushed_no_more() -> None:
    assert not draft_faults(RE_DATE, HEALTHY, replace(RULES, pushes=1))

    (fault,) = draft_faults(RE_DATE, HEALTHY, replace(RULES, pushes=2))

    assert (fault.field, fault.words) == (
        "kind",
        "Its close date was pushed 2 times already. Demote it or remove it.",
    )


def test_from_the_first_stage_nothing_is_demoted() -> None:
    (fault,) = draft_faults(
        replace(FIT, kind=DecisionKind.DEMOTE), replace(HEALTHY, stage=Stage.QUALIFIED), RULES
    )

    assert "first stage" in fault.words


@pytest.mark.parametrize(
    ("stage", "ahead", "behind"),
    [
        (Stage.QUALIFIED, Stage.DISCOVERY, None),
        (Stage.PROPOSAL, Stage.NEGOTIATION, Stage.DISCOVERY),
        (Stage.NEGOTIATION, Stage.CLOSED_WON, Stage.PROPOSAL),
        (Stage.CLOSED_WON, None, None),
        (Stage.CLOSED_LOST, None, None),
    ],
)
def test_the_stages_around(stage: Stage, ahead: Stage | None, behind: Stage | None) -> None:
    assert stage_ahead(stage, EVERY_STAGE) is ahead
    assert stage_behind(stage, EVERY_STAGE) is behind


def test_a_stage_that_the_crm_does_not_have_is_passed_over() -> None:
    known = frozenset({Stage.DISCOVERY, Stage.NEGOTIATION})

    assert target_stage(DecisionKind.ADVANCE, Stage.DISCOVERY, known) is Stage.NEGOTIATION
    assert target_stage(DecisionKind.DEMOTE, Stage.NEGOTIATION, known) is Stage.DISCOVERY
    assert target_stage(DecisionKind.REMOVE, Stage.NEGOTIATION, known) is None
    assert stage_ahead(Stage.NEGOTIATION, frozenset({Stage.DISCOVERY})) is Stage.CLOSED_WON


def test_the_table_allows_what_it_names_and_nothing_else() -> None:
    for state, event in product(DecisionState, DecisionEvent):
        before = replace(TAKEN, state=state)
        if (state, event) in TABLE:
            after = transition(before, event, now=MONDAY, reason="the buyer was ill")
            assert after.state is TABLE[state, event]
            assert after.version == before.version + 1
        else:
            with pytest.raises(IllegalDecisionEventError):
                transition(before, event, now=MONDAY, reason="the buyer was ill")


def test_withdrawn_is_final() -> None:
    assert all(state is not DecisionState.WITHDRAWN for state, _ in TABLE)


def test_what_is_reported_keeps_its_time_and_reason_and_touches_no_verdict() -> None:
    with pytest.raises(IllegalDecisionEventError):
        transition(TAKEN, DecisionEvent.REPORT_NOT_DONE, now=MONDAY, reason="  ")

    after = transition(TAKEN, DecisionEvent.REPORT_NOT_DONE, now=MONDAY, reason=" The CFO was ill ")

    assert (after.reported_at, after.report_reason) == (MONDAY, "The CFO was ill")
    assert (after.verdict, after.reasons) == (TAKEN.verdict, TAKEN.reasons)


def test_only_to_keep_is_no_decision() -> None:
    assert [kind for kind in DecisionKind if not kind.decides] == [DecisionKind.KEEP]
