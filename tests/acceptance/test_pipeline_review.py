"""A pipeline review as its people live it: prepared on Wednesday, held on Thursday, held to it by the CRM."""

from __future__ import annotations

from tests.acceptance.person import Person
from tests.acceptance.workspace import Workspace

NEW_YORK = "America/New_York"


def test_on_wednesday_the_deals_are_picked_each_with_its_reason(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    meridian.clock_to("2026-10-07 10:01")

    kara.sees(
        "Pipeline review · Thursday 8 Oct",
        "5 deals picked by value and risk",
        "Skarvik Offshore",
        "Only one contact is known; 29 days in proposal, usual here 20",
        "Rosenthaler Feinkost",
        "Frozen: no movement for 71 days",
    )
    for rep in ("Mats Lindqvist", "Felix Brandt", "Leyla Demir", "Jonas Albrecht", "Nadia Rahimi"):
        kara.sees(rep)
    assert not kara.can_click("Start the review")


def test_the_manager_swaps_a_deal(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.clicks("Swap…", about="Brightwater")
    kara.sees("Instead of Brightwater Kliniken")
    kara.submits()
    kara.is_told_at("Which deal do you want to look at?", "complete this required field")
    kara.fills("Which deal do you want to look at?", "Zollkamp Spirituosen")
    kara.submits()
    kara.sees("Zollkamp Spirituosen: Meridian Route is in the review now")
    kara.closes()

    kara.sees("Zollkamp Spirituosen: Meridian Route · EUR 64,000 · Negotiation · Nadia Rahimi")


def test_on_thursday_the_review_leads_from_deal_to_deal(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    meridian.clock_to("2026-10-08 10:01")
    kara.sees(
        "4 of 5 deals to decide · due Thursday 8 Oct, 17:00", "closed as won, so nothing is left to decide"
    )
    meridian.settles()
    assert kara.count("Until the review your reps have") == 0
    kara.hears("The pipeline review of Thursday 8 Oct was prepared here")
    kara.clicks("Start the review")

    kara.sees("Deal 1 of 5", "Skarvik Offshore", "30 days in its stage (usual 20)", "Evidence for its stage")
    kara.fills("What do you decide?", "Advance to Negotiation")
    kara.fills("What happens next with the buyer?", "call")
    kara.submits()
    kara.is_told_at("What happens next with the buyer?", "who meets whom, about what")
    decides(kara, "Advance to Negotiation", activity="A meeting")
    kara.sees("Deal 2 of 5", "Donaukraft Turbinen")


def test_a_date_that_was_pushed_twice_is_not_offered_again(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.sees("pushed 2 times, so to re-date it again is not offered")
    kara.sees_not("With the buyer's reason")
    decides(kara, "Demote to Discovery", activity="A call")
    kara.sees("Deal 3 of 5")
    kara.clicks("Back")
    kara.sees("Deal 2 of 5", "○●")
    kara.closes()
    kara.sees("2 of 5 deals to decide")


def test_it_goes_on_where_it_was_left_after_a_restart(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    meridian.stop_bot()
    meridian.start_bot()
    kara.clicks("Continue the review")

    kara.sees("Deal 2 of 5", "Donaukraft Turbinen")
    kara.clicks("Next")
    kara.sees("Deal 3 of 5")
    kara.closes()


def test_a_closed_deal_asks_for_nothing_and_the_last_decision_ends_it(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    kara.clicks("Continue the review")
    kara.sees("Deal 3 of 5", "Rosenthaler Feinkost")
    kara.fills("What do you decide?", "Remove from the pipeline")
    kara.submits()
    kara.is_told_at("Why?", "why it leaves the pipeline")
    kara.fills("Why?", "Nobody there has answered since July")
    kara.submits()
    kara.sees("Marzahn Medizintechnik")
    kara.clicks("Back")
    kara.sees("Nothing to decide: closed as won")
    kara.clicks("Next")
    kara.sees("Marzahn Medizintechnik", "What do you decide?")

    decides(kara, "Keep as it is: no decision", activity="Any activity")

    kara.sees(
        "The review is done. 4 deals, each with what happens next; 3 decisions.",
        "Coverage gap: the team lacks EUR 199,500 of open pipeline to 3.0×, over 2 of 5 reps",
        "What advancing deals have in common",
    )
    kara.closes()
    kara.sees("Held: 4 deals, each with what happens next; 3 decisions.")
    assert "Pipeline review · Thursday 8 Oct · done · verified" in kara.asks("/drumbeat week")


def test_each_rep_hears_what_was_decided_of_their_deals(meridian: Workspace) -> None:
    mats, jonas = meridian.person("Mats Lindqvist"), meridian.person("Jonas Albrecht")
    meridian.settles()

    mats.sees("Pipeline review of 8 Oct: what Kara Voss decided", "Advance to Negotiation")
    mats.sees_not("Rosenthaler")
    assert jonas.count("Pipeline review of 8 Oct") == 0


def test_without_a_decision_it_is_a_status_meeting_until_one_is_taken(meridian: Workspace) -> None:
    denise = meridian.person("Denise Carter")
    meridian.clock_to("2026-10-08 10:01", NEW_YORK)
    denise.sees("Pipeline review · Thursday 8 Oct", "5 deals to decide")
    takes_in(denise, "Catskill Creamery")
    denise.clicks("Start the review")
    denise.sees("Deal 1 of 5")
    while "Coverage gap" not in denise.screen():
        decides(denise, "Keep as it is: no decision", activity="Any activity")

    denise.sees("Recorded as a status meeting. No deal was advanced, demoted, removed or re-dated.")
    denise.closes()
    denise.sees("Recorded as a status meeting", "Take a decision")
    assert "Pipeline review · Thursday 8 Oct · due" in denise.asks("/drumbeat week")

    denise.clicks("Take a decision")
    turns(denise, "Back to the deals")
    while "Catskill Creamery" not in shown_deal(denise):
        turns(denise, "Back")
    denise.fills("What do you decide?", "Re-date")
    denise.submits()
    denise.is_told_at("New close date", "Choose the day")
    denise.is_told_at("Why?", "why the buyer needs the later date")
    denise.fills("New close date", "2026-11-20")
    denise.fills("Why?", "Their milk contract ends on the twentieth")
    denise.submits()
    assert not denise.errors, denise.errors
    denise.sees("The review is done.", "1 decision.")
    denise.closes()
    assert "Pipeline review · Thursday 8 Oct · done · verified" in denise.asks("/drumbeat week")


def test_an_old_crm_means_that_everything_waits(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    week = kara.asks("/drumbeat week")

    assert "Skarvik Offshore: Meridian Yard · Advance to Negotiation" not in week  # due next week
    kara.clicks("Why?", about="Skarvik Offshore", within="Held: 4 deals")
    kara.sees("Verdict: waiting for the CRM", "CRM as of Thursday 8 Oct: from before the decision.")
    kara.closes()


def test_the_crm_of_the_next_week_verifies_and_contradicts(meridian: Workspace) -> None:
    kara, denise = meridian.person("Kara Voss"), meridian.person("Denise Carter")

    meridian.clock_to("2026-10-15 06:30")

    week = kara.asks("/drumbeat week")
    assert "Donaukraft Turbinen: Meridian Yard · Demote to Discovery" in week
    assert "Felix Brandt until 14 Oct · the CRM says otherwise" in week
    assert "Remove from the pipeline · Leyla Demir until 14 Oct · the CRM says otherwise" in week
    assert "Keep · Nadia Rahimi until 14 Oct · verified" in week
    kara.clicks("Why?", about="Skarvik Offshore", within="Week of")
    kara.sees(
        "Verdict: not verified",
        "CRM as of Thursday 15 Oct: it is in negotiation since 8 Oct.",
        "a stage the deal entered in the CRM",
        "An advance needs its evidence too",
        "Next action: ",
    )
    kara.closes()
    assert "Re-date to 20 Nov · Marcus Bell until 14 Oct · verified" in denise.asks("/drumbeat week")


def test_on_friday_the_manager_says_what_became_of_each(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    meridian.clock_to("2026-10-16 14:01")

    kara.sees("Decisions due · week of 12 Oct", "0 of 3 verified by their date, 2 the CRM contradicts")
    kara.clicks("Not done…", about="Donaukraft")
    kara.sees("What came in between?")
    kara.fills("What came in between?", "later")
    kara.submits()
    kara.is_told_at("What came in between?", "Say in a few words")
    kara.fills("What came in between?", "Felix came back from his holiday with a new date")
    kara.submits()
    kara.sees("not done, with your reason beside it")
    kara.closes()
    kara.clicks("Done", about="Skarvik")
    kara.sees(
        "Not done: Felix came back from his holiday with a new date",
        "the CRM says otherwise · said not to be done",
        "not verified · said to be done",
    )


def test_the_vp_sees_counts_a_working_day_later(meridian: Workspace) -> None:
    helena = meridian.person("Helena Marsh")
    meridian.clock_to("2026-10-16 17:00")

    team = helena.asks("/drumbeat team")

    assert "Kara Voss" in team
    assert "decisions in 90 days: 0 of 3 verified by their date, 2 the CRM contradicts" in team
    assert "Donaukraft" not in team


def takes_in(person: Person, deal: str) -> None:
    """Swap the last deal of the list for this one, where it is not in the review yet."""
    if deal in person.screen():
        return
    person.clicks("Swap…")
    person.fills("Which deal do you want to look at?", deal)
    person.submits()
    person.sees(f"{deal}: ", "is in the review now")
    person.closes()


def turns(person: Person, button: str) -> None:
    """Turn to another deal, and wait until the window shows it."""
    before = person.screen()
    person.clicks(button)
    waits_for_change(person, before)


def waits_for_change(person: Person, before: str) -> None:
    person._until(lambda: person.screen() != before, lambda: "the window stays as it is:\n")


def shown_deal(person: Person) -> str:
    """Return the lines that name the deal in front."""
    return "\n".join(person.screen().splitlines()[:3])


def decides(
    person: Person,
    kind: str,
    *,
    activity: str,
    next_: str = "Meet the buyer about the open points",
    by: str = "",
) -> None:
    """Fill in and submit the form of the deal in front."""
    person.fills("What do you decide?", kind)
    person.fills("What happens next with the buyer?", next_)
    person.fills("What will the CRM show of it?", activity)
    if by:
        person.fills("By when?", by)
    before = person.screen()
    person.submits()
    assert not person.errors, person.errors
    waits_for_change(person, before)
