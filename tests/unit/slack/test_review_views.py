"""The windows and messages of a review: what they offer, and the longest content within Slack's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.decisions import DecisionKind, DecisionState
from bot.domain.obligations import State, Verdict
from bot.domain.pipeline import Stage
from bot.domain.review_cards import Asking, ReviewCard
from bot.sandbox.blocks import check_blocks, check_message, check_view
from bot.slack.payloads import ActionId
from bot.slack.views import decisions, overview, pipeline_review, review_step
from bot.slack.views.text import Block
from tests.unit.slack.cards import MIA, manager_line, nasty, small_card, team_review, today_of, week_review
from tests.unit.slack.review_samples import (
    KEPT,
    OWED,
    choices,
    deal,
    decision,
    end,
    follow_up,
    items,
    line,
    lines,
    loud_card,
    loud_lines,
    loud_step,
    outcome,
    prepared,
    review,
    step,
)
from tests.unit.slack.showing import said
from tests.unit.slack.test_limits import assert_nothing_alive


def actions_in(shown: object) -> set[str]:
    """Every action id inside."""
    if isinstance(shown, dict):
        own = {str(shown["action_id"])} if "action_id" in shown else set()
        return own.union(*(actions_in(inner) for inner in shown.values()))
    return set().union(*(actions_in(inner) for inner in shown)) if isinstance(shown, list) else set()


@pytest.mark.parametrize(
    "blocks",
    [
        pipeline_review.blocks(loud_card()),
        pipeline_review.blocks(loud_card(20)),
        pipeline_review.blocks(loud_card(20, decided=False)),
        pipeline_review.blocks(replace(loud_card(20, decided=False), obligation=None)),
        pipeline_review.outcome_blocks(outcome(loud_lines())),
        decisions.follow_up_blocks(follow_up(lines=loud_lines())),
    ],
    ids=["decided", "twenty", "waiting", "prepared", "outcome", "follow-up"],
)
def test_the_longest_message_is_one_that_slack_takes(blocks: list[Block]) -> None:
    assert check_blocks(blocks, "message") == []
    assert check_message("text", blocks, None) is None
    assert_nothing_alive(blocks)


@pytest.mark.parametrize(
    "view",
    [
        review_step.window(loud_step()),
        review_step.window(end(loud_card(20))),
        pipeline_review.swap_form(
            choices(
                choices=tuple((deal(f"s{n}", nasty(n)), None, nasty(n, 300)) for n in range(100)),
            )
        ),
        decisions.why_view(loud_lines(2)[1], "Europe/Berlin"),
        decisions.not_done_form(loud_lines(1)[0]),
    ],
    ids=["step", "end", "swap", "why", "not done"],
)
def test_the_longest_view_is_one_that_slack_takes(view: dict[str, object]) -> None:
    assert check_view(view) == []
    assert_nothing_alive(view)


def test_before_its_day_deals_are_swapped_and_nothing_is_started() -> None:
    shown = pipeline_review.blocks(prepared())

    assert ActionId.REVIEW_SWAP in actions_in(shown)
    assert ActionId.REVIEW_OPEN not in actions_in(shown)


def test_before_its_day_it_says_how_much_is_asked_and_of_which_deals_nothing_is() -> None:
    shown = said(pipeline_review.blocks(prepared()))

    assert "Until the review your reps have *5 questions* about them to answer" in shown
    assert "Nothing about Paper trail and Steel pilot" in shown or "Nothing about Steel pilot" in shown
    assert "all that one week allows" in shown
    silent = tuple(
        replace(item, asking=Asking(0, "This team has no channel for its deals yet."))
        for item in prepared().items
    )
    shown = said(pipeline_review.blocks(replace(prepared(), items=silent)))
    assert "Nothing is asked of your reps" in shown
    assert "and 2 more: This team has no channel" in shown


def test_only_what_waits_can_be_swapped() -> None:
    shown = said(pipeline_review.blocks(review()))

    assert shown.count("Swap…") == 1
    assert "1 of 7 deals to decide" in shown


@pytest.mark.parametrize(
    ("card", "words", "button"),
    [
        (review(opened=False), "due Thursday 8 Oct, 17:00", "Start the review"),
        (review(), "due Thursday 8 Oct, 17:00", "Continue the review"),
        (review(outcome="status_meeting"), "Recorded as a status meeting", "Take a decision"),
        (review(outcome="review"), "Held:", "Look at it again"),
    ],
)
def test_a_review_says_where_it_stands(card: ReviewCard, words: str, button: str) -> None:
    shown = said(pipeline_review.blocks(card))

    assert words in shown
    assert button in shown


def test_an_overdue_and_an_excused_review_say_so() -> None:
    owed = review().obligation
    assert owed is not None

    overdue = said(pipeline_review.blocks(review(obligation=replace(owed, state=State.OVERDUE))))
    excused = pipeline_review.blocks(
        review(obligation=replace(owed, state=State.EXCUSED, excused_reason="time off"))
    )

    assert "*overdue*" in overdue
    assert "Excused: time off" in said(excused)
    assert ActionId.REVIEW_OPEN not in actions_in(excused)


def test_the_window_shows_how_far_the_review_is() -> None:
    assert "Deal 1 of 7 · ○●●●●●● · 1 to decide" in said(review_step.window(step()))


def test_what_would_be_refused_is_not_offered() -> None:
    twice = said(review_step.window(step(pushes=2, may_re_date=False)))
    first = said(review_step.window(replace(step(), behind=None)))

    assert "With the buyer's reason" not in twice
    assert "New close date" not in twice
    assert "To re-date:" not in twice
    assert "New close date" in first
    assert "pushed 2 times, so to re-date it again is not offered" in twice
    assert "Demote to" not in first


def test_a_decided_deal_opens_with_what_was_decided() -> None:
    view = review_step.window(step(place=2))
    fields = {block["block_id"]: block.get("element", {}) for block in view["blocks"] if "block_id" in block}

    assert fields["kind:d3"]["initial_option"]["value"] == DecisionKind.RE_DATE
    assert fields["new_close_date:d3"]["initial_date"] == "2026-12-11"
    assert fields["action:d3"]["initial_value"] == "Call the CFO about the open terms"
    assert fields["due_on:d3"]["initial_date"] == "2026-10-14"


def test_each_deal_has_fields_of_its_own() -> None:
    ids = [
        {
            block["block_id"]
            for block in review_step.window(step(place=place))["blocks"]
            if "block_id" in block
        }
        for place in (0, 1)
    ]

    assert not ids[0] & ids[1]


def test_a_deal_that_is_gone_asks_for_nothing() -> None:
    view = review_step.window(step(place=6))

    assert "submit" not in view
    assert "Nothing to decide: closed as won" in said(view)
    assert "kind" not in actions_in(view)


def test_dates_are_those_of_the_managers_calendar() -> None:
    late = datetime(2026, 10, 6, 2, 30, tzinfo=UTC)
    item = replace(prepared().items[0], deal=replace(prepared().items[0].deal, last_activity_at=late))
    card = review(items=(item,))
    there = replace(card, manager=replace(card.manager, time_zone="America/New_York"))

    assert "last activity 6 Oct" in said(review_step.window(step(card)))
    assert "last activity 5 Oct" in said(review_step.window(step(there)))


def test_of_a_deal_that_is_another_teams_only_its_name_and_why_is_shown() -> None:
    gone = replace(prepared().items[0], gone="Rob Rep reports to another manager now")
    card = review(items=(gone,))

    for shown in (said(review_step.window(step(card))), said(pipeline_review.blocks(card))):
        assert "Northwind renewal" in shown
        assert "reports to another manager now" in shown
        for known in ("45,000", "20 Nov", "draft contract", "Proposal", gone.reason):
            assert known not in shown


def test_the_end_says_gap_and_what_is_shared_with_counts() -> None:
    shown = said(review_step.window(end()))

    assert "the team lacks EUR 257,000 of open pipeline to 3.0×, over 2 of 5 reps" in shown
    assert "Unknown for Priya Raman." in shown
    assert "two or more contacts: 4 of 4, and 9 of the 21 others" in shown
    assert "Not known: evidence beyond the rep's own words." in shown


def test_a_won_stage_is_what_lies_behind_the_last_one() -> None:
    assert "Advance to Won" in said(review_step.window(replace(step(), ahead=Stage.CLOSED_WON)))


def test_friday_asks_about_each_and_shows_the_crms_verdict_beside_it() -> None:
    shown = said(decisions.follow_up_blocks(follow_up()))

    assert "6 of 8 verified by their date, 1 the CRM contradicts, 2 waiting for the CRM" in shown
    assert (
        "Demote to Discovery · Rob Rep until 14 Oct · the CRM says otherwise · said not to be done" in shown
    )
    assert ">Not done: The CRM was locked" in shown
    assert shown.count("Why?") == 3


def test_what_the_crm_shows_is_not_asked_about_unless_its_manager_said_otherwise() -> None:
    verified = decision("d2", DecisionKind.DEMOTE, verdict=Verdict.VERIFIED)
    denied = replace(verified, state=DecisionState.REPORTED_NOT_DONE, report_reason="The CRM was locked")

    offered = [
        actions_in(decisions.follow_up_blocks(follow_up(lines=(line(one),)))) for one in (verified, denied)
    ]

    assert offered == [{ActionId.DECISION_WHY}, {ActionId.DECISION_WHY, ActionId.DECISION_DONE}]


def test_a_leader_sees_the_review_and_how_much_was_verified_in_counts() -> None:
    owed = replace(OWED, state=State.DONE, done_late=True)
    team = replace(team_review(), managers=(manager_line(MIA, review=owed, kept=KEPT),))
    met = replace(OWED, verdict=Verdict.UNVERIFIED)
    meeting = replace(team, managers=(manager_line(MIA, review=met),))

    assert (
        "pipeline review of 8 Oct done, late · decisions in 90 days: 6 of 8 verified by their date, "
        "1 the CRM contradicts, 2 waiting for the CRM"
    ) in said(overview.team_blocks(team))
    assert "pipeline review of 8 Oct a status meeting so far" in said(overview.team_blocks(meeting))


def test_a_leader_sees_what_was_left_undone_before() -> None:
    left = tuple(replace(OWED, state=state) for state in (State.OVERDUE, State.MISSED, State.MISSED))
    nothing = dict.fromkeys(("owed", "done", "verified", "excused"), 0)
    line = manager_line(MIA, earlier=left, **nothing)

    shown = said(overview.team_blocks(replace(team_review(), managers=(line,))))

    assert "*Mia Manager* · no conversation owed so far this week · owed before: 1 overdue, 2 missed" in shown


def test_the_week_says_where_one_was_moved_to() -> None:
    first = week_review(small_card()).lines[0]
    excused = replace(first.obligation, state=State.EXCUSED, excused_reason="moved to Friday 9 Oct, 10:00")
    week = replace(week_review(small_card()), lines=(replace(first, obligation=excused),))

    shown = said(overview.week_blocks(week))

    assert "*Rob Rep* · Monday 5 Oct · excused (moved to Friday 9 Oct, 10:00)" in shown


def test_the_week_lists_decisions_with_a_way_to_ask_why() -> None:
    week = replace(week_review(small_card()), decisions=lines(), kept=KEPT)

    shown = overview.week_blocks(week)

    assert "Decisions in 90 days: 6 of 8 verified" in said(shown)
    assert "*Harbour rollout* · Advance to Negotiation · Rob Rep until 14 Oct · verified" in said(shown)
    assert ActionId.DECISION_WHY in actions_in(shown)


def test_what_waits_today_holds_the_review() -> None:
    shown = overview.today_blocks(replace(today_of(small_card()), team=None, data=None, review=review()))

    assert ActionId.REVIEW_OPEN in actions_in(shown)
    assert check_blocks(shown, "message") == []


def test_the_gap_never_stands_without_conversion_and_velocity() -> None:
    short = [one for one in small_card().check.coverage if one.coverage.gap]

    shown = said(review_step.end_view(end(short=tuple(short)))["blocks"])

    assert short
    for one in short:
        assert f"*{one.rep.name}* · coverage *" in shown
    assert shown.count(" a day") == shown.count("velocity *") == len(short)
    assert shown.index("Coverage gap") < shown.index("coverage *") < shown.index("in common")


def test_a_decision_reads_as_it_was_taken() -> None:
    words = [decisions.what(item.decision) for item in items() if item.decision]

    assert words == [
        "Advance to Negotiation",
        "Re-date to 11 Dec",
        "Demote to Discovery",
        "Remove from the pipeline",
        "Keep",
    ]
