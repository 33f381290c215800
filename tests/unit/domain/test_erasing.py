"""Names and words are taken out whole, and nothing else with them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.erasing import (
    ERASED,
    erased_log,
    label_after,
    names_of,
    no_names,
    tombstone,
    without_quotes,
    without_words,
)
from bot.domain.people import Person

LABEL = "Former colleague 3"


def person(person_id: str, name: str, **more: Any) -> Person:
    return Person(person_id, name, frozenset(), None, "UTC", **more)


MARK = person("p1", "Mark Øst-Larsen", email="mark.ost@acme.example", slack_user_id="U0MARK")
OTHERS = [MARK, person("p2", "Anna Larsen"), person("p3", "Jo Li")]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mark Øst-Larsen said so", f"{LABEL} said so"),
        ("MARK ØST-LARSEN said so", f"{LABEL} said so"),
        ("Ask Mark, then Øst-Larsen.", f"Ask {LABEL}, then {LABEL}."),
        ("Write to Mark.Ost@Acme.Example or <@U0MARK>", f"Write to {LABEL} or <@{LABEL}>"),
        ("crm-user-mark has left", f"{LABEL} has left"),
        ("Mark's plan", f"{LABEL}'s plan"),
        ("Mark the invoice", f"{LABEL} the invoice"),  # as a name is written, it may be one
        ("mark the invoice, Markus", "mark the invoice, Markus"),
        ("Anna Larsen and Denmark", "Anna Larsen and Denmark"),
        ("", ""),
    ],
)
def test_a_name_goes_as_a_whole_word(text: str, left: str) -> None:
    names = names_of(MARK, "crm-user-mark", OTHERS, LABEL)

    assert names.without(text) == left
    assert names.without({"a": [text, 3, None]}) == {"a": [left, 3, None]}


def test_what_somebody_else_is_called_too_stays() -> None:
    others = [MARK, person("p4", "Mark Twain")]

    names = names_of(MARK, "4711", others, LABEL)

    assert names.without("Mark wrote to 4711") == "Mark wrote to 4711"
    assert names.without("Mark Øst-Larsen wrote") == f"{LABEL} wrote"


def test_of_whom_no_name_is_known_nothing_goes() -> None:
    assert no_names(LABEL).without("a Former colleague 1, 4711") == "a Former colleague 1, 4711"


def test_short_parts_of_a_name_stay_and_the_whole_goes() -> None:
    names = names_of(OTHERS[2], "x", OTHERS, LABEL)

    assert names.without("Jo Li, Jo and Li") == f"{LABEL}, Jo and Li"


def test_quotes_go_from_reasons_and_the_verdict_can_still_be_read() -> None:
    reasons = [{"text": "Rob sees it differently (5 Oct): “We never met”", "record_id": "a1"}]

    assert without_quotes(reasons) == [
        {"text": f"Rob sees it differently (5 Oct): “{ERASED}”", "record_id": "a1"}
    ]


def test_states_ids_figures_and_times_are_no_words() -> None:
    facts = {
        "state": "done",
        "owner": "per_1",
        "due_at": "2026-10-05T16:00:00+00:00",
        "minutes": 30,
        "reason": "no",
        "reasons": ["Rob confirmed it."],
        "note": "two words",
        "feedback_hash": "ab12",
        "excused_reason": None,
        "deals": [{"deal": "deal_1", "reason": "big"}],
    }

    left = without_words(facts)

    kept = ("state", "owner", "due_at", "minutes", "excused_reason")
    assert {name: left[name] for name in kept} == {name: facts[name] for name in kept}
    assert (left["reason"], left["reasons"], left["note"]) == (ERASED, [ERASED], ERASED)
    assert (left["feedback_hash"], left["deals"]) == (ERASED, [{"deal": "deal_1", "reason": ERASED}])
    assert without_words(left) == left


def test_a_log_keeps_what_it_proved() -> None:
    content: dict[str, Any] = {
        "held_on": "2026-10-05",
        "minutes": 30,
        "focus_area": "discovery",
        "feedback": "personal",
        "observations": [{"tag": "jargon", "stance": "seen"}],
        "step": {"owner_id": "p1", "words": "personal", "due_on": "2026-10-12"},
        "deal_actions": [{"deal_id": "d1", "words": "personal"}],
        "deep_dive": {"call": "personal", "behaviour": "personal"},
    }

    left = erased_log(content)

    assert "personal" not in str(left)
    assert (left["minutes"], left["focus_area"], left["observations"]) == (
        30,
        "discovery",
        content["observations"],
    )
    assert (left["step"]["due_on"], left["deal_actions"][0]["deal_id"]) == ("2026-10-12", "d1")
    assert erased_log(content, skills_too=True)["observations"] == []
    assert erased_log({**content, "deep_dive": None})["deep_dive"] is None


def test_a_digest_knows_an_address_in_any_case_and_only_with_its_key() -> None:
    one = tombstone("salt", "email", "", "Rob@Acme.example ")

    assert one == tombstone("salt", "email", "", "rob@acme.example")
    assert one != tombstone("other", "email", "", "rob@acme.example")
    assert one != tombstone("salt", "external_id", "", "rob@acme.example")


def test_labels_count_on_from_the_highest() -> None:
    assert (
        label_after(["Rob", "Former colleague 2", "Former colleague", "Former colleague 10"])
        == "Former colleague 11"
    )
    assert label_after([]) == "Former colleague 1"
