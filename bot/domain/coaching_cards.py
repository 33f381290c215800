"""What people are shown of coaching: a form being filled in, a log as one viewer reads it, hours by rep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bot.domain.coaching import LogAnswer, LogContent, LogKind, Part, Sight, SkillTag
from bot.domain.decision_verification import Judgement
from bot.domain.obligations import Reason, Verdict
from bot.domain.people import Person
from bot.domain.verdict_comments import VerdictComment

# The field in which a form asks what became of a step, before the step's id.
BECAME = "became_"
# What stands in a form, by field: a text, a choice or a day; several choices joined by a space.
FormFields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step agreed before, of which this session says what became of it."""

    id: str
    words: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class CoachingDraft:
    """What the form of a log shows: about whom, what is filled in already, what can be chosen.

    `log_id` is the log that is edited, None for a new one. `deals` are (id, name), flagged ones first;
    `agenda` are lines to look at while writing. `is_draft` tells that what is
    filled in was kept from an earlier time.
    """

    author: Person
    coached: Person
    kind: LogKind
    today: date
    tags: tuple[SkillTag, ...]
    fields: FormFields
    deals: tuple[tuple[str, str], ...] = ()
    agenda: tuple[str, ...] = ()
    open_steps: tuple[OpenStep, ...] = ()
    one_on_one_id: str | None = None
    log_id: str | None = None
    version: int = 0
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A development plan as it is read: what is measured, from where to where, and what came of it."""

    measure: str
    baseline: str
    goal: str
    ends_on: date
    outcome: str | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a log: when it was written, what it changed, and what had stood there before it."""

    version: int
    made_at: datetime
    changed: tuple[Part, ...]
    before: tuple[tuple[Part, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LogCard:
    """A log as one viewer may read it; `content`, `answers` and `notes` are absent where it is not theirs.

    `asks` tells that the coached's word is waited for, `changed` what was changed since they gave it.
    `release_ended` tells that the text which the viewer had released was changed since.
    `actions` are what the records say of each deal's next action by deal id: for the two alone, when asked.
    `comment` is what the author says of the verdict, on what is owed by `obligation_id`: for the author and
    their leaders, not for the coached.
    """

    id: str
    viewer: Person
    author: Person
    coached: Person
    kind: LogKind
    sight: Sight
    held_on: date
    minutes: int
    focus: str
    version: int
    verdict: Verdict
    reasons: tuple[Reason, ...]
    content: LogContent | None
    deal_names: Mapping[str, str]
    step_owner: str
    answer: LogAnswer | None
    asks: bool
    deadline_at: datetime | None
    editable: bool
    rated: bool
    released: tuple[bool, bool]
    changed: tuple[Part, ...] = ()
    history: tuple[VersionLine, ...] = ()
    notes: str = ""
    plan: PlanLine | None = None
    readers: tuple[str, ...] = ()
    release_ended: bool = False
    actions: Mapping[str, Judgement] = field(default_factory=dict)
    comment: VerdictComment | None = None
    obligation_id: str = ""


@dataclass(frozen=True, slots=True)
class CoachedLine:
    """How much one person was coached: minutes of this month, and the day of their last session.

    `leader` is the name of whom they report to where that is not the reader.
    """

    person: Person
    minutes: int
    last_on: date | None
    leader: str = ""


@dataclass(frozen=True, slots=True)
class CoachingReview:
    """Who is coached and who is not, everybody named; `averages` are the released ratings of managers."""

    month: str
    lines: tuple[CoachedLine, ...]
    averages: tuple[tuple[Person, str, Decimal], ...] = ()
