"""Moving a one-on-one again and again: each move counts, none hides what was not held, none skips a week."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.obligations import State
from bot.domain.one_on_one import Adherence, OneOnOne, SlotState
from bot.services import overview
from bot.services.coaching_log import About, SubmitLog, submit
from bot.services.one_on_one_answers import hold, move
from bot.services.one_on_one_schedule import Choice
from bot.services.one_on_one_week import week_of_one_on_ones
from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, trail
from tests.integration.services.one_on_ones import (
    AFTER,
    MORNING,
    NINE_ON_MONDAY,
    OCT_6,
    OCT_8,
    ROBS_SLOT,
    TUESDAY,
    accepted,
    answer,
    at,
    leaves_or_moves,
    owed_for,
    passes,
    slot_on,
    slots,
    told,
)
from tests.integration.services.test_coaching_logs import FIELDS

DAY = timedelta(days=1)
WEEK = 7 * DAY
OCT_7, OCT_9 = date(2026, 10, 7), date(2026, 10, 9)
FRIDAY_EVENING = datetime(2026, 10, 9, 20, 0, tzinfo=UTC)
WEEK_BEFORE = datetime(2026, 9, 30, 7, 0, tzinfo=UTC)  # a Wednesday: the first Tuesday is 6 October
ALONE = (Choice("rob", TUESDAY, time(11, 0), 1, next_week=False),)


def kept(store: Store, now: datetime) -> Adherence:
    """How Mia kept her schedule, as she sees it."""
    found = week_of_one_on_ones(store, "UMIA", now).adherence
    assert found is not None
    return found


def unsettled(store: Store, now: datetime) -> list[tuple[str, int]]:
    return [(rep.id, count) for rep, count in week_of_one_on_ones(store, "UMIA", now).unsettled]


def seen_by_leader(store: Store, now: datetime) -> tuple[int, int, int]:
    """What Vic is shown of Mia: due, held, and with how many reps it was changed too often."""
    line = next(one for one in overview.team(store, "UVIC", now).managers if one.manager.id == "mia")
    assert line.one_on_ones is not None
    return line.one_on_ones.due, line.one_on_ones.held, line.unsettled


def logged(store: Store, jobs: RecordedJobs, slot_id: str, day: date, now: datetime) -> None:
    fields = {**FIELDS, "held_on": day.isoformat(), "step_on": "2026-12-20"}
    done = submit(store, jobs, SubmitLog("UMIA", About(one_on_one_id=slot_id), fields), now)
    assert done.faults == ()


# ------------------------------------------------------------ within its week


def test_each_move_within_its_week_counts_and_the_last_one_is_asked_about(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs, ALONE)
    passes(company, jobs, AFTER)
    assert told(company, "one_on_one_ended", "mia") == 1

    first = move(company, jobs, at(slots(company)[0], OCT_7, 15), AFTER)  # over, and said to be moved
    assert first.new is not None
    second = move(company, jobs, at(first.new, OCT_8, 15), AFTER)
    assert second.new is not None
    third = move(company, jobs, at(second.new, OCT_9, 18), AFTER)
    assert (first.changes, second.changes, third.changes) == (0, 2, 3)
    assert unsettled(company, AFTER) == [("rob", 3)]
    assert (kept(company, AFTER).due, kept(company, AFTER).held) == (0, 0)

    passes(company, jobs, FRIDAY_EVENING)
    assert told(company, "one_on_one_ended", "mia") == 2
    assert (kept(company, FRIDAY_EVENING).due, kept(company, FRIDAY_EVENING).held) == (1, 0)
    passes(company, jobs, ROBS_SLOT + WEEK)
    assert slot_on(company, OCT_9).state is SlotState.MISSED
    owed = owed_for(company, slot_on(company, OCT_9))
    assert owed is not None
    assert owed.state is State.MISSED


def test_one_held_at_once_after_a_move_is_owed_though_no_morning_came(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs, ALONE)
    done = move(company, jobs, at(slots(company)[0], OCT_6, 9, minute=1), MORNING + timedelta(hours=1))
    assert done.new is not None

    held = hold(company, jobs, answer(done.new), done.new.starts_at).slot

    owed = owed_for(company, held)
    assert owed is not None
    assert owed.state is State.DUE


def test_said_to_be_held_counts_once_it_is_logged(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs, ALONE)
    passes(company, jobs, AFTER)
    slot = slots(company)[0]
    hold(company, jobs, answer(slot), AFTER)
    said = kept(company, AFTER)
    assert (said.due, said.held, said.to_log) == (1, 0, 1)
    assert seen_by_leader(company, AFTER + DAY) == (1, 0, 0)

    logged(company, jobs, slot.id, OCT_6, AFTER)

    said = kept(company, AFTER)
    assert (said.due, said.held, said.to_log) == (1, 1, 0)
    assert seen_by_leader(company, AFTER + DAY) == (1, 1, 0)


def test_one_moved_to_an_earlier_day_is_not_missed_at_the_time_it_left(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs, (Choice("rob", 3, time(11, 0), 1, next_week=False),))  # Thursdays
    done = move(company, jobs, at(slots(company)[0], OCT_6, 11), MORNING)
    assert done.new is not None

    passes(company, jobs, ROBS_SLOT + 2 * DAY)
    assert slot_on(company, OCT_6).state is SlotState.SCHEDULED
    passes(company, jobs, ROBS_SLOT + 9 * DAY)
    assert slot_on(company, OCT_6).state is SlotState.MISSED


# ------------------------------------------------------------ out of its week


def test_one_put_off_for_ever_is_known_to_the_leader(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs, ALONE)
    first = move(company, jobs, at(slots(company)[0], date(2026, 10, 29), 15), MORNING)
    assert first.new is not None
    later = first.new.starts_at - DAY

    second = move(company, jobs, at(first.new, date(2026, 11, 19), 15), later)

    assert second.changes == 2
    now = first.new.starts_at + 2 * DAY
    passes(company, jobs, now)
    assert kept(company, now).held == 0
    due, held, often = seen_by_leader(company, now + 2 * DAY)
    assert (due, held, often) == (kept(company, now).due, 0, 1)


def test_a_leader_sees_where_several_moves_ended(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs, ALONE)
    there = move(company, jobs, at(slots(company)[0], OCT_9, 15), MORNING)
    assert there.new is not None
    back = move(company, jobs, at(there.new, OCT_7, 15), MORNING)
    assert back.new is not None
    hold(company, jobs, answer(back.new), back.new.ends_at)
    logged(company, jobs, back.new.id, OCT_7, back.new.ends_at)

    assert seen_by_leader(company, back.new.ends_at + timedelta(hours=1))[:2] == (0, 0)
    assert seen_by_leader(company, back.new.ends_at + DAY)[:2] == (1, 1)


def test_a_move_counts_in_the_quarter_it_took_the_slot_from(company: Store, jobs: RecordedJobs) -> None:
    september = datetime(2026, 9, 28, 6, 0, tzinfo=UTC)
    accepted(company, jobs, (Choice("rob", 2, time(11, 0), 1, next_week=False),), september)  # Wednesdays
    (last_of_quarter, *_) = slots_since(company, september)
    done = move(company, jobs, at(last_of_quarter, date(2026, 10, 2), 11), september)
    assert done.new is not None
    passes(company, jobs, done.new.ends_at)
    assert kept(company, NINE_ON_MONDAY).due == 0  # its planned day was in the quarter before

    once = move(company, jobs, at(slot_on(company, OCT_7), OCT_8, 15), NINE_ON_MONDAY)

    assert once.changes == 0
    assert unsettled(company, NINE_ON_MONDAY) == []


def slots_since(store: Store, since: datetime) -> list[OneOnOne]:
    with store.reading() as uow:
        return uow.one_on_ones.of_rep("rob", since, since + 90 * DAY)


# ------------------------------------------------------------ by another schedule


def test_another_schedule_does_not_skip_the_one_on_one_of_this_week(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs, ALONE, WEEK_BEFORE)
    mondays = (Choice("rob", 0, time(8, 0), 1, next_week=False),)

    done = accepted(company, jobs, mondays)

    assert slots(company)[0].starts_at == ROBS_SLOT
    assert slots(company)[0].is_scheduled
    assert any("Rob stays on Tuesday 6 Oct, 11:00" in words for words in done.warnings)
    passes(company, jobs, AFTER)
    assert told(company, "one_on_one_ended", "mia") == 1
    passes(company, jobs, NINE_ON_MONDAY + WEEK)  # the first of the new schedule has begun
    assert slots(company)[0].state is SlotState.MISSED
    assert kept(company, AFTER).held == 0


def test_nor_does_it_in_two_steps_or_without_a_schedule(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs, ALONE, WEEK_BEFORE)
    accepted(company, jobs, (Choice("rob", 4, time(11, 0), 1, next_week=False),))  # Fridays
    friday = slot_on(company, OCT_9)
    assert friday.is_scheduled
    assert slot_on(company, OCT_6).is_excused  # Friday's is there in its place

    accepted(company, jobs, (Choice("rob", None, time(11, 0), 1, next_week=False),), MORNING)

    assert slot_on(company, OCT_9).is_scheduled
    assert [one.is_excused for one in slots(company)][2:] == [True] * len(slots(company)[2:])


def test_what_left_its_week_is_not_excused_by_another_schedule(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs, ALONE)
    done = move(company, jobs, at(slots(company)[0], date(2026, 10, 14), 15), MORNING)
    assert done.new is not None

    accepted(company, jobs, (Choice("rob", None, time(11, 0), 1, next_week=False),), AFTER)

    assert slot_on(company, date(2026, 10, 14)).is_excused
    assert (kept(company, AFTER).due, kept(company, AFTER).held) == (1, 0)


def test_one_that_stands_is_nobodys_once_the_two_part(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs, ALONE, WEEK_BEFORE)
    accepted(company, jobs, (Choice("rob", None, time(11, 0), 1, next_week=False),))
    assert slots(company)[0].is_scheduled
    leaves_or_moves(company, "rob", manager_id="max")

    passes(company, jobs, MORNING)

    assert slots(company)[0].excused_reason == "Rob reports to another manager now"
    assert told(company, "one_on_one_agenda", "mia") == 0
    assert [event.action for event in trail(company)].count("one_on_one.missed") == 0
