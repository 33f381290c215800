"""The stages of a pipeline and the exit criteria that are inspected at each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.domain.pipeline import OPEN_STAGES, Stage
from bot.domain.settings.base import Identifier, SettingsModel, Words


class QualificationLetter(StrEnum):
    """The letters of BANT and MEDDIC, spelled out, since two of MEDDIC's are the same."""

    BUDGET = "budget"
    AUTHORITY = "authority"
    NEED = "need"
    TIMELINE = "timeline"
    METRICS = "metrics"
    ECONOMIC_BUYER = "economic_buyer"
    DECISION_CRITERIA = "decision_criteria"
    DECISION_PROCESS = "decision_process"
    IDENTIFIED_PAIN = "identified_pain"
    CHAMPION = "champion"


class Framework(StrEnum):
    """By which letters a deal is qualified: the short list for small deals, the long one from there up."""

    BANT = "BANT"
    MEDDIC = "MEDDIC"

    @property
    def letters(self) -> frozenset[QualificationLetter]:
        """Return the letters it asks for."""
        return _BANT if self is Framework.BANT else _MEDDIC


_BANT = frozenset(
    {
        QualificationLetter.BUDGET,
        QualificationLetter.AUTHORITY,
        QualificationLetter.NEED,
        QualificationLetter.TIMELINE,
    }
)
# Built once: a review asks for the letters of each open deal.
_MEDDIC = frozenset(QualificationLetter) - _BANT


class Need(StrEnum):
    """What an answer must hold to be one; nobody can check an amount or a date that is not there."""

    AMOUNT = "amount"
    DATE = "date"


class ExitCriterion(SettingsModel):
    """What the buyer must have done, asked as a question; `letter` is the qualification letter it serves.

    `also_serves` are further ones, so that each framework finds its own; `needs` is what an answer must hold.
    """

    id: Identifier
    question: Words
    evidence: Words
    letter: QualificationLetter
    also_serves: tuple[QualificationLetter, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def letters(self) -> frozenset[QualificationLetter]:
        """Return every letter it serves."""
        return frozenset({self.letter, *self.also_serves})


class StageSettings(SettingsModel):
    """One stage, and what must be known before a deal leaves it."""

    id: Stage
    name: Annotated[str, Field(min_length=1, max_length=60)]
    exit_criteria: tuple[ExitCriterion, ...] = ()


class Stages(SettingsModel):
    """stages.yaml: all stages in order, and the criteria inspected at every open one."""

    stages: tuple[StageSettings, ...]
    any_open_stage: tuple[ExitCriterion, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if tuple(stage.id for stage in self.stages) != tuple(Stage):
            raise ValueError(f"the stages {', '.join(Stage)}, each once and in this order")
        without = [stage.id for stage in self.stages if stage.id in OPEN_STAGES and not stage.exit_criteria]
        if without:
            raise ValueError(
                f"at least one exit criterion for each open stage (none for {', '.join(without)})"
            )
        ids = [criterion.id for criterion in self.every_criterion()]
        if repeated := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            raise ValueError(f"a criterion `id` only once (repeated: {', '.join(repeated)})")
        return self

    def every_criterion(self) -> tuple[ExitCriterion, ...]:
        """Return all criteria, those of any open stage last."""
        return (*(c for stage in self.stages for c in stage.exit_criteria), *self.any_open_stage)

    def criteria_for(self, stage: Stage, framework: Framework | None = None) -> tuple[ExitCriterion, ...]:
        """Return what is inspected at this stage, by all letters or those of a framework; closed: nothing."""
        if not stage.is_open:
            return ()
        found = (*next(s for s in self.stages if s.id == stage).exit_criteria, *self.any_open_stage)
        return tuple(one for one in found if framework is None or one.letters & framework.letters)

    def criterion(self, criterion_id: str) -> ExitCriterion | None:
        """Return the criterion of this id, or None."""
        return next((one for one in self.every_criterion() if one.id == criterion_id), None)
