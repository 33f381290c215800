"""One-on-ones: a schedule is accepted, its slots come, are answered, moved, excused; all on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.obligations import State
from bot.domain.one_on_one import SlotState
from bot.errors import InvalidInput, NotAllowed, StaleAction, UserError
from bot.services.health_check import read_health_check
from bot.services.one_on_one_agenda import AddItem, add_item
from bot.services.one_on_one_answers import accept, cancel, decline, hold, move, propose
from bot.services.one_on_one_rhythm import keep_rhythm, next_moments
from bot.services.one_on_one_schedule import (
    AcceptSchedule,
    Choice,
    accept_schedule,
    open_schedule,
)
from bot.services.one_on_one_week import open_slot, read_slot, week_of_one_on_ones
from bot.slack.views.health_check import blocks
from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, audited, monday, trail
from tests.integration.services.one_on_ones import (
    AFTER,
    CHOICES,
    MORNING,
    NINE_ON_MONDAY,
    OCT_6,
    OCT_8,
    ROBS_SLOT,
    TUESDAY,
    accepted,
    answer,
    at,
    owed_for,
    passes,
    slot_on,
    slots,
    told,
)

# ------------------------------------------------------------ the schedule


def test_the_slots_are_there_as_soon_as_the_schedule_is_accepted(company: Store, jobs: RecordedJobs) -> None:
    accept_schedule(company, jobs, AcceptSchedule("UMIA", CHOICES), NINE_ON_MONDAY)

    assert len(slots(company)) == len(slots(company, "ria")) == 3
    shown = [card.slot.rep_id for card in week_of_one_on_ones(company, "UMIA", NINE_ON_MONDAY).slots]
    assert shown == ["rob", "ria", "rob", "ria"]


def test_the_health_check_names_whom_no_one_on_ones_are_scheduled_with(
    company: Store, jobs: RecordedJobs
) -> None:
    monday(company, jobs, NINE_ON_MONDAY)

    def shown() -> str:
        with company.reading() as uow:
            fire = uow.fires.latest_owed("health_check", "mia")
            card = read_health_check(uow, "mia", fire.id, NINE_ON_MONDAY) if fire else None
        assert card is not None
        return str(blocks(card))

    assert "none are scheduled with Ria and Rob" in shown()
    accepted(company, jobs, CHOICES[:1])
    assert "none are scheduled with Ria." in shown()
    accepted(company, jobs)
    assert "none are scheduled" not in shown()


def test_a_proposal_has_every_rep_and_keeps_what_runs(company: Store, jobs: RecordedJobs) -> None:
    draft = open_schedule(company, "UMIA", NINE_ON_MONDAY)
    assert [rep.name for rep, _ in draft.rows] == ["Ria", "Rob"]
    assert {slotting.every_weeks for _, slotting in draft.rows} == {1}

    accepted(company, jobs)
    rows = {rep.id: slotting for rep, slotting in open_schedule(company, "UMIA", NINE_ON_MONDAY).rows}
    assert (rows["rob"].weekday, rows["rob"].at) == (TUESDAY, time(11, 0))


def test_slots_come_three_weeks_ahead_once_and_stay_at_their_local_time(
    company: Store, jobs: RecordedJobs
) -> None:
    with audited(company, changing={"one_on_one_series", "one_on_ones"}):
        done = accepted(company, jobs)
    assert [rep.id for rep in done.scheduled] == ["rob", "ria"]
    before = [slot.starts_at for slot in slots(company)]
    assert before == [ROBS_SLOT + timedelta(days=7 * week) for week in range(3)]

    keep_rhythm(company, jobs, NINE_ON_MONDAY)
    assert [slot.starts_at for slot in slots(company)] == before

    # The clocks in Berlin go back on 25 October: 11:00 there is an hour later in UTC.
    keep_rhythm(company, jobs, NINE_ON_MONDAY + timedelta(days=14))
    assert slots(company)[3].starts_at == datetime(2026, 10, 27, 10, 0, tzinfo=UTC)


def test_the_rep_is_told_and_accepting_the_same_again_changes_nothing(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    assert told(company, "one_on_one_changed", "rob") == 1

    with audited(company, changing=set()):
        accepted(company, jobs)
    assert told(company, "one_on_one_changed", "rob") == 1


def test_a_changed_schedule_replaces_the_slots_to_come(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    later = (
        Choice("rob", TUESDAY, time(15, 0), 1, next_week=False),
        Choice("ria", None, time(9), 1, next_week=False),
    )

    accepted(company, jobs, later)
    assert [slot.starts_at.hour for slot in slots(company) if slot.is_scheduled] == [13, 13, 13]
    assert all(slot.is_excused for slot in slots(company, "ria"))
    week = week_of_one_on_ones(company, "UMIA", NINE_ON_MONDAY)
    assert [rep.id for rep in week.unscheduled] == ["ria"]


@pytest.mark.parametrize(
    ("user", "choices", "refusal", "words"),
    [
        ("UROB", CHOICES, NotAllowed, "Your role does not include this. Ask your Drumbeat admin"),
        ("UADA", CHOICES, NotAllowed, "Your role does not include this. It is for those who sell or lead"),
        ("UMAX", CHOICES, NotAllowed, "outside your team"),
        (
            "UMIA",
            (CHOICES[0], Choice("ria", TUESDAY, time(11, 15), 1, next_week=False)),
            InvalidInput,
            "would both be on Tuesday at this time",
        ),
    ],
)
def test_what_can_not_be_accepted(
    company: Store,
    jobs: RecordedJobs,
    user: str,
    choices: tuple[Choice, ...],
    refusal: type[UserError],
    words: str,
) -> None:
    with pytest.raises(refusal, match=words), audited(company, changing=set()):
        accept_schedule(company, jobs, AcceptSchedule(user, choices), NINE_ON_MONDAY)


# ------------------------------------------------------------ the day


def test_in_the_morning_both_get_the_agenda_and_it_is_owed(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    assert owed_for(company, slots(company)[0]) is None
    with company.reading() as uow:
        assert next_moments(uow, NINE_ON_MONDAY)[0] == MORNING

    passes(company, jobs, MORNING - timedelta(minutes=1))
    assert told(company, "one_on_one_agenda", "mia") == 0
    passes(company, jobs, MORNING)
    passes(company, jobs, MORNING)
    assert [told(company, "one_on_one_agenda", one) for one in ("mia", "rob", "ria")] == [1, 1, 0]
    owed = owed_for(company, slots(company)[0])
    assert owed is not None
    assert (owed.owner_id, owed.subject_id, owed.state) == ("mia", "rob", State.DUE)
    assert owed.due_at == datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


def test_the_agenda_names_flagged_deals_and_what_each_of_the_two_adds(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    with audited(company, changing=set()):
        add_item(company, jobs, AddItem("UROB", slot.id, "Help with the legal review"), MORNING)
    add_item(company, jobs, AddItem("UMIA", slot.id, "The call with Acme"), MORNING)

    for viewer in ("mia", "rob"):
        card = read_slot(company, viewer, slot.id, MORNING)
        assert card is not None
        assert [item.by for item in card.agenda.items] == ["Rob", "Mia"]
        assert [one.deal.id for one in card.agenda.deals] == ["deal_rob"]
    assert read_slot(company, "ria", slot.id, MORNING) is None
    for outsider in ("URIA", "UVIC", "UADA"):
        with pytest.raises(NotAllowed):
            open_slot(company, outsider, slot.id, MORNING)
        with pytest.raises(NotAllowed):
            add_item(company, jobs, AddItem(outsider, slot.id, "A word"), MORNING)


def test_after_its_end_the_manager_is_asked_once(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, MORNING)
    passes(company, jobs, AFTER - timedelta(minutes=1))
    assert told(company, "one_on_one_ended", "mia") == 0
    passes(company, jobs, AFTER)
    passes(company, jobs, AFTER + timedelta(minutes=1))
    assert told(company, "one_on_one_ended", "mia") == 1


def test_held_stays_owed_until_it_is_logged(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    slot = slots(company)[0]
    with audited(company, changing={"one_on_ones"}):
        hold(company, jobs, answer(slot), AFTER)
    assert slots(company)[0].state is SlotState.HELD
    owed = owed_for(company, slot)
    assert owed is not None
    assert owed.state is State.DUE
    kept = week_of_one_on_ones(company, "UMIA", AFTER).adherence
    assert kept is not None
    assert (kept.held, kept.due, kept.to_log) == (0, 1, 1)


def test_it_can_not_be_held_before_it_begins(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    with pytest.raises(InvalidInput, match="still to come"):
        hold(company, jobs, answer(slots(company)[0]), ROBS_SLOT - timedelta(minutes=1))


def test_cancelled_is_told_and_missed_and_raised_the_second_time(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    first, second, _ = slots(company)
    with audited(company, changing={"one_on_ones", "obligations"}):
        done = cancel(company, jobs, answer(first), AFTER)
    assert done.changes == 0
    owed = owed_for(company, first)
    assert owed is not None
    assert owed.state is State.MISSED
    assert told(company, "one_on_one_changed", "rob") == 2

    assert cancel(company, jobs, answer(second), AFTER).changes == 2
    week = week_of_one_on_ones(company, "UMIA", AFTER)
    assert [(rep.id, count) for rep, count in week.unsettled] == [("rob", 2)]
    assert [event.action for event in trail(company)].count("one_on_one.unsettled") == 1


def test_one_that_nobody_answered_is_missed_once_the_next_begins(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    next_one = ROBS_SLOT + timedelta(days=7)
    passes(company, jobs, next_one - timedelta(minutes=1))
    assert slots(company)[0].state is SlotState.SCHEDULED
    passes(company, jobs, next_one)
    missed = slots(company)[0]
    assert missed.state is SlotState.MISSED
    owed = owed_for(company, missed)
    assert owed is not None
    assert owed.state is State.MISSED

    # Late work is accepted.
    hold(company, jobs, answer(missed), next_one)
    assert slots(company)[0].state is SlotState.HELD


# ------------------------------------------------------------ another time


def test_moved_within_its_week_counts_as_held_once_it_was(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    add_item(company, jobs, AddItem("UROB", slot.id, "The legal review"), MORNING)
    done = move(company, jobs, at(slot, OCT_8, 15), MORNING)
    assert done.new is not None
    assert done.new.starts_at == datetime(2026, 10, 8, 13, 0, tzinfo=UTC)
    owed = owed_for(company, slot)
    assert owed is not None
    assert (owed.state, owed.excused_reason) == (State.EXCUSED, "moved to Thursday 8 Oct, 15:00")
    card = read_slot(company, "rob", done.new.id, MORNING)
    assert card is not None
    assert [item.text for item in card.agenda.items] == ["The legal review"]

    passes(company, jobs, done.new.ends_at)
    hold(company, jobs, answer(slot_on(company, OCT_8)), done.new.ends_at)
    kept = week_of_one_on_ones(company, "UMIA", done.new.ends_at).adherence
    assert kept is not None
    assert kept.to_log == 1


def test_moved_out_of_its_week_it_was_not_kept(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    done = move(company, jobs, at(slot, date(2026, 10, 14), 15), MORNING)
    owed = owed_for(company, slot)
    assert owed is not None
    assert owed.state is State.MISSED
    assert done.new is not None
    hold(company, jobs, answer(done.new), done.new.ends_at)
    kept = week_of_one_on_ones(company, "UMIA", done.new.ends_at).adherence
    assert kept is not None
    assert (kept.held, kept.to_log) == (0, 0)


@pytest.mark.parametrize(
    ("day", "hour", "words", "field"),
    [
        (date(2026, 10, 5), 10, "has passed", "day"),
        (OCT_6, 11, "at this time already", "at"),
        (date(2026, 10, 10), 10, "Not a working day", "day"),
        (date(2026, 10, 7), 11, "The one-on-one with Ria is at this time", "at"),
        (date(2026, 12, 1), 11, "more than four weeks away", "day"),
    ],
)
def test_a_time_that_does_not_suit_is_refused_at_its_field(
    company: Store, jobs: RecordedJobs, day: date, hour: int, words: str, field: str
) -> None:
    accepted(company, jobs)
    with pytest.raises(InvalidInput, match=words) as refused, audited(company, changing=set()):
        move(company, jobs, at(slots(company)[0], day, hour), MORNING)
    assert [*refused.value.fields] == [field]


def test_the_rep_proposes_and_the_manager_accepts_or_declines(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    with audited(company, changing={"one_on_ones"}):
        propose(company, jobs, at(slot, OCT_8, 9, "UROB"), MORNING)
    assert told(company, "one_on_one_proposal", "mia") == 1
    assert slots(company)[0].starts_at == ROBS_SLOT

    decline(company, jobs, answer(slot), MORNING)
    with pytest.raises(StaleAction, match="answered already"):
        accept(company, jobs, answer(slot), MORNING)
    propose(company, jobs, at(slot, OCT_8, 9, "UROB"), MORNING)
    assert told(company, "one_on_one_proposal", "mia") == 2
    done = accept(company, jobs, answer(slot), MORNING)
    assert done.new is not None
    assert done.new.starts_at == datetime(2026, 10, 8, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("user", ["URIA", "UMIA", "URAY"])
def test_only_the_rep_of_a_slot_proposes_for_it(company: Store, jobs: RecordedJobs, user: str) -> None:
    accepted(company, jobs)
    with pytest.raises(NotAllowed):
        propose(company, jobs, at(slots(company)[0], OCT_8, 9, user), MORNING)


@pytest.mark.parametrize("user", ["UROB", "UMAX", "UVIC", "UADA"])
def test_only_its_manager_answers_a_slot(company: Store, jobs: RecordedJobs, user: str) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    for act in (hold, cancel, accept, decline):
        with pytest.raises(NotAllowed), audited(company, changing=set()):
            act(company, jobs, answer(slot, user), AFTER)
    with pytest.raises(NotAllowed):
        move(company, jobs, at(slot, OCT_8, 9, user), MORNING)
