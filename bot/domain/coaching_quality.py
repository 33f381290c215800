"""Whether a coaching log says something: specific words, no earlier log again, a step with a day to come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from bot.domain.coaching import LONGEST_MINUTES, DeepDive, LogContent, LogKind
from bot.domain.wording import weekday_date

LEAST_WORDS = 6
LEAST_SPECIFIC = 3
# "Call the CFO" says enough of a deal, "Follow up" does not.
LEAST_ACTION_WORDS = 3
LEAST_ACTION_SPECIFIC = 2
NEAR_COPY = 0.85
LONGEST_AGO = timedelta(days=14)
LONGEST_AHEAD = timedelta(days=90)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Words that fit every session: a text of nothing else says nothing about this one.
GENERIC = frozenset(
    _WORD.findall(
        """
        a about again all also always an and any are as at be been better both but by can continue could did
        do doing done everything fine focus for from further get go going good great had has have he helpful
        her here him his how i improve improved in is it items job just keep keeps let lot make maybe
        meeting more much nice no not nothing of ok okay on one our overall performance please progress
        quite really session she should sit so some stuff talk talked that the their them there they thing
        things this through to topics try up usual very was we well went were what will with work working
        would you your
        """
    )
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one field, said to its author, who can put it right there."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class EarlierText:
    """The feedback of an earlier log of the same author."""

    log_id: str
    held_on: date
    coached_name: str
    text: str


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.lower())


def is_vague(text: str) -> bool:
    """Tell whether a text has under 6 words, or under 3 different ones that are not generic."""
    return _says_less(text, LEAST_WORDS, LEAST_SPECIFIC)


def is_vague_action(text: str) -> bool:
    """Tell the same of a deal's next action, from under 3 words on, or under 2 that are not generic."""
    return _says_less(text, LEAST_ACTION_WORDS, LEAST_ACTION_SPECIFIC)


def _says_less(text: str, words: int, specific: int) -> bool:
    found = words_of(text)
    return len(found) < words or len(set(found) - GENERIC) < specific


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: 2 × M ÷ T.

    T is the number of words in both texts together, M the number of words in the runs that both have in the
    same order (difflib's matching blocks, on words in lower case, without its shortcut for frequent ones). A
    text with two of ten words replaced in each has 2 × 8 ÷ 20 = 0.8.
    """
    mine, theirs = words_of(one), words_of(other)
    if not mine or not theirs:
        return 0.0
    # The order of the arguments changes which runs are found: the higher of both makes it symmetric.
    return max(
        SequenceMatcher(None, mine, theirs, autojunk=False).ratio(),
        SequenceMatcher(None, theirs, mine, autojunk=False).ratio(),
    )


def near_copy(text: str, earlier: Sequence[EarlierText]) -> EarlierText | None:
    """Return the earlier log that the text is most like, where that is 0.85 or more; else None."""
    alike = [(similarity(text, one.text), one) for one in earlier]
    found = max(alike, key=lambda pair: (pair[0], pair[1].held_on), default=None)
    return found[1] if found and found[0] >= NEAR_COPY else None


def faults(content: LogContent, kind: LogKind, *, today: date, earlier: Sequence[EarlierText]) -> list[Fault]:
    """Return what is wrong with a log before it is taken, in the order of its form.

    `today` is the author's day, `earlier` their latest logs without the one that is edited.
    """
    found = [
        *_facts(content, today),
        *(_deep_dive(content.deep_dive) if kind is LogKind.DEEP_DIVE else ()),
        *_feedback(content.feedback, earlier),
    ]
    if not content.observations:
        found.append(
            Fault("observed", "Tick at least one skill: one to work on, or one that went better below.")
        )
    if is_vague(content.step.words):
        found.append(Fault("step", "Say what will be done, so that you can both tell whether it was."))
    if content.step.due_on <= today:
        found.append(Fault("step_on", "The next step needs a day that is still to come."))
    elif content.step.due_on > today + LONGEST_AHEAD:
        found.append(Fault("step_on", "This is more than 90 days away. A next step is something for soon."))
    return found


def _facts(content: LogContent, today: date) -> list[Fault]:
    found = []
    if content.held_on > today:
        found.append(Fault("held_on", "This day is still to come. Log the session once it has been held."))
    if content.held_on < today - LONGEST_AGO:
        found.append(Fault("held_on", "This is more than two weeks ago: too long to log from memory."))
    if not 1 <= content.minutes <= LONGEST_MINUTES:
        found.append(Fault("minutes", f"Give the length in minutes, from 1 to {LONGEST_MINUTES}."))
    return found


def _feedback(text: str, earlier: Sequence[EarlierText]) -> list[Fault]:
    if is_vague(text):
        return [
            Fault(
                "feedback",
                "Say what you saw and what to do differently, with an example: one full sentence is enough.",
            )
        ]
    copied = near_copy(text, earlier)
    if copied is None:
        return []
    return [
        Fault(
            "feedback",
            f"This is nearly what you wrote about {copied.coached_name} on {weekday_date(copied.held_on)}. "
            "What was particular this time?",
        )
    ]


def _deep_dive(dive: DeepDive | None) -> list[Fault]:
    if dive is None:
        return [Fault("call", "Say which call you reviewed.")]
    parts = (
        ("behaviour", dive.behaviour, "what they did in the call"),
        ("technique", dive.technique, "how they did it, with a phrase or a moment"),
        ("attitude", dive.attitude, "how they went about it"),
    )
    found = [] if dive.call.strip() else [Fault("call", "Say which call you reviewed.")]
    return found + [
        Fault(field, f"Say {what}: one full sentence is enough.")
        for field, text, what in parts
        if is_vague(text)
    ]
