"""What the messages of a Monday say of plans, answers and flags."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.domain.conversion import Conversion
from bot.domain.flags import FlagKind
from bot.domain.notices import DataReview
from bot.domain.obligations import State, Verdict
from bot.domain.pipeline import Stage
from bot.domain.verification import Answer
from bot.sandbox.blocks import check_blocks, check_view
from bot.slack.views import acknowledgement, answered_flags, deal_flags, health_check, overview
from bot.slack.views.text import escape
from tests.unit.slack.cards import (
    NOW,
    ROB,
    answered,
    check_card,
    flagged,
    owed,
    question,
    small_card,
    today_of,
)
from tests.unit.slack.showing import said


@pytest.mark.parametrize("character", ["w", "&", "<"])
def test_who_confirms_a_plan_reads_all_of_it(character: str) -> None:
    words = [character * 39] * 50
    shown = acknowledgement.blocks(question(plan=" ".join(words)))

    assert check_blocks(shown, "message") == []
    whole = " ".join(block["text"]["text"].removeprefix(">") for block in shown[1:-2])
    assert whole.startswith("*Agreed:* " + " ".join(escape(word) for word in words) + " _(next step")


def test_a_step_of_another_year_is_said_with_its_year() -> None:
    late = question(held_on=date(2026, 12, 28), next_step_on=date(2027, 1, 4))

    assert "(next step by Monday 4 Jan 2027)" in said(acknowledgement.blocks(late))
    assert "(next step by Monday 12 Oct)" in said(acknowledgement.blocks(question()))


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (
            (FlagKind.EVIDENCE_GAP,),
            "1 flag stayed as it is: evidence is given in the deal's thread, not in the CRM.",
        ),
        (
            (FlagKind.AMOUNT_JUMP, FlagKind.CLOSE_DATE_PUSHED),
            "2 flags stayed as they are: a date pushed stays pushed and a changed amount stays changed.",
        ),
    ],
)
def test_why_a_flag_stayed_is_said_of_that_flag(kinds: tuple[FlagKind, ...], words: str) -> None:
    assert words in deal_flags.answered(1, 1, kinds, "fixed")[1]


def test_who_dismisses_a_flag_knows_who_reads_the_reason() -> None:
    form = deal_flags.dismiss_form(flagged("d1", ROB, FlagKind.STALE), NOW.date())

    assert "Drumbeat shows it to nobody" in said(form)


def test_where_every_flag_is_answered_no_deal_is_said_to_raise_none() -> None:
    card = check_card([], [], [])
    assert "No deal raises a flag." in said(health_check.blocks(card))

    shown = said(health_check.blocks(replace(card, answered=2)))

    assert "No flag is open:* 2 flags answered for now." in shown
    assert "Answered flags (2)…" in shown


@pytest.mark.parametrize(
    ("news", "inherited", "title"),
    [
        (0, 2, "No new flags.* What the first import brought was listed once and does not nag."),
        (
            2,
            1,
            "2 deals with flags since the first import*, of 3 with flags\n_What the first import",
        ),
        (8, 1, "The 7 deals that matter most*, of 9 with flags\n_What the first import brought was listed"),
        (8, 0, "The 7 deals that matter most*, of 8 with flags\nFlags are signals"),
        (2, 0, "*2 deals with flags*\nFlags are signals"),
    ],
)
def test_what_the_first_import_brought_is_told_apart_from_news(news: int, inherited: int, title: str) -> None:
    deals = [flagged(f"d{n}", ROB, FlagKind.STALE) for n in range(news + inherited)]
    card = replace(check_card([], [], deals[:news]), all_deals=tuple(deals))

    assert title in said(health_check.blocks(card))


@pytest.mark.parametrize(("answers", "words"), [(40, False), (41, True)])
def test_answers_that_are_not_listed_come_up_later(answers: int, words: bool) -> None:
    given = [answered(flagged(f"d{n}", ROB, FlagKind.STALE)) for n in range(answers)]

    form = answered_flags.take_back_form(given, "Europe/Berlin")

    assert check_view(form) == []
    assert ("The latest 40 are listed" in said(form)) is words
    assert f"All {answers} answers" in said(form)
    # Of one there is nothing to choose from.
    assert "All 1" not in said(answered_flags.take_back_form(given[:1], "Europe/Berlin"))


def test_an_answered_conversation_says_who_did_not_answer() -> None:
    one = owed(ROB, state=State.DONE, done_at=NOW, verdict=Verdict.UNANSWERED)
    shown = said(health_check.blocks(check_card([one], [one.rep_coverage], [])))

    assert "· the rep has not answered, which counts neither way" in shown
    assert "· answered" not in shown


def test_a_dispute_asks_for_nothing_once_it_is_logged_again() -> None:
    disputed = question(answer=Answer.DISPUTED, verdict=Verdict.CONTRADICTED)
    again = replace(disputed, logged_again=True)

    assert "Then log the conversation again" in said(acknowledgement.dispute_blocks(disputed))
    assert "Talk to them first" not in said(acknowledgement.dispute_blocks(again))
    assert "You have logged it again since" in said(acknowledgement.dispute_blocks(again))


def test_an_admin_is_told_of_threads_that_are_held_back() -> None:
    nothing = DataReview(NOW, "crm_export", 0, (), 0)

    def shown(data: DataReview) -> str:
        return said(overview.today_blocks(replace(today_of(small_card()), data=data)))

    assert "no deal's thread is held back" in shown(nothing)
    assert "2 deals can't be shown in the team's channel" in shown(replace(nothing, threads_in_trouble=2))
    assert "Everyone is matched" not in shown(replace(nothing, threads_in_trouble=2))


def test_the_fall_of_a_conversion_says_since_when() -> None:
    fell = Conversion(Stage.DISCOVERY, Stage.PROPOSAL, 13, 6, 0, Decimal("0.46"))
    card = replace(small_card(), team_drop=(replace(fell, rate=Decimal("0.8")), fell))

    assert "fell across the team* on the quarter before: from 80% to 46%" in said(health_check.blocks(card))
