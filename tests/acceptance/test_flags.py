"""Deal flags answered where they stand: dismissed, put off, fixed and held against the CRM, many at once."""

from __future__ import annotations

from tests.acceptance.person import Person
from tests.acceptance.workspace import Workspace

WHY = "Their plant is closed until spring, the buyer said so"


def test_a_flag_is_dismissed_only_with_a_reason(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    meridian.clock_to("2026-10-05 09:01", "Europe/London")

    kara.clicks("Dismiss, with a reason…", about="Rosenthaler Feinkost")
    kara.sees("Which flags are no concern?", "Frozen: no movement for 69 days")
    kara.fills("Why is it no concern?", "no")
    kara.submits()
    kara.is_told_at("Why is it no concern?", "Say in a few words")
    kara.fills("Why is it no concern?", WHY)
    kara.submits()
    kara.sees("1 flag on 1 deal dismissed")
    kara.closes()

    kara.sees("of 8 with flags")
    assert "Rosenthaler" not in kara.card()


def test_an_answer_is_taken_back_and_given_again(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.clicks("Answered flags (1)…")
    kara.sees("Rosenthaler Feinkost: Meridian Route · dismissed 5 Oct", "Frozen")
    kara.submits()
    kara.is_told_at("Latest answers", "Tick at least one answer")
    kara.fills("Latest answers", ["Rosenthaler Feinkost"])
    kara.submits()
    kara.sees("1 flag on 1 deal is open again")
    kara.closes()
    kara.sees("of 9 with flags")
    assert "Answered flags" not in kara.card()

    kara.clicks("Dismiss, with a reason…", about="Rosenthaler Feinkost")
    kara.fills("Why is it no concern?", WHY)
    kara.submits()
    kara.sees("1 flag on 1 deal dismissed")
    kara.closes()
    kara.sees("of 8 with flags")


def test_a_claim_of_a_fix_waits_for_the_crm(meridian: Workspace) -> None:
    kara, owen = meridian.person("Kara Voss"), meridian.person("Owen Pryce")

    kara.clicks("It's fixed in the CRM", about="Brightwater Kliniken")
    kara.sees("with flags")
    owen.clicks("It's fixed in the CRM", about="Thornbury Rail")
    meridian.settles()

    assert "Brightwater" not in kara.card()
    assert "Thornbury" not in owen.card()
    assert (
        "Fixed? Brightwater Kliniken: Meridian Sense · Close date passed · waiting for the CRM"
        in kara.asks("/drumbeat week")
    )


def test_many_are_answered_at_once_from_the_list(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    open_list(kara)
    kara.sees("Kesselmann Pumpen", "No next step")
    kara.submits()
    kara.is_told_at("What shall be done?", "complete this required field")
    kara.fills("What shall be done?", "They are fixed in the CRM")
    kara.submits()
    kara.is_told_at("For which deals?", "Tick the deals meant")
    kara.fills("Tick deals", ["Kesselmann Pumpen"])
    kara.submits()
    kara.sees("1 flag on 1 deal noted as fixed")
    kara.closes()
    # The card follows the answer: its button counts the flagged deals.
    meridian.settles()

    open_list(kara)
    kara.sees_not("Kesselmann Pumpen")
    kara.closes()


def test_what_no_crm_can_undo_cannot_be_fixed(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    assert not kara.can_click("It's fixed in the CRM", about="Donaukraft Turbinen")
    open_list(kara)
    kara.fills("Tick deals", ["Donaukraft Turbinen"])
    kara.fills("What shall be done?", "They are fixed in the CRM")
    kara.submits()
    kara.sees("Nothing in the CRM can undo these: a date pushed stays pushed.")
    kara.closes()

    assert "Donaukraft Turbinen" in kara.card()


def test_a_filter_narrows_the_list_and_what_is_done(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    open_list(kara)
    kara.clicks("Single contact")
    kara.sees("Skarvik Offshore", "All 1 that match the filter")
    kara.sees_not("Donaukraft")
    kara.clicks("Leyla Demir")
    kara.sees("No flagged deal matches")
    kara.clicks("All reps")
    kara.sees("Skarvik Offshore")
    kara.fills("For which deals?", "All 1 that match")
    kara.fills("What shall be done?", "Snooze a week")
    kara.submits()
    kara.sees("1 flag on 1 deal put off for a week")
    kara.closes()

    meridian.settles()
    assert "Skarvik" not in kara.card()


def test_the_next_crm_state_verifies_what_is_true(meridian: Workspace) -> None:
    kara, owen = meridian.person("Kara Voss"), meridian.person("Owen Pryce")

    meridian.clock_to("2026-10-06 06:30")

    week = kara.asks("/drumbeat week")
    assert "Fixed? Brightwater Kliniken: Meridian Sense · Close date passed · verified" in week
    assert "CRM as of Tuesday 6 Oct" in week
    assert "Kesselmann Pumpen" in week
    assert "No next step · waiting for the CRM" in week
    assert "Next step overdue · verified" in owen.asks("/drumbeat week")
    meridian.settles()
    assert "Brightwater" not in kara.card()


def test_what_was_said_and_not_done_is_contradicted(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    meridian.clock_to("2026-10-07 18:30")
    assert "No next step · waiting for the CRM" in kara.asks("/drumbeat week")
    meridian.clock_to("2026-10-08 06:30")

    assert "No next step · the CRM says otherwise" in kara.asks("/drumbeat week")
    open_list(kara)
    kara.sees("Kesselmann Pumpen")  # it was never fixed, so it is open again
    kara.closes()


def test_the_snoozed_one_is_back_after_a_week(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    meridian.clock_to("2026-10-12 09:01")
    kara.sees("Health check · Monday 12 Oct")

    open_list(kara)

    kara.sees("Skarvik Offshore")
    kara.closes()


def test_a_dismissed_flag_is_back_when_its_facts_change(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")
    meridian.clock_to("2026-10-17 10:00", "Europe/London")
    owen.asks("/drumbeat today")
    owen.clicks("Dismiss, with a reason…", about="Strathmoor Dairies")
    owen.sees("Next step was due 16 Oct")
    owen.fills("Why is it no concern?", "They moved the meeting by a few days")
    owen.submits()
    owen.sees("1 flag on 1 deal dismissed")
    owen.closes()
    assert "Strathmoor" not in owen.asks("/drumbeat today")

    meridian.clock_to("2026-10-24 10:00", "Europe/London")

    assert "Next step was due 23 Oct" in owen.asks("/drumbeat today")
    assert "Strathmoor Dairies" in owen.asks("/drumbeat today")


def test_a_dismissed_flag_is_back_after_fourteen_days(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    assert meridian.now.date().isoformat() == "2026-10-24"

    open_list(kara, "All flags")

    kara.sees("Rosenthaler Feinkost")
    kara.closes()


def open_list(person: Person, flag: str = "All flags") -> None:
    """Open the list of all flagged deals from the newest card."""
    total = next(line for line in person.card().splitlines() if line.endswith("flagged deals…"))
    person.clicks(total)
    person.sees("Flagged deals", flag)
