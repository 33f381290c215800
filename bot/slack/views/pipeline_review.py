"""The pipeline review as a message: the deals and why, where it stands, what came of it; swapping a deal."""

from __future__ import annotations

from bot.domain.obligations import State
from bot.domain.review_cards import (
    REVIEW,
    STATUS_MEETING,
    DecisionLine,
    RepOutcome,
    ReviewCard,
    ReviewItem,
    SwapChoices,
)
from bot.domain.wording import count_of, listed, short_date, weekday_date
from bot.slack.payloads import ActionId, CallbackId, encode
from bot.slack.views import decisions
from bot.slack.views.figures import STAGE_NAMES
from bot.slack.views.room import MESSAGE, Room, fill
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    clip,
    context,
    day_and_time,
    escaped,
    message_view,
    money,
    option,
    plain,
    section,
)

NAME = 120
REASON = 300
MOST_NAMED = 3
MOST_REASONS = 5


def summary(card: ReviewCard) -> str:
    """Return the one line that a notification and a screen reader give."""
    if card.obligation is None:
        return f"Pipeline review of {weekday_date(card.review_on)}: {_deals(card)} picked"
    if card.outcome == REVIEW:
        return f"Pipeline review of {weekday_date(card.review_on)} is done"
    if card.outcome == STATUS_MEETING:
        return "No decision was taken: so far this was a status meeting"
    return f"Pipeline review: {len(card.waiting)} of {_deals(card)} to decide"


def _deals(card: ReviewCard) -> str:
    return count_of(len(card.items), "deal")


def blocks(card: ReviewCard, room: Room = MESSAGE) -> list[Block]:
    """Return the message within what Slack takes."""
    head: list[Block] = [
        {"type": "header", "text": plain(f"Pipeline review · {weekday_date(card.review_on)}", 150)},
        section(_standing(card)),
        *_buttons(card),
    ]
    foot = [context(_small_print(card))]
    groups = [[_item(item, card)] for item in card.items]
    listed = fill(groups, room.less([*head, *foot]), lambda rest: f"{count_of(rest, 'more deal')} inside.")
    return [*head, *listed, *foot]


def prepared_over_blocks(card: ReviewCard) -> list[Block]:
    """Return what is left of the message that prepared a review once its day has come."""
    day = weekday_date(card.review_on)
    return [section(f"*The pipeline review of {day} was prepared here.* Its message of that day has it now.")]


def _standing(card: ReviewCard) -> str:
    if card.obligation is None:
        return (
            f"*{_deals(card)} picked* by value and risk, early and late stage, spread over your reps. "
            f"Swap what you would rather look at.\n{_askings(card)}"
        )
    decided = sum(one.kind.decides for one in card.taken)
    late = ", late" if card.obligation.done_late else ""
    if card.outcome == REVIEW:
        return (
            f":white_check_mark: *Held{late}:* {count_of(len(card.taken), 'deal')}, each with what happens "
            f"next; {count_of(decided, 'decision')}."
        )
    if card.outcome == STATUS_MEETING:
        return _status_meeting(card)
    if card.obligation.state is State.EXCUSED:
        return f"Excused: {escaped(card.obligation.excused_reason or 'no reason given', 200)}"
    due = day_and_time(card.obligation.due_at, card.manager.time_zone)
    words = {State.OVERDUE: f"*overdue*, it was due {due}", State.MISSED: "*missed*: the next one has come"}
    when = words.get(card.obligation.state, f"due {due}")
    left = f"*{len(card.waiting)} of {_deals(card)} to decide*"
    return f"{left} · {when} · a decision each, with an owner and a date"


def _status_meeting(card: ReviewCard) -> str:
    if not card.waiting:
        return (
            "*Recorded as a status meeting:* every deal was talked about and none was advanced, demoted, "
            "removed or re-dated. Take one decision and it counts as a review."
        )
    return (
        f"*Recorded as a status meeting:* {len(card.taken)} of {_deals(card)} talked about, and none "
        "advanced, demoted, removed or re-dated. Go through the others and take one decision, and it counts "
        "as a review."
    )


def _askings(card: ReviewCard) -> str:
    """Say how much the reps are asked until the review, and of which deals nothing is, and why."""
    waiting = sum(item.asking.questions for item in card.items if item.asking and not item.away)
    head = (
        f"Until the review your reps have *{count_of(waiting, 'question')}* about them to answer."
        if waiting
        else "*Nothing is asked of your reps.*"
    )
    names: dict[str, list[str]] = {}
    for item in card.items:
        if item.asking and item.asking.reason:
            names.setdefault(item.asking.reason, []).append(item.deal.name)
    lines = [f"• {_named(deals)}: {escaped(why, 250)}" for why, deals in names.items()]
    more = [f"• and {len(lines) - MOST_REASONS} more reasons"] if len(lines) > MOST_REASONS else []
    return "\n".join([head, *lines[:MOST_REASONS], *more])


def _named(deals: list[str]) -> str:
    few = [escaped(name, 60) for name in deals[:MOST_NAMED]]
    more = [f"{len(deals) - MOST_NAMED} more"] if len(deals) > MOST_NAMED else []
    return f"Nothing about {listed([*few, *more], 'and')}"


def _buttons(card: ReviewCard) -> list[Block]:
    if card.obligation is None or not card.items or card.obligation.state is State.EXCUSED:
        return []
    text = "Continue the review" if card.opened else "Start the review"
    if card.outcome == STATUS_MEETING:
        text = "Take a decision"
    elif card.outcome == REVIEW:
        text = "Look at it again"
    style = None if card.outcome == REVIEW else "primary"
    return [
        {
            "type": "actions",
            "block_id": f"review:{card.id}",
            "elements": [button(text, ActionId.REVIEW_OPEN, encode(r=card.id), style=style)],
        }
    ]


def _item(item: ReviewItem, card: ReviewCard) -> Block:
    if item.decision is not None:
        line = DecisionLine(
            item.decision,
            item.deal.name,
            card.manager.name,
            card.names.get(item.decision.owner_id, "somebody who is gone"),
        )
        return section(decisions.line_words(line, full=True), accessory=decisions.why_button(line))
    if item.gone is not None:
        # It may be another team's: what the CRM says of it now is theirs to see.
        return section(f"~{escaped(item.deal.name, NAME)}~\n{escaped(item.gone, REASON)}")
    head = deal_head(item, card.currency)
    swap = button(
        "Swap…", ActionId.REVIEW_SWAP, encode(r=card.id, d=item.deal.id), label=f"Swap {item.deal.name}"
    )
    return section(f"{head}\n• {escaped(item.reason, REASON)}", accessory=swap)


def deal_head(item: ReviewItem, currency: str) -> str:
    """Say which deal it is: name, amount, stage, rep, who may be away when it is looked at."""
    deal = item.deal
    amount = money(deal.amount, currency) if deal.amount is not None else "no amount"
    owner = escaped(item.rep.name) if item.rep else "nobody"
    if item.away:
        owner += ", away that day"
    return f"*{escaped(deal.name, NAME)}* · {amount} · {STAGE_NAMES[deal.stage]} · {owner}"


def _small_print(card: ReviewCard) -> str:
    as_of = f"CRM as of {day_and_time(card.crm_as_of, card.manager.time_zone)}. " if card.crm_as_of else ""
    return (
        f"{as_of}Why you get this: you lead these reps. Who sees your decisions: the rep of each deal, and "
        "your leader from one working day later."
    )


def swap_form(choices: SwapChoices) -> View:
    """Return the modal in which another deal is taken in for one."""
    leaving = choices.leaving
    head = section(f"Instead of *{escaped(leaving.deal.name, NAME)}*:")
    made: View = {
        "type": "modal",
        "callback_id": CallbackId.REVIEW_SWAP if choices.choices else CallbackId.READ_ONLY,
        "private_metadata": encode(r=choices.card.id, d=leaving.deal.id),
        "title": plain("Swap a deal", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [head, section("Every other open deal of your team is in the review already.")],
    }
    if not choices.choices:
        return made
    options = [
        option(
            f"{clip(deal.name, 50)} · {STAGE_NAMES[deal.stage]}",
            deal.id,
            f"{rep.name if rep else 'nobody'}: {reason}",
        )
        for deal, rep, reason in choices.choices
    ]
    made["submit"] = plain("Swap", TITLE_LIMIT)
    made["blocks"] = [
        head,
        {
            "type": "input",
            "block_id": "incoming",
            "label": plain("Which deal do you want to look at?", 2000),
            "hint": plain(_swap_hint(choices), 2000),
            "element": {
                "type": "static_select",
                "action_id": "incoming",
                "placeholder": plain("Choose a deal", 150),
                "options": options,
            },
        },
    ]
    return made


def _swap_hint(choices: SwapChoices) -> str:
    first = "Those that matter most come first."
    return first if choices.card.obligation else f"{first} Its rep is asked, as far as their week allows."


def swapped_view(item: ReviewItem) -> View:
    """Return what is said after a swap: what the rep of the deal that came in is asked, or why nothing."""
    said = f"*{escaped(item.deal.name, NAME)}* is in the review now."
    if item.asking is None:
        return message_view("Swapped", said)
    waiting = item.asking.questions
    asked = f"Its rep has {count_of(waiting, 'question')} to answer until the review."
    return message_view("Swapped", said, asked if waiting else escaped(item.asking.reason, 300))


def outcome_summary(outcome: RepOutcome) -> str:
    """Return the one line that a notification gives a rep."""
    return f"{escaped(outcome.manager.name)} reviewed {count_of(len(outcome.lines), 'deal')} of yours"


def outcome_blocks(outcome: RepOutcome, room: Room = MESSAGE) -> list[Block]:
    """Return the message to a rep: what was decided of their deals, and what is theirs to do."""
    manager = escaped(outcome.manager.name)
    head = [section(f"*Pipeline review of {short_date(outcome.review_on)}:* what *{manager}* decided")]
    foot = [
        context(
            f"Why you get this: these are your deals. Who sees it: you and {manager}; their leader one "
            "working day later. The CRM shows by its date whether it was done."
        )
    ]
    return _with_lines(head, outcome, foot, room)


def contradicted_summary(outcome: RepOutcome) -> str:
    """Return the one line that tells a rep of decisions that the CRM contradicts."""
    names = [escaped(line.deal_name, 60) for line in outcome.lines[:MOST_NAMED]]
    rest = len(outcome.lines) - len(names)
    named = listed([*names, *([f"{rest} more"] if rest else [])], "and")
    return f"The CRM shows something else than was decided of {named}"


def contradicted_blocks(outcome: RepOutcome, room: Room = MESSAGE) -> list[Block]:
    """Return what a rep is told of decisions that the CRM contradicts, as their manager reads it too."""
    manager = escaped(outcome.manager.name)
    day = short_date(outcome.review_on)
    head = [section(f"*The CRM shows something else than was decided* in the review of {day}:")]
    foot = [
        context(
            f"Why you get this: these are your deals. Who sees it: you and {manager}; their leader one "
            f"working day later. “Why?” gives the records; if they are wrong, talk to {manager}."
        )
    ]
    return _with_lines(head, outcome, foot, room)


def _with_lines(head: list[Block], outcome: RepOutcome, foot: list[Block], room: Room) -> list[Block]:
    groups = [
        [section(decisions.line_words(line, full=True), accessory=decisions.why_button(line))]
        for line in outcome.lines
    ]
    return [*head, *fill(groups, room.less([*head, *foot]), lambda rest: f"and {rest} more"), *foot]
