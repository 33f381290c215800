from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coaching import (
    Ask,
    DealAction,
    FocusArea,
    LogAnswer,
    LogClaim,
    LogContent,
    Observation,
    Part,
    Sight,
    SkillTag,
    Stance,
    Step,
    asks_again,
    changed_parts,
    coaching_verdict,
    is_editable,
    sight,
)
from bot.domain.obligations import Verdict
from bot.domain.verification import Answer

START = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CONTENT = LogContent(
    held_on=date(2026, 10, 6),
    minutes=30,
    focus_area=FocusArea.DISCOVERY,
    feedback="You asked the buyer about money only after the demo; ask it in the first ten minutes.",
    observations=(Observation(SkillTag.FEW_QUESTIONS, Stance.SEEN),),
    step=Step("rob", "Rob opens the next two discovery calls with the budget question", date(2026, 10, 13)),
    deal_actions=(DealAction("deal", "Call the controller"),),
)


def ask(version: int = 1, after: timedelta = timedelta()) -> Ask:
    return Ask(version, START + after, START + after + 3 * DAY)


def said(answer: Answer, after: timedelta, version: int = 1, answer_id: str = "a") -> LogAnswer:
    return LogAnswer(answer_id, version, answer, START + after, "between us")


def verdict_of(*answers: LogAnswer, asks: tuple[Ask, ...] = (ask(),), after: timedelta = 2 * DAY) -> Verdict:
    claim = LogClaim("log", "Rob", asks, answers)
    return coaching_verdict(claim, now=START + after)[0]


@pytest.mark.parametrize(
    ("answers", "asks", "after", "expected"),
    [
        ((), (), DAY, Verdict.PENDING),
        ((), (ask(),), 2 * DAY, Verdict.PENDING),
        ((), (ask(),), 3 * DAY, Verdict.UNANSWERED),
        ((said(Answer.CONFIRMED, DAY),), (ask(),), 2 * DAY, Verdict.VERIFIED),
        ((said(Answer.CONFIRMED, 9 * DAY),), (ask(),), 9 * DAY, Verdict.VERIFIED),
        ((said(Answer.DISPUTED, DAY),), (ask(),), 30 * DAY, Verdict.CONTRADICTED),
        ((said(Answer.CONFIRMED, DAY),), (ask(), ask(2, 2 * DAY)), 3 * DAY, Verdict.PENDING),
        ((said(Answer.CONFIRMED, DAY),), (ask(), ask(2, 2 * DAY)), 6 * DAY, Verdict.UNANSWERED),
        ((said(Answer.CONFIRMED, 3 * DAY, 2),), (ask(), ask(2, 2 * DAY)), 3 * DAY, Verdict.VERIFIED),
        # A manager can't edit a dispute away.
        ((said(Answer.DISPUTED, DAY),), (ask(), ask(2, 2 * DAY)), 9 * DAY, Verdict.CONTRADICTED),
    ],
)
def test_the_last_answer_about_the_version_asked_decides(
    answers: tuple[LogAnswer, ...], asks: tuple[Ask, ...], after: timedelta, expected: Verdict
) -> None:
    assert verdict_of(*answers, asks=asks, after=after) is expected


def test_no_words_of_the_two_are_in_the_reasons() -> None:
    for answer in Answer:
        claim = LogClaim("log", "Rob", (ask(),), (said(answer, DAY),))
        reasons = coaching_verdict(claim, now=START + 2 * DAY)[1]
        assert "between us" not in str(reasons)
        assert [reason.record_id for reason in reasons] == ["a"]


answers_given = st.lists(
    st.builds(
        said,
        st.sampled_from(Answer),
        st.integers(0, 200).map(lambda hours: timedelta(hours=hours)),
        st.integers(1, 3),
        st.text("abcdef", min_size=1, max_size=4),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
asked = st.sets(st.integers(1, 3), max_size=3).map(lambda made: tuple(ask(n, n * DAY) for n in sorted(made)))


@given(answers_given, asked, st.integers(0, 400), st.randoms(use_true_random=False))
def test_the_verdict_does_not_depend_on_the_order_of_arrival(
    answers: list[LogAnswer], asks: tuple[Ask, ...], hours: int, random: object
) -> None:
    now = START + timedelta(hours=hours)
    shuffled, mixed = list(answers), list(asks)
    getattr(random, "shuffle")(shuffled)  # noqa: B009 - hypothesis gives a Random typed as an object
    getattr(random, "shuffle")(mixed)  # noqa: B009 - the same
    claim = LogClaim("log", "Rob", asks, tuple(answers))
    other = LogClaim("log", "Rob", tuple(mixed), tuple(shuffled))
    assert coaching_verdict(claim, now=now) == coaching_verdict(other, now=now)


@given(answers_given, asked, st.integers(0, 400), st.integers(0, 400))
def test_contradicted_becomes_verified_only_by_a_new_answer(
    answers: list[LogAnswer], asks: tuple[Ask, ...], hours: int, later: int
) -> None:
    claim = LogClaim("log", "Rob", asks, tuple(answers))
    now = START + timedelta(hours=hours)
    then = now + timedelta(hours=later)
    if coaching_verdict(claim, now=now)[0] is not Verdict.CONTRADICTED:
        return
    fresh = [one for one in answers if now < one.answered_at <= then]
    edited = replace(claim, asks=(*asks, Ask(9, now, now + DAY)))
    for one in (claim, edited):
        if not fresh:
            assert coaching_verdict(one, now=then)[0] is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    ("change", "part", "again"),
    [
        ({"held_on": date(2026, 10, 5)}, Part.DAY, True),
        ({"minutes": 60}, Part.MINUTES, True),
        ({"step": replace(CONTENT.step, due_on=date(2026, 10, 20))}, Part.STEP, True),
        ({"feedback": "Other words"}, Part.FEEDBACK, False),
        ({"focus_area": FocusArea.VALUE}, Part.FOCUS, False),
        ({"observations": ()}, Part.SKILLS, False),
        ({"deal_actions": ()}, Part.DEALS, False),
    ],
)
def test_what_the_coached_vouch_for_is_asked_again(
    change: dict[str, object], part: Part, again: bool
) -> None:
    after = replace(CONTENT, **change)  # type: ignore[arg-type] # each row is one field with its value

    assert changed_parts(CONTENT, after) == (part,)
    assert asks_again(changed_parts(CONTENT, after)) is again


def test_a_log_is_editable_for_seven_days() -> None:
    assert is_editable(START, START + 7 * DAY - timedelta(seconds=1))
    assert not is_editable(START, START + 7 * DAY)


@pytest.mark.parametrize(
    ("author", "coached", "leads", "released", "expected"),
    [
        (True, False, False, False, Sight.EVERYTHING),
        (False, True, False, False, Sight.SHARED),
        (False, False, True, False, Sight.FACTS),
        (False, False, True, True, Sight.SHARED),
        (False, False, False, True, Sight.NOTHING),
    ],
)
def test_who_reads_what(author: bool, coached: bool, leads: bool, released: bool, expected: Sight) -> None:
    found = sight(is_author=author, is_coached=coached, leads_author=leads, text_released=released)
    assert found is expected
