"""A one-on-one that changes within a day rings: whoever waits at its old time has read no silent line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from bot.domain.attention import Place
from bot.domain.one_on_one import OneOnOne
from bot.services.one_on_one_answers import cancel, decline, move, propose
from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, every, quiet
from tests.integration.services.one_on_ones import (
    AFTER,
    MORNING,
    OCT_6,
    OCT_8,
    accepted,
    answer,
    at,
    passes,
    slot_on,
)

HOUR = timedelta(hours=1)
TEN = MORNING + 2 * HOUR
OCT_13, OCT_16 = date(2026, 10, 13), date(2026, 10, 16)
Act = Callable[[Store, RecordedJobs, OneOnOne, datetime], object]


@pytest.fixture
def calm(company: Store, jobs: RecordedJobs) -> Store:
    """Tuesday at eight, one ping a day: Rob's agenda was his card."""
    quiet(company)
    accepted(company, jobs)
    passes(company, jobs, MORNING)
    return company


def moves_to(day: date, hour: int) -> Act:
    return lambda store, jobs, slot, now: move(store, jobs, at(slot, day, hour), now)


def cancels(store: Store, jobs: RecordedJobs, slot: OneOnOne, now: datetime) -> object:
    return cancel(store, jobs, answer(slot), now)


def declines(store: Store, jobs: RecordedJobs, slot: OneOnOne, now: datetime) -> object:
    propose(store, jobs, at(slot, OCT_8, 15, "UROB"), now)
    return decline(store, jobs, answer(slot), now)


@pytest.mark.parametrize(
    ("day", "act", "now", "place"),
    [
        (OCT_6, moves_to(OCT_6, 15), TEN, Place.PING),
        (OCT_6, moves_to(OCT_8, 15), TEN, Place.PING),
        (OCT_6, cancels, TEN, Place.PING),
        (OCT_6, declines, TEN, Place.PING),
        (OCT_6, cancels, AFTER - HOUR / 4, Place.PING),
        (OCT_13, moves_to(OCT_6, 15), TEN, Place.PING),
        (OCT_13, moves_to(OCT_16, 15), TEN, Place.HELD),
        (OCT_13, cancels, TEN, Place.HELD),
        (OCT_6, cancels, AFTER + HOUR, Place.HELD),
    ],
    ids=[
        "moved to later that day",
        "moved to another day",
        "cancelled",
        "stays where it is",
        "cancelled while the rep waits",
        "moved to today",
        "moved next week",
        "cancelled next week",
        "said to be cancelled once it is over",
    ],
)
def test_what_is_soon_rings_and_the_rest_is_a_line(
    calm: Store, jobs: RecordedJobs, day: date, act: Act, now: datetime, place: Place
) -> None:
    act(calm, jobs, slot_on(calm, day), now)

    told = [
        one
        for one in every(calm, "notices").values()
        if (one["kind"], one["person_id"], one["subject_kind"]) == ("one_on_one_changed", "rob", "one_on_one")
    ]
    assert [one["place"] for one in told] == [place]
