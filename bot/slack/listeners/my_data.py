"""`/mydata`: what is held about the person who asks, in a modal that nobody else sees."""

from __future__ import annotations

from datetime import datetime

from bot.services.my_data import my_data
from bot.slack.listeners.desk import Desk, OpenModal
from bot.slack.payloads import Command
from bot.slack.views.my_data import my_data_view


def answer_my_data_command(desk: Desk, command: Command, now: datetime) -> OpenModal:
    """Answer the command, whatever words follow it: nobody can ask about anybody else."""
    # Not kept beside the request's key: that would be one more record of it.
    return OpenModal(my_data_view(my_data(desk.store, command.user), now), kept=False)
