"""What nobody waits for makes way for who just did something: each message goes in its lane."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.jobs.protocols import Lane
from bot.services.enforcement import advance
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.services.snooze import Snooze, snooze
from bot.store.handling import Inbound
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, logged, monday, owed_to

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@contextmanager
def clicked(store: Store, key: str) -> Iterator[None]:
    """Stand for a click of somebody's that is being answered."""
    with store.handling(Inbound(key, "action", MONDAY)):
        yield


@pytest.fixture
def told(fired: Store, jobs: RecordedJobs) -> RecordedJobs:
    """Monday's cards were sent."""
    with fired.writing() as uow:
        for delivery_id, _ in jobs.deliveries:
            uow.notices.mark_sent(delivery_id, "D1", "1.1", "hash", MONDAY)
    jobs.deliveries.clear()
    return jobs


def lanes(jobs: RecordedJobs) -> set[Lane]:
    return {lane for _, lane in jobs.deliveries}


def test_what_a_click_changes_is_shown_at_once(fired: Store, told: RecordedJobs) -> None:
    with clicked(fired, "click"):
        snooze(fired, told, Snooze("UMIA", owed_to(fired, "rob").id, "hour"), MONDAY)

    assert lanes(told) == {Lane.INTERACTIVE}


def test_the_next_mondays_fan_out_changes_old_cards_behind_clicks(fired: Store, told: RecordedJobs) -> None:
    monday(fired, told, MONDAY + WEEK)

    assert lanes(told) == {Lane.DELIVERIES, Lane.REFRESHES}


def test_what_becomes_overdue_at_six_is_shown_behind_clicks(fired: Store, told: RecordedJobs) -> None:
    advance(fired, told, MONDAY + 9 * HOUR)

    assert lanes(told) == {Lane.REFRESHES}


def test_an_answer_is_owed_after_a_click_or_by_the_hundred(fired: Store, told: RecordedJobs) -> None:
    with clicked(fired, "log"):
        logged(fired, told)
    assert Lane.DELIVERIES not in lanes(told)
    told.deliveries.clear()

    with fired.writing() as uow:
        subject = Subject("person", "rob")
        for urgency in (Urgency.OWED, Urgency.DIRECT):
            tell(
                uow,
                told,
                kind=NoticeKind.HINT,
                person_id="ria",
                subject=subject,
                reason="a test",
                cause=urgency.value,
                urgency=urgency,
                now=MONDAY,
            )
    assert told.deliveries == [("owed", Lane.DELIVERIES), ("direct", Lane.INTERACTIVE)]
