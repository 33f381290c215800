from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.coaching import (
    DealAction,
    DeepDive,
    FocusArea,
    LogContent,
    Observation,
    Part,
    SkillTag,
    Stance,
    Step,
)
from bot.domain.coaching_history import earlier_words

BEFORE = LogContent(
    held_on=date(2026, 10, 6),
    minutes=30,
    focus_area=FocusArea.DISCOVERY,
    feedback="Ask about money early.",
    observations=(Observation(SkillTag.JARGON, Stance.SEEN), Observation(SkillTag.UNPREPARED, Stance.BETTER)),
    step=Step("rob", "Rob rehearses the audit story", date(2026, 10, 13)),
    deal_actions=(DealAction("d1", "Call the controller"),),
    deep_dive=DeepDive("Kestrel", "Interrupted", "Slides first", "Curious"),
)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Part.DAY, "Tuesday 6 Oct"),
        (Part.MINUTES, "30 minutes"),
        (Part.FOCUS, "Discovery: stage conversion"),
        (Part.FEEDBACK, "Ask about money early."),
        (Part.SKILLS, "Jargon, Unprepared for objections (better)"),
        (Part.STEP, "Rob rehearses the audit story (by Tuesday 13 Oct)"),
        (Part.DEALS, "Call the controller"),
        (Part.DEEP_DIVE, "Kestrel; Interrupted; Slides first; Curious"),
    ],
)
def test_each_part_is_said_as_it_stood(part: Part, words: str) -> None:
    assert earlier_words(BEFORE, (part,)) == ((part, words),)


def test_where_nothing_stood_that_is_said() -> None:
    empty = replace(BEFORE, observations=(), deal_actions=(), deep_dive=None)
    assert [words for _, words in earlier_words(empty, (Part.SKILLS, Part.DEALS, Part.DEEP_DIVE))] == [
        "nothing"
    ] * 3
