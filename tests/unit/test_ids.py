"""Ids sort by the time they were made."""

from __future__ import annotations

from bot.store.ids import new_id


def test_what_is_made_later_sorts_later_within_a_millisecond_too() -> None:
    made = [new_id("obl") for _ in range(5000)]

    assert made == sorted(set(made))
