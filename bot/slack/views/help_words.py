"""What the commands do, in a line each."""

from __future__ import annotations

from bot.slack.payloads import COMMAND, DEAL_COMMAND, MY_DATA_COMMAND, ONE_ON_ONE_COMMAND
from bot.slack.views.text import Block, context, section


def help_blocks(note: str | None = None) -> list[Block]:
    """Return what the command can do; `note` says what was not understood."""
    lines = [
        f"`{COMMAND} today` · what waits for you now, with the buttons to answer it",
        f"`{COMMAND} team` · how your reps stand, how your managers keep the rhythm, and who was coached",
        f"`{COMMAND} week` · what was owed this week, what became of it, and why",
        f"`{DEAL_COMMAND} NAME` · the thread of a deal, found or opened",
        f"`{ONE_ON_ONE_COMMAND}` · your one-on-ones; `setup` for the schedule, `move` for another time",
        f"`{MY_DATA_COMMAND}` · what is held about you, and who was shown your coaching logs",
        f"`{COMMAND} help` · this",
    ]
    made = [section(note)] if note else []
    made.append(
        section(
            "*Drumbeat keeps your management rhythm.* It opens the week with the health check, prepares the "
            "pipeline review a day ahead, and asks at the week's end what became of your decisions.\n"
            + "\n".join(lines)
        )
    )
    made.append(
        context("The same is on Drumbeat's Home tab. Not for pay decisions; no message says who is to blame.")
    )
    return made
