"""The port of whoever drafts: what it is given, and what it gives back. People decide; code checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.deal_facts import Fact
from bot.domain.evidence_check import Shortfall
from bot.domain.settings import ExitCriterion


@dataclass(frozen=True, slots=True)
class QuestionBrief:
    """What questions are drafted from: the stage's name, the criteria to ask, what is known of the deal."""

    stage: str
    criteria: Sequence[ExitCriterion]
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """One question: the criterion it tests, the ids of the facts it rests on, and why it is asked."""

    criterion_id: str
    text: str
    why: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowUpBrief:
    """What a follow-up is drafted from: the criterion, the answer, and in which way it falls short."""

    criterion: ExitCriterion
    quote: str
    shortfall: Shortfall


class Drafter(Protocol):
    """Words questions and follow-ups, proposes which question a message answers; writes nothing itself."""

    @property
    def name(self) -> str:
        """Who drafted, as it is kept with each draft and told to people."""

    def questions(self, brief: QuestionBrief) -> Sequence[DraftQuestion]:
        """Return one question for each criterion it can word."""

    def match(self, message: str, criteria: Sequence[ExitCriterion]) -> str | None:
        """Return the id of the criterion that a message answers, or None where that is not clear."""

    def follow_up(self, brief: FollowUpBrief) -> str:
        """Return one specific question about what is lacking."""
