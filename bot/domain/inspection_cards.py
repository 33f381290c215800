"""What people are shown of a deal's inspection: read models that views turn into messages and modals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.evidence import Evidence, Ruling
from bot.domain.inspection import Answered, CriterionStatus, Question
from bot.domain.people import Person
from bot.domain.pipeline import Deal, Stage
from bot.domain.settings import ExitCriterion, Framework


@dataclass(frozen=True, slots=True)
class ThreadHead:
    """What a deal's thread shows to its channel: each criterion's question, open or answered, and no more."""

    deal: Deal
    owner: Person
    stage_name: str
    criteria: tuple[tuple[str, Answered], ...]


@dataclass(frozen=True, slots=True)
class InspectionCard:
    """A deal's inspection as its rep and those above see it; `viewer` may rule and ask only where said.

    `rulings` are by evidence, `names` by person; `permalink` leads to the thread, where there is one.
    """

    deal: Deal
    owner: Person
    viewer: Person
    stage_name: str
    framework: Framework
    statuses: tuple[CriterionStatus, ...]
    rulings: Mapping[str, tuple[Ruling, ...]]
    names: Mapping[str, str]
    permalink: str | None
    may_rule: bool
    may_ask: bool


@dataclass(frozen=True, slots=True)
class RoundCard:
    """What was asked at once about a deal; `open_ids` are the questions still open."""

    deal: Deal
    owner: Person
    asked_by: Person | None
    questions: tuple[Question, ...]
    open_ids: frozenset[str]
    drafter: str
    answer_by: datetime
    permalink: str | None


@dataclass(frozen=True, slots=True)
class ThreadLink:
    """What the person who asked for a deal's thread is told: where it is, or why there is none."""

    deal_name: str
    channel: str
    permalink: str | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class EvidenceDraft:
    """What the form needs in which a message becomes evidence.

    `proposed` is the criterion somebody thinks it answers; `records` are what in the CRM may back it, as
    (key, words).
    """

    deal: Deal
    channel: str
    message_ts: str
    author: Person
    text: str
    pointers: int
    statuses: tuple[CriterionStatus, ...]
    proposed: str | None
    records: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """A piece of evidence with what is told about it: its criterion, the follow-up, the last ruling."""

    evidence: Evidence
    criterion: ExitCriterion
    deal: Deal
    owner: Person
    permalink: str | None
    follow_up: str
    drafter: str
    ruling: Ruling | None
    ruled_by: Person | None


@dataclass(frozen=True, slots=True)
class MessagePrompt:
    """The question to a rep whether what they just wrote answers something; `proposed` names what."""

    message_channel: str
    message_ts: str
    deal_name: str
    proposed: ExitCriterion | None
    open_count: int
    drafter: str


@dataclass(frozen=True, slots=True)
class DemotionCard:
    """A proposed demotion: what could not be answered, and from when others see it.

    `to_name` None: out of the pipeline. `decided`: a review has decided about the deal since.
    """

    id: str
    deal: Deal
    owner: Person
    from_stage: Stage
    from_name: str
    to_name: str | None
    questions: tuple[str, ...]
    visible_on: date
    permalink: str | None
    settled: str | None
    decided: bool = False

    @property
    def handed_over(self) -> bool:
        """Tell whether the deal is another rep's now than the one it was proposed to."""
        return self.deal.owner_id != self.owner.id
