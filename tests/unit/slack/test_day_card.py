"""A day's card takes its lines within what Slack takes, however many and long, and says what is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.attention import CardLine, Urgency
from bot.sandbox.blocks import check_blocks, check_message, check_view
from bot.slack.views import health_check
from bot.slack.views.day_card import all_lines, summary, with_lines
from bot.slack.views.room import MESSAGE, WITH_LINES
from bot.slack.views.text import escaped
from tests.unit.slack.cards import large_card, nasty
from tests.unit.slack.showing import texts
from tests.unit.slack.test_limits import assert_nothing_alive

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"


def line(number: int, urgency: Urgency = Urgency.OWED, text: str = "Somebody asks", **more: bool) -> CardLine:
    return CardLine(f"ntc_{number}", urgency, text, NOW - timedelta(hours=number % 40), **more)


@pytest.mark.parametrize("amount", [1, 8, 300])
@pytest.mark.parametrize("reps", [3, 40, 120])
def test_the_largest_card_with_the_longest_lines_fits(amount: int, reps: int) -> None:
    own = health_check.blocks(large_card(reps, 3), WITH_LINES)
    lines = [line(number, text=escaped(nasty(number) * 20, 600)) for number in range(amount)]

    shown = with_lines(own, lines, "ntc_card", ZONE, NOW)

    assert check_blocks(shown, "message") == []
    assert check_message(summary(lines), shown, None) is None
    assert MESSAGE.takes(shown)
    assert_nothing_alive(shown)
    opening = [one for one in shown if one.get("accessory", {}).get("action_id") == "day_card.open"]
    left = amount - len(opening)
    more = [one["elements"][0] for one in shown if one["type"] == "actions" and "more…" in str(one)]
    assert [one["text"]["text"] for one in more] == ([f"{left} more…"] if left else [])
    assert opening


@pytest.mark.parametrize("amount", [0, 1, 40, 300])
def test_the_window_with_all_lines_is_one_that_slack_takes(amount: int) -> None:
    lines = [line(number, text=escaped(nasty(number), 300)) for number in range(amount)]

    view = all_lines(lines, "ntc_card", ZONE, NOW)

    assert check_view(view) == []
    assert_nothing_alive(view)


def test_each_line_says_what_it_is_and_since_when() -> None:
    lines = [
        CardLine("ntc_1", Urgency.DUE_TODAY, "*Jonas* is due", NOW),
        CardLine("ntc_2", Urgency.OWED, "Mats asks", NOW - timedelta(days=3)),
        CardLine("ntc_3", Urgency.NEWS, "Leyla agreed", NOW, opened=True),
        CardLine("ntc_4", Urgency.OWED, "Felix asked", NOW, answered=True),
        CardLine("ntc_5", Urgency.NEWS, "Good to know", NOW),
    ]

    shown = with_lines([], lines, "ntc_card", ZONE, NOW)

    assert list(texts(shown))[1:] == [
        "*Due* · *Jonas* is due · _since 14:00_",
        "*Waits for you* · Mats asks · _since Friday 2 Oct, 14:00_",
        "News · Good to know · _since 14:00_",
        "Leyla agreed · opened: it stands below",
        ":white_check_mark: Felix asked",
    ]
    assert [one["accessory"]["accessibility_label"] for one in shown if "accessory" in one] == [
        "Open: Jonas is due",
        "Open: Mats asks",
        "Open: Good to know",
    ]
    assert summary(lines) == "Your day: 3 to look at"


def test_without_lines_a_card_looks_as_ever() -> None:
    own = health_check.blocks(large_card(3))

    assert with_lines(own, [], "ntc_card", ZONE, NOW) == own
