"""Coaching told as dialogue: logged, confirmed, rated, disputed, edited, answered late; who reads what."""

from __future__ import annotations

from tests.acceptance.person import Person
from tests.acceptance.workspace import Workspace

LONDON = "Europe/London"
FEEDBACK = "You let the Harrow buyer name the budget himself: open with that question in every first call."
NOTES = "Is tired of the territory; raise it with Helena."


def writes(owen: Person, feedback: str, *, step_on: str = "2026-10-13") -> None:
    """Fill in the open form with what a manager would write."""
    owen.fills("What was it about?", "Discovery: stage conversion")
    owen.fills("Your feedback", feedback)
    owen.fills("To work on", ["Too few questions"])
    owen.fills("The next step you agreed", "Callum opens his next three first calls with the budget question")
    owen.fills("By when?", step_on)


def test_a_vague_log_is_refused_kindly_and_nothing_typed_is_lost(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-06 11:00", LONDON)
    owen = meridian.person("Owen Pryce")

    owen.opens("/one-on-one log callum")
    owen.sees("Coaching session with Callum Reid")
    writes(owen, "Good session, keep it up", step_on="2026-10-06")
    owen.fills("Private notes", NOTES)
    owen.submits()
    owen.is_told_at("Your feedback", "Say what you saw and what to do differently")
    owen.is_told_at("By when?", "a day that is still to come")

    owen.closes()
    owen.opens("/one-on-one log callum")
    owen.sees("This is your draft: what you had filled in was kept.")
    owen.fills("Your feedback", FEEDBACK)
    owen.fills("By when?", "2026-10-13")
    owen.submits()
    owen.sees("Your session with Callum Reid is on record")
    owen.closes()
    meridian.settles()


def test_the_rep_reads_it_without_the_private_notes_and_confirms(meridian: Workspace) -> None:
    callum = meridian.person("Callum Reid")

    callum.hears("Owen Pryce logged a coaching session with you on Tuesday 6 Oct (30 minutes)")
    callum.clicks("Read it", within="coaching session")
    callum.sees(FEEDBACK, "To work on: Too few questions", "by Tuesday 13 Oct")
    callum.sees_not(NOTES, "Private notes")
    callum.closes()
    callum.clicks("Yes, it took place")
    meridian.settles()
    callum.sees("You confirmed it. Nothing else is needed.")


def test_a_rating_is_final_and_shown_to_nobody(meridian: Workspace) -> None:
    callum, owen = meridian.person("Callum Reid"), meridian.person("Owen Pryce")

    callum.clicks("Rate it…")
    callum.sees("a rating is final")
    callum.fills("Your rating", "4")
    callum.submits()
    callum.sees("It can't be traced or changed")
    callum.closes()
    meridian.settles()
    assert not callum.can_click("Rate it…")
    ((count, masked),) = meridian.records("SELECT count, masked FROM rating_batches")
    assert count == 1
    assert masked > 5
    assert "rate" not in owen.asks("/drumbeat team").lower().split("coached this month")[1]


def test_an_edit_after_verification_asks_again(meridian: Workspace) -> None:
    owen, callum = meridian.person("Owen Pryce"), meridian.person("Callum Reid")

    assert "Callum Reid · Tuesday 6 Oct · 30 minutes · verified" in owen.asks("/one-on-one logs")
    owen.clicks("Read it", about="Callum Reid")
    owen.sees(FEEDBACK, NOTES)
    owen.clicks("Edit…")
    owen.sees("Coaching session with Callum Reid")
    owen.fills("How long?", "60 minutes")
    writes(owen, FEEDBACK)
    owen.submits()
    owen.sees("You changed the minutes. Callum Reid is asked again to confirm it.")
    owen.closes()
    meridian.settles()
    assert "60 minutes · waiting for confirmation" in owen.asks("/one-on-one logs")

    callum.hears("(60 minutes)", "Changed since you answered: the minutes")
    callum.clicks("Yes, it took place")
    meridian.settles()
    callum.sees("You confirmed it")
    assert "60 minutes · verified" in owen.asks("/one-on-one logs")


def test_free_text_is_offered_as_a_prefilled_log(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-07 10:00", LONDON)
    owen = meridian.person("Owen Pryce")

    owen.says("1:1 with Callum yesterday, 45 minutes. Next step: he sends the Harrow summary by Friday.")
    meridian.settles()
    owen.hears("That reads like a session with Callum Reid")
    owen.clicks("Open the log…")
    owen.sees("This is your draft", "Coaching session with Callum Reid")
    owen.fills("What was it about?", "Closing: cycle length")
    owen.submits()
    owen.is_told_at("To work on", "Tick at least one skill")
    owen.closes()


def test_a_near_copy_is_named_with_its_day(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    owen.opens("/one-on-one log saoirse")
    writes(owen, FEEDBACK.replace("Harrow", "Kestrel"))
    owen.submits()
    owen.is_told_at("Your feedback", "nearly what you wrote about Callum Reid on Tuesday 6 Oct")
    owen.fills(
        "Your feedback", "Three of your slides answered what nobody had asked; show the audit timeline."
    )
    owen.submits()
    owen.sees("Your session with Saoirse Byrne is on record")
    owen.closes()
    meridian.settles()


def test_a_dispute_is_shown_to_both_at_once_and_to_the_leader_when_it_stays(meridian: Workspace) -> None:
    owen, saoirse = meridian.person("Owen Pryce"), meridian.person("Saoirse Byrne")
    helena = meridian.person("Helena Marsh")

    saoirse.hears("Owen Pryce logged a coaching session")
    saoirse.clicks("No, it didn't…")
    saoirse.fills("Would you like to add something?", "That was the team meeting")
    saoirse.submits()
    saoirse.sees("Owen Pryce is told that you remember it differently")
    saoirse.closes()
    meridian.settles()
    owen.hears("Saoirse Byrne says that the session", "“That was the team meeting”")
    assert "Saoirse Byrne says that the session" not in helena.screen()

    meridian.clock_to("2026-10-12 18:30", LONDON)
    helena.hears("It is unsettled after three working days")
    helena.sees_not("That was the team meeting")
    helena.clicks("Read it", within="unsettled")
    helena.sees("Focus: Discovery", "The text is for the two who talked")
    helena.sees_not("audit timeline", "That was the team meeting", NOTES)
    helena.closes()


def test_the_rep_settles_it_with_a_new_answer(meridian: Workspace) -> None:
    saoirse = meridian.person("Saoirse Byrne")

    saoirse.clicks("It is settled: it took place")
    meridian.settles()
    saoirse.sees("You confirmed it")
    verdicts = meridian.records(
        "SELECT verdict FROM obligations WHERE kind = 'coaching_log' ORDER BY due_at DESC, id DESC"
    )
    assert verdicts[0] == ("verified",)


def test_a_late_answer_still_counts(meridian: Workspace) -> None:
    owen, amara = meridian.person("Owen Pryce"), meridian.person("Amara Nwosu")

    owen.opens("/one-on-one log amara")
    writes(
        owen,
        "Silence after naming the price was your strength: hold it four seconds longer.",
        step_on="2026-10-20",
    )
    owen.submits()
    owen.sees("Your session with Amara Nwosu is on record")
    owen.closes()
    meridian.clock_to("2026-10-15 18:30", LONDON)
    newest = "SELECT verdict FROM obligations WHERE kind = 'coaching_log' ORDER BY due_at DESC LIMIT 1"
    assert meridian.records(newest) == [("unanswered",)]

    amara.clicks("Yes, it took place")
    meridian.settles()
    assert meridian.records(newest) == [("verified",)]


def test_who_is_coached_and_who_is_not_is_shown_of_every_rep(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    team = owen.asks("/drumbeat team")
    assert "Callum Reid: 1.0 h, last 6 Oct" in team
    assert "Priya Raman: not coached yet" in team


def test_the_rep_asks_what_is_held_and_who_was_shown_it(meridian: Workspace) -> None:
    callum, helena = meridian.person("Callum Reid"), meridian.person("Helena Marsh")

    assert "Callum Reid" in helena.asks("/one-on-one logs")
    callum.opens("/mydata")
    callum.sees("Coaching logs about you: 1 (6 Oct) · words kept 730 days")
    callum.sees("Helena Marsh was shown day, minutes, focus area and verdict of 1 log about you")
    callum.sees("Owen Pryce read the text of 1 log about you")
    callum.sees_not("Harrow", NOTES, "Coaching logs you wrote", "Coaching logs of others")
    callum.closes()


def test_an_admin_sees_nothing_of_it(meridian: Workspace) -> None:
    """The words of logs and notes are in no notice, trail or queue that an operator looks at."""
    for table in ("notices", "deliveries", "audit_events", "obligations"):
        found = str(meridian.records(f"SELECT * FROM {table}"))
        for words in ("Harrow buyer", "territory", "team meeting", "audit timeline"):
            assert words not in found
