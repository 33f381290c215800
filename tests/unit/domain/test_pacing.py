"""Messages keep their distance; an answer takes its place at once, and a busy channel slows no other down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.pacing import Lanes, Slot, next_slot

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONG_AGO = NOW - 100 * SECOND
FIFTH = SECOND / 5


def test_the_first_leaves_at_once_and_the_next_keeps_its_distance() -> None:
    first = next_slot(NOW, Lanes(LONG_AGO, LONG_AGO), FIFTH, SECOND, waits=True)

    assert first == Slot(NOW, Lanes(NOW + FIFTH, NOW + SECOND))
    assert first.lanes is not None
    second = next_slot(NOW, Lanes(first.lanes.workspace_free, LONG_AGO), FIFTH, SECOND, waits=True)
    assert second == Slot(NOW + FIFTH, Lanes(NOW + 2 * FIFTH, NOW + FIFTH + SECOND))


def test_an_answer_goes_at_once_and_the_others_make_room() -> None:
    answer = next_slot(NOW, Lanes(NOW + 9 * SECOND, LONG_AGO), FIFTH, SECOND, waits=False)

    assert answer == Slot(NOW, Lanes(NOW + 9 * SECOND + FIFTH, NOW + SECOND))


def test_a_busy_channel_takes_no_place_from_others() -> None:
    busy = Lanes(LONG_AGO, NOW + SECOND / 2)

    assert next_slot(NOW, busy, FIFTH, SECOND, waits=True) == Slot(NOW + SECOND / 2, None)
    assert next_slot(NOW, busy, FIFTH, SECOND, waits=False) == Slot(NOW + SECOND / 2, None)


def test_under_a_pause_that_slack_asked_for_nothing_leaves() -> None:
    held = Lanes(LONG_AGO, LONG_AGO, NOW + 30 * SECOND)

    assert next_slot(NOW, held, FIFTH, SECOND, waits=False) == Slot(NOW + 30 * SECOND, None)
    over = next_slot(NOW + 30 * SECOND, held, FIFTH, SECOND, waits=True)
    assert over.at == NOW + 30 * SECOND
    assert over.lanes is not None
