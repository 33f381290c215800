"""The bot stopped, killed and away: nothing is lost or comes twice, what was missed is caught up once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.environment import PATIENT, sample_company
from tests.acceptance.workspace import Workspace

MANAGERS = ("Kara Voss", "Owen Pryce", "Denise Carter", "Rafael Ortega")


@pytest.fixture(scope="module")
def meridian(story_folder: Path) -> Iterator[Workspace]:
    # A bot that is killed amid a step is waited for only this long.
    timing = replace(PATIENT, step_patience=10.0)
    with sample_company(story_folder, strangers=["Sam Stranger"], timing=timing) as workspace:
        yield workspace


def nothing_came_twice(workspace: Workspace) -> None:
    posted = workspace.posted()
    assert len(posted) == len(set(posted)), posted


def test_who_is_not_in_the_crm_is_told_what_to_do(meridian: Workspace) -> None:
    sam = meridian.person("Sam Stranger")

    for command in ("today", "team", "week"):
        assert "I could not match you to anyone in the CRM" in sam.asks(f"/drumbeat {command}")
    assert "/drumbeat today" in sam.asks("/drumbeat help")
    sam.says("hello?")
    sam.sees("Good to see you.", "Ask your Drumbeat admin to check that your e-mail address")
    meridian.settles()
    assert "Traceback" not in meridian.bot.log()


def test_once_it_is_ready_the_clock_knows_of_it(meridian: Workspace) -> None:
    meridian.stop_bot()
    meridian.bot.start()
    while not meridian.bot.is_ready():
        assert meridian.bot.is_alive(), meridian.bot.log()
        time.sleep(0.001)

    assert meridian.is_followed_by(meridian.bot), "a step made now would pass over what is due"
    meridian.wait_for(meridian.bot)


def test_killed_after_a_click_it_goes_on_where_it_was(meridian: Workspace) -> None:
    kara, jonas = meridian.person("Kara Voss"), meridian.person("Jonas Albrecht")
    meridian.clock_to("2026-10-05 09:01")
    meridian.fault("server_error", method="chat.postMessage", times=1)
    kara.logs_a_conversation_with("Jonas Albrecht")

    meridian.stop_bot(kill=True)
    meridian.no_faults()
    meridian.start_bot()

    meridian.settles()
    kara.sees("All conversations are answered", "waiting for confirmation")
    assert jonas.count("Did it take place?") == 1
    nothing_came_twice(meridian)


def test_a_restart_sends_nothing_anew(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    before = meridian.posted()

    meridian.stop_bot()
    meridian.start_bot()
    meridian.settles()

    assert meridian.posted() == before
    assert "All conversations are answered" in kara.asks("/drumbeat today")
    assert kara.count("Health check ·") == 1


def test_a_click_while_it_is_away_is_not_taken_silently(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    meridian.stop_bot()

    kara.clicks("Snooze a week", about="Skarvik Offshore")

    kara.is_in_trouble("Drumbeat could not be reached")


def test_what_was_said_while_it_was_away_is_answered_when_it_is_back(meridian: Workspace) -> None:
    # Slack's own repetition comes a minute later; by then it is known.
    meridian.person("Kara Voss").says("Anybody there?")
    meridian.person("Denise Carter").says("Hello?")

    meridian.start_bot()

    for name in ("Kara Voss", "Denise Carter"):
        meridian.person(name).hears("I don't answer messages")
    meridian.stop_bot()


def test_away_over_monday_it_is_caught_up_once_and_late(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    meridian.clock_to("2026-10-12 11:00")

    meridian.start_bot()
    meridian.settles()

    kara.sees("Health check · Monday 12 Oct", "late: Drumbeat was not running at the planned time")
    assert kara.count("Health check · Monday 12 Oct") == 1
    # In London it is ten o'clock, so theirs was missed too; in New York it is five: nothing rings.
    assert meridian.person("Owen Pryce").count("Health check · Monday 12 Oct") == 1
    assert meridian.person("Denise Carter").count("Health check ·") == 0
    assert meridian.person("Denise Carter").count("I don't answer messages") == 1


def test_away_for_weeks_only_the_latest_is_caught_up(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    meridian.stop_bot()
    meridian.clock_to("2026-10-28 11:00")

    meridian.start_bot()
    meridian.settles()

    assert kara.count("Health check · Monday 19 Oct") == 0
    assert kara.count("Health check · Monday 26 Oct") == 1
    assert "late: Drumbeat was not running" in kara.card()
    nothing_came_twice(meridian)


def test_killed_amid_a_mondays_messages_each_manager_gets_one(meridian: Workspace) -> None:
    # The message stands before the bot hears of it: the moment in which a crash could send it twice.
    meridian.fault("slow_reply", method="chat.postMessage", delay=3.0, times=1)
    known = len(meridian.posted())
    stepping = threading.Thread(target=_step_and_lose_the_bot, args=(meridian,))
    stepping.start()
    while len(meridian.posted()) == known:
        time.sleep(0.02)

    meridian.bot.stop(kill=True)
    meridian.no_faults()
    meridian.start_bot()
    stepping.join()
    meridian.clock_to("2026-11-02 09:30", "America/Chicago")

    for name in MANAGERS:
        assert meridian.person(name).count("Health check · Monday 2 Nov") == 1, name
    nothing_came_twice(meridian)


def _step_and_lose_the_bot(workspace: Workspace) -> None:
    # The step goes on with whoever follows the clock next.
    workspace.step_alone("2026-11-02T08:05:00Z")
