"""What somebody says of a verdict about them: in how many words, of what, and when leaders read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.obligations import State, Verdict
from bot.errors import InvalidInput

# Read beside a verdict, in a line: what takes more room is better said in a conversation.
LONGEST = 300
WORDS = "words"


class Judged(StrEnum):
    """What a verdict is on: what somebody owed, or what they decided."""

    OBLIGATION = "obligation"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class VerdictComment:
    """The words of the one judged: at most one for each verdict.

    `verdict`, and `state` of an obligation, are how it stood when they were written. `version` grows with
    each rewording.
    """

    id: str
    judged: Judged
    judged_id: str
    by_id: str
    words: str
    written_at: datetime
    verdict: Verdict
    state: State | None = None
    version: int = 1

    def reworded(self, words: str, now: datetime, verdict: Verdict, state: State | None) -> VerdictComment:
        """Return it with other words, said of how things stand now."""
        return replace(
            self, words=words, written_at=now, verdict=verdict, state=state, version=self.version + 1
        )

    def is_of(self, verdict: Verdict, state: State | None) -> bool:
        """Tell whether it was said of just this standing, and not of an earlier one."""
        return (self.verdict, self.state) == (verdict, state)


def checked_words(text: str) -> str:
    """Return a comment's words in one line; raise InvalidInput at their field where they can't be one."""
    words = " ".join(text.replace("\0", "").split())
    if not any(sign.isprintable() and not sign.isspace() for sign in words):
        raise InvalidInput(
            "Say in a sentence or two what your leaders should know. To say nothing, close this form.",
            field=WORDS,
        )
    if len(words) > LONGEST:
        raise InvalidInput(
            f"Keep it to {LONGEST} characters: these are {len(words)}. The rest is better said in a talk.",
            field=WORDS,
        )
    return words


def leaders_read(comment: VerdictComment, *, stands: Verdict, shown: Verdict) -> bool:
    """Tell whether leaders read a comment, who are `shown` one verdict while the obligation `stands` judged.

    What they are not shown, a comment on it does not tell: a dispute is the two's alone for its days, and
    stays so once it is settled, also where it had gone up. Any other comment they read as soon as they are
    shown how things stand.
    """
    if comment.verdict is shown:
        return True
    return shown is stands and comment.verdict is not Verdict.CONTRADICTED


@dataclass(frozen=True, slots=True)
class CommentForm:
    """What the form of a comment shows, to the one judged alone.

    `leaders` are the names of those who can read it, the nearest first; `readable_at` when they are shown
    what it is on, None where they are already. `between_two`: it is on a dispute, which they are shown only
    once it has stayed unsettled.
    """

    judged: Judged
    judged_id: str
    what: str
    about: str
    comment: VerdictComment | None
    leaders: tuple[str, ...]
    readable_at: datetime | None
    between_two: bool
    time_zone: str
