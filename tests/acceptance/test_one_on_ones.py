"""A week of one-on-ones, told as dialogue: scheduled, prepared, held, moved, proposed, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.environment import POSTGRESQL_HTTP, sample_company
from tests.acceptance.workspace import Workspace

LONDON = "Europe/London"


@pytest.fixture(scope="module")
def meridian(story_folder: Path) -> Iterator[Workspace]:
    """Told on PostgreSQL alone: the services are tried on both databases, and Monday's story on each way."""
    with sample_company(story_folder, POSTGRESQL_HTTP) as workspace:
        yield workspace


def test_a_manager_sets_the_schedule_on_monday(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-05 09:30", LONDON)
    owen = meridian.person("Owen Pryce")

    owen.opens("/one-on-one setup")
    owen.sees("A one-on-one with each rep", "Callum Reid", "Saoirse Byrne", "Amara Nwosu", "Priya Raman")
    owen.fills("Callum Reid", "Tuesday, every week")
    owen.fills("Callum Reid: at", "10:00")
    owen.fills("Saoirse Byrne", "Tuesday, every week")
    owen.fills("Saoirse Byrne: at", "10:15")
    owen.submits()
    owen.is_told_at("Saoirse Byrne: at", "would both be on Tuesday at this time")

    owen.fills("Saoirse Byrne", "Wednesday, every week")
    owen.submits()
    owen.sees("are scheduled. Each of them is told.")
    owen.closes()
    meridian.settles()
    meridian.person("Callum Reid").sees(
        "Owen Pryce scheduled one-on-ones with you: every week, the first one Tuesday 6 Oct, 10:00"
    )


def test_a_rep_has_nothing_to_set_up(meridian: Workspace) -> None:
    callum = meridian.person("Callum Reid")

    assert "Your role does not include this" in callum.asks("/one-on-one setup")
    week = callum.asks("/one-on-one")
    assert "One-on-one with Owen Pryce" in week
    assert "Tuesday 6 Oct, 10:00–10:30" in week
    assert "I don't know “tuesday”" in callum.asks("/one-on-one tuesday")


def test_in_the_morning_both_have_the_agenda(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-06 08:05", LONDON)
    owen, callum = meridian.person("Owen Pryce"), meridian.person("Callum Reid")

    owen.sees("One-on-one with Callum Reid", "Deals with flags")
    callum.sees("One-on-one with Owen Pryce", "Deals with flags")
    callum.clicks("Add to the agenda…", about="Owen Pryce")
    callum.fills("What do you want to talk about?", "The legal review at Harrow")
    callum.submits()
    callum.sees("The legal review at Harrow")
    callum.closes()
    meridian.settles()
    owen.sees("The legal review at Harrow (Callum Reid)")


def test_after_it_one_click_says_held_and_opens_the_log(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-06 10:31", LONDON)
    owen = meridian.person("Owen Pryce")

    owen.sees("It was to end on Tuesday 6 Oct, 10:30. What became of it?")
    owen.clicks("Held", about="Callum Reid")
    owen.sees("On the agenda", "The legal review at Harrow")
    owen.closes()
    meridian.settles()
    owen.sees("held, not logged yet")
    assert "0 of 1 held, 1 not logged yet" in owen.asks("/one-on-one")
    assert "One-on-one with Callum Reid · Tuesday 6 Oct · due" in owen.asks("/drumbeat week")


def test_a_rep_proposes_another_time_and_the_manager_accepts(meridian: Workspace) -> None:
    owen, saoirse = meridian.person("Owen Pryce"), meridian.person("Saoirse Byrne")
    meridian.clock_to("2026-10-07 08:05", LONDON)

    saoirse.sees("One-on-one with Owen Pryce")
    saoirse.clicks("Propose another time…")
    saoirse.fills("Day", "2026-10-11")
    saoirse.submits()
    saoirse.is_told_at("Day", "Not a working day")
    saoirse.fills("Day", "2026-10-08")
    saoirse.fills("Time", "16:30")
    saoirse.fills("Why?", "A buyer wants that hour")
    saoirse.submits()
    saoirse.sees("Owen Pryce is asked")
    saoirse.closes()
    meridian.settles()

    owen.sees("to Thursday 8 Oct, 16:30", "A buyer wants that hour")
    owen.clicks("Accept", about="Saoirse Byrne")
    meridian.settles()
    owen.sees("moved to Thursday 8 Oct, 16:30")
    saoirse.sees("moved to Thursday 8 Oct, 16:30")


def test_cancelled_with_one_click_is_told_and_raised_the_second_time(meridian: Workspace) -> None:
    owen, saoirse = meridian.person("Owen Pryce"), meridian.person("Saoirse Byrne")
    meridian.clock_to("2026-10-08 17:05", LONDON)

    owen.sees("What became of it?")
    owen.clicks("Cancelled", about="Saoirse Byrne")
    meridian.settles()
    saoirse.sees("Thursday 8 Oct, 16:30–17:00 · cancelled")
    owen.sees("were moved or cancelled 2 times this quarter")
    assert "Moved or cancelled more than once this quarter · Saoirse Byrne (2×)" in owen.asks("/one-on-one")


def test_the_leader_sees_it_once_the_manager_had_it_for_a_working_day(meridian: Workspace) -> None:
    leader = meridian.person("Helena Marsh")
    assert "moved or cancelled" not in leader.asks("/drumbeat team")

    meridian.clock_to("2026-10-09 18:00", LONDON)
    assert "moved or cancelled more than once with 1 rep" in leader.asks("/drumbeat team")
