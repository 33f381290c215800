"""Every view and every notice passes Slack's limits with the longest content; one that is not tried fails."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.domain.flags import FlaggedDeal
from bot.domain.one_on_one_cards import Agenda
from bot.domain.pipeline import Deal
from bot.domain.review_cards import DecisionLine, ReviewItem
from bot.sandbox.blocks import check_view
from bot.slack import views
from bot.slack.views import day_card, help_words
from tests.unit.slack.longest import LONGEST, Call
from tests.unit.slack.louden import FEATURES, LENGTH, inside
from tests.unit.slack.test_limits import assert_message, assert_nothing_alive

# What the views are built from: no view of its own, and tried within each of them.
BUILDING_BLOCKS = {"room", "text"}
# They are handed what is escaped already, in one line; nothing of it can turn the line.
TAMED = {day_card.summary, day_card.all_lines, day_card.with_lines, help_words.help_blocks}
SHOWN = {"View", "Block", "list[Block]"}


def every_view() -> Iterator[Callable[..., Any]]:
    """Every public function of the views that makes what Slack is handed, or the line of a notification."""
    for found in pkgutil.iter_modules(views.__path__):
        if found.name in BUILDING_BLOCKS:
            continue
        module = importlib.import_module(f"{views.__name__}.{found.name}")
        for name, one in inspect.getmembers(module, inspect.isfunction):
            own = one.__module__ == module.__name__ and not name.startswith("_")
            if own and (inspect.signature(one).return_annotation in SHOWN or name.endswith("summary")):
                yield one


def name_of(view: Callable[..., Any]) -> str:
    return f"{view.__module__.rpartition('.')[2]}.{view.__name__}"


CASES = [
    pytest.param(view, call, id=f"{name_of(view)}-{number}")
    for view, calls in LONGEST.items()
    for number, call in enumerate(calls)
]


def test_every_public_view_is_tried_with_the_longest_content() -> None:
    untried = {name_of(view) for view in every_view()} - {name_of(view) for view in LONGEST}

    assert untried == set(), "give them their longest content in tests/unit/slack/longest.py"
    assert set(LONGEST) == set(every_view())


@pytest.mark.parametrize("view", LONGEST, ids=name_of)
def test_the_longest_content_is_as_long_and_loud_as_it_can_be(view: Callable[..., Any]) -> None:
    if not inspect.signature(view).parameters:
        return  # it says the same to everybody
    given = [one for call in LONGEST[view] for one in (*call.arguments, *call.named.values())]
    words = [one for whole in given for one in inside(whole) if type(one) is str]

    assert max(map(len, words)) >= (LENGTH if view is not help_words.help_blocks else 60)
    for feature, sign in FEATURES.items():
        tamed = view in TAMED and feature in {"line", "tag", "turned"}
        assert tamed or any(sign in text for text in words), f"no text that has: {feature}"
    # An agenda names three flagged deals at most.
    deals = [len(one) for whole in given for one in inside(whole, but=Agenda) if _holds_deals(one)]
    assert not deals or max(deals) >= 40


def _holds_deals(found: object) -> bool:
    first = found[0] if isinstance(found, tuple | list) and found else None
    if isinstance(first, tuple) and first:
        first = first[0]
    return isinstance(first, Deal | FlaggedDeal | ReviewItem | DecisionLine)


@pytest.mark.parametrize(("view", "call"), CASES)
def test_the_longest_content_is_one_that_slack_takes(view: Callable[..., Any], call: Call) -> None:
    made = view(*call.arguments, **call.named)

    assert_nothing_alive(made)
    if isinstance(made, str):
        assert_one_line(made)
    elif isinstance(made, list):
        assert_message(made)
    elif "blocks" in made:
        assert check_view(made) == []
    else:
        assert_message([made if made["type"] != "button" else {"type": "actions", "elements": [made]}])


def assert_one_line(text: str) -> None:
    """A notification is one line, and nothing that somebody wrote is alive in it."""
    assert text.strip()
    assert "\n" not in text
    assert len(text) <= 600
    assert_nothing_alive({"type": "mrkdwn", "text": text})
