"""Inspection of a deal: what its stage and size ask for, what is answered, and what to ask next."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.evidence import GIVEN, Evidence, EvidenceState, Grade, folded
from bot.domain.pipeline import OPEN_STAGES, Deal, Stage
from bot.domain.settings import ExitCriterion, Framework, Stages


class Answered(StrEnum):
    """What a channel shows of a criterion: no more than this, never that an answer was weak."""

    OPEN = "open"
    ANSWERED = "answered"


class Backing(StrEnum):
    """What the rep and those above see of a criterion."""

    OPEN = "open"
    INSUFFICIENT = "insufficient"
    EVIDENCED = "evidenced"


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion asked of a rep about a deal at a stage.

    `why` is told with it. `facts` are what it rests on, as the CRM had it then: for the rep and those above,
    since a channel may not see them all.

    `round_id` joins what was asked at once; by `answer_by` the deal's stage is to be backed.
    """

    id: str
    deal_id: str
    thread_id: str
    round_id: str
    criterion_id: str
    stage: Stage
    text: str
    why: str
    facts: tuple[str, ...]
    asked_of_id: str
    asked_by_id: str | None
    asked_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked: of one deal at once, of one rep in a week."""

    at_once: int = 3
    deals_a_week: int = 2
    questions_a_week: int = 6


@dataclass(frozen=True, slots=True)
class CriterionStatus:
    """A criterion of a deal's stage with the evidence given for it, newest last, and whether it was asked."""

    criterion: ExitCriterion
    evidence: tuple[Evidence, ...]
    question: Question | None

    @property
    def answered(self) -> Answered:
        """What a channel shows: an answer that falls short is an answer there."""
        return Answered.ANSWERED if any(one.state in GIVEN for one in self.evidence) else Answered.OPEN

    @property
    def backing(self) -> Backing:
        """What rep and manager see."""
        if any(one.counts for one in self.evidence):
            return Backing.EVIDENCED
        return Backing.INSUFFICIENT if self.answered is Answered.ANSWERED else Backing.OPEN

    @property
    def best(self) -> Evidence | None:
        """The evidence that counts with the highest grade, the newest of equals; None where none counts."""
        grades = list(Grade)
        counting = [one for one in self.evidence if one.counts]
        return max(counting, key=lambda one: (grades.index(one.grade), one.marked_at), default=None)


def framework_of(amount: Decimal | None, bant_below: Decimal) -> Framework:
    """Return by which framework a deal is qualified; one of unknown value by the fuller one."""
    return Framework.BANT if amount is not None and amount < bant_below else Framework.MEDDIC


def criteria_of(deal: Deal, stages: Stages, bant_below: Decimal) -> tuple[ExitCriterion, ...]:
    """Return what is inspected of a deal at its stage; nothing once it is closed."""
    return stages.criteria_for(deal.stage, framework_of(deal.amount, bant_below))


def statuses(
    deal: Deal,
    criteria: Sequence[ExitCriterion],
    stages: Stages,
    evidence: Iterable[Evidence],
    questions: Iterable[Question],
) -> tuple[CriterionStatus, ...]:
    """Return where each criterion of the deal's stage stands.

    What is inspected at every stage counts only for the stage it was given at: an old next step is none.
    """
    recurring = {criterion.id for criterion in stages.any_open_stage}
    given = [one for one in evidence if one.state not in (EvidenceState.PROPOSED, EvidenceState.WITHDRAWN)]
    given.sort(key=lambda one: (one.marked_at, one.id))
    asked = {one.criterion_id: one for one in questions if one.stage is deal.stage}
    return tuple(
        CriterionStatus(
            criterion,
            tuple(
                one
                for one in given
                if one.criterion_id == criterion.id
                and (criterion.id not in recurring or one.stage is deal.stage)
            ),
            asked.get(criterion.id),
        )
        for criterion in criteria
    )


def to_ask(found: Iterable[CriterionStatus], rep_id: str, allowed: int) -> list[CriterionStatus]:
    """Return what to ask this rep now, in the order of the criteria: open, and not asked of them before.

    What an earlier owner of the deal was asked and left open is asked of the new one.
    """
    fresh = [
        one
        for one in found
        if one.answered is Answered.OPEN and (one.question is None or one.question.asked_of_id != rep_id)
    ]
    return fresh[: max(0, allowed)]


def allowed_now(this_week: Collection[str], deal_id: str, limits: Limits) -> int:
    """Return how many questions a rep may be asked about this deal now.

    `this_week` has the deal of each question that they were asked in their week.
    """
    deals = set(this_week)
    if deal_id not in deals and len(deals) >= limits.deals_a_week:
        return 0
    return max(0, min(limits.at_once, limits.questions_a_week - len(this_week)))


# They dress a question; what it asks for is in its other words.
_DRESS = re.compile(
    r"\b(?:a|an|and|are|by|did|do|does|for|in|is|of|on|the|to|was|what|which|will|with|would)\b"
)


def normalised(text: str) -> str:
    """Return a question reduced to the words that say what it asks, so that another dress hides nothing."""
    said = folded(text).casefold()
    words = re.findall(r"\w+", _DRESS.sub(" ", said)) or re.findall(r"\w+", said)
    return " ".join(sorted(set(words)))


def asked_before(text: str, earlier: Iterable[Question], stage: Stage) -> bool:
    """Tell whether these words were asked of the deal at this stage, in whatever order and dress."""
    words = normalised(text)
    return any(one.stage is stage and normalised(one.text) == words for one in earlier)


def unanswered(found: Iterable[CriterionStatus], owner_id: str, now: datetime) -> list[CriterionStatus]:
    """Return what was asked of this owner, was to be answered by now, and is not backed.

    What an earlier owner was asked is no debt of the one who has the deal now.
    """
    return [
        one
        for one in found
        if one.question is not None
        and one.question.asked_of_id == owner_id
        and one.question.answer_by <= now
        and one.backing is not Backing.EVIDENCED
    ]


def stage_before(stage: Stage) -> Stage | None:
    """Return where a deal goes that can't stay at its open stage; None from the first one: out."""
    place = OPEN_STAGES.index(stage)
    return OPEN_STAGES[place - 1] if place else None


def advance_fault(found: Sequence[CriterionStatus]) -> str | None:
    """Say why a deal's stage is not evidenced enough to advance, or None when it is.

    Every criterion is backed, and at least one by more than the rep's own words.
    """
    lacking = [one for one in found if one.backing is not Backing.EVIDENCED]
    if lacking:
        return f"{len(lacking)} of {len(found)} criteria of its stage are not evidenced"
    if not any(one.best is not None and one.best.grade is not Grade.CLAIMED for one in found):
        return "nothing on record is more than the rep's own words"
    return None
