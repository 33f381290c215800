"""The one transition table of obligations: which event leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.obligations import Obligation, State


class Event(StrEnum):
    """What can happen to an obligation."""

    COMPLETE = "complete"
    PASS_DUE = "pass_due"  # noqa: S105 - an event, no password
    NEXT_OCCURRENCE = "next_occurrence"
    EXCUSE = "excuse"
    SNOOZE = "snooze"


# What stands here is allowed, all else is not: done and excused are final, missed can only be made good late.
TABLE: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.DUE, Event.COMPLETE): State.DONE,
        (State.OVERDUE, Event.COMPLETE): State.DONE,
        (State.MISSED, Event.COMPLETE): State.DONE,
        (State.DUE, Event.PASS_DUE): State.OVERDUE,
        (State.DUE, Event.NEXT_OCCURRENCE): State.MISSED,
        (State.OVERDUE, Event.NEXT_OCCURRENCE): State.MISSED,
        (State.DUE, Event.EXCUSE): State.EXCUSED,
        (State.OVERDUE, Event.EXCUSE): State.EXCUSED,
        (State.DUE, Event.SNOOZE): State.DUE,
        (State.OVERDUE, Event.SNOOZE): State.OVERDUE,
    }
)


class IllegalTransitionError(ValueError):
    """The event can't happen to an obligation in its state, or lacks what it needs."""


def may(obligation: Obligation, event: Event) -> bool:
    """Tell whether the table allows the event in the obligation's state."""
    return (obligation.state, event) in TABLE


def transition(
    obligation: Obligation,
    event: Event,
    *,
    now: datetime,
    reason: str | None = None,
    until: datetime | None = None,
) -> Obligation:
    """Return the obligation after the event, its version one higher.

    EXCUSE needs a `reason`, SNOOZE an `until` after now, PASS_DUE a due time that has come. Work after the
    due time, after `missed` too, is accepted and marked late. Raises IllegalTransitionError.
    """
    state = TABLE.get((obligation.state, event))
    if state is None:
        raise IllegalTransitionError(f"{event} is not possible once {obligation.state}")
    after = replace(obligation, state=state, version=obligation.version + 1)
    match event:
        case Event.COMPLETE:
            late = now > obligation.due_at or obligation.state is State.MISSED
            return replace(after, done_at=now, done_late=late, snoozed_until=None)
        case Event.EXCUSE:
            if not reason or not reason.strip():
                raise IllegalTransitionError("an excuse needs its reason")
            return replace(after, excused_reason=reason.strip(), snoozed_until=None)
        case Event.SNOOZE:
            if until is None or until <= now:
                raise IllegalTransitionError("a snooze needs a time that is still to come")
            return replace(after, snoozed_until=until)
        case Event.PASS_DUE:
            if now < obligation.due_at:
                raise IllegalTransitionError("it is not overdue before its due time")
            return after
        case Event.NEXT_OCCURRENCE:
            return replace(after, snoozed_until=None)
