"""The kinds of deal flags, their names, and the CRM fields without which each is off."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from bot.domain.pipeline import DataField, Off
from bot.domain.wording import listed


class FlagKind(StrEnum):
    """What a flag signals."""

    STAGE_CHANGED_WITHOUT_ACTIVITY = "stage_changed_without_activity"
    STALE = "stale"
    FROZEN = "frozen"
    NO_NEXT_STEP = "no_next_step"
    NEXT_STEP_OVERDUE = "next_step_overdue"
    CLOSE_DATE_PASSED = "close_date_passed"
    CLOSE_DATE_PUSHED = "close_date_pushed"
    SINGLE_THREADED = "single_threaded"
    EVIDENCE_GAP = "evidence_gap"
    AMOUNT_JUMP = "amount_jump"


# All fields a kind needs. For stale and frozen any one of NEEDS_ONE_OF will do: each dates some movement.
NEEDS: Mapping[FlagKind, frozenset[DataField]] = MappingProxyType(
    {
        FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY: frozenset({DataField.STAGE_HISTORY, DataField.ACTIVITIES}),
        FlagKind.STALE: frozenset(),
        FlagKind.FROZEN: frozenset(),
        FlagKind.NO_NEXT_STEP: frozenset({DataField.NEXT_STEPS}),
        FlagKind.NEXT_STEP_OVERDUE: frozenset({DataField.NEXT_STEPS}),
        FlagKind.CLOSE_DATE_PASSED: frozenset({DataField.CLOSE_DATES}),
        FlagKind.CLOSE_DATE_PUSHED: frozenset({DataField.CLOSE_DATES, DataField.VALUE_HISTORY}),
        FlagKind.SINGLE_THREADED: frozenset({DataField.CONTACTS}),
        FlagKind.EVIDENCE_GAP: frozenset(),  # what people answered, not the CRM
        FlagKind.AMOUNT_JUMP: frozenset({DataField.AMOUNTS, DataField.VALUE_HISTORY}),
    }
)
_MOVEMENT = frozenset({DataField.STAGE_HISTORY, DataField.VALUE_HISTORY, DataField.ACTIVITIES})
NEEDS_ONE_OF: Mapping[FlagKind, frozenset[DataField]] = MappingProxyType(
    {
        FlagKind.STALE: _MOVEMENT,
        FlagKind.FROZEN: _MOVEMENT,
    }
)

FLAG_NAMES: Mapping[FlagKind, str] = MappingProxyType(
    {
        FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY: "Stage changed without activity",
        FlagKind.STALE: "Stale",
        FlagKind.FROZEN: "Frozen",
        FlagKind.NO_NEXT_STEP: "No next step",
        FlagKind.NEXT_STEP_OVERDUE: "Next step overdue",
        FlagKind.CLOSE_DATE_PASSED: "Close date passed",
        FlagKind.CLOSE_DATE_PUSHED: "Close date pushed",
        FlagKind.SINGLE_THREADED: "Single contact",
        FlagKind.EVIDENCE_GAP: "Evidence gap",
        FlagKind.AMOUNT_JUMP: "Amount jump",
    }
)


@lru_cache(
    maxsize=1024
)  # asked for each deal and kind, and the data of a workspace hardly change their fields
def missing_fields(kind: FlagKind, held: frozenset[DataField]) -> tuple[DataField, ...]:
    """Return the fields for want of which the kind can't be judged; empty when it can."""
    either = NEEDS_ONE_OF.get(kind, frozenset())
    lacking = NEEDS[kind] - held
    if either and not either & held:
        lacking |= either
    return tuple(field for field in DataField if field in lacking)


def flags_off(held: frozenset[DataField]) -> list[Off]:
    """Say which kinds can't be judged on this data, and why."""
    missing = ((kind, missing_fields(kind, held)) for kind in FlagKind)
    return [
        Off(FLAG_NAMES[kind], f"off: no {listed([str(field) for field in fields], 'or')} imported")
        for kind, fields in missing
        if fields
    ]
