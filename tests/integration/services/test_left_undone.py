"""What was left undone stays in sight when the week is over: of whoever owes it, and of their leaders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.notices import ManagerLine, WeekReview
from bot.domain.obligations import ObligationKind, State
from bot.services import overview
from bot.services.one_on_one_answers import cancel, hold, move
from bot.services.one_on_one_schedule import Choice
from bot.services.one_on_one_week import week_of_one_on_ones
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, monday
from tests.integration.services.one_on_ones import (
    AFTER,
    CHOICES,
    MORNING,
    accepted,
    answer,
    at,
    owed_for,
    passes,
    slot_on,
)

DAY, WEEK, HOUR = timedelta(days=1), timedelta(days=7), timedelta(hours=1)
WEDNESDAY_7_OCT = date(2026, 10, 7)
FRIDAY_9_OCT = date(2026, 10, 9)
NEXT_MONDAY = MONDAY + WEEK
FRIDAY = 4
ON_FRIDAY = (Choice("rob", FRIDAY, time(11, 0), 1, next_week=False),)


def days_of(week: WeekReview, kind: ObligationKind = ObligationKind.ONE_ON_ONE) -> list[tuple[date, str]]:
    return [
        (line.obligation.due_at.date(), line.obligation.state.value)
        for line in week.lines
        if line.obligation.kind is kind
    ]


def of_mia(store: Store, now: datetime) -> ManagerLine:
    return next(line for line in overview.team(store, "UVIC", now).managers if line.manager.id == "mia")


@pytest.fixture
def let_lie(company: Store, jobs: RecordedJobs) -> Store:
    """Rob's Tuesday and Ria's Wednesday of the first week came and went, and nobody said a word."""
    accepted(company, jobs)
    for now in (MORNING, MORNING + DAY, NEXT_MONDAY - 10 * HOUR, NEXT_MONDAY):
        passes(company, jobs, now)
    return company


def test_an_unanswered_one_on_one_waits_on_monday_too(let_lie: Store) -> None:
    for now in (NEXT_MONDAY - 8 * HOUR, NEXT_MONDAY):
        today = overview.today(let_lie, "UMIA", now).one_on_ones
        assert [card.rep.name for card in today] == ["Rob", "Ria"]
        assert all(card.slot.is_scheduled for card in today)
        shown = week_of_one_on_ones(let_lie, "UMIA", now).slots
        assert [card.slot.starts_at.day for card in shown] == [6, 7, 13, 14, 20, 21]


def test_its_rep_who_owes_nothing_is_shown_the_week_alone(let_lie: Store) -> None:
    assert overview.today(let_lie, "UROB", NEXT_MONDAY).one_on_ones == ()
    shown = week_of_one_on_ones(let_lie, "UROB", NEXT_MONDAY).slots
    assert [card.slot.starts_at.day for card in shown] == [13, 20]


def test_one_held_and_not_logged_waits_as_long_as_it_can_be_logged(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs, CHOICES[:1])
    passes(company, jobs, MORNING)
    hold(company, jobs, answer(slot_on(company, date(2026, 10, 6))), AFTER)
    passes(company, jobs, NEXT_MONDAY)

    (card,) = overview.today(company, "UMIA", NEXT_MONDAY).one_on_ones
    assert (card.slot.starts_at.day, card.is_owed) == (6, True)
    too_late = MORNING + 15 * DAY
    days = [card.slot.starts_at.day for card in overview.today(company, "UMIA", too_late).one_on_ones]
    assert 6 not in days
    assert (date(2026, 10, 6), "overdue") in days_of(overview.week(company, "UMIA", too_late))
    passes(company, jobs, too_late + DAY)
    (shown,) = (
        card for card in week_of_one_on_ones(company, "UMIA", MORNING).slots if card.slot.starts_at.day == 6
    )
    assert shown.is_to_log
    assert not replace(shown, now=too_late + DAY).is_to_log
    owed = owed_for(company, slot_on(company, date(2026, 10, 6)))
    assert owed is not None
    assert owed.state is State.MISSED
    assert (date(2026, 10, 6), "overdue") not in days_of(overview.week(company, "UMIA", too_late + DAY))


def test_the_week_lists_what_was_left_undone_first(let_lie: Store, jobs: RecordedJobs) -> None:
    expected = [(date(2026, 10, 6), "overdue"), (WEDNESDAY_7_OCT, "overdue")]
    assert days_of(overview.week(let_lie, "UMIA", NEXT_MONDAY)) == expected

    # Missed once the next one begins: told for that week, and then no more.
    tuesday = MORNING + WEEK
    for now in (tuesday, tuesday + 4 * HOUR):
        passes(let_lie, jobs, now)
    expected = [(date(2026, 10, 6), "missed"), (WEDNESDAY_7_OCT, "overdue"), (date(2026, 10, 13), "due")]
    assert days_of(overview.week(let_lie, "UMIA", tuesday + 4 * HOUR)) == expected
    assert date(2026, 10, 6) not in dict(days_of(overview.week(let_lie, "UMIA", NEXT_MONDAY + WEEK)))


def test_the_leaders_see_what_was_left_undone(let_lie: Store) -> None:
    assert days_of(overview.week(let_lie, "UVIC", NEXT_MONDAY)) == [
        (date(2026, 10, 6), "overdue"),
        (WEDNESDAY_7_OCT, "overdue"),
    ]


def test_what_falls_due_on_a_friday_is_the_leaders_in_the_next_week(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs, ON_FRIDAY)
    friday = MONDAY + 4 * DAY
    for now in (friday, friday + 12 * HOUR):
        passes(company, jobs, now)
    cancel(company, jobs, answer(slot_on(company, FRIDAY_9_OCT)), friday + 12 * HOUR)

    seen_from = NEXT_MONDAY + 9 * HOUR  # due at 18:00: a working day later is Monday at 18:00
    early = overview.week(company, "UVIC", seen_from - HOUR)
    assert (days_of(early), early.held_back) == ([], 1)
    assert days_of(overview.week(company, "UVIC", seen_from)) == [(FRIDAY_9_OCT, "missed")]


def test_last_mondays_conversations_that_were_never_held_are_told_on_the_next(
    fired: Store, jobs: RecordedJobs
) -> None:
    passes(fired, jobs, NEXT_MONDAY - HOUR)
    assert [one.state for one in of_mia(fired, NEXT_MONDAY - HOUR).earlier] == [State.OVERDUE] * 2
    assert len(days_of(overview.week(fired, "UMIA", NEXT_MONDAY - HOUR), ObligationKind.HEALTH_CHECK)) == 1

    monday(fired, jobs, NEXT_MONDAY)
    line = of_mia(fired, NEXT_MONDAY + HOUR)
    assert (line.owed, [one.state for one in line.earlier]) == (0, [State.MISSED] * 2)
    line = of_mia(fired, NEXT_MONDAY + DAY + HOUR)
    assert (line.owed, [one.state for one in line.earlier]) == (2, [State.MISSED] * 2)
    # Two weeks later they are past.
    assert all(one.due_at > NEXT_MONDAY for one in of_mia(fired, NEXT_MONDAY + WEEK).earlier)


def test_the_week_ends_on_its_sunday_and_tells_what_moved(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, MORNING)
    slot = slot_on(company, date(2026, 10, 6))
    move(company, jobs, at(slot, FRIDAY_9_OCT, 10), MORNING)
    cancel(company, jobs, answer(slot_on(company, date(2026, 10, 13))), MORNING)

    week = overview.week(company, "UMIA", MORNING)
    assert days_of(week) == [(date(2026, 10, 6), "excused")]
    (line,) = week.lines
    assert line.obligation.excused_reason == "moved to Friday 9 Oct, 10:00"
    assert days_of(overview.week(company, "UROB", MORNING)) == days_of(week)
