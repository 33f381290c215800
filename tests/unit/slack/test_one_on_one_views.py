"""One-on-ones as people read them: days that stay true, names that tell one button from the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.one_on_one import Adherence, SlotState
from bot.slack.views import one_on_one
from tests.unit.slack.cards import ROB, small_card
from tests.unit.slack.one_on_one_samples import AFTER, NOW, OWED, STARTS, shown, week

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def labels(made: Any) -> Iterator[str]:
    if isinstance(made, dict):
        if "accessibility_label" in made:
            yield made["accessibility_label"]
        made = list(made.values())
    for inner in made if isinstance(made, list) else []:
        yield from labels(inner)


def test_the_question_names_its_day_however_late_it_is_opened() -> None:
    for now in (AFTER, AFTER + 4 * DAY):
        words = str(one_on_one.ended_blocks(shown(small_card(), now=now)))
        assert "It was to end on Tuesday 6 Oct, 11:30. What became of it?" in words
        assert "just now" not in words


def test_each_that_can_be_moved_is_named_by_its_day_and_time() -> None:
    cards = [shown(small_card(), ROB, starts_at=STARTS + 7 * n * DAY) for n in range(3)]
    assert list(labels(one_on_one.choose_blocks(cards))) == [
        "Propose another time… Tuesday 6 Oct, 11:00, with Mia Manager",
        "Propose another time… Tuesday 13 Oct, 11:00, with Mia Manager",
        "Propose another time… Tuesday 20 Oct, 11:00, with Mia Manager",
    ]


def test_no_two_buttons_of_a_week_have_the_same_name() -> None:
    states: list[dict[str, Any]] = [
        {"now": NOW},
        {"now": AFTER + 14 * DAY},
        {"now": AFTER + 14 * DAY, "state": SlotState.HELD, "obligation": OWED},
        {"now": AFTER + 7 * DAY, "state": SlotState.MISSED},
    ]
    slots = [shown(small_card(), starts_at=STARTS + 7 * n * DAY, **more) for more in states for n in range(2)]
    names = list(labels(one_on_one.week_blocks(replace(week(small_card()), slots=tuple(slots)))))

    assert len(names) == len(set(names)) > 8


def test_what_is_excused_is_not_of_those_that_were_due() -> None:
    kept = Adherence(due=4, held=0, open=2, excused=4)
    words = str(one_on_one.week_blocks(replace(week(small_card()), adherence=kept)))

    assert "0 of 4 held · 4 excused, counted neither way" in words


def test_the_line_of_a_change_says_what_changed() -> None:
    moved = shown(small_card(), ROB, state=SlotState.MOVED, moved_to_at=STARTS + 4 * HOUR)
    assert one_on_one.changed_summary(moved) == (
        "Your one-on-one with Mia Manager on Tuesday 6 Oct, 11:00 · moved to Tuesday 6 Oct, 15:00"
    )
    cancelled = shown(small_card(), ROB, state=SlotState.CANCELLED)
    assert one_on_one.changed_summary(cancelled).endswith("on Tuesday 6 Oct, 11:00 · cancelled")
    stays = shown(small_card(), ROB)
    assert one_on_one.changed_summary(stays).endswith("stays on Tuesday 6 Oct, 11:00")
