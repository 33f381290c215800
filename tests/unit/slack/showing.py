"""Every view by name, made from a card: what Slack would be handed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any

from bot.domain.flags import FlagKind, ResponseKind
from bot.domain.notices import HealthCheckCard, ObligationLine
from bot.domain.obligations import Verdict
from bot.domain.verification import Answer
from bot.slack.views import (
    acknowledgement,
    answered_flags,
    coverage_conversation,
    deal_flags,
    health_check,
    help_words,
    overview,
)
from bot.slack.views.text import message_view
from tests.unit.slack import (
    coaching_samples,
    comment_samples,
    my_data_samples,
    one_on_one_samples,
    review_samples,
)
from tests.unit.slack.cards import (
    MIA,
    NOW,
    ROB,
    TODAY,
    answered,
    question,
    team_review,
    today_of,
    week_review,
)

Shown = Any
MESSAGES: Mapping[str, Callable[[HealthCheckCard], Shown]] = {
    "health_check": health_check.blocks,
    "health_check_answered": lambda card: health_check.blocks(
        replace(card, check=replace(card.check, deals=()), all_deals=(), answered=3)
    ),
    "acknowledgement": lambda _card: acknowledgement.blocks(question()),
    "acknowledgement_confirmed": lambda _card: acknowledgement.blocks(question(answer=Answer.CONFIRMED)),
    "acknowledgement_disputed": lambda _card: acknowledgement.blocks(
        question(answer=Answer.DISPUTED, comment="We only met in the corridor")
    ),
    "dispute": lambda _card: acknowledgement.dispute_blocks(
        question(answer=Answer.DISPUTED, comment="We only met in the corridor", verdict=Verdict.CONTRADICTED)
    ),
    "dispute_logged_again": lambda _card: acknowledgement.dispute_blocks(
        question(answer=Answer.DISPUTED, logged_again=True)
    ),
    "unsettled": lambda _card: acknowledgement.unsettled_blocks(
        question(answer=Answer.DISPUTED, comment="We only met in the corridor")
    ),
    "unsettled_logged_again": lambda _card: acknowledgement.unsettled_blocks(
        question(answer=Answer.DISPUTED, logged_again=True)
    ),
    "help": lambda _card: help_words.help_blocks("I don't know “tody”. This is what I do:"),
    "today": lambda card: overview.today_blocks(today_of(card, questions=[question()])),
    "team": lambda _card: overview.team_blocks(team_review()),
    "week": lambda card: overview.week_blocks(week_review(card)),
    **review_samples.MESSAGES,
    **comment_samples.MESSAGES,
    **coaching_samples.MESSAGES,
    **one_on_one_samples.MESSAGES,
}
VIEWS: Mapping[str, Callable[[HealthCheckCard], Shown]] = {
    "conversation_form": lambda _card: coverage_conversation.form("obl_rob", 3, ROB, TODAY),
    "conversation_logged": lambda _card: coverage_conversation.logged(ROB, 2),
    "dispute_form": lambda _card: acknowledgement.dispute_form(question()),
    "dismiss_form": lambda card: deal_flags.dismiss_form(card.all_deals[-1], TODAY),
    "answered_flags": lambda card: answered_flags.take_back_form(
        [answered(one, kind) for one, kind in zip(card.all_deals, cycle(ResponseKind))], "Europe/Berlin"
    ),
    "deal_list": lambda card: deal_flags.list_form(card, deal_flags.ListFilter()),
    "deal_list_filtered": lambda card: deal_flags.list_form(
        card, deal_flags.ListFilter(flag=FlagKind.STALE, rep=card.check.coverage[0].rep.id)
    ),
    "deal_list_empty": lambda card: deal_flags.list_form(card, deal_flags.ListFilter(rep="nobody")),
    "taken_back": lambda _card: message_view("Noted", *answered_flags.taken_back(2, 3)),
    "noted": lambda _card: message_view(
        "Noted", *deal_flags.answered(2, 3, (FlagKind.EVIDENCE_GAP,), "fixed")
    ),
    "why": lambda card: overview.why_view(_line(card), "Europe/Berlin"),
    "home": lambda card: overview.home(today_of(card, questions=[question()]), week_review(card)),
    **review_samples.VIEWS,
    **comment_samples.VIEWS,
    **coaching_samples.VIEWS,
    **my_data_samples.VIEWS,
    **one_on_one_samples.VIEWS,
}


def _line(card: HealthCheckCard) -> ObligationLine:
    disputed = next((one for one in card.check.conversations if one.obligation.reasons), None)
    one = disputed or card.check.conversations[0]
    obligation = replace(one.obligation, done_at=NOW)
    return ObligationLine(obligation, MIA, one.rep_coverage.rep, "Coverage conversation")


def texts(shown: object) -> Iterator[str]:
    """Every mrkdwn text inside."""
    if isinstance(shown, dict):
        if shown.get("type") == "mrkdwn":
            yield shown["text"]
        for inner in shown.values():
            yield from texts(inner)
    elif isinstance(shown, list):
        for inner in shown:
            yield from texts(inner)


def said(shown: object) -> str:
    """All text a person reads, one piece a line."""
    return "\n".join(_pieces(shown))


def _pieces(shown: object) -> Iterator[str]:
    if isinstance(shown, dict):
        if shown.get("type") in {"mrkdwn", "plain_text"}:
            yield shown["text"]
        for inner in shown.values():
            yield from _pieces(inner)
    elif isinstance(shown, list):
        for inner in shown:
            yield from _pieces(inner)
