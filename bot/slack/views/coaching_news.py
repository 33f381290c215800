"""Whom to coach: the month's deep dives, plans that ended, the choice of a rep, who was coached."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.coaching_cards import CoachingReview, LogCard
from bot.domain.people import Person
from bot.domain.ratings import in_words
from bot.domain.wording import count_of, short_date, weekday_date
from bot.slack.payloads import ActionId, encode
from bot.slack.views.coaching_log import VERDICT_WORDS
from bot.slack.views.text import Block, button, context, escaped, section

MOST_NAMED = 20


def deep_dives_blocks(reps: Sequence[Person]) -> list[Block]:
    """Return the month's deep dives that a manager owes, with a button for each rep."""
    if not reps:
        return [section(":white_check_mark: No deep dive of this month is open.")]
    made = [
        section(
            "*Deep dives this month:* one reviewed call for each of your reps, ending in a 30-day plan. "
            f"{count_of(len(reps), 'is', 'are')} open."
        )
    ]
    for rep in reps[:MOST_NAMED]:
        words = button(
            "Log the deep dive…",
            ActionId.COACHING_DEEP_DIVE,
            encode(r=rep.id),
            label=f"Log the deep dive with {rep.name}",
        )
        made.append(section(escaped(rep.name), accessory=words))
    if len(reps) > MOST_NAMED:
        made.append(context(f"and {len(reps) - MOST_NAMED} more, which come up here as you log these."))
    return made


def plan_blocks(card: LogCard) -> list[Block]:
    """Return what came of a development plan."""
    plan = card.plan
    if plan is None:
        return []
    came = plan.outcome or "not measured"
    return [
        section(
            f"The 30-day plan of *{escaped(card.coached.name)}* has ended: {plan.measure} "
            f"from {plan.baseline} to {plan.goal}. *{escaped(came.capitalize())}.*"
        ),
        context("Measured from the CRM, by the same rule as at its start. Only you two get this."),
    ]


def coached_words(review: CoachingReview) -> list[str]:
    """Say for everybody how much they were coached this month, those of each leader under that name."""
    said, under = [], ""
    for one in review.lines:
        head = f"*{escaped(one.leader, 60)}*\n" if one.leader != under else ""
        last = f", last {short_date(one.last_on)}" if one.last_on else " yet"
        said.append(f"{head}{escaped(one.person.name, 60)}: {_hours(one.minutes)}{last}")
        under = one.leader
    return said


def rated_words(review: CoachingReview) -> str:
    """Say the newest released ratings of managers; empty where none is released."""
    words = [
        f"{escaped(person.name, 60)} {in_words(average)} ({month})"
        for person, month, average in review.averages[:MOST_NAMED]
    ]
    return f"Sessions as the coached rate them, 1–5: {'; '.join(words)}" if words else ""


def _hours(minutes: int) -> str:
    return "not coached" if not minutes else f"{minutes / 60:.1f} h"


def choose_blocks(reps: Sequence[Person]) -> list[Block]:
    """Return the answer to `/one-on-one log`: a button for everybody the session can have been with."""
    made: list[Block] = [section("*Whom did you talk to?*")]
    for rep in reps[:40]:
        words = button(
            "Log the session…",
            ActionId.COACHING_LOG,
            encode(r=rep.id),
            label=f"Log the session with {rep.name}",
        )
        made.append(section(escaped(rep.name), accessory=words))
    return made


def logs_blocks(cards: Sequence[LogCard], *, may_log: bool = False) -> list[Block]:
    """Return the answer to `/one-on-one logs`: the latest logs that the reader may open, the newest first."""
    if not cards:
        way = " `/one-on-one log` logs one." if may_log else ""
        return [section(f"No coaching session is on record that you could read.{way}")]
    made: list[Block] = [section("*The latest coaching logs*")]
    for card in cards:
        who = card.coached if card.viewer.id == card.author.id else card.author
        both = f"{escaped(card.author.name, 80)} with {escaped(card.coached.name, 80)}"
        names = both if card.viewer.id not in {card.author.id, card.coached.id} else escaped(who.name, 80)
        verdict = VERDICT_WORDS[card.verdict]
        words = f"*{names}* · {weekday_date(card.held_on)} · {card.minutes} minutes · {verdict}"
        read = button("Read it", ActionId.COACHING_READ, encode(k=card.id), label=f"Read it: {who.name}")
        made.append(section(words, accessory=read))
    return made


def offer_summary(coached: Person) -> str:
    """Return the one line that a notification gives of the offer of a log."""
    return f"Shall this be a log of a session with {escaped(coached.name)}?"


def offer_blocks(coached: Person, slot_id: str | None = None) -> list[Block]:
    """Return the offer to make a log of what a manager wrote; of the slot with this id, if it was one."""
    about = encode(s=slot_id) if slot_id else encode(r=coached.id)
    return [
        section(
            f"That reads like a session with *{escaped(coached.name)}*. I have put it into a draft of its "
            "log: look it over, and log it."
        ),
        {
            "type": "actions",
            "elements": [button("Open the log…", ActionId.COACHING_LOG, about, style="primary")],
        },
        context("Only you see the draft. It was filled in by fixed rules, not by a model."),
    ]
