from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.obligations import Obligation, State
from bot.domain.transitions import TABLE, Event, IllegalTransitionError, may, transition
from tests.unit.domain.samples import MONDAY, owed

LEGAL = {
    (State.DUE, Event.COMPLETE): State.DONE,
    (State.DUE, Event.PASS_DUE): State.OVERDUE,
    (State.DUE, Event.NEXT_OCCURRENCE): State.MISSED,
    (State.DUE, Event.EXCUSE): State.EXCUSED,
    (State.DUE, Event.SNOOZE): State.DUE,
    (State.OVERDUE, Event.COMPLETE): State.DONE,
    (State.OVERDUE, Event.NEXT_OCCURRENCE): State.MISSED,
    (State.OVERDUE, Event.EXCUSE): State.EXCUSED,
    (State.OVERDUE, Event.SNOOZE): State.OVERDUE,
    (State.MISSED, Event.COMPLETE): State.DONE,
}


def happen(obligation: Obligation, event: Event, now: datetime) -> Obligation:
    return transition(obligation, event, now=now, reason="sick leave", until=now + timedelta(days=1))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_each_event_in_each_state(state: State, event: Event) -> None:
    before = owed(state)
    assert may(before, event) == ((state, event) in LEGAL)
    if (state, event) in LEGAL:
        after = happen(before, event, before.due_at)
        assert after.state is LEGAL[state, event]
        assert after.version == before.version + 1
    else:
        with pytest.raises(IllegalTransitionError, match=f"not possible once {state}"):
            happen(before, event, before.due_at)


@pytest.mark.parametrize(
    ("state", "after_due", "late"),
    [
        (State.DUE, timedelta(hours=-1), False),
        (State.OVERDUE, timedelta(0), False),
        (State.OVERDUE, timedelta(microseconds=1), True),
        (State.MISSED, timedelta(days=9), True),
    ],
)
def test_late_work_is_accepted_and_marked(state: State, after_due: timedelta, late: bool) -> None:
    now = owed().due_at + after_due
    done = transition(owed(state, snoozed_until=now), Event.COMPLETE, now=now)
    assert (done.state, done.done_at, done.done_late, done.snoozed_until) == (State.DONE, now, late, None)


def test_is_overdue_from_the_due_time_on_and_not_before() -> None:
    due = owed()
    with pytest.raises(IllegalTransitionError, match="before its due time"):
        transition(due, Event.PASS_DUE, now=due.due_at - timedelta(microseconds=1))
    assert transition(due, Event.PASS_DUE, now=due.due_at).state is State.OVERDUE


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_excuse_needs_its_reason(reason: str | None) -> None:
    with pytest.raises(IllegalTransitionError, match="needs its reason"):
        transition(owed(), Event.EXCUSE, now=MONDAY, reason=reason)
    assert transition(owed(), Event.EXCUSE, now=MONDAY, reason=" sick ").excused_reason == "sick"


@pytest.mark.parametrize("until", [None, MONDAY, MONDAY - timedelta(hours=1)])
def test_a_snooze_needs_a_time_to_come(until: datetime | None) -> None:
    with pytest.raises(IllegalTransitionError, match="still to come"):
        transition(owed(), Event.SNOOZE, now=MONDAY, until=until)


def test_a_snooze_lasts_until_its_time_and_through_the_due_time() -> None:
    until = owed().due_at + timedelta(hours=1)
    snoozed = transition(owed(), Event.SNOOZE, now=MONDAY, until=until)
    overdue = transition(snoozed, Event.PASS_DUE, now=snoozed.due_at)
    assert overdue.is_snoozed(until - timedelta(microseconds=1))
    assert not overdue.is_snoozed(until)
    assert not transition(overdue, Event.NEXT_OCCURRENCE, now=MONDAY + timedelta(days=7)).is_snoozed(MONDAY)


steps = st.lists(st.tuples(st.sampled_from(Event), st.integers(0, 72)), max_size=12)


@given(steps=steps)
def test_whatever_happens_the_record_stays_sound(steps: list[tuple[Event, int]]) -> None:
    obligation, now = owed(), MONDAY
    for event, hours in steps:
        now += timedelta(hours=hours)
        before = obligation
        try:
            obligation = happen(before, event, now)
        except IllegalTransitionError:
            continue
        # Done and excused are final; missed can only be made good, late.
        assert before.state not in (State.DONE, State.EXCUSED)
        assert before.state is not State.MISSED or (obligation.state is State.DONE and obligation.done_late)
        assert obligation.version == before.version + 1
        assert (obligation.done_at is not None) == (obligation.state is State.DONE)
        assert (obligation.excused_reason is not None) == (obligation.state is State.EXCUSED)
        assert obligation.done_late == (
            obligation.done_at is not None
            and (obligation.done_at > obligation.due_at or before.state is State.MISSED)
        )
        assert obligation.is_open or obligation.snoozed_until is None
        # What was owed, to whom and by when is never touched by an event.
        same = {"state", "version", "done_at", "done_late", "excused_reason", "snoozed_until"}
        kept = {name: getattr(before, name) for name in same}
        assert replace(obligation, **kept) == before


def test_the_table_can_not_be_changed_while_running() -> None:
    with pytest.raises(TypeError):
        TABLE[State.DONE, Event.EXCUSE] = State.DUE  # type: ignore[index]  # that it can't is the point
