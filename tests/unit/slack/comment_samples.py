"""Comments on verdicts as the views are tried with: a manager's own, their leader's view, the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.notices import CommentLine, HealthCheckCard, ObligationLine
from bot.domain.obligations import State, Verdict
from bot.domain.verdict_comments import CommentForm, Judged, VerdictComment
from bot.slack.views import decisions, overview, verdict_comments
from tests.unit.slack import cards, review_samples

ZONE = "Europe/Berlin"
WORDS = "Rob was at a fair from Monday to Wednesday; we talk on Thursday at nine."


def comment(words: str = WORDS, **more: Any) -> VerdictComment:
    values: dict[str, Any] = {
        "id": "cmt_1",
        "judged": Judged.OBLIGATION,
        "judged_id": "obl_rob",
        "by_id": "mia",
        "words": words,
        "written_at": cards.NOW,
        "verdict": Verdict.PENDING,
        "state": State.OVERDUE,
        **more,
    }
    return VerdictComment(**values)


def comment_form(**more: Any) -> CommentForm:
    values: dict[str, Any] = {
        "judged": Judged.OBLIGATION,
        "judged_id": "obl_rob",
        "what": "Coverage conversation",
        "about": "Rob",
        "comment": None,
        "leaders": ("Vic Stone", "Uma Chief"),
        "readable_at": cards.NOW,
        "between_two": False,
        "time_zone": ZONE,
        **more,
    }
    return CommentForm(**values)


def commented(card: HealthCheckCard, **more: Any) -> ObligationLine:
    """A conversation disputed since it was commented on."""
    one = card.check.conversations[0]
    owed = replace(one.obligation, state=State.DONE, verdict=Verdict.CONTRADICTED, done_at=cards.NOW)
    values: dict[str, Any] = {"comment": comment(), "is_own": True, **more}
    return ObligationLine(owed, cards.MIA, one.rep_coverage.rep, "Coverage conversation", **values)


def commented_decision(**more: Any) -> Any:
    said = comment(judged=Judged.DECISION, judged_id="dec_1", verdict=Verdict.CONTRADICTED, state=None)
    return replace(review_samples.lines()[0], comment=said, **more)


def team(comments: int = 3) -> Any:
    lines = tuple(
        CommentLine(comment(f"{n}: {WORDS}"), "Coverage conversation", "Rob") for n in range(comments)
    )
    line = cards.manager_line(cards.MIA, comments=lines)
    return replace(cards.team_review(), managers=(line,))


def week(card: HealthCheckCard) -> Any:
    shown = cards.week_review(card)
    return replace(
        shown,
        lines=(commented(card), commented(card, comment=None)),
        decisions=(commented_decision(is_own=True),),
    )


MESSAGES: Mapping[str, Callable[[HealthCheckCard], Any]] = {
    "team_commented": lambda _card: overview.team_blocks(team()),
    "week_commented": lambda card: overview.week_blocks(week(card)),
}
VIEWS: Mapping[str, Callable[[HealthCheckCard], Any]] = {
    "why_own": lambda card: overview.why_view(commented(card, comment=None), ZONE),
    "why_commented": lambda card: overview.why_view(commented(card), ZONE),
    "why_leader": lambda card: overview.why_view(commented(card, is_own=False), ZONE),
    "decision_why_commented": lambda _card: decisions.why_view(commented_decision(is_own=True), ZONE),
    "comment_form": lambda _card: verdict_comments.form(comment_form()),
    "comment_form_again": lambda _card: verdict_comments.form(
        comment_form(comment=comment(), readable_at=None), "V1"
    ),
    "comment_form_dispute": lambda _card: verdict_comments.form(
        comment_form(between_two=True), "V1", "log_1"
    ),
    "comment_written": lambda _card: verdict_comments.written(comment_form(leaders=())),
    "comment_taken_back": lambda _card: verdict_comments.taken_back(),
}
