"""What there is to talk about in a one-on-one, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.one_on_one_cards import Agenda, AgreedDealAction
from bot.domain.people import Person
from bot.domain.wording import short_date
from bot.slack.views.decisions import VERDICT_WORDS
from bot.slack.views.room import packed
from bot.slack.views.text import escaped

MOST_TEXT = 220


def agenda_texts(agenda: Agenda, viewer: Person, now: datetime) -> list[str]:
    """Return what there is to talk about as texts of a section each; none where nothing is known."""
    day = now.astimezone(ZoneInfo(viewer.time_zone)).date()
    return packed(_lines(agenda, day))


def _lines(agenda: Agenda, day: date) -> Iterator[str]:
    if agenda.steps or agenda.actions:
        yield "*Agreed last time*"
    for step in agenda.steps:
        became = escaped(step.outcome, 80) if step.outcome else "what became of it?"
        by = f"{escaped(step.owner, 60)}, by {short_date(step.due_on)}"
        yield f"• {escaped(step.text, MOST_TEXT)} ({by}) · {became}"
    yield from (f"• {_action_words(one)}" for one in agenda.actions)
    if agenda.focus_area:
        yield f"*Last focus* {escaped(agenda.focus_area, MOST_TEXT)}"
    if agenda.deals:
        yield "*Deals with flags*"
    for one in agenda.deals:
        flags = "; ".join(flag.words(day) for flag in one.flags[:2])
        yield f"• {escaped(one.deal.name, 80)}: {escaped(flags, MOST_TEXT)}"
    if agenda.questions:
        yield "*Open questions*"
    for deal, question in agenda.questions:
        yield f"• {escaped(deal, 80)}: {escaped(question, MOST_TEXT)}"
    if agenda.items:
        yield "*On the agenda*"
    for item in agenda.items:
        yield f"• {escaped(item.text, MOST_TEXT)} ({escaped(item.by, 60)})"


def _action_words(one: AgreedDealAction) -> str:
    """Say an action with what was found of it; where nobody is held to it, only why."""
    found = one.judgement
    why = escaped(" ".join(reason.text for reason in found.reasons[:1]), MOST_TEXT)
    said = f"{VERDICT_WORDS[found.verdict]}: {why}" if found.counts else why
    return f"{escaped(one.deal_name, 80)}: {escaped(one.text, MOST_TEXT)} · {said}"
