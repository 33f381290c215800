"""Deals, reps and managers change in mid-week: what was begun with one of them goes on with the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.deal_threads import DealThread
from tests.acceptance.environment import CrmChange, sample_company, snapshots_with
from tests.acceptance.person import Person
from tests.acceptance.test_pipeline_review import shown_deal, turns
from tests.acceptance.workspace import Workspace

BERLIN, NEW_YORK = "C0DEALBER1", "C0DEALNYC3"
AMERICA, LONDON = "America/New_York", "Europe/London"
INSPECTED, JUDGED, LEFT = "Björkvalla Home: Meridian Dock", "Hudson Forge Works: Meridian Yard", "Marzahn"
LOST = "Skarvik Offshore"
REVIEW = "On which date does the buyer review the proposal with you?"
SAID = "Their plant board reviews it on 14 October with me, they sent the agenda"
TUESDAY, WEDNESDAY, THURSDAY = (f"2026-10-0{day}T12:00:00+00:00" for day in (6, 7, 8))
# In Berlin it is two in the afternoon, in New York eight in the morning.
CHANGES = (
    CrmChange(TUESDAY, "deals.csv", "D-1027", {"owner_id": "P-112"}),  # Björkvalla to Leyla Demir
    CrmChange(TUESDAY, "people.csv", "P-131", {"manager_id": "P-140"}),  # Marcus Bell to Rafael Ortega
    CrmChange(WEDNESDAY, "people.csv", "P-124", {"manager_id": "P-110"}),  # Saoirse Byrne to Kara Voss
    CrmChange(WEDNESDAY, "people.csv", "P-114", {"active": "false"}),  # Nadia Rahimi leaves
    CrmChange(THURSDAY, "deals.csv", "D-1038", {"owner_id": "P-111"}),  # Marzahn to Jonas Albrecht
    CrmChange(  # Skarvik is lost, in the middle of Kara's review
        THURSDAY,
        "deals.csv",
        "D-1025",
        {
            "stage": "closed_lost",
            "stage_entered_at": "2026-10-08T11:30:00Z",
            "closed_at": "2026-10-08T11:30:00Z",
        },
    ),
)


@pytest.fixture(scope="module")
def meridian(story_folder: Path) -> Iterator[Workspace]:
    """A week in which the CRM moves people and deals, once a day."""
    crm = snapshots_with(story_folder, *CHANGES)
    with sample_company(story_folder, reviews=True, crm=crm) as workspace:
        yield workspace


def asks_the_open_questions(manager: Person, deal: str) -> str:
    """Have the questions of a deal asked; return what the manager reads."""
    manager.asks(f"/deal {deal}")
    manager.clicks("Ask the open questions")
    manager.sees("sked")
    said = manager.screen()
    manager.closes()
    return said


def test_on_monday_all_is_as_it_was(meridian: Workspace) -> None:
    kara, owen = meridian.person("Kara Voss"), meridian.person("Owen Pryce")
    meridian.clock_to("2026-10-05 09:30", LONDON)

    assert REVIEW in asks_the_open_questions(kara, "bjorkvalla")
    owen.opens("/one-on-one setup")
    owen.fills("Saoirse Byrne", "Thursday, every week")
    owen.fills("Saoirse Byrne: at", "16:00")
    owen.submits()
    assert not owen.errors, owen.errors
    owen.closes()
    meridian.settles()

    meridian.person("Mats Lindqvist").hears(f"3 questions about {INSPECTED} wait in its thread")
    meridian.person("Saoirse Byrne").hears("the first one Thursday 8 Oct, 16:00")


def test_a_rep_answers_and_their_manager_is_about_to_judge(meridian: Workspace) -> None:
    denise, marcus = meridian.person("Denise Carter"), meridian.person("Marcus Bell")
    meridian.clock_to("2026-10-05 10:00", AMERICA)
    asks_the_open_questions(denise, "Hudson Forge")
    meridian.settles()

    thread = DealThread(marcus, NEW_YORK, JUDGED)
    ts = thread.writes(SAID)
    meridian.settles()
    thread.uses(ts)
    marcus.sees(SAID)
    marcus.fills("Which question does it answer?", REVIEW[:60])
    marcus.submits()
    marcus.sees("On record for")
    marcus.closes()

    DealThread(denise, NEW_YORK, JUDGED).clicks("On record…", within="head")
    denise.sees(SAID)
    denise.clicks("Reject…")
    denise.sees("Reject evidence", SAID)  # and there she stops for the day


def test_a_deal_inspected_and_handed_over_is_asked_about_anew(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    mats, leyla = meridian.person("Mats Lindqvist"), meridian.person("Leyla Demir")
    meridian.clock_to("2026-10-06 14:05")

    before = leyla.count("questions about Björkvalla")
    assert REVIEW in asks_the_open_questions(kara, "bjorkvalla")
    meridian.settles()

    assert before == 0
    leyla.hears(f"3 questions about {INSPECTED} wait in its thread")
    thread = DealThread(leyla, BERLIN, INSPECTED)
    thread.shows("Leyla Demir", f"○ Open · {REVIEW}")
    ts = DealThread(mats, BERLIN, INSPECTED).writes("They told me that they review it on 14 October")
    meridian.settles()
    DealThread(mats, BERLIN, INSPECTED).uses(ts)
    mats.sees("Only the deal's owner says what answers its questions")
    mats.closes()
    thread.uses(ts)  # his words may still answer for her
    leyla.sees("They told me")
    leyla.closes()


def test_of_two_managers_on_one_message_the_second_is_told(meridian: Workspace) -> None:
    denise, rafael = meridian.person("Denise Carter"), meridian.person("Rafael Ortega")
    meridian.clock_to("2026-10-06 10:00", AMERICA)

    rafael.asks("/deal Hudson Forge")
    rafael.clicks("On record…")
    rafael.sees(SAID)
    rafael.clicks("Accept…")
    rafael.fills("Why?", "The agenda is in the CRM")
    rafael.submits()
    rafael.sees("You accepted it")
    rafael.closes()

    denise.fills("Why?", "An agenda is not a date yet")
    denise.submits()
    denise.sees("Somebody has judged this since you opened the form, and it is outside your team by now")
    denise.closes()
    assert meridian.records("SELECT ruling, reason FROM evidence_rulings") == [
        ("accepted", "The agenda is in the CRM")
    ]
    meridian.settles()
    assert meridian.person("Marcus Bell").count("does not take an answer") == 0


def test_a_one_on_one_with_a_rep_of_another_manager_is_not_held_against_anybody(meridian: Workspace) -> None:
    owen, kara, saoirse = (meridian.person(name) for name in ("Owen Pryce", "Kara Voss", "Saoirse Byrne"))
    meridian.clock_to("2026-10-07 14:05")

    kara.hears("Saoirse Byrne reports to you now and has no one-on-ones with you yet")
    meridian.clock_to("2026-10-08 08:05", LONDON)
    assert saoirse.count("One-on-one with Owen Pryce · Thursday 8 Oct") == 0
    assert "16:00–16:30 · excused (Saoirse Byrne reports to another manager now)" in owen.asks("/one-on-one")
    meridian.clock_to("2026-10-08 10:01")
    kara.opens("/one-on-one setup")
    kara.sees("Saoirse Byrne")
    kara.closes()


def test_a_rep_who_left_is_in_the_review_by_name_alone(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    kara.hears("Pipeline review · Thursday 8 Oct", "its owner has left, and the CRM names no new one")
    assert "EUR 88,000" not in kara.screen().rpartition(LEFT)[2]

    kara.clicks("Start the review")
    while LEFT not in kara.screen():
        turns(kara, "Next")
    kara.sees("Nothing to decide: its owner has left, and the CRM names no new one")
    kara.sees_not("What do you decide?")
    kara.closes()


def test_a_deal_that_closes_while_its_form_is_open_is_not_decided(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    kara.clicks("Continue the review")
    while LOST not in shown_deal(kara):
        turns(kara, "Back")
    kara.fills("What do you decide?", "Advance to Negotiation")
    kara.fills("What happens next with the buyer?", "Meet their board about the two open terms")
    kara.fills("What will the CRM show of it?", "A meeting")

    meridian.clock_to("2026-10-08 14:05")
    kara.submits()

    kara.sees(f"“{LOST}", "left this review: closed as lost, so nothing is left to decide")
    kara.closes()
    assert meridian.records("SELECT count(*) FROM decisions") == [(0,)]
    kara.clicks("Continue the review")
    kara.sees(LOST, "Nothing to decide: closed as lost, so nothing is left to decide")
    kara.closes()


def test_with_a_new_owner_it_is_to_be_decided_again(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.clicks("Continue the review")
    while LEFT not in shown_deal(kara):
        turns(kara, "Next")
    kara.sees(LEFT, "Jonas Albrecht", "EUR 88,000", "What do you decide?")
    kara.closes()


def test_the_demotion_goes_to_whom_the_questions_were_asked_last(meridian: Workspace) -> None:
    mats, leyla = meridian.person("Mats Lindqvist"), meridian.person("Leyla Demir")
    meridian.clock_to("2026-10-08 18:01")  # until then Mats was to answer
    assert mats.count(f"{INSPECTED} is proposed for a step back") == 0
    assert leyla.count(f"{INSPECTED} is proposed for a step back") == 0

    meridian.clock_to("2026-10-09 18:01")
    meridian.clock_to("2026-10-12 09:05")  # what comes after work is told when it begins again

    leyla.hears(f"{INSPECTED} is proposed for a step back to Discovery")
    assert mats.count(f"{INSPECTED} is proposed for a step back") == 0
