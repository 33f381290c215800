from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deal_names import best_matches
from bot.domain.evidence import EvidenceState, Grade
from bot.domain.inspection import (
    Answered,
    Backing,
    CriterionStatus,
    Limits,
    Question,
    advance_fault,
    allowed_now,
    asked_before,
    criteria_of,
    framework_of,
    normalised,
    stage_before,
    statuses,
    to_ask,
    unanswered,
)
from bot.domain.pipeline import Deal, Stage
from bot.domain.settings import Framework
from bot.settings_files import load_settings
from tests.unit.domain.samples import HEALTHY
from tests.unit.domain.test_evidence import evidence

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
STAGES = load_settings(Path(__file__).parents[3] / "config").stages
SMALL, LARGE = Decimal(14_999), Decimal(15_000)
IN_DISCOVERY = replace(HEALTHY, amount=LARGE)


def question(criterion_id: str = "timeline_and_event", **more: object) -> Question:
    values = {
        "id": f"inq_{criterion_id}",
        "deal_id": HEALTHY.id,
        "thread_id": "dth_1",
        "round_id": "rnd_1",
        "criterion_id": criterion_id,
        "stage": Stage.DISCOVERY,
        "text": "By when will they buy?",
        "why": "Nothing answers it.",
        "facts": (),
        "asked_of_id": "per_rep",
        "asked_by_id": None,
        "asked_at": NOW,
        "answer_by": NOW + timedelta(days=3),
        **more,
    }
    return Question(**values)  # type: ignore[arg-type]  # values by name


def found(deal: Deal = IN_DISCOVERY, given_: object = (), asked: object = ()) -> tuple[CriterionStatus, ...]:
    criteria = criteria_of(deal, STAGES, LARGE)
    return statuses(deal, criteria, STAGES, given_, asked)  # type: ignore[arg-type]  # tuples of them


def given_for(criterion_id: str, state: EvidenceState = EvidenceState.STANDING, **more: object) -> object:
    return replace(evidence(state), criterion_id=criterion_id, stage=Stage.DISCOVERY, **more)  # type: ignore[arg-type]  # by name


def ids(all_found: object) -> list[str]:
    return [one.criterion.id for one in all_found]  # type: ignore[attr-defined]  # statuses


@pytest.mark.parametrize(
    ("amount", "framework"),
    [(SMALL, "BANT"), (LARGE, "MEDDIC"), (None, "MEDDIC"), (Decimal(0), "BANT")],
)
def test_a_deal_is_qualified_by_its_size(amount: Decimal | None, framework: str) -> None:
    assert framework_of(amount, LARGE) == framework


def test_each_framework_asks_what_serves_its_letters() -> None:
    small = [one.id for one in criteria_of(replace(IN_DISCOVERY, amount=SMALL), STAGES, LARGE)]
    large = [one.id for one in criteria_of(IN_DISCOVERY, STAGES, LARGE)]

    assert set(large) - set(small) == {"decision_criteria_stated"}
    assert small[-1] == "up_front_contract"
    for stage in Stage:
        for framework in Framework:
            asked = STAGES.criteria_for(stage, framework)
            assert bool(asked) is stage.is_open
            assert all(one.letters & framework.letters for one in asked)


def test_the_channel_never_learns_that_an_answer_is_weak() -> None:
    for state in (EvidenceState.STANDING, EvidenceState.INSUFFICIENT, EvidenceState.ACCEPTED):
        (one,) = [s for s in found(given_=(given_for("timeline_and_event", state),)) if s.evidence]
        assert one.answered is Answered.ANSWERED
    (rejected,) = [
        s for s in found(given_=(given_for("timeline_and_event", EvidenceState.REJECTED),)) if s.evidence
    ]
    assert (rejected.answered, rejected.backing) == (Answered.ANSWERED, Backing.INSUFFICIENT)


def test_withdrawn_and_proposed_evidence_answers_nothing() -> None:
    for state in (EvidenceState.WITHDRAWN, EvidenceState.PROPOSED):
        given_ = (given_for("timeline_and_event", state),)
        assert all(one.backing is Backing.OPEN for one in found(given_=given_))


def test_what_is_asked_at_every_stage_is_asked_anew_at_each() -> None:
    earlier = replace(given_for("up_front_contract"), stage=Stage.QUALIFIED)  # type: ignore[type-var]
    (one,) = [s for s in found(given_=(earlier,)) if s.criterion.id == "up_front_contract"]
    assert one.backing is Backing.OPEN


def test_the_best_evidence_is_the_one_of_the_highest_grade_that_counts() -> None:
    given_ = (
        given_for("timeline_and_event", id="a", grade=Grade.BUYER_QUOTED),
        given_for("timeline_and_event", id="b", grade=Grade.CLAIMED),
        given_for("timeline_and_event", EvidenceState.REJECTED, id="c", grade=Grade.CORROBORATED),
    )
    (one,) = [s for s in found(given_=given_) if s.evidence]
    assert one.best is not None
    assert one.best.id == "a"


def test_only_what_is_open_and_was_never_asked_is_asked() -> None:
    given_ = (given_for("economic_buyer_met", EvidenceState.INSUFFICIENT),)
    asked = (question("timeline_and_event"),)

    wanted = to_ask(found(given_=given_, asked=asked), "per_rep", 3)

    assert ids(wanted) == ["decision_criteria_stated", "cost_of_inaction", "up_front_contract"]
    assert ids(to_ask(found(given_=given_, asked=asked), "per_rep", 1)) == ["decision_criteria_stated"]
    assert to_ask(found(), "per_rep", 0) == []


def test_a_new_owner_is_asked_what_the_former_one_left_open() -> None:
    asked = (question("timeline_and_event", asked_of_id="per_former"),)

    assert "timeline_and_event" in ids(to_ask(found(asked=asked), "per_rep", 9))


def test_the_same_question_in_another_dress_is_known_again() -> None:
    earlier = [question(text="By which criteria will they decide?")]

    assert asked_before("Will they decide by which — criteria?", earlier, Stage.DISCOVERY)
    assert not asked_before("By which criteria will they decide?", earlier, Stage.PROPOSAL)
    assert not asked_before("Who decides, and by which criteria?", earlier, Stage.DISCOVERY)
    assert asked_before("By what criteria do they decide?", earlier, Stage.DISCOVERY)
    assert normalised("Wer? WER!") == "wer"
    assert normalised("Do what?") == "do what"


def test_no_two_criteria_ask_the_same() -> None:
    """Else the second would never be asked."""
    said = [normalised(one.question) for one in STAGES.every_criterion()]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("deals", "deal_id", "allowed"),
    [
        ([], "a", 3),
        (["a"] * 3, "a", 3),
        (["a"] * 3, "b", 3),
        (["a"] * 3 + ["b"] * 2, "b", 1),
        (["a"] * 3 + ["b"] * 2, "c", 0),
        (["a"] * 6, "a", 0),
        (["a"] * 6, "b", 0),
    ],
)
def test_a_week_has_two_deals_and_six_questions(deals: list[str], deal_id: str, allowed: int) -> None:
    assert allowed_now(deals, deal_id, Limits()) == allowed


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_no_order_of_asking_breaks_the_weeks_limit(order: list[str]) -> None:
    asked: list[str] = []
    for deal_id in order:
        asked += [deal_id] * allowed_now(asked, deal_id, Limits())
    assert len(asked) <= 6
    assert len(set(asked)) <= 2


def test_what_was_to_be_answered_and_is_not_backed_is_lacking() -> None:
    asked = (question("timeline_and_event"), question("economic_buyer_met"))
    given_ = (given_for("economic_buyer_met", EvidenceState.INSUFFICIENT),)
    all_found = found(given_=given_, asked=asked)

    later = NOW + timedelta(days=3)
    assert unanswered(all_found, "per_rep", NOW) == []
    assert ids(unanswered(all_found, "per_rep", later)) == ["economic_buyer_met", "timeline_and_event"]
    assert unanswered(all_found, "per_new", later) == []  # never asked of the one who has it now


def test_the_step_back_from_each_stage() -> None:
    assert [stage_before(stage) for stage in (Stage.QUALIFIED, Stage.DISCOVERY, Stage.NEGOTIATION)] == [
        None,
        Stage.QUALIFIED,
        Stage.PROPOSAL,
    ]


def test_a_deal_advances_with_all_backed_and_one_by_more_than_the_reps_word() -> None:
    every = [one.id for one in criteria_of(IN_DISCOVERY, STAGES, LARGE)]
    claimed = [given_for(one, id=one) for one in every]

    assert advance_fault(found()) == "5 of 5 criteria of its stage are not evidenced"
    assert "more than the rep's own words" in str(advance_fault(found(given_=claimed)))
    quoted = [*claimed[:-1], given_for(every[-1], id="q", grade=Grade.BUYER_QUOTED)]
    assert advance_fault(found(given_=quoted)) is None


NAMED = [
    replace(HEALTHY, id=str(number), name=name, account_name=name.split(":")[0])
    for number, name in enumerate(
        ["Björkvalla Home: Meridian Dock", "Nordhafen Fisch: Meridian Sense", "Nordlicht: Meridian Sense"]
    )
]


@pytest.mark.parametrize(
    ("typed", "expected", "clear"),
    [
        ("Björkvalla Home: Meridian Dock", ["Björkvalla Home: Meridian Dock"], True),
        ("bjorkvalla", ["Björkvalla Home: Meridian Dock"], True),
        ("björkvala", ["Björkvalla Home: Meridian Dock"], False),
        ("fisch", ["Nordhafen Fisch: Meridian Sense"], True),
        ("nord", ["Nordhafen Fisch: Meridian Sense", "Nordlicht: Meridian Sense"], False),
        ("nordlicht", ["Nordlicht: Meridian Sense"], True),
        ("licht", ["Nordlicht: Meridian Sense"], True),
        ("hafen sense", ["Nordhafen Fisch: Meridian Sense"], True),
        ("ord", ["Nordhafen Fisch: Meridian Sense", "Nordlicht: Meridian Sense"], False),
        ("dock", ["Björkvalla Home: Meridian Dock"], True),
        ("something else", [], False),
        ("...", [], False),
    ],
)
def test_a_deal_is_found_by_what_is_typed_of_its_name(typed: str, expected: list[str], clear: bool) -> None:
    found, is_clear = best_matches(typed, NAMED)

    assert ([deal.name for deal in found], is_clear) == (expected, clear)
