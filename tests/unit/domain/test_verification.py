from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flags import FlagKind, FlagResponse, ResponseKind
from bot.domain.obligations import Reason, Verdict
from bot.domain.verification import (
    Answer,
    AnswerRecord,
    ConversationClaim,
    conversation_verdict,
    fix_verdict,
    whole_verdict,
)
from tests.unit.domain.samples import MONDAY

HOUR = timedelta(hours=1)
DEADLINE = MONDAY + timedelta(days=3, hours=9)
ASKED = ConversationClaim(
    id="con_1",
    held_on=date(2026, 10, 5),
    logged_at=MONDAY,
    rep_name="Sam",
    manager_name="Ines",
    ack_asked_at=MONDAY,
    ack_deadline=DEADLINE,
)


def said(answer: Answer, after: timedelta = HOUR, comment: str = "", id_: str = "ack_1") -> AnswerRecord:
    return AnswerRecord(id_, answer, MONDAY + after, comment)


YES, NO = said(Answer.CONFIRMED), said(Answer.DISPUTED)


@pytest.mark.parametrize(
    ("claim", "now", "verdict", "words"),
    [
        pytest.param(
            replace(ASKED, ack_asked_at=None, ack_deadline=None),
            MONDAY,
            Verdict.PENDING,
            "Sam has not been asked yet.",
            id="not asked",
        ),
        pytest.param(
            ASKED,
            DEADLINE - HOUR,
            Verdict.PENDING,
            "Sam can answer until Thursday 8 Oct.",
            id="before the deadline",
        ),
        pytest.param(
            ASKED,
            DEADLINE,
            Verdict.UNANSWERED,
            "Sam has not answered; that counts neither way.",
            id="deadline passed",
        ),
        pytest.param(
            replace(ASKED, answers=(YES,)),
            DEADLINE,
            Verdict.VERIFIED,
            "Sam confirmed it on 5 Oct.",
            id="confirmed",
        ),
        pytest.param(
            replace(ASKED, answers=(said(Answer.DISPUTED, comment=" We only spoke in passing. "),)),
            DEADLINE,
            Verdict.CONTRADICTED,
            "Sam sees it differently (5 Oct): “We only spoke in passing.”",
            id="disputed, with a word",
        ),
        pytest.param(
            replace(ASKED, answers=(said(Answer.CONFIRMED, timedelta(days=9)),)),
            MONDAY + timedelta(days=10),
            Verdict.VERIFIED,
            "Sam confirmed it on 14 Oct.",
            id="a late answer still counts",
        ),
        pytest.param(
            replace(ASKED, answers=(said(Answer.DISPUTED, timedelta(days=9)),)),
            MONDAY + timedelta(days=4),
            Verdict.UNANSWERED,
            "Sam has not answered; that counts neither way.",
            id="an answer still to come",
        ),
        pytest.param(
            replace(ASKED, answers=(NO, said(Answer.CONFIRMED, 2 * HOUR, id_="ack_2"))),
            DEADLINE,
            Verdict.VERIFIED,
            "Sam confirmed it on 5 Oct.",
            id="the rep withdrew the dispute",
        ),
        pytest.param(
            replace(ASKED, answers=(YES, said(Answer.DISPUTED, 2 * HOUR, id_="ack_2"))),
            DEADLINE,
            Verdict.CONTRADICTED,
            "Sam sees it differently (5 Oct).",
            id="the rep took the confirmation back",
        ),
        pytest.param(
            replace(ASKED, answers=(YES, said(Answer.DISPUTED, id_="ack_0"))),
            DEADLINE,
            Verdict.CONTRADICTED,
            "Sam sees it differently (5 Oct).",
            id="both in one instant: the dispute is not lost",
        ),
    ],
)
def test_a_conversation_is_what_the_rep_says_of_it(
    claim: ConversationClaim, now: datetime, verdict: Verdict, words: str
) -> None:
    found, reasons = conversation_verdict(claim, now=now)
    assert (found, reasons[0].text) == (verdict, words)


def test_an_answer_is_the_record_the_verdict_rests_on() -> None:
    _, (reason,) = conversation_verdict(replace(ASKED, answers=(YES,)), now=DEADLINE)
    assert (reason.record_kind, reason.record_id) == ("acknowledgement_answers", "ack_1")


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [((YES,), Verdict.VERIFIED), ((NO,), Verdict.CONTRADICTED), ((), Verdict.UNANSWERED)],
)
def test_a_confirmed_plan_rests_on_the_conversation_it_confirms(
    answers: tuple[AnswerRecord, ...], verdict: Verdict
) -> None:
    base = replace(ASKED, answers=answers)
    plan = ConversationClaim(
        "con_2", date(2026, 10, 12), MONDAY + timedelta(days=7), "Sam", "Ines", base=base
    )
    found, reasons = conversation_verdict(plan, now=MONDAY + timedelta(days=8))
    assert found is verdict
    assert reasons[0] == Reason("Ines confirmed the plan of 5 Oct.", "coverage_conversations", "con_1")
    assert len(reasons) == 2


def test_what_the_rep_says_of_the_confirmation_itself_comes_first() -> None:
    base = replace(ASKED, answers=(YES,))
    plan = replace(ASKED, id="con_2", base=base, answers=(said(Answer.DISPUTED, 5 * HOUR, id_="ack_2"),))
    assert conversation_verdict(plan, now=DEADLINE)[0] is Verdict.CONTRADICTED


def test_without_a_deadline_nobody_is_said_to_have_let_it_pass() -> None:
    found, (reason,) = conversation_verdict(replace(ASKED, ack_deadline=None), now=DEADLINE)
    assert (found, reason.text) == (Verdict.PENDING, "Sam has not been asked yet.")
    assert (reason.record_kind, reason.record_id) == ("coverage_conversations", "con_1")


def test_days_are_those_of_the_person_told() -> None:
    evening = MONDAY.replace(day=9, hour=1)  # Thursday 18:00 in Los Angeles
    claim = replace(ASKED, ack_deadline=evening)
    _, (reason,) = conversation_verdict(claim, now=MONDAY, zone="America/Los_Angeles")
    assert reason.text == "Sam can answer until Thursday 8 Oct."
    answered = replace(claim, answers=(replace(YES, answered_at=evening),))
    _, (reason,) = conversation_verdict(answered, now=DEADLINE + 48 * HOUR, zone="America/Los_Angeles")
    assert reason.text == "Sam confirmed it on 8 Oct."
    _, (reason,) = fix_verdict(
        FIX, flag_still_raised=False, crm_as_of=evening, due_at=DUE, now=evening, zone="America/Los_Angeles"
    )
    assert reason.text == "CRM as of Thursday 8 Oct shows it fixed."


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((), Verdict.VERIFIED),
        ((Verdict.VERIFIED, Verdict.VERIFIED), Verdict.VERIFIED),
        ((Verdict.VERIFIED, Verdict.UNANSWERED), Verdict.UNANSWERED),
        ((Verdict.UNANSWERED, Verdict.PENDING), Verdict.PENDING),
        ((Verdict.PENDING, Verdict.UNVERIFIED), Verdict.UNVERIFIED),
        ((Verdict.UNVERIFIED, Verdict.CONTRADICTED, Verdict.VERIFIED), Verdict.CONTRADICTED),
    ],
)
def test_the_whole_is_as_good_as_its_weakest_part(parts: tuple[Verdict, ...], whole: Verdict) -> None:
    assert whole_verdict(parts) is whole
    assert whole_verdict(parts[::-1]) is whole


records = st.lists(
    st.builds(
        AnswerRecord,
        id=st.integers(0, 10**6).map(str),
        answer=st.sampled_from(Answer),
        answered_at=st.integers(0, 30).map(lambda hours: MONDAY + hours * HOUR),
    ),
    max_size=6,
    unique_by=lambda record: record.id,
)
moments = st.integers(0, 200).map(lambda hours: MONDAY + hours * HOUR)


@given(given_records=records, now=moments, random=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_the_records_matters(
    given_records: list[AnswerRecord], now: datetime, random: Random
) -> None:
    shuffled = [*given_records, *given_records[:2]]
    random.shuffle(shuffled)
    first = conversation_verdict(replace(ASKED, answers=tuple(given_records)), now=now)
    assert conversation_verdict(replace(ASKED, answers=tuple(shuffled)), now=now) == first


@given(given_records=records, moment=moments, wait=st.integers(0, 5000))
def test_time_alone_never_turns_a_contradiction(
    given_records: list[AnswerRecord], moment: datetime, wait: int
) -> None:
    known = tuple(record for record in given_records if record.answered_at <= moment)
    claim = replace(ASKED, answers=known)
    before, _ = conversation_verdict(claim, now=moment)
    after, _ = conversation_verdict(claim, now=moment + wait * HOUR)
    if before in (Verdict.CONTRADICTED, Verdict.VERIFIED):
        assert after is before
    else:
        assert after in (Verdict.PENDING, Verdict.UNANSWERED)


FIX = FlagResponse(
    "fr_1",
    "deal_1",
    FlagKind.NO_NEXT_STEP,
    "f" * 32,
    ResponseKind.FIXED,
    "per_manager",
    "called them",
    MONDAY,
)
DUE = MONDAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("still", "crm_as_of", "now", "verdict", "words"),
    [
        pytest.param(False, None, DUE, Verdict.PENDING, "No CRM data yet.", id="no CRM"),
        pytest.param(
            True,
            MONDAY - timedelta(days=3),
            DUE + HOUR,
            Verdict.PENDING,
            "CRM as of Friday 2 Oct: from before the fix.",
            id="an old CRM contradicts nothing",
        ),
        pytest.param(
            False,
            MONDAY,
            DUE,
            Verdict.PENDING,
            "CRM as of Monday 5 Oct: from before the fix.",
            id="nor proves anything",
        ),
        pytest.param(
            False,
            MONDAY + HOUR,
            MONDAY + HOUR,
            Verdict.VERIFIED,
            "CRM as of Monday 5 Oct shows it fixed.",
            id="gone",
        ),
        pytest.param(
            False,
            DUE + 200 * HOUR,
            DUE + 200 * HOUR,
            Verdict.VERIFIED,
            "CRM as of Friday 16 Oct shows it fixed.",
            id="gone when the CRM is looked at again",
        ),
        pytest.param(
            True,
            MONDAY + HOUR,
            DUE - HOUR,
            Verdict.PENDING,
            "CRM as of Monday 5 Oct does not show it yet.",
            id="not yet due",
        ),
        pytest.param(
            True,
            DUE - HOUR,
            DUE + 90 * HOUR,
            Verdict.PENDING,
            "CRM as of Thursday 8 Oct does not show it yet.",
            id="due, and the CRM is from before",
        ),
        pytest.param(
            True,
            DUE,
            DUE,
            Verdict.CONTRADICTED,
            "CRM as of Thursday 8 Oct still shows it.",
            id="still there when due",
        ),
        pytest.param(
            None,
            DUE - HOUR,
            DUE,
            Verdict.PENDING,
            "CRM as of Thursday 8 Oct does not show it yet.",
            id="can't tell yet",
        ),
        pytest.param(
            None,
            DUE,
            DUE,
            Verdict.UNVERIFIED,
            "The CRM can't show whether it was fixed.",
            id="can't ever tell",
        ),
    ],
)
def test_a_fix_is_what_the_crm_shows_next(
    still: bool | None, crm_as_of: datetime | None, now: datetime, verdict: Verdict, words: str
) -> None:
    found, reasons = fix_verdict(FIX, flag_still_raised=still, crm_as_of=crm_as_of, due_at=DUE, now=now)
    assert (found, [reason.text for reason in reasons]) == (verdict, [words])


@given(
    still=st.sampled_from([True, False, None]),
    crm_as_of=st.one_of(st.none(), moments),
    now=moments,
    settled=st.sampled_from([Verdict.VERIFIED, Verdict.CONTRADICTED]),
)
def test_a_settled_fix_stays_settled_whatever_the_crm_shows_later(
    still: bool | None, crm_as_of: datetime | None, now: datetime, settled: Verdict
) -> None:
    response = replace(FIX, verdict=settled, reasons=(Reason("as it was found"),))
    found = fix_verdict(response, flag_still_raised=still, crm_as_of=crm_as_of, due_at=DUE, now=now)
    assert found == (settled, response.reasons)


@given(still=st.sampled_from([True, None]), crm_as_of=st.one_of(st.none(), moments), now=moments)
def test_a_fix_the_crm_does_not_show_is_never_verified(
    still: bool | None, crm_as_of: datetime | None, now: datetime
) -> None:
    found, _ = fix_verdict(FIX, flag_still_raised=still, crm_as_of=crm_as_of, due_at=DUE, now=now)
    assert found is not Verdict.VERIFIED
    assert found is not Verdict.CONTRADICTED or (crm_as_of is not None and crm_as_of >= DUE and now >= DUE)


@pytest.mark.parametrize("kind", [ResponseKind.DISMISSED, ResponseKind.SNOOZED])
def test_only_a_fix_can_be_verified(kind: ResponseKind) -> None:
    with pytest.raises(ValueError, match=f"was {kind} claims no fix"):
        fix_verdict(replace(FIX, kind=kind), flag_still_raised=False, crm_as_of=MONDAY, due_at=DUE, now=DUE)
