"""What an inspection tells one person and nobody else: questions, follow-ups, rejections, demotions."""

from __future__ import annotations

from bot.domain.inspection_cards import DemotionCard, EvidenceCard, RoundCard
from bot.domain.wording import count_of, listed, weekday_date
from bot.slack.payloads import ActionId, encode
from bot.slack.views.deal_thread import NAME, QUESTION, link_button
from bot.slack.views.text import Block, button, context, day_and_time, escaped, section

QUOTE = 300


def asked_summary(card: RoundCard) -> str:
    """Return the line that tells a rep of questions, or that none of them is open any more."""
    name = escaped(card.deal.name, NAME)
    if not card.open_ids:
        # Answered, or asked no more: the deal may have moved on, closed, or changed hands.
        return f"Nothing about {name} waits for an answer any more"
    waiting = len(card.open_ids)
    verb = "waits" if waiting == 1 else "wait"
    return f"{count_of(waiting, 'question')} about {name} {verb} in its thread"


def asked_blocks(card: RoundCard) -> list[Block]:
    """Return what a rep is told of questions; answered, it shrinks to a line."""
    if not card.open_ids:
        return [context(f":white_check_mark: {asked_summary(card)}.")]
    lines = [f"*{asked_summary(card)}*"]
    for one in card.questions:
        if one.id in card.open_ids:
            rests = f" _({escaped('; '.join(one.facts), 300)})_" if one.facts else ""
            lines.append(f"• {escaped(one.text, QUESTION)}{rests}")
    made = [section("\n".join(lines)), *_buttons(card.deal.id, card.permalink, "Answer in the thread")]
    who = f"{escaped(card.asked_by.name)} asked" if card.asked_by else "Your deal's stage asks for it"
    made.append(
        context(
            f"{who}; please answer by {day_and_time(card.answer_by, card.owner.time_zone)}. "
            "The channel sees whether a question is answered; how well, only you and those who lead you."
        )
    )
    return made


def _buttons(deal_id: str, address: str | None, label: str) -> list[Block]:
    elements = [link_button(label, address)] if address else []
    elements.append(button("On record…", ActionId.ON_RECORD, encode(d=deal_id)))
    return [{"type": "actions", "elements": elements}]


def follow_up_summary(card: EvidenceCard) -> str:
    """Return the line that asks for what an answer lacks."""
    return f"One more thing about {escaped(card.deal.name, NAME)}"


def follow_up_blocks(card: EvidenceCard) -> list[Block]:
    """Return the one follow-up to an answer that lacks something."""
    return [
        section(
            f"*{follow_up_summary(card)}*\n"
            f"You answered “{escaped(card.criterion.question, QUESTION)}” with:\n"
            f">{escaped(card.evidence.quote, QUOTE) or '(a file, no words)'}\n{escaped(card.follow_up, 500)}"
        ),
        *_buttons(card.deal.id, card.permalink, "Open your message"),
        context(
            "Only you get this. Write it in the thread and use that message as evidence. "
            f"Worded by the {escaped(card.drafter)}, without a model."
        ),
    ]


def undone_summary(card: EvidenceCard) -> str:
    """Return the line that says that an answer is open again."""
    return f"An answer about {escaped(card.deal.name, NAME)} is open again"


def undone_blocks(card: EvidenceCard) -> list[Block]:
    """Return what a rep is told once the message behind an answer was edited or deleted."""
    return [
        section(
            f"*{undone_summary(card)}*\nThe message behind your answer to "
            f"“{escaped(card.criterion.question, QUESTION)}” was edited or deleted, so nothing rests on it "
            "any more."
        ),
        *_buttons(card.deal.id, None, ""),
        context("Only you get this. The words as they stand now can be used again, by “Use as evidence”."),
    ]


def rejected_summary(card: EvidenceCard) -> str:
    """Return the line that tells of a rejection."""
    by = escaped(card.ruled_by.name) if card.ruled_by else "Your manager"
    return f"{by} does not take an answer about {escaped(card.deal.name, NAME)}"


def rejected_blocks(card: EvidenceCard) -> list[Block]:
    """Return what a rep is told of a rejection: the words, the reason, and what to do."""
    reason = escaped(card.ruling.reason, 500) if card.ruling else ""
    return [
        section(
            f"*{rejected_summary(card)}*\n“{escaped(card.criterion.question, QUESTION)}”\n"
            f">{escaped(card.evidence.quote, QUOTE)}\nThe reason: “{reason}”"
        ),
        *_buttons(card.deal.id, card.permalink, "Open your message"),
        context(
            "Only you get this; in the channel nothing has changed. Write what is missing in the thread."
        ),
    ]


def proposed_summary(card: DemotionCard) -> str:
    """Return the line that tells a rep of a proposed demotion, or how it ended."""
    if card.settled:
        return _settled(card)
    return f"{escaped(card.deal.name, NAME)} is proposed for {_where_to(card)}"


def _where_to(card: DemotionCard) -> str:
    return f"a step back to {escaped(card.to_name)}" if card.to_name else "leaving the pipeline"


def proposed_blocks(card: DemotionCard) -> list[Block]:
    """Return what a rep is told a working day before anybody else."""
    if card.settled:
        return [context(f":white_check_mark: {_settled(card)}")]
    lines = "\n".join(f"• {escaped(one, QUESTION)}" for one in card.questions)
    return [
        section(
            f"*{proposed_summary(card)}*\n{escaped(card.from_name)} asks for what nothing on record answers "
            f"yet:\n{lines}"
        ),
        *_buttons(card.deal.id, card.permalink, "Answer in the thread"),
        context(
            f"You are the first to know: your manager sees it from {weekday_date(card.visible_on)} on. What "
            "you answer until then settles it."
        ),
    ]


def told_summary(card: DemotionCard) -> str:
    """Return the line that tells a manager of a proposed demotion, or how it ended."""
    if card.settled:
        return _settled(card)
    return f"{escaped(card.deal.name, NAME)} ({escaped(card.owner.name)}): {_where_to(card)} is proposed"


def told_blocks(card: DemotionCard) -> list[Block]:
    """Return what a manager is told: what is open, and that the decision is theirs."""
    if card.settled:
        return [context(f":white_check_mark: {_settled(card)}")]
    open_ones = listed([f"“{escaped(one, QUESTION)}”" for one in card.questions], "and")
    return [
        section(f"*{told_summary(card)}*\nOpen past its day: {open_ones}"),
        *_buttons(card.deal.id, card.permalink, "Open the thread"),
        context(
            f"{escaped(card.owner.name)} has known for a working day. It is a proposal; the review decides."
        ),
    ]


def _settled(card: DemotionCard) -> str:
    name = escaped(card.deal.name, NAME)
    if card.settled == "answered":
        return f"{name} stays where it is: its questions are answered."
    if card.settled == "closed":
        why = "a review has decided about it" if card.decided else "it is closed"
    else:
        why = "it is another rep's now" if card.handed_over else "the CRM shows another stage"
    return f"{name} is not proposed for demotion any more: {why}."
