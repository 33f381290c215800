"""Slots of one-on-ones: the transition table, how the schedule was kept, what is changed too often."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.one_on_one import (
    SLOT_TABLE,
    Adherence,
    IllegalSlotChangeError,
    OneOnOne,
    SlotEvent,
    SlotState,
    adherence,
    change,
    overlapping,
    unsettled,
    week_of,
)

BERLIN = "Europe/Berlin"
TUESDAY = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
END = TUESDAY + timedelta(minutes=30)
DAY = timedelta(days=1)
NEXT_MONDAY = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)


def slot(slot_id: str = "one_1", **more: Any) -> OneOnOne:
    values: dict[str, Any] = {
        "id": slot_id,
        "series_id": "ser_1",
        "manager_id": "mia",
        "rep_id": "rob",
        "starts_at": TUESDAY,
        "minutes": 30,
        "planned_on": date(2026, 10, 6),
        **more,
    }
    return OneOnOne(**values)


def after(one: OneOnOne, event: SlotEvent, now: datetime = END) -> OneOnOne:
    return change(one, event, now=now, reason="a holiday", moved_to="one_2")


@pytest.mark.parametrize("state", SlotState)
@pytest.mark.parametrize("event", SlotEvent)
def test_the_table_alone_says_what_may_happen(state: SlotState, event: SlotEvent) -> None:
    expected = {
        (SlotState.SCHEDULED, SlotEvent.HOLD): SlotState.HELD,
        (SlotState.MISSED, SlotEvent.HOLD): SlotState.HELD,
        (SlotState.SCHEDULED, SlotEvent.MOVE): SlotState.MOVED,
        (SlotState.SCHEDULED, SlotEvent.CANCEL): SlotState.CANCELLED,
        (SlotState.SCHEDULED, SlotEvent.EXCUSE): SlotState.CANCELLED,
        (SlotState.SCHEDULED, SlotEvent.PASS_BY): SlotState.MISSED,
    }.get((state, event))
    if expected is None:
        with pytest.raises(IllegalSlotChangeError, match="not possible"):
            after(slot(state=state), event)
    else:
        changed = after(slot(state=state, version=4), event)
        assert (changed.state, changed.version) == (expected, 5)
    assert SLOT_TABLE.get((state, event)) is expected


@pytest.mark.parametrize(
    ("event", "more", "words"),
    [
        (SlotEvent.HOLD, {"now": TUESDAY - timedelta(seconds=1)}, "before it began"),
        (SlotEvent.PASS_BY, {"now": TUESDAY}, "before its end"),
        (SlotEvent.MOVE, {"now": END}, "needs the slot it moves to"),
        (SlotEvent.EXCUSE, {"now": END, "reason": " "}, "needs its reason"),
    ],
)
def test_what_an_event_needs(event: SlotEvent, more: dict[str, Any], words: str) -> None:
    with pytest.raises(IllegalSlotChangeError, match=words):
        change(slot(), event, **more)


@given(st.lists(st.sampled_from(SlotEvent), max_size=8))
def test_an_answer_is_final_whatever_comes_after(events: list[SlotEvent]) -> None:
    one = slot()
    answered = None
    for event in events:
        try:
            one = after(one, event)
        except IllegalSlotChangeError:
            continue
        if one.state is not SlotState.MISSED:
            assert answered is None, "answered twice"
            answered = one.state
    assert one.version == 1 + (one.state is not SlotState.SCHEDULED) + (
        answered is SlotState.HELD and one.version == 3
    )


def test_a_change_settles_what_the_rep_had_proposed() -> None:
    asked = slot().proposing(TUESDAY + DAY, "A buyer wants that hour")
    assert after(asked, SlotEvent.CANCEL).proposed_at is None
    assert asked.without_proposal().proposal_note == ""


# ------------------------------------------------------------ adherence


def how_kept(slots: list[OneOnOne], **more: Any) -> Adherence:
    return adherence(slots, by_id={one.id: one for one in slots}, zone=BERLIN, now=NEXT_MONDAY, **more)


def moved(to: datetime, state: SlotState, **more: Any) -> list[OneOnOne]:
    """A slot that was moved, and the one it moved to."""
    first = slot(state=SlotState.MOVED, moved_to="one_2")
    return [first, slot("one_2", planned_on=None, moved_from="one_1", starts_at=to, state=state, **more)]


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        ([slot(state=SlotState.HELD)], Adherence(1, 1, 0, 0)),
        ([slot(state=SlotState.CANCELLED)], Adherence(1, 0, 0, 0)),
        ([slot(state=SlotState.MISSED)], Adherence(1, 0, 0, 0)),
        ([slot()], Adherence(1, 0, 0, 0)),  # over, and nobody said what became of it
        ([slot(starts_at=NEXT_MONDAY + DAY)], Adherence(0, 0, 1, 0)),
        ([slot(state=SlotState.CANCELLED, excused_reason="Rob: time off")], Adherence(0, 0, 0, 1)),
        (moved(TUESDAY + 2 * DAY, SlotState.HELD), Adherence(1, 1, 0, 0)),
        (moved(TUESDAY + 7 * DAY, SlotState.HELD), Adherence(1, 0, 0, 0)),
        (moved(TUESDAY + 2 * DAY, SlotState.CANCELLED), Adherence(1, 0, 0, 0)),
        (moved(TUESDAY + DAY, SlotState.CANCELLED, excused_reason="a holiday"), Adherence(0, 0, 0, 1)),
        # It had left its week before anybody was excused.
        (moved(TUESDAY + 7 * DAY, SlotState.CANCELLED, excused_reason="a holiday"), Adherence(1, 0, 0, 0)),
        (moved(TUESDAY + 7 * DAY, SlotState.SCHEDULED), Adherence(1, 0, 0, 0)),
        ([], Adherence(0, 0, 0, 0)),
    ],
)
def test_each_slot_of_the_schedule_counts_once_where_it_ended_up(
    slots: list[OneOnOne], expected: Adherence
) -> None:
    assert how_kept(slots) == expected


def test_what_the_rep_disputes_was_not_held() -> None:
    held = [slot(state=SlotState.HELD)]
    assert how_kept(held, contradicted={"one_1"}) == Adherence(1, 0, 0, 0)


def test_what_is_not_logged_was_not_held() -> None:
    held = [slot(state=SlotState.HELD)]
    assert how_kept(held, unlogged={"one_1"}) == Adherence(1, 0, 0, 0, to_log=1)
    assert how_kept(held, unlogged={"one_1"}, contradicted={"one_1"}) == Adherence(1, 0, 0, 0)


def test_of_those_held_the_confirmed_ones_are_counted_beside() -> None:
    two = [slot(state=SlotState.HELD), slot("one_2", state=SlotState.HELD)]
    assert how_kept(two, verified={"one_1"}) == Adherence(2, 2, 0, 0, verified=1)
    assert how_kept(two, verified={"one_1"}, unlogged={"one_1"}) == Adherence(2, 1, 0, 0, to_log=1)
    assert how_kept(two, verified={"one_1"}, contradicted={"one_1"}) == Adherence(2, 1, 0, 0)


def test_a_slot_counts_where_it_was_planned_though_it_moved_beyond() -> None:
    first, second = moved(TUESDAY + 2 * DAY, SlotState.HELD)
    known = {one.id: one for one in (first, second)}
    assert adherence([first], by_id=known, zone=BERLIN, now=NEXT_MONDAY) == Adherence(1, 1, 0, 0)
    assert adherence([second], by_id=known, zone=BERLIN, now=NEXT_MONDAY) == Adherence(0, 0, 0, 0)


def test_the_rate_is_unknown_before_anything_was_due() -> None:
    assert Adherence(0, 0, 3, 0).rate is None
    assert Adherence(4, 3, 0, 0).rate == 0.75


@given(
    st.lists(
        st.tuples(st.sampled_from(SlotState), st.integers(0, 60), st.booleans()), min_size=1, max_size=12
    ).flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(range(len(drawn)))))
)
def test_every_planned_slot_is_in_one_count_whatever_the_order(
    drawn: tuple[list[tuple[SlotState, int, bool]], list[int]],
) -> None:
    made, order = drawn
    slots = [
        slot(
            f"one_{number}",
            state=state,
            starts_at=TUESDAY + days * DAY,
            excused_reason="a holiday" if excused and state is SlotState.CANCELLED else None,
        )
        for number, (state, days, excused) in enumerate(made)
    ]
    kept = how_kept(slots)
    assert kept.due + kept.open + kept.excused == len(slots)
    assert 0 <= kept.held <= kept.due
    assert how_kept([slots[place] for place in order]) == kept


def test_the_week_is_that_of_the_managers_calendar() -> None:
    late_sunday = datetime(2026, 10, 11, 22, 30, tzinfo=UTC)
    assert week_of(late_sunday, BERLIN) == date(2026, 10, 12)
    assert week_of(late_sunday, "Europe/London") == date(2026, 10, 5)


# ------------------------------------------------------------ changes, overlaps


def test_moved_or_cancelled_more_than_once_is_raised_and_excuses_are_not() -> None:
    changed = [
        slot(f"one_{n}", state=state) for n, state in enumerate((SlotState.MOVED, SlotState.CANCELLED))
    ]
    assert unsettled(changed) == {"rob": 2}
    assert unsettled(changed[:1]) == {}
    assert unsettled([changed[0], replace(changed[1], excused_reason="a holiday")]) == {}
    assert unsettled([changed[0], replace(changed[1], rep_id="ria")]) == {}


@pytest.mark.parametrize(("minutes", "hits"), [(-30, False), (-29, True), (0, True), (29, True), (30, False)])
def test_two_slots_overlap_only_where_both_take_place(minutes: int, hits: bool) -> None:
    other = slot("one_2", starts_at=TUESDAY + timedelta(minutes=minutes))
    assert (overlapping(slot(), [other]) is other) is hits
    assert overlapping(slot(), [replace(other, state=SlotState.CANCELLED)]) is None


def test_states_are_reached_in_no_other_way() -> None:
    reached = {SLOT_TABLE[pair] for pair in itertools.product(SlotState, SlotEvent) if pair in SLOT_TABLE}
    assert reached == set(SlotState) - {SlotState.SCHEDULED}
