"""The next actions that a coaching session agreed, a deal each, held against the CRM by the agreed day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.decision_verification import CrmView, Judgement, judge_action
from bot.domain.decisions import ActivityType


@dataclass(frozen=True, slots=True)
class SessionAction:
    """What is to happen next on a deal as a session agreed it: by whom, after when, until when (UTC)."""

    deal_id: str
    owner_id: str
    agreed_at: datetime
    due_at: datetime
    activity: ActivityType = ActivityType.ANY


def session_over_at(
    held_on: date, zone: str, *, logged_at: datetime, slot_ends_at: datetime | None = None
) -> datetime:
    """Return from when on something can have come of a session: the earliest moment known to lie behind it.

    That is the end of its slot, the moment of its first log, or the end of its day. `slot_ends_at` counts
    only where the slot was on the day the log names. `zone` (IANA) is the one in which `held_on` is a day.
    """
    there = ZoneInfo(zone)
    known = [logged_at, datetime.combine(held_on + timedelta(days=1), time(), tzinfo=there)]
    if slot_ends_at is not None and slot_ends_at.astimezone(there).date() == held_on:
        known.append(slot_ends_at)
    return min(known)


def judge_session_action(action: SessionAction, crm: CrmView) -> Judgement:
    """Judge an action like one of a decision, by what its owner did; one of nobody's name may be theirs."""
    theirs = tuple(one for one in crm.activities if one.by_id in {None, action.owner_id})
    return judge_action(action, replace(crm, activities=theirs))
