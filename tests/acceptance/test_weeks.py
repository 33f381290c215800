"""Weeks of one team's rhythm: put off, late, missed, unanswered, confirmed, excused."""

from __future__ import annotations

from tests.acceptance.workspace import Workspace


def test_a_conversation_put_off_rings_under_the_card(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    meridian.clock_to("2026-10-05 09:01")
    kara.sees("1 conversation owed")

    kara.clicks("Snooze: 1 hour", about="Jonas Albrecht")
    kara.sees("Snoozed until Monday 5 Oct, 10:01; still due at 18:00")
    meridian.clock_to("2026-10-05 10:00")
    assert kara.replies() == []

    meridian.clock_to("2026-10-05 10:01")
    kara.hears_under_the_card("You put the conversation with Jonas Albrecht off until now")
    assert len(kara.replies()) == 1
    kara.sees("1 conversation owed")
    kara.sees_not("Snoozed until")


def test_what_was_done_meanwhile_rings_no_more(meridian: Workspace) -> None:
    meridian.clock_to("2026-10-05 09:30", "Europe/London")
    owen = meridian.person("Owen Pryce")
    owen.clicks("Snooze: 1 hour", about="Callum Reid")
    owen.sees("Snoozed until Monday 5 Oct, 10:30")

    owen.logs_a_conversation_with("Callum Reid")
    meridian.clock_to("2026-10-05 10:45", "Europe/London")

    assert owen.replies() == []


def test_it_is_overdue_at_six_and_nobody_is_pinged(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    meridian.clock_to("2026-10-05 17:59")
    kara.sees_not("Overdue")
    meridian.clock_to("2026-10-05 18:00")

    kara.sees("Overdue. Late is accepted, and marked late.")
    assert kara.count("Health check ·") == 1
    assert len(kara.replies()) == 1
    assert "Coverage conversation with Jonas Albrecht · Monday 5 Oct · overdue" in kara.asks("/drumbeat week")


def test_late_work_is_accepted_and_marked(meridian: Workspace) -> None:
    kara, jonas = meridian.person("Kara Voss"), meridian.person("Jonas Albrecht")
    meridian.clock_to("2026-10-06 10:00")

    kara.logs_a_conversation_with("Jonas Albrecht")
    kara.sees("Jonas Albrecht · done", "late · waiting for confirmation")
    jonas.hears("Did it take place?")
    jonas.clicks("Yes, we talked")

    kara.sees("late · verified")
    assert "done, late · verified" in kara.asks("/drumbeat week")


def test_no_answer_in_three_working_days_counts_neither_way(meridian: Workspace) -> None:
    owen, callum = meridian.person("Owen Pryce"), meridian.person("Callum Reid")

    meridian.clock_to("2026-10-08 17:59", "Europe/London")
    owen.sees("Callum Reid · done", "waiting for confirmation")
    meridian.clock_to("2026-10-08 18:00", "Europe/London")

    owen.sees("the rep has not answered, which counts neither way")
    callum.clicks("Yes, we talked")  # late, but it still counts
    callum.sees("You confirmed it")
    owen.sees("Callum Reid · done", "verified")


def test_the_next_monday_makes_it_missed_where_it_stands(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    meridian.clock_to("2026-10-12 09:01", "Europe/London")

    owen.sees("Health check · Monday 12 Oct", "2 conversations owed")
    assert "Missed: the next health check has come." in owen.card_of("Monday 5 Oct")
    assert "Snooze: 1 hour" not in owen.card_of("Monday 5 Oct")


def test_late_work_is_accepted_even_then(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    owen.logs_a_conversation_with("Saoirse Byrne", within="Monday 5 Oct")
    meridian.settles()

    assert "late · waiting for confirmation" in owen.card_of("Monday 5 Oct")
    assert "2 conversations owed" in owen.card()  # this week's is owed all the same


def test_a_public_holiday_excuses_a_whole_team(meridian: Workspace) -> None:
    denise, rafael = meridian.person("Denise Carter"), meridian.person("Rafael Ortega")

    meridian.clock_to("2026-10-12 09:30", "America/Chicago")

    assert denise.count("Health check ·") == 1
    assert rafael.count("Health check ·") == 1
    week = denise.asks("/drumbeat week")
    assert "Health check · Monday 12 Oct · excused" in week
    denise.clicks("Why?", about="Health check, 12 Oct")
    denise.sees("Excused: public holiday: Columbus Day")
    denise.closes()


def test_back_from_vacation_the_conversation_is_owed(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    kara.sees("Health check · Monday 12 Oct", "2 conversations owed", "Felix Brandt · coverage 2.2×")
    assert "excused" not in kara.card()


def test_a_recent_plan_is_confirmed_with_one_click(meridian: Workspace) -> None:
    kara, jonas = meridian.person("Kara Voss"), meridian.person("Jonas Albrecht")
    assert not kara.can_click("Confirm the plan of 6 Oct", about="Felix Brandt")

    kara.clicks("Confirm the plan of 6 Oct", about="Jonas Albrecht")

    kara.sees("1 of 2 conversations left", "Jonas Albrecht · done")
    week = kara.asks("/drumbeat week")
    assert "Coverage conversation with Jonas Albrecht · Monday 12 Oct · done · verified" in week
    meridian.settles()
    assert jonas.count("Did it take place?") == 1  # nobody is asked twice about one plan


def test_a_rep_who_moved_is_with_the_new_manager(meridian: Workspace) -> None:
    denise, rafael = meridian.person("Denise Carter"), meridian.person("Rafael Ortega")

    meridian.clock_to("2026-10-19 09:01", "America/Chicago")

    rafael.sees("Health check · Monday 19 Oct", "Grace Kim · coverage 4.0×")
    assert "Grace Kim" not in denise.card()
    assert "Grace Kim" not in denise.asks("/drumbeat team")
    assert "Devon Price" not in rafael.card()  # he has left
    denise.clicks("Snooze a week", about="Tidewater Tile", within="Monday 5 Oct")
    denise.sees("Not done", "outside your team")
    denise.closes()


def test_a_plan_of_two_weeks_ago_is_refused(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    assert kara.can_click("Confirm the plan of 6 Oct", about="Jonas Albrecht")
    meridian.clock_to("2026-10-20 10:00")
    before = kara.card()

    kara.clicks("Confirm the plan of 6 Oct", about="Jonas Albrecht")

    kara.sees("Not done", "There is no plan with Jonas Albrecht from the last 14 days")
    kara.closes()
    meridian.settles()
    assert kara.card() == before


def test_a_managers_own_week_off_is_excused(meridian: Workspace) -> None:
    owen, kara = meridian.person("Owen Pryce"), meridian.person("Kara Voss")

    meridian.clock_to("2026-10-26 09:30", "Europe/London")

    kara.sees("Health check · Monday 26 Oct")
    assert owen.count("Health check ·") == 3
    assert "Health check · Monday 26 Oct · excused" in owen.asks("/drumbeat week")


def test_each_message_was_sent_once(meridian: Workspace) -> None:
    meridian.settles()

    sent = [str(call["args"]["metadata"]) for call in meridian.calls("chat.postMessage") if call["ok"]]
    assert len(sent) == len(set(sent))
