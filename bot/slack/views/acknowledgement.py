"""The question to a rep whether a conversation took place, and the word to a manager of a dispute."""

from __future__ import annotations

from bot.domain.notices import AcknowledgementCard
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.domain.wording import weekday_date
from bot.slack.payloads import ActionId, CallbackId, encode
from bot.slack.views.comment_words import comment_actions
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    context,
    day_and_time,
    escaped,
    escaped_whole,
    plain,
    section,
)


def summary(card: AcknowledgementCard) -> str:
    """Return the one line that a notification and a screen reader give."""
    if card.answer is None:
        return f"{escaped(card.manager.name)} logged a coverage conversation with you. Did it take place?"
    return "Thank you: your answer about the coverage conversation is recorded"


def blocks(card: AcknowledgementCard) -> list[Block]:
    """Return the message to the rep: the question, or what was answered."""
    made = [section(_question(card)), *_plan(card)]
    if card.answer is None:
        made.append(_buttons(card))
        made.append(
            context(
                f"Please answer by {day_and_time(card.deadline_at, card.rep.time_zone)}. "
                "No answer counts neither way.",
                "Why you get this: a conversation counts once both sides say it took place. Who sees your "
                f"answer: {escaped(card.manager.name)}, and their leader whether it was confirmed.",
            )
        )
    else:
        made.append(context(_answered(card)))
    return made


def _question(card: AcknowledgementCard) -> str:
    length = f" ({card.minutes} minutes)" if card.minutes else ""
    return (
        f"*{escaped(card.manager.name)}* logged a coverage conversation with you on "
        f"*{weekday_date(card.held_on)}*{length}. Did it take place?"
    )


def _plan(card: AcknowledgementCard) -> list[Block]:
    """Return what was agreed, all of it: who confirms it has to have read it."""
    pieces = escaped_whole(card.plan or "")
    if not pieces:
        return []
    step_on = card.next_step_on
    until = f" _(next step by {weekday_date(step_on, card.held_on)})_" if step_on else ""
    pieces = [f"*Agreed:* {pieces[0]}", *pieces[1:]]
    pieces[-1] += until
    return [section(f">{piece}") for piece in pieces]


def _buttons(card: AcknowledgementCard) -> Block:
    reference = encode(k=card.id)
    return {
        "type": "actions",
        "block_id": f"ack:{card.id}",
        "elements": [
            button("Yes, we talked", ActionId.HELD, reference, style="primary"),
            button("No, we didn't…", ActionId.NOT_HELD, reference),
        ],
    }


def _answered(card: AcknowledgementCard) -> str:
    if card.answer is Answer.CONFIRMED:
        return ":white_check_mark: You confirmed it. Nothing else is needed."
    return f"You said that it did not take place{_comment(card)}. {escaped(card.manager.name)} has been told."


def _comment(card: AcknowledgementCard) -> str:
    return f": “{escaped(card.comment, 300)}”" if card.comment else ""


def dispute_form(card: AcknowledgementCard) -> View:
    """Return the modal in which a rep says that a conversation did not take place."""
    return {
        "type": "modal",
        "callback_id": CallbackId.DISPUTE,
        "private_metadata": encode(k=card.id),
        "title": plain("It did not take place", TITLE_LIMIT),
        "submit": plain("Send", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(
                f"{escaped(card.manager.name)} will see that you remember *{weekday_date(card.held_on)}* "
                "differently, and can log the conversation anew once you have talked."
            ),
            {
                "type": "input",
                "block_id": "comment",
                "optional": True,
                "label": plain("Would you like to add something?", 2000),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "comment",
                    "multiline": True,
                    "max_length": 500,
                },
            },
        ],
    }


def dispute_blocks(card: AcknowledgementCard) -> list[Block]:
    """Return the message to the manager: what the rep says, and what to do next."""
    says = section(
        f"*{escaped(card.rep.name)}* says that the coverage conversation you logged for "
        f"*{weekday_date(card.held_on)}* did not take place{_comment(card)}."
    )
    if card.logged_again:
        return [says, context("You have logged it again since. Your health check shows what became of it.")]
    return [
        says,
        # The same whether there is a comment or not: the form shows the one that stands.
        comment_actions(Judged.OBLIGATION, card.obligation_id, f"dispute of {card.rep.name}", None),
        context(
            "Talk to them first: it may be a mix-up. Then log the conversation again from your health check. "
            "Both of you see this; your leader is told if it is unsettled after three working days."
        ),
    ]


def unsettled_blocks(card: AcknowledgementCard) -> list[Block]:
    """Return the message to the leader of a manager about a dispute that the two did not settle."""
    manager, rep = escaped(card.manager.name), escaped(card.rep.name)
    says = (
        f"*{rep}* says that the coverage conversation which *{manager}* logged for "
        f"*{weekday_date(card.held_on)}* did not take place"
    )
    if card.logged_again:
        return [section(f"{says}. *{manager} has logged it again since.*")]
    about = f"Why: coverage conversation with {card.rep.name}"
    return [
        section(
            f"{says}. It is unsettled after three working days.",
            accessory=button("Why?", ActionId.WHY, encode(o=card.obligation_id), label=about),
        ),
        context(
            "You get this because you lead them. Help the two to talk: it is settled once "
            f"{manager} logs the conversation again and {rep} confirms it."
        ),
    ]


def unsettled_summary(card: AcknowledgementCard) -> str:
    """Return the one line that a notification gives a leader of a dispute."""
    return f"{escaped(card.rep.name)} and {escaped(card.manager.name)} do not agree about a conversation"


def dispute_summary(card: AcknowledgementCard) -> str:
    """Return the one line that a notification gives of a dispute."""
    return f"{escaped(card.rep.name)} remembers the coverage conversation differently"
