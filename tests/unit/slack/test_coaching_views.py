"""Coaching views with the longest content there can be, and what must not be in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.coaching import ANSWER_RECORDS, RECORDS, DealAction, DeepDive, LogKind, Sight, Step
from bot.domain.coaching_cards import CoachedLine, CoachingReview, LogCard, OpenStep, PlanLine
from bot.domain.notices import ObligationLine
from bot.domain.obligations import ObligationKind, Reason, Verdict
from bot.domain.people import Role
from bot.sandbox.blocks import check_view
from bot.slack.views import coaching_form, coaching_log, coaching_news, overview
from tests.acceptance.week_tally import Effort
from tests.unit.slack.cards import MIA, ROB, nasty, person, team_review
from tests.unit.slack.coaching_samples import (
    CALLED,
    CONTENT,
    DISPUTED,
    NOW,
    OWN,
    PLAN,
    REVIEW,
    VIC,
    card,
    draft,
)
from tests.unit.slack.one_on_one_samples import OWED
from tests.unit.slack.showing import said
from tests.unit.slack.test_limits import assert_message, assert_nothing_alive


def loud_card(number: int) -> LogCard:
    loud, name = nasty(number, 2000), nasty(number, 200)
    two = person("m", name, Role.MANAGER), person("r", name, Role.REP)
    content = replace(
        CONTENT,
        feedback=loud,
        step=Step("r", loud[:300], date(2026, 10, 13)),
        deal_actions=(DealAction("d1", loud[:300]), DealAction("d2", loud[:300])),
        deep_dive=DeepDive(loud[:300], loud, loud, loud),
    )
    return card(
        two[0],
        author=two[0],
        coached=two[1],
        kind=LogKind.DEEP_DIVE,
        sight=Sight.EVERYTHING,
        content=content,
        deal_names={"d1": name, "d2": name},
        actions=dict.fromkeys(("d1", "d2"), replace(CALLED, reasons=(Reason(loud, "activities", loud),) * 4)),
        notes=loud,
        step_owner=name,
        answer=replace(DISPUTED, comment=loud[:500]),
        asks=False,
        verdict=Verdict.CONTRADICTED,
        editable=True,
        history=OWN.history * 20,
        readers=(name,) * 30,
        plan=PlanLine("Coverage, in times", "2.1", "3.0", date(2026, 11, 5), "not met: 2.2"),
    )


@pytest.mark.parametrize("number", range(5))
def test_whatever_was_written_is_shown_as_it_stands(number: int) -> None:
    loud, name = nasty(number, 2000), nasty(number, 200)
    mine = loud_card(number)
    rep = replace(mine, viewer=mine.coached)
    fields = dict.fromkeys(("feedback", "notes", "step", "action_1", "action_2", "call", "behaviour"), loud)
    form = draft(
        author=mine.author,
        coached=mine.coached,
        kind=LogKind.DEEP_DIVE,
        fields={"held_on": "2026-10-06", "minutes": "37", "deal_1": "d3", **fields},
        deals=tuple((f"d{n}", nasty(n, 200)) for n in range(60)),
        agenda=(loud,) * 12,
        open_steps=(OpenStep("stp", loud, name, date(2026, 10, 6)),),
    )
    for view in (
        coaching_form.form(form),
        coaching_form.form(replace(form, log_id="log_1", version=3)),
        coaching_log.log_view(mine),
        coaching_log.log_view(rep),
        coaching_log.dispute_form(rep),
        coaching_log.rating_form(rep),
        coaching_log.submitted(mine.coached, asked=True, changed="the day and the minutes"),
    ):
        assert check_view(view) == []
        assert_nothing_alive(view)
    for blocks in (
        coaching_log.asked_blocks(rep),
        coaching_log.asked_blocks(replace(rep, asks=True, answer=None)),
        coaching_log.disputed_blocks(mine),
        coaching_news.plan_blocks(mine),
        coaching_news.deep_dives_blocks([mine.coached] * 45),
        coaching_news.choose_blocks([mine.coached] * 45),
        coaching_news.offer_blocks(mine.coached),
        coaching_news.logs_blocks([mine, replace(mine, viewer=person("v", nasty(number)))] * 6),
    ):
        assert_message(blocks, coaching_log.asked_summary(rep))
        assert_nothing_alive(blocks)


def test_everybody_is_named_coached_or_not() -> None:
    words = said(overview.team_blocks(replace(team_review(), coaching=REVIEW)))

    assert "Rob" in words
    assert "1.5 h, last 6 Oct" in words
    assert "Ria Moss: not coached yet" in words
    assert "4.8 or more (2026-10)" in words


def test_reps_of_other_managers_stand_under_their_managers() -> None:
    lines = (CoachedLine(ROB, 90, None), CoachedLine(person("ria", "Ria Moss"), 0, None, "Owen Hale"))

    assert coaching_news.coached_words(CoachingReview("2026-10", lines)) == [
        "Rob Rep: 1.5 h yet",
        "*Owen Hale*\nRia Moss: not coached yet",
    ]


def test_who_may_not_log_is_not_sent_to_log() -> None:
    assert "/one-on-one log" not in said(coaching_news.logs_blocks([]))
    assert "`/one-on-one log` logs one" in said(coaching_news.logs_blocks([], may_log=True))


def test_what_waits_is_called_the_same_everywhere() -> None:
    waits = card(verdict=Verdict.PENDING)

    assert "· waiting for confirmation" in said(coaching_news.logs_blocks([waits]))
    assert "*Verdict:* waiting for confirmation" in said(coaching_log.log_view(waits))


def test_a_team_of_four_hundred_fits() -> None:
    lines = tuple(CoachedLine(person(f"r{n}", nasty(n)), n, date(2026, 10, 6)) for n in range(400))
    blocks = overview.team_blocks(replace(team_review(), coaching=CoachingReview("2026-10", lines)))

    assert_message(blocks)
    assert_nothing_alive(blocks)


def test_a_view_shows_only_what_its_card_holds() -> None:
    leader = said(coaching_log.log_view(card(sight=Sight.FACTS, content=None)))
    rep = said(coaching_log.log_view(card()))

    assert CONTENT.feedback not in leader
    assert "Private notes" not in rep
    assert "Private notes" in said(coaching_log.log_view(OWN))
    assert PLAN.measure not in rep
    assert NOW.date().isoformat() not in leader


def test_a_line_of_the_day_s_card_says_what_is_settled_and_answered() -> None:
    disputed = card(MIA, answer=DISPUTED, asks=False, verdict=Verdict.CONTRADICTED)
    settled = replace(disputed, verdict=Verdict.VERIFIED)

    assert coaching_log.disputed_summary(disputed).endswith("remembers a coaching session differently")
    assert coaching_log.disputed_summary(settled).startswith("Settled: ")
    assert "Did it take place?" in coaching_log.asked_summary(card(ROB))
    assert "Did it take place?" not in coaching_log.asked_summary(card(ROB, asks=False))


def test_the_clicks_and_fields_of_a_log_take_less_than_two_minutes() -> None:
    """As it opens after Held: all that is asked is filled in, with a deal and what became of two steps."""
    known = {"held_on": "2026-10-06", "minutes": "30", "focus": "discovery", "step_on": "2026-10-13"}
    view = coaching_form.form(draft(fields=known, is_draft=False))
    asked = [one for one in view["blocks"] if one["type"] == "input" and not one.get("optional")]
    empty = [one["block_id"] for one in asked if not any("initial" in name for name in one["element"])]
    assert empty == ["feedback", "step"]

    effort = Effort(clicks=len(("Held", "Log it", "Close")))
    effort.choices = len(("a skill", "the deal", "became of one step", "and of the other"))
    for text in (
        "You let the planner name the budget alone: open with it while the finance lead is in the room.",
        "Rob rehearses it before the next call",
        "Ask the COO who else has to agree",
    ):
        effort.writes(text)
    assert effort.minutes < 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [(RECORDS, "the session as logged"), (ANSWER_RECORDS, "the answer about the session")],
)
def test_why_names_the_records_of_coaching(kind: str, words: str) -> None:
    reasons = (Reason("Rob confirmed it.", kind, "can_1"),)
    owed = replace(OWED, kind=ObligationKind.COACHING_LOG, reasons=reasons)
    line = ObligationLine(owed, person("mia", "Mia"), None, "Coaching log")

    shown = str(overview.why_view(line, "Europe/Berlin"))
    assert f"({words})" in shown
    assert "can_1" not in shown


def test_a_version_has_the_day_of_its_reader_and_what_stood_there() -> None:
    shown = said(coaching_log.log_view(OWN))

    assert "Version 2, 7 Oct: the feedback and the skills observed changed" in shown
    assert "Before, the feedback: Ask about money early." in shown


def test_who_has_no_leader_is_not_told_of_any() -> None:
    top = said(coaching_form.form(draft(author=VIC)))

    assert "is asked to confirm." in top
    assert "leaders" not in top
    assert "Your leaders see date" in said(coaching_form.form(draft()))
