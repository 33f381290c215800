"""The next actions of a session: what came after it and by its date, by whom it was to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.coaching_actions import SessionAction, judge_session_action, session_over_at
from bot.domain.decision_verification import ActivityLogged, CrmView
from bot.domain.obligations import Verdict
from bot.domain.pipeline import DataField
from tests.unit.domain.samples import EVERYTHING, UTC_DAYS

HELD_ON = date(2026, 10, 6)
SESSION = datetime(2026, 10, 6, 9, 30, tzinfo=UTC)
DUE = datetime(2026, 10, 13, 16, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACTION = SessionAction("deal_1", "rob", SESSION, DUE)
WAITING = CrmView(as_of=DUE - DAY, settled_at=None, held=EVERYTHING, days=UTC_DAYS)
SETTLED = replace(WAITING, as_of=DUE + DAY, settled_at=DUE + HOUR)


def done(at: datetime, by: str | None = "rob", kind: str = "call", id_: str = "atv_1") -> ActivityLogged:
    return ActivityLogged(id_, at, kind, "Budget", by)


@pytest.mark.parametrize(
    ("activities", "before_its_date", "after_it"),
    [
        ([], Verdict.PENDING, Verdict.UNVERIFIED),
        ([done(SESSION + DAY)], Verdict.VERIFIED, Verdict.VERIFIED),
        ([done(SESSION + DAY, kind="site visit")], Verdict.VERIFIED, Verdict.VERIFIED),
        ([done(SESSION + DAY, by=None)], Verdict.VERIFIED, Verdict.VERIFIED),
        ([done(SESSION + DAY, by="ria")], Verdict.PENDING, Verdict.UNVERIFIED),
        ([done(SESSION)], Verdict.PENDING, Verdict.UNVERIFIED),
        ([done(SESSION - HOUR)], Verdict.PENDING, Verdict.UNVERIFIED),
        ([done(DUE)], Verdict.VERIFIED, Verdict.VERIFIED),
        ([done(DUE + HOUR)], Verdict.PENDING, Verdict.UNVERIFIED),
    ],
    ids=[
        "nothing",
        "a call",
        "any kind will do",
        "nobody's name",
        "somebody else's",
        "at its end",
        "before the session",
        "at the last moment",
        "too late",
    ],
)
def test_an_action_needs_an_activity_of_the_rep_after_the_session_by_its_date(
    activities: Sequence[ActivityLogged], before_its_date: Verdict, after_it: Verdict
) -> None:
    assert judge_session_action(ACTION, replace(WAITING, activities=activities)).verdict is before_its_date
    assert judge_session_action(ACTION, replace(SETTLED, activities=activities)).verdict is after_it


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (SESSION - HOUR, Verdict.UNVERIFIED),
        (SESSION + HOUR, Verdict.VERIFIED),
        (DUE + HOUR, Verdict.UNVERIFIED),
    ],
)
def test_evidence_in_the_thread_shows_it_too(at: datetime, verdict: Verdict) -> None:
    found = judge_session_action(ACTION, replace(SETTLED, said=[("evd_9", at)]))

    assert found.verdict is verdict
    assert (found.reasons[0].record_kind == "evidence") is (verdict is Verdict.VERIFIED)


def test_it_rests_on_the_first_record_that_shows_it() -> None:
    later, first = done(SESSION + 2 * DAY, id_="atv_2"), done(SESSION + DAY)

    found = judge_session_action(ACTION, replace(SETTLED, activities=[later, first]))

    assert [(one.record_kind, one.record_id) for one in found.reasons] == [("activities", "atv_1")]
    assert found.reasons[0].text == "Call on 7 Oct: Budget."


@pytest.mark.parametrize(
    ("crm", "verdict", "counts", "words"),
    [
        (
            replace(SETTLED, held=EVERYTHING - {DataField.ACTIVITIES}),
            Verdict.UNVERIFIED,
            False,
            "off: no activities imported",
        ),
        (
            WAITING,
            Verdict.PENDING,
            True,
            "CRM as of Monday 12 Oct shows no activity since it was agreed; due 13 Oct.",
        ),
        (SETTLED, Verdict.UNVERIFIED, True, "CRM as of Wednesday 14 Oct: no activity by 13 Oct."),
        (replace(SETTLED, parted="Rob has left."), Verdict.UNVERIFIED, False, "Rob has left."),
    ],
    ids=["off", "an old CRM", "nothing there", "parted"],
)
def test_without_a_record_it_says_why(crm: CrmView, verdict: Verdict, counts: bool, words: str) -> None:
    found = judge_session_action(ACTION, crm)

    assert (found.verdict, found.counts, found.reasons[0].text) == (verdict, counts, words)


@pytest.mark.parametrize(
    ("logged_at", "slot_ends_at", "over_at"),
    [
        (SESSION + 2 * DAY, None, datetime(2026, 10, 6, 22, 0, tzinfo=UTC)),
        (SESSION + HOUR, None, SESSION + HOUR),
        (SESSION + 2 * DAY, SESSION, SESSION),
        (SESSION + HOUR, SESSION, SESSION),
        (SESSION - timedelta(minutes=5), SESSION, SESSION - timedelta(minutes=5)),
        (SESSION + 2 * DAY, SESSION - DAY, datetime(2026, 10, 6, 22, 0, tzinfo=UTC)),
    ],
    ids=[
        "only its day is known",
        "logged that day",
        "logged later, of a slot",
        "logged that day, of a slot",
        "logged before the slot was over",
        "not on the slot's day",
    ],
)
def test_a_session_lies_behind_the_first_moment_that_is_known_to(
    logged_at: datetime, slot_ends_at: datetime | None, over_at: datetime
) -> None:
    found = session_over_at(HELD_ON, "Europe/Berlin", logged_at=logged_at, slot_ends_at=slot_ends_at)

    assert found == over_at
