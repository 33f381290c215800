"""A Monday, told as dialogue on each database and each way to Slack; the scenes follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.environment import POSTGRESQL_HTTP, SQLITE_HTTP, SQLITE_SOCKET, Kind, sample_company
from tests.acceptance.workspace import Workspace

PLAN = "Callum asks his two champions for introductions and books four first meetings by Friday."


@pytest.fixture(scope="module", params=[SQLITE_HTTP, POSTGRESQL_HTTP, SQLITE_SOCKET], ids=str)
def meridian(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    kind: Kind = request.param
    folder: Path = tmp_path_factory.mktemp(str(kind))
    with sample_company(folder, kind) as workspace:
        yield workspace


def test_nine_oclock_comes_zone_by_zone(meridian: Workspace) -> None:
    passed = meridian.clock_to("2026-10-05 09:10", "America/New_York")

    checks = [label for label in passed if label.startswith("Health check")]
    zones = ("Europe/Berlin", "Europe/London", "America/New_York")
    assert checks == [f"Health check ({zone})" for zone in zones]
    for name in ("Kara Voss", "Owen Pryce", "Denise Carter"):
        manager = meridian.person(name)
        manager.sees("Health check · Monday 5 Oct")
        assert manager.count("Health check ·") == 1
    assert meridian.person("Rafael Ortega").messages() == []

    meridian.step("next_cadence")
    meridian.person("Rafael Ortega").sees("Health check · Monday 5 Oct")


def test_the_card_says_what_is_owed_and_why(meridian: Workspace) -> None:
    owen, kara = meridian.person("Owen Pryce"), meridian.person("Kara Voss")

    owen.sees("2 conversations owed", "due today 18:00")
    owen.sees("Callum Reid · coverage 2.1×", "Saoirse Byrne · coverage 1.2×", "EUR 288,000 short")
    owen.sees("Amara Nwosu · coverage met: the quota is reached", "Priya Raman · coverage off: no quota")
    owen.sees("Discovery → Proposal 80%", "velocity EUR 1,827 a day")
    kara.sees("Leyla Demir · coverage 4.2× · graveyard", "Felix Brandt · excused", "vacation")
    kara.sees("The 7 deals that matter most, of 9 with flags", "All 9 flagged deals…")


def test_what_is_wrong_is_said_at_its_field(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    owen.clicks("Log the conversation", about="Callum Reid")
    owen.sees("Coverage conversation with Callum Reid")
    owen.fills("What did you agree?", "More calls")
    owen.submits()
    owen.is_told_at("What is behind the gap?", "complete this required field")

    owen.fills("What is behind the gap?", "Too few new opportunities")
    owen.submits()
    owen.is_told_at("What did you agree?", "Say what will be different")

    owen.fills("What did you agree?", PLAN)
    owen.fills("When did you talk?", "2026-10-06")
    owen.submits()
    owen.is_told_at("When did you talk?", "This day is still to come")

    owen.fills("When did you talk?", "2026-10-05")
    owen.fills("When is the next step due?", "2026-10-05")
    owen.submits()
    owen.is_told_at("When is the next step due?", "a day in the future")


def test_the_log_is_accepted_and_the_card_says_what_is_left(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    owen.fills("When is the next step due?", "2026-10-09")
    owen.submits()
    owen.sees("Your conversation with Callum Reid is on record", "1 conversation left")
    owen.closes()

    owen.sees("1 of 2 conversations left", "Callum Reid · done", "waiting for confirmation")
    assert owen.count("Health check ·") == 1


def test_the_rep_confirms_and_it_is_verified(meridian: Workspace) -> None:
    owen, callum = meridian.person("Owen Pryce"), meridian.person("Callum Reid")

    callum.hears("Owen Pryce logged a coverage conversation with you", "Did it take place?", PLAN)
    callum.clicks("Yes, we talked")

    callum.sees("You confirmed it. Nothing else is needed.")
    assert not callum.can_click("Yes, we talked")
    owen.sees("Callum Reid · done", "verified")


def test_the_rep_disputes_and_both_are_shown_it(meridian: Workspace) -> None:
    owen, saoirse = meridian.person("Owen Pryce"), meridian.person("Saoirse Byrne")
    owen.logs_a_conversation_with("Saoirse Byrne")
    owen.sees("All conversations are answered")

    saoirse.hears("Did it take place?")
    saoirse.clicks("No, we didn't…")
    saoirse.sees("It did not take place")
    saoirse.fills("Would you like to add something?", "We only <said> hello & goodbye")
    saoirse.submits()
    saoirse.sees("Owen Pryce is told that you remember it differently")
    saoirse.closes()

    saoirse.sees("You said that it did not take place: “We only <said> hello & goodbye”")
    owen.hears("Saoirse Byrne says that the coverage conversation you logged")
    owen.hears("“We only <said> hello & goodbye”")
    owen.hears("1 disputed", "Disputed. Saoirse Byrne sees it differently")


def test_the_manager_logs_again_and_it_is_open_once_more(meridian: Workspace) -> None:
    owen, saoirse = meridian.person("Owen Pryce"), meridian.person("Saoirse Byrne")

    owen.logs_a_conversation_with("Saoirse Byrne", button="Log it again")
    owen.sees("Nothing is left of this health check", "Saoirse Byrne · done", "waiting for confirmation")
    owen.hears("did not take place", "You have logged it again since")

    meridian.settles()
    assert saoirse.count("Did it take place?") == 2
    saoirse.clicks("Yes, we talked")
    saoirse.sees("You confirmed it")
    meridian.settles()
    assert "waiting for confirmation" not in owen.card()
    assert "disputed" not in owen.card().lower()


def test_the_same_is_at_home_and_in_the_commands(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    owen.at_home("Good to see you, Owen Pryce.", "All conversations are answered", "Week of 5 Oct")
    assert "All conversations are answered" in owen.asks("/drumbeat today")
    week = owen.asks("/drumbeat week")
    assert "Coverage conversation with Saoirse Byrne · Monday 5 Oct · done · verified" in week
    assert "Health check · Monday 5 Oct · done · verified" in week

    owen.clicks("Why?", about="Saoirse Byrne")
    owen.sees("Verdict: verified", "Saoirse Byrne confirmed it on 5 Oct")
    owen.closes()


def test_each_message_was_sent_once(meridian: Workspace) -> None:
    meridian.settles()

    sent = [call["args"]["metadata"] for call in meridian.calls("chat.postMessage") if call["ok"]]
    assert len(sent) == len({str(metadata) for metadata in sent})
    assert len(sent) == 4 + 3 + 1  # four managers' checks, three questions to reps, one dispute
