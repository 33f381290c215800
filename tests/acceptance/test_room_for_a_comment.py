"""No ambush, told as dialogue: what a manager says of a verdict, before and after their leader sees it."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.forgery import Forger
from tests.acceptance.person import Person
from tests.acceptance.workspace import Workspace

QUESTION = "What should be known beside it?"
ABOUT = "Jonas Albrecht"
WORDS = "Jonas was at the <Hannover> fair & is back on Wednesday; we talk at nine."
LATER = "We have talked since: three deals get a dated step."


@pytest.fixture(scope="module")
def forger(meridian: Workspace) -> Forger:
    return Forger(meridian)


def why(person: Person, about: str = ABOUT) -> None:
    """Open the Why? of the conversation with somebody, from the week."""
    person.asks("/drumbeat week")
    person.clicks("Why?", about=f"Coverage conversation with {about}")
    person.sees(f"with {about}, owed by")


def test_a_manager_says_something_of_what_stands_about_her(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-05 09:30")
    kara = meridian.person("Kara Voss")

    why(kara)
    kara.clicks("Comment…")
    kara.sees("Comment on a verdict", "Coverage conversation · Jonas Albrecht")
    kara.sees("Read by Helena Marsh", "beside the verdict, from Tuesday 6 Oct, 09:00 on", "No rep reads it")
    kara.fills(QUESTION, "  \u200b ")
    kara.submits()
    kara.is_told_at(QUESTION, "Say in a sentence or two")
    kara.fills(QUESTION, WORDS)
    kara.submits()

    kara.sees("On record", "Your words stand beside the verdict.")
    kara.closes()
    assert f"You say (5 Oct): “{WORDS}”" in kara.asks("/drumbeat week")


def test_nobody_reads_it_before_its_time_and_no_rep_ever(meridian: Workspace) -> None:
    for name in ("Helena Marsh", "Jonas Albrecht", "Owen Pryce", "Tomasz Wilk"):
        person = meridian.person(name)
        for command in ("/drumbeat week", "/drumbeat today"):
            assert "Hannover" not in person.asks(command), name
        assert "Hannover" not in person.at_home("Good to see you"), name
    assert "Hannover" not in meridian.person("Helena Marsh").asks("/drumbeat team")
    jonas = meridian.person("Jonas Albrecht")
    why(jonas)
    jonas.sees_not("Hannover", "Comment…")
    jonas.closes()


def test_who_is_not_judged_can_t_write(meridian: Workspace, forger: Forger) -> None:
    ((owed,),) = meridian.records("SELECT judged_id FROM verdict_comments")
    metadata = json.dumps({"j": "obligation", "i": owed, "v": 0})
    values = {"words": {"words": {"type": "plain_text_input", "value": "Not mine to say"}}}
    for name in ("Helena Marsh", "Jonas Albrecht", "Owen Pryce", "Tomasz Wilk"):
        answer = forger.submission(meridian.person(name), "verdict.comment_form", metadata, values)
        assert "Only the one whom a verdict is about can comment on it." in str(answer)
    for bad in ({"j": "rating", "i": owed}, {"i": owed}, {"j": ["obligation"], "i": owed}):
        kara = meridian.person("Kara Voss")
        answer = forger.submission(kara, "verdict.comment_form", json.dumps(bad), values)
        assert "older version" in str(answer)
    assert len(meridian.records("SELECT id FROM verdict_comments WHERE version = 1")) == 1


def test_a_working_day_later_her_leader_reads_it_beside_the_verdict(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-06 10:00")
    helena = meridian.person("Helena Marsh")

    # It was written while it was due; it is overdue since.
    said = f"Kara Voss says (5 Oct, when it stood at “due”): “{WORDS}”"
    assert said in helena.asks("/drumbeat week")
    assert f"Kara Voss says (5 Oct): “{WORDS}” (Coverage conversation · Jonas Albrecht)" in helena.asks(
        "/drumbeat team"
    )
    helena.at_home(said)
    why(helena)
    helena.sees(said)
    helena.sees_not("Comment…", "Change your comment…", "Take it back")
    helena.closes()


def test_other_words_replace_it_and_taken_back_it_is_gone(meridian: Workspace) -> None:
    kara, helena = meridian.person("Kara Voss"), meridian.person("Helena Marsh")
    why(kara)
    kara.sees("You say (5 Oct, when it stood at “due”)")
    kara.clicks("Change your comment…")
    kara.sees("beside the verdict, at once")
    kara.fills(QUESTION, LATER)
    kara.submits()
    kara.sees("On record")
    kara.goes_back()
    kara.sees(f"You say (6 Oct): “{LATER}”")  # the view behind is brought up to date
    meridian.settles()
    helena.at_home(f"Kara Voss says (6 Oct): “{LATER}”")
    assert "Hannover" not in helena.asks("/drumbeat team")

    kara.clicks("Take it back")
    kara.sees("Taken back", "without its words")
    kara.goes_back()
    kara.sees("Comment…")
    kara.sees_not("You say")
    kara.closes()
    meridian.settles()
    assert "Kara Voss says" not in helena.asks("/drumbeat week")
    assert "Kara Voss says" not in helena.at_home("Good to see you")
    written = [action for action in actions(meridian) if action.startswith("verdict_comment.")]
    assert written == [
        "verdict_comment.written",
        "verdict_comment.reworded",
        "verdict_comment.taken_back",
    ]
    trail = str(meridian.records("SELECT before, after FROM audit_events"))
    assert "Hannover" not in trail
    assert LATER not in trail


def actions(workspace: Workspace) -> list[str]:
    return [str(row[0]) for row in workspace.records("SELECT action FROM audit_events ORDER BY seq")]


def test_a_dispute_is_answered_where_it_is_told(meridian: Workspace) -> None:
    owen, callum = meridian.person("Owen Pryce"), meridian.person("Callum Reid")
    owen.logs_a_conversation_with("Callum Reid")
    callum.clicks("No, we didn't…")
    callum.submits()
    callum.closes()
    owen.hears("Callum Reid says that the coverage conversation")
    owen.clicks("Comment…", within="says that the coverage conversation")
    owen.sees("only if the dispute stays unsettled for three working days")
    owen.fills(QUESTION, "He mixes it up with last week's call.")
    owen.submits()
    owen.sees("On record")
    owen.closes()
    meridian.settles()

    helena = meridian.person("Helena Marsh")
    assert "mixes it up" not in helena.asks("/drumbeat week") + helena.asks("/drumbeat team")
    meridian.clock_to("2026-10-09 12:00")
    assert "Owen Pryce says (6 Oct): “He mixes it up" in helena.asks("/drumbeat week")
    assert "mixes it up" not in callum.asks("/drumbeat week")
