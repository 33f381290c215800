from __future__ import annotations

import pytest

from tests.unit.slack import inspection_cards
from tests.unit.slack.cards import small_card
from tests.unit.slack.golden import FOLDER, kept
from tests.unit.slack.showing import MESSAGES, VIEWS

EVERY = {**MESSAGES, **VIEWS}


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_view_is_as_it_was_looked_at_and_kept(name: str) -> None:
    made = EVERY[name](small_card())

    assert made == kept(name, made), f"look at what changed; REWRITE_GOLDEN=1 keeps it as {name}.json"


def test_nothing_is_kept_that_no_view_makes() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {
        *EVERY,
        *inspection_cards.MESSAGES,
        *inspection_cards.VIEWS,
    }
