"""Who sees what, who may do what, and what becomes of forged, foreign, stale and broken clicks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.acceptance.forgery import Forger
from tests.acceptance.person import Person
from tests.acceptance.workspace import Workspace

LOG, CONFIRM, SNOOZE = "coverage_conversation.log", "coverage_conversation.confirm_plan", "obligation.snooze"
FORM = {
    "held_on": {"held_on": {"type": "datepicker", "selected_date": "2026-10-05"}},
    "minutes": {"minutes": {"type": "static_select", "selected_option": {"value": "30"}}},
    "cause": {"cause": {"type": "radio_buttons", "selected_option": {"value": "other"}}},
    "plan": {"plan": {"type": "plain_text_input", "value": "A plan that somebody else made up entirely."}},
    "next_step_on": {"next_step_on": {"type": "datepicker", "selected_date": "2026-10-12"}},
}


@pytest.fixture(scope="module")
def forger(meridian: Workspace) -> Forger:
    return Forger(meridian)


@contextmanager
def nothing_changes(workspace: Workspace) -> Iterator[None]:
    workspace.settles()
    before = workspace.trail(), workspace.records("SELECT id, version, state FROM obligations ORDER BY id")
    yield
    workspace.settles()
    after = workspace.trail(), workspace.records("SELECT id, version, state FROM obligations ORDER BY id")
    assert after == before


def owed(workspace: Workspace, rep: str) -> tuple[str, int]:
    """Return id and version of the newest conversation owed about this rep."""
    query = (
        "SELECT o.id, o.version FROM obligations o JOIN people p ON p.id = o.subject_id "
        "WHERE p.name = :name ORDER BY o.due_at DESC"
    )
    found = workspace.records(query, {"name": rep})[0]
    return str(found[0]), int(found[1])


def reference(workspace: Workspace, rep: str, **more: object) -> str:
    obligation, version = owed(workspace, rep)
    return json.dumps({"o": obligation, "v": version, **more})


def test_each_role_is_told_its_own(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-05 09:30", "America/Chicago")
    kara, jonas = meridian.person("Kara Voss"), meridian.person("Jonas Albrecht")
    helena, tomasz = meridian.person("Helena Marsh"), meridian.person("Tomasz Wilk")

    assert "1 conversation owed" in kara.asks("/drumbeat today")
    assert "Mats Lindqvist · coverage" in kara.asks("/drumbeat team")
    assert "Saoirse Byrne" not in kara.asks("/drumbeat team")
    assert "Nothing waits for you" in jonas.asks("/drumbeat today")
    assert "Nobody reports to you" in jonas.asks("/drumbeat team")
    week = jonas.asks("/drumbeat week")
    assert "Kara Voss: Coverage conversation with Jonas Albrecht · Monday 5 Oct · due" in week
    assert "Data and people" in tomasz.asks("/drumbeat today")
    assert "Coverage conversation" not in tomasz.asks("/drumbeat week")
    assert "Managers, this week" in helena.asks("/drumbeat team")


@pytest.mark.parametrize("name", ["Kara Voss", "Jonas Albrecht", "Helena Marsh", "Tomasz Wilk"])
def test_help_and_nonsense_are_answered_to_everybody(meridian: Workspace, name: str) -> None:
    person = meridian.person(name)

    assert "/drumbeat today" in person.asks("/drumbeat help")
    assert "/drumbeat today" in person.asks("/drumbeat")
    nonsense = person.asks("/drumbeat <!channel> & more")
    assert "I don't know “<!channel>”" in nonsense


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Kara Voss", "1 conversation owed"),
        ("Jonas Albrecht", "Nothing waits for you"),
        ("Helena Marsh", "Managers, this week"),
        ("Tomasz Wilk", "Data and people"),
    ],
)
def test_the_home_tab_shows_the_same(meridian: Workspace, name: str, shown: str) -> None:
    meridian.person(name).at_home(f"Good to see you, {name}.", shown, "Week of 5 Oct")


def test_a_message_to_the_bot_is_answered_with_what_it_can_do(meridian: Workspace) -> None:
    jonas = meridian.person("Jonas Albrecht")

    jonas.says("hello there")

    jonas.hears("I don't answer messages.", "/drumbeat today")
    meridian.settles()
    assert jonas.count("I don't answer messages") == 1


def test_a_leader_sees_it_one_working_day_later(meridian: Workspace) -> None:
    helena = meridian.person("Helena Marsh")
    assert "Kara Voss · shown once they have had it for one working day" in helena.asks("/drumbeat team")
    assert "Jonas Albrecht" not in helena.asks("/drumbeat week")


def test_another_managers_button_changes_nothing(meridian: Workspace, forger: Forger) -> None:
    owen = meridian.person("Owen Pryce")
    about_jonas = reference(meridian, "Jonas Albrecht")

    for action_id, value in (
        (LOG, about_jonas),
        (CONFIRM, about_jonas),
        (SNOOZE, reference(meridian, "Jonas Albrecht", s="hour")),
    ):
        with nothing_changes(meridian):
            forger.click(owen, action_id, value)
            assert is_refused(owen), action_id


def test_a_reps_and_a_leaders_clicks_on_a_managers_button_change_nothing(
    meridian: Workspace, forger: Forger
) -> None:
    for name in ("Jonas Albrecht", "Helena Marsh", "Tomasz Wilk"):
        person = meridian.person(name)
        for action_id in (LOG, CONFIRM):
            with nothing_changes(meridian):
                forger.click(person, action_id, reference(meridian, "Jonas Albrecht"))
                assert is_refused(person), (name, action_id)


def test_a_foreign_form_changes_nothing(meridian: Workspace, forger: Forger) -> None:
    for name in ("Owen Pryce", "Jonas Albrecht"):
        with nothing_changes(meridian):
            answer = forger.submission(
                meridian.person(name),
                "coverage_conversation.form",
                reference(meridian, "Jonas Albrecht"),
                FORM,
            )
            assert answer["response_action"] == "update"
            assert "Not done" in json.dumps(answer)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{}",
        "not json",
        "[1]",
        '{"o": 7}',
        '{"o": "obl_unknown", "v": 0}',
        '{"o": "x\' OR 1=1 --", "v": 1}',
    ],
)
def test_garbage_changes_nothing_and_is_answered_in_words(
    meridian: Workspace, forger: Forger, value: str
) -> None:
    kara = meridian.person("Kara Voss")

    for action_id in (LOG, CONFIRM, SNOOZE, "verdict.why"):
        with nothing_changes(meridian):
            forger.click(kara, action_id, value)
            assert is_refused(kara), action_id


@pytest.mark.parametrize("metadata", ["", "not json", '{"o": "obl_unknown", "v": "one"}', '{"v": {}}'])
def test_a_broken_form_changes_nothing(meridian: Workspace, forger: Forger, metadata: str) -> None:
    kara = meridian.person("Kara Voss")

    with nothing_changes(meridian):
        answer = forger.submission(kara, "coverage_conversation.form", metadata, FORM)

    assert "Not done" in json.dumps(answer)
    assert "went wrong on our side" not in json.dumps(answer)


def test_an_unknown_button_and_an_unknown_form_are_answered_in_words(
    meridian: Workspace, forger: Forger
) -> None:
    kara = meridian.person("Kara Voss")

    with nothing_changes(meridian):
        forger.click(kara, "button.of.2019", "{}")
        assert "older version" in is_refused(kara)
        assert "older version" in json.dumps(forger.submission(kara, "form.of.2019", "{}", {}))


def test_a_flag_of_another_team_is_not_answered(meridian: Workspace, forger: Forger) -> None:
    owen = meridian.person("Owen Pryce")
    deal = meridian.records("SELECT id FROM deals WHERE name LIKE 'Brightwater%'")[0][0]

    with nothing_changes(meridian):
        forger.click(owen, "deal_flag.menu", json.dumps({"d": deal, "a": "fixed"}))
        assert is_refused(owen)


def test_a_wrong_or_an_old_signature_is_turned_away(meridian: Workspace, forger: Forger) -> None:
    with nothing_changes(meridian):
        assert forger.post({"type": "block_actions"}, secret="somebody else's").status_code == 401
        assert forger.post({"type": "block_actions"}, age=600).status_code == 401


def test_a_click_done_twice_counts_once(meridian: Workspace, forger: Forger) -> None:
    owen = meridian.person("Owen Pryce")
    about = reference(meridian, "Callum Reid")
    owen.logs_a_conversation_with("Callum Reid")

    with nothing_changes(meridian):
        answer = forger.submission(owen, "coverage_conversation.form", about, FORM)

    assert "already answered" in json.dumps(answer)


def test_only_the_one_who_was_asked_can_answer(meridian: Workspace, forger: Forger) -> None:
    callum = meridian.person("Callum Reid")
    callum.hears("Did it take place?")
    ack = meridian.records("SELECT id FROM acknowledgements")[0][0]

    for name in ("Owen Pryce", "Saoirse Byrne", "Helena Marsh"):
        with nothing_changes(meridian):
            forger.click(meridian.person(name), "acknowledgement.held", json.dumps({"k": ack}))
            assert is_refused(meridian.person(name)), name

    callum.clicks("Yes, we talked")
    callum.sees("You confirmed it")
    with nothing_changes(meridian):
        forger.click(callum, "acknowledgement.held", json.dumps({"k": ack}))
        assert "already answered" in is_refused(callum)


def test_a_leader_reads_verdicts_without_the_text_after_a_day(meridian: Workspace) -> None:
    helena, kara = meridian.person("Helena Marsh"), meridian.person("Kara Voss")

    meridian.clock_to("2026-10-06 08:59")
    assert "Kara Voss · shown once" in helena.asks("/drumbeat team")
    meridian.clock_to("2026-10-06 09:01")
    assert "Kara Voss · 0 of 1 done · 0 verified · 1 overdue · 1 excused" in helena.asks("/drumbeat team")
    assert "Owen Pryce · shown once" in helena.asks("/drumbeat team")
    meridian.clock_to("2026-10-06 09:01", "Europe/London")
    # What Callum answered Owen has had for less than a working day.
    assert "Owen Pryce · 1 of 2 done · 0 verified" in helena.asks("/drumbeat team")
    meridian.clock_to("2026-10-06 15:31", "Europe/London")

    assert "Owen Pryce · 1 of 2 done · 1 verified" in helena.asks("/drumbeat team")
    week = helena.asks("/drumbeat week")
    assert "Owen Pryce: Coverage conversation with Callum Reid · Monday 5 Oct · done · verified" in week
    helena.clicks("Why?", about="Callum Reid")
    helena.sees("Verdict: verified")
    helena.sees_not("Each stuck deal")
    helena.closes()
    assert "Helena" not in kara.asks("/drumbeat team")


def is_refused(person: Person) -> str:
    """Wait for the modal that says that nothing was done, close it, and return its words."""
    person.sees("Not done")
    words = person.screen()
    person.closes()
    assert "went wrong on our side" not in words, words
    return words
