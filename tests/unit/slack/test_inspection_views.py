from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.inspection import Answered
from bot.sandbox.blocks import check_view
from bot.slack.views import deal_inspection, deal_thread, inspection_news
from tests.unit.slack.golden import kept
from tests.unit.slack.inspection_cards import (
    DEAL,
    LINK,
    MESSAGES,
    VIEWS,
    evidence_card,
    head,
    inspection,
    link,
    loud,
    round_card,
)
from tests.unit.slack.showing import said
from tests.unit.slack.test_limits import assert_message, assert_nothing_alive

LOUD = loud()


@pytest.mark.parametrize("name", sorted({**MESSAGES, **VIEWS}))
def test_a_view_is_as_it_was_looked_at_and_kept(name: str) -> None:
    made = {**MESSAGES, **VIEWS}[name]()

    assert made == kept(name, made), f"look at what changed; REWRITE_GOLDEN=1 keeps it as {name}.json"


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_message_is_one_that_slack_takes(name: str) -> None:
    assert_message(MESSAGES[name]())


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_modal_is_one_that_slack_takes(name: str) -> None:
    assert check_view(VIEWS[name]()) == []


@pytest.mark.parametrize("name", sorted(LOUD))
def test_the_longest_content_fits_and_nothing_in_it_comes_alive(name: str) -> None:
    made = LOUD[name]

    assert_nothing_alive(made)
    if isinstance(made, list):
        assert_message(made)
    else:
        assert check_view(made) == []


def test_the_channel_reads_open_or_answered_and_nothing_else_of_an_answer() -> None:
    words = said(deal_thread.head_blocks(head()))

    assert "● Answered" in words
    assert "○ Open" in words
    for telling in ("insufficient", "rejected", "claimed", "quoted", "45,000", "EUR", "%"):
        assert telling not in words.casefold()


def test_questions_in_the_channel_hold_no_fact_of_the_crm() -> None:
    words = said(deal_thread.round_blocks(round_card()))

    assert "Close date" not in words
    assert "Close date 30 Oct" in said(inspection_news.asked_blocks(round_card()))


def test_a_leader_above_is_told_whom_the_link_opens_for() -> None:
    words = "The link opens for members of the channel"

    assert words in said(deal_thread.link_blocks(link(), DEAL.id))
    assert words not in said(deal_thread.link_blocks(link(), DEAL.id, may_ask=True))
    assert words not in said(deal_thread.link_blocks(link(permalink=None), DEAL.id))


def test_only_the_manager_finds_buttons_to_judge() -> None:
    assert "Reject…" in said(deal_inspection.on_record(inspection()))
    assert "Reject…" not in said(deal_inspection.on_record(inspection(may_rule=False)))


def test_what_was_asked_already_is_not_offered_to_be_asked() -> None:
    card = inspection()
    all_asked = replace(card, statuses=card.statuses[:1] + card.statuses[2:])

    assert "Ask the open questions" not in said(deal_inspection.on_record(all_asked))
    unasked = replace(card, statuses=(replace(card.statuses[2], question=None),))
    assert "Ask the open questions" in said(deal_inspection.on_record(unasked))
    assert unasked.statuses[0].answered is Answered.OPEN


def test_a_quote_is_one_click_away() -> None:
    buttons = [
        element
        for block in deal_inspection.on_record(inspection())["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "button" and element["text"]["text"] == "Open the message"
    ]
    assert {one["url"] for one in buttons} == {LINK}


def test_a_rejection_says_who_why_and_that_it_is_private() -> None:
    words = said(inspection_news.rejected_blocks(evidence_card()))

    assert "No date from the buyer" in words
    assert "Only you get this" in words
    assert DEAL.name in words
