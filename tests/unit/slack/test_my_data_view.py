"""`/mydata` with all there can be, and for somebody of whom there is nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.blocks import check_view
from bot.slack.views.my_data import MOST_READINGS, my_data_view
from tests.unit.slack.my_data_samples import NOW, REP, UNKNOWN, everything
from tests.unit.slack.showing import said
from tests.unit.slack.test_limits import assert_nothing_alive


@pytest.mark.parametrize("number", range(5))
def test_the_longest_fits_and_nothing_in_a_name_is_alive(number: int) -> None:
    view = my_data_view(everything(number), NOW)

    assert check_view(view) == []
    assert_nothing_alive(view)
    assert f"and {40 - MOST_READINGS} more" in said(view)


def test_each_kind_says_how_much_since_when_and_how_long() -> None:
    shown = said(my_data_view(REP, NOW))

    assert "Coaching logs about you: *2* (5 Oct – 9 Oct) · words kept 730 days" in shown
    assert "Deals in your name: *9* (3 Nov 2025 – 9 Oct)\n" in shown + "\n"
    assert "*Mia* read the text of 2 logs about you, last on 12 Oct" in shown
    assert "*Vic* was shown day, minutes, focus area and verdict of 1 log about you, last on 9 Oct" in shown


def test_days_are_spoken_of_where_some_are_named_alone() -> None:
    without = replace(REP, held=tuple(one for one in REP.held if one.kind not in REP.kept_days))

    assert "Words are erased after the days named; that it happened" in said(my_data_view(REP, NOW))
    shown = said(my_data_view(without, NOW))
    assert "after the days named" not in shown
    assert "That it happened, when, and the verdict stay as long as the ledger." in shown


def test_who_is_not_in_the_crm_is_told_so_kindly() -> None:
    shown = said(my_data_view(UNKNOWN, NOW))

    assert "Nothing under your name" in shown
    assert "7 days" in shown
    assert "e-mail address" in shown
