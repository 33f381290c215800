"""What every listener is given, and the forms an answer can take."""

from __future__ import annotations

from dataclasses import dataclass

from bot.jobs.protocols import JobQueue
from bot.slack.views.text import Block, View
from bot.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a listener turns to: the records, and the queue for what is to be sent."""

    store: Store
    jobs: JobQueue


@dataclass(frozen=True, slots=True)
class OpenModal:
    """Show this modal, on top of the one the click came from if it came from one."""

    view: View


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a command with a message only the person sees."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class ReplaceForm:
    """Turn the submitted form into this view."""

    view: View


ActionAnswer = OpenModal | None
FormAnswer = ReplaceForm | None
