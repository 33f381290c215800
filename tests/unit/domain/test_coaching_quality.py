from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coaching import DeepDive, LogContent, LogKind, Step
from bot.domain.coaching_quality import EarlierText, faults, is_vague, is_vague_action, near_copy, similarity
from bot.domain.coaching_text import read_session
from tests.unit.domain.test_coaching import CONTENT

TODAY = date(2026, 10, 6)
SEEN = EarlierText("log_1", date(2026, 9, 29), "Ria", CONTENT.feedback)
words = st.lists(
    st.sampled_from(["buyer", "asked", "money", "first", "demo", "call", "price", "value", "next"]),
    max_size=12,
)


def fields(
    content: LogContent = CONTENT, *earlier: EarlierText, kind: LogKind = LogKind.SESSION
) -> list[str]:
    return [one.field for one in faults(content, kind, today=TODAY, earlier=earlier)]


def test_a_specific_log_with_a_dated_step_has_no_fault() -> None:
    assert fields() == []


@pytest.mark.parametrize(
    "text", ["", "Good", "Good session, keep it up", "We talked about how things are going and it was good"]
)
def test_a_text_of_nothing_but_general_words_is_too_vague(text: str) -> None:
    assert is_vague(text)
    assert fields(replace(CONTENT, feedback=text)) == ["feedback"]


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        *[
            (text, True)
            for text in ("Follow up", "Keep going with it", "Call them", "Work on this deal more")
        ],
        *[(text, False) for text in ("Call the CFO", "Ask who signs", "Send Ruth the signed scope")],
    ],
)
def test_a_next_action_of_a_deal_may_be_short_and_not_vague(text: str, vague: bool) -> None:
    assert is_vague_action(text) is vague


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"held_on": TODAY + timedelta(days=1)}, "held_on"),
        ({"held_on": TODAY - timedelta(days=15)}, "held_on"),
        ({"minutes": 0}, "minutes"),
        ({"observations": ()}, "observed"),
        ({"step": Step("rob", "Be better at it", TODAY + timedelta(days=7))}, "step"),
        ({"step": replace(CONTENT.step, due_on=TODAY)}, "step_on"),
        ({"step": replace(CONTENT.step, due_on=TODAY + timedelta(days=91))}, "step_on"),
    ],
)
def test_each_fault_is_said_at_its_field(change: dict[str, object], field: str) -> None:
    changed = replace(CONTENT, **change)  # type: ignore[arg-type] # each row is one field with its value
    assert fields(changed) == [field]


@pytest.mark.parametrize(
    "change",
    [
        {"held_on": TODAY - timedelta(days=14)},
        {"step": replace(CONTENT.step, due_on=TODAY + timedelta(days=1))},
        {"step": replace(CONTENT.step, due_on=TODAY + timedelta(days=90))},
    ],
)
def test_what_is_just_within_its_bounds_is_taken(change: dict[str, object]) -> None:
    assert fields(replace(CONTENT, **change)) == []  # type: ignore[arg-type] # as above


def test_a_near_copy_names_the_earlier_log() -> None:
    copied = CONTENT.feedback.replace("ten", "five")

    found = faults(replace(CONTENT, feedback=copied), LogKind.SESSION, today=TODAY, earlier=[SEEN])

    assert [one.field for one in found] == ["feedback"]
    assert "Ria on Tuesday 29 Sep" in found[0].words
    assert near_copy("Your summary at the end won the room: do that after each demo.", [SEEN]) is None


@pytest.mark.parametrize(("changed", "is_copy"), [(3, True), (4, False)])
def test_from_how_alike_on_a_text_is_a_near_copy(changed: int, is_copy: bool) -> None:
    earlier = [f"word{place}" for place in range(20)]
    text = " ".join([*(f"other{place}" for place in range(changed)), *earlier[changed:]])
    seen = replace(SEEN, text=" ".join(earlier))

    assert similarity(text, seen.text) == 1 - changed / 20  # 0.85, and 0.8
    assert near_copy(text, [seen]) == (seen if is_copy else None)


def test_similarity_is_twice_the_common_words_by_all_words() -> None:
    assert similarity("one two three four five", "one two three four six") == 0.8
    assert similarity("", "one") == 0


@given(words, words)
def test_similarity_is_a_symmetric_share(one: list[str], other: list[str]) -> None:
    mine, theirs = " ".join(one), " ".join(other)
    assert 0 <= similarity(mine, theirs) <= 1
    assert similarity(mine, theirs) == similarity(theirs, mine)
    assert not one or similarity(mine, mine) == 1


def test_a_deep_dive_needs_its_call_and_three_specific_parts() -> None:
    dive = DeepDive("Kestrel, 2 Oct", "ok", "Good", CONTENT.feedback)
    found = fields(replace(CONTENT, deep_dive=dive), kind=LogKind.DEEP_DIVE)
    assert found == ["behaviour", "technique"]
    assert fields(CONTENT, kind=LogKind.DEEP_DIVE) == ["call"]


REPORTS = [("rob", "Rob Hill"), ("ria", "Ria Moss"), ("rab", "Rob Stone")]


def test_free_text_becomes_the_fields_it_names() -> None:
    text = "Had my 1:1 with Ria yesterday, 45 min. Too few questions. Next step: Ria drafts ten by Friday."

    read = read_session(text, REPORTS, TODAY)

    assert read is not None
    assert read.person_id == "ria"
    assert read.fields["held_on"] == "2026-10-05"
    assert read.fields["minutes"] == "45"
    assert read.fields["step"] == "Ria drafts ten by Friday"
    assert read.fields["step_on"] == "2026-10-09"
    assert read.fields["observed"] == "too_few_questions"
    assert read.fields["feedback"] == text


@pytest.mark.parametrize(
    ("about", "focus"),
    [
        ("about discovery", "discovery"),
        ("on her pipeline", "pipeline"),
        ("about value, on closing", None),
    ],
)
def test_what_a_session_was_about_is_read_where_it_is_one_thing(about: str, focus: str | None) -> None:
    read = read_session(f"Talked with Ria {about} today", REPORTS, TODAY)

    assert read is not None
    assert read.fields.get("focus") == focus


@pytest.mark.parametrize(
    "text",
    [
        "What is due today?",
        "Ria is on vacation",
        "One-on-one with Rob today",  # two are called that
        "Session with Ria Moss and Rob Hill",
    ],
)
def test_what_names_nobody_or_several_or_no_session_is_left_alone(text: str) -> None:
    assert read_session(text, REPORTS, TODAY) is None


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("half an hour", "30"), ("an hour", "60"), ("1.5 hours", "90"), ("20 minutes", "20")],
)
def test_lengths_are_read_as_people_say_them(said: str, minutes: str) -> None:
    read = read_session(f"Talked with Ria Moss for {said}", REPORTS, TODAY)
    assert read is not None
    assert read.fields["minutes"] == minutes


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    read = read_session(f"session with Ria {text}", REPORTS, TODAY)
    assert read is None or read.person_id == "ria"
