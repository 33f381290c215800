"""What stands in a deal's thread: its head, the questions, and the prompt that only the rep sees."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.inspection import Answered
from bot.domain.inspection_cards import MessagePrompt, RoundCard, ThreadHead, ThreadLink
from bot.domain.pipeline import Deal, Stage
from bot.domain.wording import count_of
from bot.slack.payloads import ActionId, encode
from bot.slack.views.figures import STAGE_NAMES
from bot.slack.views.text import Block, button, context, day_and_time, escaped, section

NAME = 200
QUESTION = 300
_SIGNS = {Answered.OPEN: "○ Open", Answered.ANSWERED: "● Answered"}


def head_summary(head: ThreadHead) -> str:
    """Return the line that stands for a thread's head where blocks are not shown."""
    return f"{escaped(head.deal.name, NAME)}: {escaped(head.stage_name)}"


def head_blocks(head: ThreadHead) -> list[Block]:
    """Return a thread's head: the stage's criteria, each open or answered, and no word on how well."""
    title = f"*{escaped(head.deal.name, NAME)}*\n{escaped(head.owner.name)} · {escaped(head.stage_name)}"
    if not head.deal.stage.is_open:
        won = "won" if head.deal.stage is Stage.CLOSED_WON else "lost"
        return [section(title), context(f"This deal is {won}: nothing is inspected any more.")]
    lines = [f"{_SIGNS[answered]} · {escaped(question, QUESTION)}" for question, answered in head.criteria]
    return [
        section(title),
        section("\n".join(lines)),
        {
            "type": "actions",
            "block_id": f"thread:{head.deal.id}",
            "elements": [button("On record…", ActionId.ON_RECORD, encode(d=head.deal.id))],
        },
        context(
            f"{escaped(head.owner.name)} answers in this thread, in their own words. This channel sees "
            "whether a question is answered; how well, only the rep and those who lead them."
        ),
    ]


def round_summary(card: RoundCard) -> str:
    """Return the line that a notification gives of questions asked."""
    return f"{count_of(len(card.questions), 'question')} about {escaped(card.deal.name, NAME)}"


def round_blocks(card: RoundCard) -> list[Block]:
    """Return the questions as they stand in the thread; nobody is mentioned."""
    asked = f"{escaped(card.asked_by.name)} asks" if card.asked_by else "Asked for the stage it is in"
    made = [section(f"*{asked}:*")]
    made += [
        section(f"*{number}. {escaped(one.text, QUESTION)}*\n{escaped(one.why, 400)}")
        for number, one in enumerate(card.questions, start=1)
    ]
    made.append(
        context(
            f"Please answer here by {day_and_time(card.answer_by, card.owner.time_zone)}. "
            f"Worded by the {escaped(card.drafter)}, without a model."
        )
    )
    return made


def prompt_summary(prompt: MessagePrompt) -> str:
    """Return the line that stands for the prompt where blocks are not shown."""
    return f"Does this answer a question about {escaped(prompt.deal_name, NAME)}?"


def prompt_blocks(prompt: MessagePrompt) -> list[Block]:
    """Return the question, seen by its author alone, whether a message answers something."""
    asked = (
        f"Does this answer the question “{escaped(prompt.proposed.question, QUESTION)}”"
        if prompt.proposed
        else f"Does this answer one of the {count_of(prompt.open_count, 'open question')}?"
    )
    reference = encode(c=prompt.message_channel, t=prompt.message_ts)
    proposer = f" Proposed by the {escaped(prompt.drafter)}; you decide." if prompt.proposed else ""
    return [
        section(asked),
        {
            "type": "actions",
            "block_id": f"prompt:{prompt.message_ts}",
            "elements": [
                button("Use as evidence…", ActionId.USE_MESSAGE, reference, style="primary"),
                button("It answers none", ActionId.ANSWERS_NOTHING, reference),
            ],
        },
        context(f"Nothing is recorded unless you say so.{proposer}"),
    ]


def link_summary(link: ThreadLink) -> str:
    """Return the line that says where a deal's thread is, or why there is none."""
    name = escaped(link.deal_name, NAME)
    if link.trouble and link.permalink:
        where = f" in {escaped(link.channel)}" if link.channel else ""
        return f"Nothing new is shown in the thread of {name}{where}: {escaped(link.trouble, 400)}"
    if link.trouble:
        return f"There is no thread for {name}: {escaped(link.trouble, 400)}"
    where = f" in {escaped(link.channel)}" if link.channel else ""
    return (
        f"The thread of {name} is{where}"
        if link.permalink
        else f"The thread of {name} is being opened{where}"
    )


def link_blocks(link: ThreadLink, deal_id: str | None = None, *, may_ask: bool = False) -> list[Block]:
    """Return where a deal's thread is; with `deal_id` also what can be done about it."""
    words = f"{link_summary(link)}."
    if not link.permalink and not link.trouble:
        words += " I send you the link as soon as it stands."
    made: list[Block] = [section(words)]
    elements = [link_button("Open the thread", link.permalink)] if link.permalink else []
    if deal_id is not None:
        elements.append(button("On record…", ActionId.ON_RECORD, encode(d=deal_id)))
        if may_ask and not link.trouble:
            elements.append(button("Ask the open questions", ActionId.ASK_QUESTIONS, encode(d=deal_id)))
    if elements:
        made.append({"type": "actions", "elements": elements})
    if deal_id is not None and link.permalink and not may_ask:
        # The rep and their manager are in the team's channel, leaders above may not be.
        made.append(context("The link opens for members of the channel. If you are none, ask to be added."))
    return made


def link_button(text: str, address: str) -> Block:
    """Return a button that leads to a message in Slack."""
    return button(text, ActionId.OPEN_LINK, encode()) | {"url": address}


def choice_blocks(deals: Sequence[Deal], more: int = 0) -> list[Block]:
    """Return the deals that a name may mean, one to be chosen; `more` are left out."""
    made: list[Block] = [section("Which deal do you mean?")]
    made += [
        section(
            f"*{escaped(deal.name, NAME)}* · {STAGE_NAMES[deal.stage]}",
            accessory=button(
                "Open", f"{ActionId.DEAL_CHOSEN}.{number}", encode(d=deal.id), label=f"Open {deal.name}"
            ),
        )
        for number, deal in enumerate(deals)
    ]
    if more:
        made.append(context(f"And {count_of(more, 'more deal')} like these: type more of the name."))
    return made
