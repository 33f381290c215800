"""Small words: what was put off is due again, and what to do in place of typing."""

from __future__ import annotations

from bot.domain.people import Person
from bot.slack.views.text import Block, context, escaped, section

HINT = "I don't answer messages. `/drumbeat today` shows what waits for you, with buttons to answer it."

NOT_KEPT = (
    "What you wrote was not kept. One thing I do read here: what somebody writes of a session with a person "
    "they lead becomes a draft of its log."
)


def snooze_over_summary(rep: Person) -> str:
    """Return the one line that a notification gives of a conversation that was put off until now."""
    return f"You put the conversation with *{escaped(rep.name)}* off until now. It is still open above."


def snooze_over_blocks(rep: Person) -> list[Block]:
    """Return the message that a conversation was put off until now."""
    return [section(snooze_over_summary(rep))]


def hint_blocks() -> list[Block]:
    """Return what to do in place of typing."""
    return [section(HINT), context(NOT_KEPT)]
