"""One card a day, no more pings than allowed, the rest without a sound, in whatever order notices come."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attention import RANKS, DayOfAttention, Place, Urgency, place_of, rank

MORNING = DayOfAttention(has_card=False, pings=0, allowed=1, reachable=True)
WITH_CARD = replace(MORNING, has_card=True)
USED_UP = replace(WITH_CARD, pings=1)
ORDERS = st.lists(st.tuples(st.sampled_from(list(Urgency)), st.booleans()), max_size=60)


@pytest.mark.parametrize("urgency", RANKS)
@pytest.mark.parametrize(
    ("day", "places"),
    [
        (MORNING, (Place.CARD, Place.CARD, Place.CARD)),
        (WITH_CARD, (Place.PING, Place.PING, Place.HELD)),
        (USED_UP, (Place.HELD, Place.HELD, Place.HELD)),
        (replace(WITH_CARD, allowed=0), (Place.HELD, Place.HELD, Place.HELD)),
        (replace(WITH_CARD, allowed=2), (Place.PING, Place.PING, Place.PING)),
        (replace(USED_UP, allowed=2), (Place.PING, Place.PING, Place.HELD)),
        (replace(MORNING, reachable=False), (Place.LATER, Place.LATER, Place.LATER)),
        (replace(WITH_CARD, reachable=False), (Place.LATER, Place.LATER, Place.LATER)),
    ],
)
def test_where_a_notice_is_told(
    day: DayOfAttention, places: tuple[Place, Place, Place], urgency: Urgency
) -> None:
    assert place_of(day, urgency) is places[rank(urgency)]


@given(ORDERS, st.integers(0, 20))
def test_a_day_never_rings_more_often_than_allowed(notices: list[tuple[Urgency, bool]], allowed: int) -> None:
    day = DayOfAttention(has_card=False, pings=0, allowed=allowed, reachable=True)
    told: Counter[Place] = Counter()
    for urgency, reachable in notices:
        place = place_of(replace(day, reachable=reachable), urgency)
        told[place] += 1
        assert (place is Place.AT_ONCE) == (urgency is Urgency.DIRECT)
        assert (place is Place.LATER) == (not reachable and urgency is not Urgency.DIRECT)
        if place is Place.CARD:
            day = replace(day, has_card=True)
        elif place is Place.PING:
            assert day.has_card
            day = replace(day, pings=day.pings + 1)

    assert told[Place.CARD] <= 1
    assert told[Place.PING] <= allowed
    assert sum(told.values()) == len(notices)  # nothing is lost


@given(ORDERS)
def test_what_is_direct_counts_nothing(notices: list[tuple[Urgency, bool]]) -> None:
    def places(these: list[Urgency]) -> list[Place]:
        day, found = MORNING, []
        for urgency in these:
            place = place_of(day, urgency)
            found.append(place)
            day = replace(
                day, has_card=day.has_card or place is Place.CARD, pings=day.pings + (place is Place.PING)
            )
        return [place for place in found if place is not Place.AT_ONCE]

    every = [urgency for urgency, _ in notices]
    assert places(every) == places([one for one in every if one is not Urgency.DIRECT])


@given(st.integers(1, 20), st.integers(0, 30))
def test_news_leaves_the_last_ping_to_what_is_due_or_owed(allowed: int, much_news: int) -> None:
    day = DayOfAttention(has_card=True, pings=0, allowed=allowed, reachable=True)
    for _ in range(much_news):
        day = replace(day, pings=day.pings + (place_of(day, Urgency.NEWS) is Place.PING))

    assert place_of(day, Urgency.DUE_TODAY) is Place.PING
