from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.erasing import ERASED
from bot.domain.evidence import (
    TABLE,
    Evidence,
    EvidenceEvent,
    EvidenceState,
    Grade,
    IllegalEvidenceEventError,
    after,
    folded,
    may,
    pointers_in,
    quote_fault,
    words_in,
)
from bot.domain.evidence_check import Shortfall, shortfall_of
from bot.domain.pipeline import Stage
from bot.domain.settings import ExitCriterion, Need, QualificationLetter

AT = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
SAID = "Their CFO said: downtime costs us 40,000 euros a month."
EVENTS = st.lists(st.sampled_from(list(EvidenceEvent)), max_size=12)


def evidence(state: EvidenceState = EvidenceState.STANDING) -> Evidence:
    return Evidence(
        id="evd_1",
        deal_id="deal_1",
        criterion_id="pain_in_money",
        stage=Stage.QUALIFIED,
        grade=Grade.CLAIMED,
        state=state,
        quote=SAID,
        author_id="rob",
        marked_by_id="rob",
        said_at=AT,
        marked_at=AT,
        channel="C1",
        message_ts="1.000001",
    )


def criterion(*needs: Need) -> ExitCriterion:
    return ExitCriterion(
        id="asked", question="What?", evidence="That.", letter=QualificationLetter.NEED, needs=needs
    )


@pytest.mark.parametrize(
    ("state", "event", "expected"),
    [
        ("proposed", "confirm", "standing"),
        ("proposed", "fall_short", "insufficient"),
        ("proposed", "decline", "withdrawn"),
        ("standing", "accept", "accepted"),
        ("standing", "reject", "rejected"),
        ("insufficient", "accept", "accepted"),
        ("insufficient", "reject", "rejected"),
        ("accepted", "reject", "rejected"),
        ("rejected", "accept", "accepted"),
        ("standing", "message_gone", "withdrawn"),
        ("accepted", "message_gone", "withdrawn"),
        ("rejected", "message_gone", "withdrawn"),
        ("proposed", "accept", None),
        ("proposed", "reject", None),
        ("standing", "confirm", None),
        ("accepted", "accept", None),
        ("withdrawn", "accept", None),
        ("withdrawn", "message_gone", None),
    ],
)
def test_what_may_become_of_evidence(state: str, event: str, expected: str | None) -> None:
    before = evidence(EvidenceState(state))

    assert may(before, EvidenceEvent(event)) is (expected is not None)
    if expected is None:
        with pytest.raises(IllegalEvidenceEventError, match=f"once {state}"):
            after(before, EvidenceEvent(event))
    else:
        words = ERASED if event == "message_gone" else before.quote
        assert after(before, EvidenceEvent(event)) == replace(
            before, state=EvidenceState(expected), quote=words, version=2
        )


@given(EVENTS)
def test_nothing_brings_withdrawn_evidence_back(events: list[EvidenceEvent]) -> None:
    one, gone = evidence(EvidenceState.PROPOSED), False
    for event in events:
        if may(one, event):
            one = after(one, event)
        assert not (gone and one.counts)
        gone = gone or one.state is EvidenceState.WITHDRAWN


@given(EVENTS)
def test_what_a_manager_rejected_counts_only_by_their_own_word(events: list[EvidenceEvent]) -> None:
    one = evidence()
    for event in events:
        if not may(one, event):
            continue
        rejected = one.state is EvidenceState.REJECTED
        one = after(one, event)
        assert not (rejected and one.counts and event is not EvidenceEvent.ACCEPT)


def test_every_state_is_reached_and_only_the_last_one_is_final() -> None:
    assert {*TABLE.values(), EvidenceState.PROPOSED} == set(EvidenceState)
    left = {state for state, _ in TABLE}
    assert set(EvidenceState) - left == {EvidenceState.WITHDRAWN}


@pytest.mark.parametrize(
    ("quote", "fault"),
    [
        (SAID, None),
        ("downtime costs us 40,000 euros", None),
        ("downtime   costs\nus 40,000 euros", None),
        ("“downtime costs us 40,000 euros”".strip("“”"), None),
        ("downtime costs us\u00a040,000 euros", None),
        ("costs us 40,000", "at least 5 words"),
        ("downtime costs us 50,000 euros", "do not stand in the message"),
        ("euros 40,000 us costs downtime", "do not stand in the message"),
        ("   ", "Quote the words"),
    ],
)
def test_a_quote_stands_in_its_message_with_five_words_or_all_of_it(quote: str, fault: str | None) -> None:
    found = quote_fault(quote, SAID)

    assert found is None if fault is None else fault in str(found)


@pytest.mark.parametrize(
    ("message", "seen"),
    [
        ("Their COO says the *install* takes too long", "Their COO says the install takes too long"),
        ("Their COO says the `*install*` _takes_ ~too~ long", "Their COO says the install takes too long"),
        ("> Their COO says the install\n>takes too long", "Their COO says the install\ntakes too long"),
        ("It is on https://a.example/x for all of us", "It is on a.example/x for all of us"),
        ("Write to mailto:anna@a.example for all of it", "Write to anna@a.example for all of it"),
        ("Set max_open_days to 2*3 or 5 * 4", "Set max_open_days to 2*3 or 5 * 4"),
    ],
)
def test_what_is_copied_from_a_message_as_it_is_shown_stands_in_it(message: str, seen: str) -> None:
    assert quote_fault(seen, message) is None
    assert quote_fault(message, message) is None
    assert quote_fault(" ".join(seen.split()[1:]), f"{message} indeed") is None


@pytest.mark.parametrize(
    "quote", ["Set maxopendays to 6 and more of it", "Set max_open_days to 23 or 5 * 4 of it"]
)
def test_signs_within_words_are_no_formatting(quote: str) -> None:
    assert quote_fault(quote, "Set max_open_days to 2*3 or 5 * 4 of it") is not None


def test_a_short_message_may_be_quoted_whole() -> None:
    assert quote_fault("Yes, 40k.", " yes, 40k.".replace("y", "Y")) is None
    assert quote_fault("ja", "ja") is None


def test_letters_and_marks_are_compared_in_one_form() -> None:
    assert folded("it’s — “ﬁne”") == folded('it\'s - "fine"')
    assert folded("Cafe\u0301 \u200bNord") == folded("Café Nord")
    assert folded("Case") != folded("case")


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_a_quote_with_a_letter_more_than_the_message_is_never_one(
    message: str, before: str, extra: str
) -> None:
    quote = f"{before}{message}{extra}\u2603"
    if "\u2603" not in message:
        assert quote_fault(quote, message) is not None


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_links_and_files_are_counted_as_pointers_and_not_as_words() -> None:
    assert pointers_in("see https://a.example/x and https://b.example", 2) == 4
    assert words_in("see https://a.example/x-y z") == 2
    assert words_in("https://a.example/x") == 0


@pytest.mark.parametrize(
    ("quote", "grade", "needs", "expected"),
    [
        ("https://a.example/minutes", "claimed", (), "pointer"),
        ("", "buyer_quoted", (), "pointer"),
        ("Yes he did", "claimed", (), "short"),
        ("It costs them a lot of money", "claimed", (Need.AMOUNT,), "amount"),
        ("It costs them 40,000 euros each month", "claimed", (Need.AMOUNT,), None),
        ("They lose about €1.2m a year on it", "claimed", (Need.AMOUNT,), None),
        ("They lose 40k with every stop", "claimed", (Need.AMOUNT,), None),
        ("They have 40 trucks on the road", "claimed", (Need.AMOUNT,), "amount"),
        ("We meet again in some weeks", "claimed", (Need.DATE,), "date"),
        ("We meet again on 14 October", "claimed", (Need.DATE,), None),
        ("We meet again on 2026-10-14", "claimed", (Need.DATE,), None),
        ("We meet again on 14.10. in Kiel", "claimed", (Need.DATE,), None),
        ("We meet again next Tuesday at noon", "claimed", (Need.DATE,), None),
        ("We met again on 2 October, he says", "claimed", (Need.DATE,), "past"),
        ("We met on Oct. 2nd, 2026, he says", "buyer_quoted", (Need.DATE,), "past"),
        ("The board approved it on 2026-09-30", "claimed", (Need.DATE,), "past"),
        ("We met on 2 October and again on 14 October", "claimed", (Need.DATE,), None),
        ("We met on 2 October, and meet next week", "claimed", (Need.DATE,), None),
        ("Anna Berg signs off the terms on Thursday 1 October.", "claimed", (Need.DATE,), "past"),
        ("Anna Berg signs on Thursday, the 1st of October", "claimed", (Need.DATE,), "past"),
        ("Anna Berg signs on Thursday (Oct. 1st) in Kiel", "claimed", (Need.DATE,), "past"),
        ("Anna Berg signs on 2026-10-01 (Thursday)", "claimed", (Need.DATE,), "past"),
        ("We met on Thursday 1 October and meet on Friday", "claimed", (Need.DATE,), None),
        ("We met on Thursday 1 October, on Thursday she signs", "claimed", (Need.DATE,), None),
        ("We met on Thursday 1 October and again on Wednesday 14 October", "claimed", (Need.DATE,), None),
        ("She signs off the terms on Thursday 8 October", "claimed", (Need.DATE,), None),
        ("We meet again this 5th of October", "claimed", (Need.DATE,), None),
        ("We meet again on 12 January", "claimed", (Need.DATE,), None),
        ("We meet again on 31 February", "claimed", (Need.DATE,), None),
        ("We met on 2 October, that is the day", "claimed", (), None),
        ("Their 14 marketing people met in Kiel", "claimed", (Need.DATE,), "date"),
        ("It must run before the end of the quarter", "claimed", (Need.DATE,), None),
        ("I think their CFO signs it", "claimed", (), "guess"),
        ("Anna wrote: I think our CFO signs it", "buyer_quoted", (), None),
        ("Hopefully their CFO signs it soon", "claimed", (), "guess"),
        ("Their CFO signs it, she told me", "claimed", (), None),
    ],
)
def test_an_answer_falls_short_of_what_is_asked(
    quote: str, grade: str, needs: tuple[Need, ...], expected: str | None
) -> None:
    found = shortfall_of(criterion(*needs), quote, Grade(grade), date(2026, 10, 5))

    assert found == (Shortfall(expected) if expected else None)
