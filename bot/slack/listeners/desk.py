"""What every listener is given, and the forms an answer can take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import StaleAction
from bot.jobs.protocols import JobQueue
from bot.slack.payloads import Action, Submission
from bot.slack.views.text import Block, View, message_view
from bot.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a listener turns to: the records, and the queue for what is to be sent."""

    store: Store
    jobs: JobQueue


@dataclass(frozen=True, slots=True)
class OpenModal:
    """Show this modal, on top of the one the click came from if it came from one.

    One with words for its reader alone is not `kept` beside its request's key.
    """

    view: View
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a command with a message only the person sees.

    One with words that can be taken back is not `kept` beside its request's key.
    """

    text: str
    blocks: list[Block]
    kept: bool = True


@dataclass(frozen=True, slots=True)
class ReplaceForm:
    """Turn the submitted form into this view."""

    view: View


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Leave the form as it is, and say at each of these fields what is wrong there."""

    errors: Mapping[str, str]


ActionAnswer = OpenModal | None
FormAnswer = ReplaceForm | FieldErrors | None
ActionHandler = Callable[[Desk, Action, datetime], ActionAnswer]
FormHandler = Callable[[Desk, Submission, datetime], FormAnswer]

OLD_BUTTON = "This button is from an older version of Drumbeat. Use `/drumbeat today` for a fresh one."
OLD_FORM = "This form is from an older version of Drumbeat. Close it and open it again."


def carried(action: Action, key: str) -> str:
    """Return a text that the button or the option picked carries; raise StaleAction where it carries none."""
    value = action.value.get(key)
    if not isinstance(value, str):
        raise StaleAction(OLD_BUTTON)
    return value


def say(action: Action, title: str, *lines: str, always: bool = False) -> ActionAnswer:
    """Say it in a modal where the message clicked can't be brought up to date: an ephemeral one."""
    return OpenModal(message_view(title, *lines)) if always or action.where.ephemeral else None
