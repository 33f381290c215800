"""The longest content there can be, against the limits that Slack enforces."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.domain.coverage import CoverageStatus
from bot.domain.flags import FlagKind
from bot.domain.notices import HealthCheckCard
from bot.domain.obligations import Reason, State, Verdict
from bot.domain.people import Role
from bot.domain.verification import Answer
from bot.domain.wording import count_of
from bot.sandbox.blocks import check_blocks, check_message, check_view
from bot.sandbox.blocks.display import displayed_length
from bot.slack.views import (
    acknowledgement,
    coverage_conversation,
    deal_flags,
    health_check,
    help_words,
    overview,
)
from bot.slack.views.room import HOME, MESSAGE, Room, characters, fill
from bot.slack.views.text import Block, context, escaped, section
from tests.unit.slack.cards import (
    check_card,
    data_review,
    figures,
    flagged,
    large_card,
    nasty,
    owed,
    person,
    question,
    small_card,
    team_review,
    today_of,
    week_review,
)
from tests.unit.slack.showing import MESSAGES, VIEWS, said, texts

# What people wrote may hold anything; what Drumbeat writes itself is only these.
ALIVE = re.compile(r"<[^>]*>|`[^`\n]*<|@(channel|here|everyone)>")
LOUD_PEOPLE = [person(f"m{n}", nasty(n), Role.MANAGER) for n in range(40)]


def assert_message(blocks: list[Block], text: str = "text") -> None:
    assert check_blocks(blocks, "message") == []
    assert check_message(text, blocks, None) is None


def assert_nothing_alive(shown: object) -> None:
    for text in texts(shown):
        assert not ALIVE.search(text), text
        assert "```" not in text
        assert "\u202e" not in text
        assert not re.search(r"&(?!amp;|lt;|gt;)", text), f"half an entity: {text}"


@pytest.mark.parametrize("name", sorted(MESSAGES))
@pytest.mark.parametrize("card", [small_card(), large_card(), large_card(120, 3)], ids=["small", "40", "120"])
def test_every_message_is_one_that_slack_takes(name: str, card: HealthCheckCard) -> None:
    blocks = MESSAGES[name](card)

    assert_message(blocks)
    assert_nothing_alive(blocks)


@pytest.mark.parametrize("name", sorted(VIEWS))
@pytest.mark.parametrize("card", [small_card(), large_card(), large_card(120, 3)], ids=["small", "40", "120"])
def test_every_view_is_one_that_slack_takes(name: str, card: HealthCheckCard) -> None:
    view = VIEWS[name](card)

    assert check_view(view) == []
    assert_nothing_alive(view)


@pytest.mark.parametrize("answered", [0, 7, 28, 40])
def test_a_check_of_forty_reps_fits_and_says_where_the_rest_is(answered: int) -> None:
    card = large_card(40, 2, answered=answered)

    blocks = health_check.blocks(card)

    assert_message(blocks)
    shown = sum(block.get("block_id", "").startswith("owed:") for block in blocks)
    words = said(blocks)
    if answered < 40:
        assert shown >= 5
        rest = count_of(40 - answered - shown, "more conversation")
        assert f"{rest}: they come up here as you answer these." in words
    deals = sum(block.get("block_id", "").startswith("deal:") for block in blocks)
    assert deals >= 3
    if deals < 7:
        assert f"{7 - deals} more deal" in words
    assert "All 80 flagged deals…" in words
    assert "Why you get this" in words


def test_forty_reps_with_usual_names_lose_nothing_but_the_conversations_past_twelve() -> None:
    reps = [person(f"r{n}", f"Firstname Lastname{n}", Role.REP, manager="mia") for n in range(40)]
    conversations = [owed(rep) for rep in reps[:12]]
    coverage = [
        figures(rep, CoverageStatus.BELOW if n < 12 else CoverageStatus.OK) for n, rep in enumerate(reps)
    ]
    deals = [flagged(f"d{n}", reps[n], FlagKind.STALE, FlagKind.NO_NEXT_STEP) for n in range(7)]

    blocks = health_check.blocks(check_card(conversations, coverage, deals))

    assert_message(blocks)
    words = said(blocks)
    assert all(rep.name in words for rep in reps)
    assert "more" not in words.replace("matter most", "")


def test_the_home_tab_shows_the_figures_of_all_forty_reps() -> None:
    card = large_card(40)
    view = overview.home(replace(today_of(card), team=None, data=None), week_review(card, nasty(0), fixes=60))

    assert check_view(view) == []
    assert "more rep" not in said(view).split("Week of")[0].replace("more conversations", "")


def test_a_vp_of_forty_managers_and_forty_reps_is_told_of_those_left_out() -> None:
    blocks = overview.team_blocks(team_review(LOUD_PEOPLE, LOUD_PEOPLE))

    assert_message(blocks)
    assert_nothing_alive(blocks)
    assert "more on Drumbeat's Home tab." in said(blocks)


def test_everything_at_once_fits_in_the_answer_to_a_command() -> None:
    loud = question(plan=nasty(0, 2000), manager=LOUD_PEOPLE[0], rep=LOUD_PEOPLE[1])
    today = replace(
        today_of(large_card(40, 2), questions=[replace(loud, id=f"ack_{n}") for n in range(30)]),
        team=team_review(LOUD_PEOPLE, LOUD_PEOPLE),
        data=data_review([nasty(n) for n in range(60)]),
    )

    blocks = overview.today_blocks(today)

    assert_message(blocks)
    assert_nothing_alive(blocks)
    assert "more question" in said(blocks)
    assert check_view(overview.home(today, week_review(large_card(40), nasty(0), fixes=40))) == []


def test_a_long_week_says_how_many_lines_are_not_shown() -> None:
    blocks = overview.week_blocks(week_review(large_card(40), nasty(1), fixes=40))

    assert_message(blocks)
    shown = sum(block["type"] == "section" for block in blocks)
    assert f"and {80 - shown} more" in said(blocks)


@pytest.mark.parametrize("number", range(5))
def test_whatever_was_written_goes_into_every_form(number: int) -> None:
    loud, rep = nasty(number, 2000), person("r", nasty(number), Role.REP)
    card = question(
        plan=loud, comment=loud, manager=rep, rep=rep, answer=Answer.DISPUTED, verdict=Verdict.CONTRADICTED
    )
    obligation = replace(
        large_card(1).check.conversations[0].obligation,
        state=State.DONE,
        verdict=Verdict.CONTRADICTED,
        reasons=(Reason(loud, "acknowledgement_answer", "ans_1"),) * 4,
        excused_reason=loud,
    )
    line = replace(week_review(small_card()).lines[0], obligation=obligation, owner=rep, subject=rep)
    for view in (
        coverage_conversation.form("o", 1, rep, card.held_on),
        coverage_conversation.logged(rep, 0),
        acknowledgement.dispute_form(card),
        overview.why_view(line, "Europe/Berlin"),
        deal_flags.dismiss_form(flagged("d", rep, *FlagKind, name=loud), card.held_on),
    ):
        assert check_view(view) == []
        assert_nothing_alive(view)
    for blocks in (
        acknowledgement.blocks(card),
        acknowledgement.blocks(replace(card, answer=None)),
        acknowledgement.dispute_blocks(card),
        help_words.help_blocks(escaped(loud, 60)),
    ):
        assert_message(blocks, acknowledgement.summary(card))
        assert_nothing_alive(blocks)
    assert "next step by" in said(acknowledgement.blocks(replace(card, answer=None)))


def test_a_person_without_a_name_does_not_make_slack_refuse_the_list() -> None:
    nobody = person("r0", "  \n ", Role.REP)
    card = large_card(1)
    figure = replace(card.check.coverage[0], rep=nobody)
    card = replace(card, check=replace(card.check, coverage=(figure,)))

    assert check_view(deal_flags.list_form(card, deal_flags.ListFilter())) == []


def test_no_mrkdwn_lets_slack_make_links_of_plain_words() -> None:
    shown = [MESSAGES["health_check"](small_card()), VIEWS["home"](small_card())]

    def every(inside: object) -> list[Block]:
        if isinstance(inside, dict):
            found = [inside] if inside.get("type") == "mrkdwn" else []
            return found + [one for value in inside.values() for one in every(value)]
        return [one for value in inside for one in every(value)] if isinstance(inside, list) else []

    assert every(shown)
    assert all(one["verbatim"] is True for one in every(shown))


@pytest.mark.parametrize("limit", range(1, 30))
def test_clipped_text_is_never_longer_and_never_cut_inside_an_entity(limit: int) -> None:
    clipped = escaped("a&b<c>d&amp;e" * 3, limit)

    assert len(clipped) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", clipped)


def test_what_does_not_fit_is_left_out_whole_and_counted() -> None:
    groups = [[section("x" * 100), context("y" * 50)] for _ in range(10)]

    made = fill(groups, Room(blocks=9, characters=10_000), lambda rest: f"{rest} more")

    assert said(made).count("x" * 100) == 4
    assert made[-1] == context("6 more")
    assert fill(groups, Room(blocks=20, characters=1500), lambda rest: f"{rest} more") == [
        block for group in groups for block in group
    ]


def test_characters_are_counted_as_the_sandbox_counts_them() -> None:
    blocks = health_check.blocks(large_card(20))

    assert characters(blocks) == sum(displayed_length(block) for block in blocks)
    assert MESSAGE.takes(blocks)
    assert HOME.takes(blocks)
