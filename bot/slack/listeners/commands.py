"""The slash command: each word calls one service and answers in the ack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.notices import TeamReview
from bot.services import overview
from bot.slack.listeners.desk import Desk, Reply
from bot.slack.payloads import Command
from bot.slack.views import overview as views
from bot.slack.views.help_words import help_blocks
from bot.slack.views.text import escaped


def by_heart(verb: str) -> Reply | None:
    """Return what rests on nothing: the help, with the word where it is not known; None for all else."""
    if verb in COMMANDS:
        return None
    note = None if verb == "help" else f"I don't know “{escaped(verb, 60)}”. This is what I do:"
    return Reply("What Drumbeat does", help_blocks(note))


def answer_command(desk: Desk, command: Command, now: datetime) -> Reply:
    """Answer one command; a word that is not known gets the help, with what was typed."""
    return by_heart(command.verb) or COMMANDS[command.verb](desk, command, now)


def _today(desk: Desk, command: Command, now: datetime) -> Reply:
    today = overview.today(desk.store, command.user, now)
    kept = today.team is None or not _has_comments(today.team)
    return Reply("What waits for you today", views.today_blocks(today), kept)


def _team(desk: Desk, command: Command, now: datetime) -> Reply:
    team = overview.team(desk.store, command.user, now)
    return Reply("How your team stands", views.team_blocks(team), not _has_comments(team))


def _week(desk: Desk, command: Command, now: datetime) -> Reply:
    week = overview.week(desk.store, command.user, now)
    comments = [line.comment for line in week.lines] + [line.comment for line in week.decisions]
    return Reply("What became of this week", views.week_blocks(week), not any(comments))


def _has_comments(team: TeamReview) -> bool:
    return any(line.comments for line in team.managers)


COMMANDS: Mapping[str, Callable[[Desk, Command, datetime], Reply]] = {
    "today": _today,
    "team": _team,
    "week": _week,
}
