"""One-on-ones where things go otherwise: two clicks at once, old buttons, absences, people who part."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest

from bot.domain.obligations import State
from bot.domain.one_on_one_cards import Agenda
from bot.domain.people import Role
from bot.errors import NotAllowed, StaleAction
from bot.services.one_on_one_agenda import AddItem, add_item
from bot.services.one_on_one_answers import cancel, hold
from bot.services.one_on_one_rhythm import keep_rhythm, next_moments
from bot.services.one_on_one_schedule import Choice, read_invitation
from bot.services.one_on_one_week import as_leaders_see, open_slot, read_slot, week_of_one_on_ones
from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, audited, person
from tests.integration.services.one_on_ones import (
    AFTER,
    MORNING,
    NINE_ON_MONDAY,
    OCT_6,
    ROBS_SLOT,
    TUESDAY,
    accepted,
    answer,
    leaves_or_moves,
    owed_for,
    passes,
    slots,
    told,
)


def test_of_two_clicks_at_once_one_counts(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    slot = slots(company)[0]

    def click(act: Callable[..., object]) -> str:
        try:
            act(company, jobs, answer(slot), AFTER)
        except StaleAction as refusal:
            return str(refusal)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(click, (hold, cancel)))
    assert said[1] == "done"
    assert "already, so nothing was changed" in said[0] or "a moment ago" in said[0]


@pytest.mark.parametrize("act", [hold, cancel])
def test_an_old_button_changes_nothing(
    company: Store, jobs: RecordedJobs, act: Callable[..., object]
) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    cancel(company, jobs, answer(slot), AFTER)
    with pytest.raises(StaleAction, match="was cancelled already"), audited(company, changing=set()):
        act(company, jobs, answer(slot), AFTER)


def test_a_slot_on_a_holiday_or_in_time_off_is_excused(company: Store, jobs: RecordedJobs) -> None:
    with company.writing() as uow:
        uow.people.add_time_off("rob", OCT_6, OCT_6, "an operation")
        uow.people.add_time_off("mia", date(2026, 10, 13), date(2026, 10, 13), "")
    accepted(company, jobs)
    first, second, third = slots(company)
    assert [one.excused_reason for one in (first, second, third)] == ["Rob: time off", "Mia: time off", None]
    for slot in (first, second):
        owed = owed_for(company, slot)
        assert owed is None or owed.state is State.EXCUSED
    kept = week_of_one_on_ones(company, "UMIA", AFTER).adherence
    assert kept is not None
    assert (kept.due, kept.excused) == (0, 2)
    with pytest.raises(StaleAction, match="Nobody was to be there"):
        cancel(company, jobs, answer(first), AFTER)


def test_time_off_that_comes_up_later_excuses_it_in_the_morning(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    with company.writing() as uow:
        uow.people.add_time_off("mia", OCT_6, OCT_6, "")
    passes(company, jobs, MORNING)
    assert slots(company)[0].excused_reason == "Mia: time off"
    assert told(company, "one_on_one_agenda", "rob") == 0


def test_a_rep_who_moves_to_another_manager_is_nobodys_slot(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    passes(company, jobs, MORNING)
    leaves_or_moves(company, "rob", manager_id="max")
    with audited(company, changing={"one_on_one_series", "one_on_ones", "obligations"}):
        passes(company, jobs, AFTER)
        passes(company, jobs, AFTER)

    assert {slot.excused_reason for slot in slots(company)} == {"Rob reports to another manager now"}
    owed = owed_for(company, slots(company)[0])
    assert owed is not None
    assert owed.state is State.EXCUSED
    kept = week_of_one_on_ones(company, "UMIA", AFTER).adherence
    assert kept is not None
    assert kept.due == 0
    with pytest.raises(NotAllowed, match="outside your team"):
        hold(company, jobs, answer(slots(company)[0]), AFTER)

    assert told(company, "one_on_one_invite", "max") == 1
    invitation = read_invitation(company, "max", "rob")
    assert invitation is not None
    assert not invitation.scheduled


@pytest.mark.parametrize("parting", [{"manager_id": "max"}, {"active": False}])
def test_one_that_was_held_and_can_not_be_logged_any_more_counts_neither_way(
    company: Store, jobs: RecordedJobs, parting: dict[str, object]
) -> None:
    accepted(company, jobs)
    passes(company, jobs, AFTER)
    hold(company, jobs, answer(slots(company)[0]), AFTER)
    leaves_or_moves(company, "rob", **parting)
    passes(company, jobs, AFTER)

    kept = week_of_one_on_ones(company, "UMIA", AFTER).adherence
    assert kept is not None
    assert (kept.due, kept.to_log) == (0, 0)
    assert kept.excused == len(slots(company))
    with company.reading() as uow:
        mia = uow.people.get("mia")
        assert mia is not None
        to_leaders, _ = as_leaders_see(uow, mia, AFTER + timedelta(days=2))
    # Ria's, of Wednesday, is due by then; Rob's is not held against anybody.
    assert (to_leaders.to_log, to_leaders.excused) == (0, 1)


def test_a_manager_whom_the_rep_has_left_sees_nothing_on_the_agenda(
    company: Store, jobs: RecordedJobs
) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    add_item(company, jobs, AddItem("UROB", slot.id, "Help with the legal review"), MORNING)
    assert open_slot(company, "UMIA", slot.id, MORNING).agenda.deals
    leaves_or_moves(company, "rob", manager_id="max")

    assert open_slot(company, "UMIA", slot.id, MORNING).agenda == Agenda()
    told_before = read_slot(company, "mia", slot.id, MORNING)
    assert told_before is not None
    assert told_before.agenda == Agenda()
    assert [one.text for one in open_slot(company, "UROB", slot.id, MORNING).agenda.items] == [
        "Help with the legal review"
    ]


def test_the_series_of_a_leaver_ends(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    leaves_or_moves(company, "rob", active=False)
    passes(company, jobs, MORNING)
    assert {slot.excused_reason for slot in slots(company)} == {"Rob has left"}
    keep_rhythm(company, jobs, MORNING + timedelta(days=30))
    assert len(slots(company)) == 3
    assert told(company, "one_on_one_invite", "max") == 0


def test_a_manager_in_another_zone_runs_them_on_their_clock(company: Store, jobs: RecordedJobs) -> None:
    with company.writing() as uow:
        rep = person("rue", Role.REP, manager="mia", time_zone="Europe/London")
        uow.people.save(rep, "crm", "crm-rue")
    accepted(company, jobs, (Choice("rue", TUESDAY, time(11, 0), 1, next_week=False),))
    card = read_slot(company, "rue", slots(company, "rue")[0].id, MORNING)
    assert card is not None
    assert card.slot.starts_at == ROBS_SLOT
    with company.reading() as uow:
        # Once both are at work: 08:00 in London is 09:00 in Berlin.
        assert next_moments(uow, NINE_ON_MONDAY)[0] == MORNING + timedelta(hours=1)
