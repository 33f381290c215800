"""A Monday, told as dialogue on each database and each way to Slack; the scenes follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.environment import POSTGRESQL_HTTP, SQLITE_HTTP, SQLITE_SOCKET, Kind, sample_company
from tests.acceptance.workspace import Workspace

PLAN = "Jonas calls ten lost customers of last year and books four first meetings by Friday."


@pytest.fixture(scope="module", params=[SQLITE_HTTP, POSTGRESQL_HTTP, SQLITE_SOCKET], ids=str)
def meridian(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    kind: Kind = request.param
    folder: Path = tmp_path_factory.mktemp(str(kind))
    with sample_company(folder, kind) as workspace:
        yield workspace


def test_nine_oclock_comes_zone_by_zone(meridian: Workspace) -> None:
    passed = meridian.clock_to("2026-10-05 09:10", "America/New_York")

    checks = [label for label in passed if label.startswith("Health check")]
    assert checks == [f"Health check ({zone})" for zone in ("Europe/Berlin", "Europe/London", "America/New_York")]
    for name in ("Kara Voss", "Owen Pryce", "Denise Carter"):
        manager = meridian.person(name)
        manager.sees("Health check · Monday 5 Oct")
        assert manager.count("Health check ·") == 1
    assert meridian.person("Rafael Ortega").messages() == []

    meridian.step("next_cadence")
    meridian.person("Rafael Ortega").sees("Health check · Monday 5 Oct")


def test_the_card_says_what_is_owed_and_why(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.sees("2 conversations owed", "due today 18:00")
    kara.sees("Jonas Albrecht · coverage 1.2×", "Leyla Demir · coverage 4.3× · graveyard")
    kara.sees("Felix Brandt · excused (time off: vacation)")
    kara.sees("The 7 deals that matter most, of")


def test_what_is_wrong_is_said_at_its_field(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.clicks("Log the conversation", about="Jonas Albrecht")
    kara.sees("Coverage conversation with Jonas Albrecht")
    kara.fills("What did you agree?", "More calls")
    kara.submits()
    kara.is_told_at("What is behind the gap?", "complete this required field")

    kara.fills("What is behind the gap?", "Too few new opportunities")
    kara.submits()
    kara.is_told_at("What did you agree?", "Say what will be different")

    kara.fills("What did you agree?", PLAN)
    kara.fills("When did you talk?", "2026-10-06")
    kara.submits()
    kara.is_told_at("When did you talk?", "This day is still to come")

    kara.fills("When did you talk?", "2026-10-05")
    kara.fills("When is the next step due?", "2026-10-05")
    kara.submits()
    kara.is_told_at("When is the next step due?", "a day in the future")


def test_the_log_is_accepted_and_the_card_says_what_is_left(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.fills("When is the next step due?", "2026-10-09")
    kara.submits()
    kara.sees("Your conversation with Jonas Albrecht is on record", "1 conversation left today")
    kara.closes()

    kara.sees("1 of 2 conversations left", "Jonas Albrecht · answered", "waiting for confirmation")
    assert kara.count("Health check ·") == 1


def test_the_rep_confirms_and_it_is_verified(meridian: Workspace) -> None:
    kara, jonas = meridian.person("Kara Voss"), meridian.person("Jonas Albrecht")

    jonas.hears("Kara Voss logged a coverage conversation with you", "Did it take place?", PLAN)
    jonas.clicks("Yes, we talked")

    jonas.sees("You confirmed it. Nothing else is needed.")
    assert not jonas.can_click("Yes, we talked")
    kara.sees("Jonas Albrecht · answered", "verified")


def test_the_rep_disputes_and_both_are_shown_it(meridian: Workspace) -> None:
    kara, leyla = meridian.person("Kara Voss"), meridian.person("Leyla Demir")
    _log(meridian, "Leyla Demir")

    leyla.clicks("No, we didn't…")
    leyla.sees("It did not take place")
    leyla.fills("Would you like to add something?", "We only <said> hello & goodbye")
    leyla.submits()
    leyla.sees("Kara Voss is told that you remember it differently")
    leyla.closes()

    leyla.sees("You said that it did not take place: “We only <said> hello & goodbye”")
    kara.hears("Leyla Demir says that the coverage conversation you logged", "“We only <said> hello & goodbye”")
    kara.sees("All conversations are answered, 1 disputed", "Disputed. Leyla Demir sees it differently")


def test_the_manager_logs_again_and_it_is_open_once_more(meridian: Workspace) -> None:
    kara, leyla = meridian.person("Kara Voss"), meridian.person("Leyla Demir")

    _log(meridian, "Leyla Demir", button="Log it again")
    kara.sees("Nothing is left of this health check", "Leyla Demir · answered", "waiting for confirmation")

    leyla.clicks("Yes, we talked")
    leyla.sees("You confirmed it")
    kara.sees("Leyla Demir · answered")
    meridian.settles()
    kara.sees_not("waiting for confirmation", "disputed")
    assert meridian.person("Leyla Demir").count("Did it take place?") == 2


def test_the_same_is_at_home_and_in_the_commands(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.at_home("Good to see you, Kara Voss.", "All conversations are answered", "Week of 5 Oct")
    assert "All conversations are answered" in kara.asks("/drumbeat today")
    week = kara.asks("/drumbeat week")
    assert "Coverage conversation with Leyla Demir · done · verified" in week
    assert "Health check · done · verified" in week


def _log(workspace: Workspace, rep: str, button: str = "Log the conversation") -> None:
    kara = workspace.person("Kara Voss")
    kara.clicks(button, about=rep)
    kara.sees(f"Coverage conversation with {rep}")
    kara.fills("What is behind the gap?", "Deals stuck in a stage")
    kara.fills("What did you agree?", "Each stuck deal gets a dated next step with the buyer by Friday.")
    kara.submits()
    kara.sees(f"Your conversation with {rep} is on record")
    kara.closes()
