from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ratings import (
    MODULUS,
    Batch,
    is_readable,
    may_be_released,
    opened,
    release,
    with_rating,
)

KEY, OTHER = b"k" * 32, b"o" * 32
scores = st.lists(st.integers(1, 5), min_size=5, max_size=40)


def batch_of(given_: list[int]) -> Batch:
    batch = opened(KEY, "mia", 1)
    for score in given_:
        batch = with_rating(batch, score, KEY)
    return batch


@pytest.mark.parametrize(
    ("count", "raters", "enough"), [(4, 4, False), (5, 3, False), (5, 4, True), (9, 3, False), (9, 9, True)]
)
def test_five_ratings_of_four_people_are_enough(count: int, raters: int, enough: bool) -> None:
    assert may_be_released(count, raters) is enough
    made = release(batch_of([3] * count), raters, "2026-11", KEY)
    assert (made is not None) is enough


@given(scores)
def test_the_average_is_of_all_ratings_and_never_at_an_end_of_the_scale(given_: list[int]) -> None:
    made = release(batch_of(given_), 4, "2026-11", KEY)

    assert made is not None
    exact = Decimal(sum(given_)) / len(given_)
    assert abs(made.average - max(Decimal("1.2"), min(Decimal("4.8"), exact))) <= Decimal("0.05")
    assert made.count == len(given_)


@pytest.mark.parametrize("score", [1, 5])
def test_a_unanimous_batch_does_not_say_what_each_gave(score: int) -> None:
    all_alike = release(batch_of([score] * 5), 5, "2026-11", KEY)
    one_apart = release(batch_of([score] * 4 + [abs(score - 1) or 2]), 5, "2026-11", KEY)
    assert all_alike is not None
    assert one_apart is not None
    assert all_alike.average == one_apart.average


@given(scores)
def test_two_states_of_a_batch_differ_by_no_score(given_: list[int]) -> None:
    states = [batch_of(given_[:count]) for count in range(len(given_) + 1)]
    for before, after in pairwise(states):
        assert (after.masked - before.masked) % MODULUS not in range(1, 6)


def test_without_the_key_a_batch_is_not_readable_and_never_released() -> None:
    batch = batch_of([4, 4, 5, 3, 2])
    assert is_readable(batch, KEY)
    assert not is_readable(batch, OTHER)
    assert release(batch, 5, "2026-11", OTHER) is None


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_off_the_scale_is_refused(score: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 5"):
        with_rating(opened(KEY, "mia", 1), score, KEY)
