"""The drafter without a model: deterministic, from the playbooks in prompts/, and it says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.agent.drafting import DraftQuestion, FollowUpBrief, QuestionBrief
from bot.agent.prompt_files import FOLDER, PromptFile, read_prompt
from bot.domain.evidence import folded
from bot.domain.evidence_check import holds_amount, holds_date
from bot.domain.settings import ExitCriterion, Need

LEAST_STEM = 4


class PlaybookDrafter:
    """Fills the Drafter port from three prompt files."""

    def __init__(self, questions: PromptFile, matching: PromptFile, follow_ups: PromptFile) -> None:
        self._questions = questions
        self._matching = matching
        self._follow_ups = follow_ups

    @property
    def name(self) -> str:
        """Name the playbook and its version."""
        return f"playbook v{self._questions.version}"

    def questions(self, brief: QuestionBrief) -> Sequence[DraftQuestion]:
        """Return each criterion's own question, with the facts that make it worth asking."""
        return [self._question(criterion, brief) for criterion in brief.criteria]

    def _question(self, criterion: ExitCriterion, brief: QuestionBrief) -> DraftQuestion:
        book = self._questions.playbook
        wanted = book["facts"].get(criterion.id, book["facts"]["default"])
        cited = [fact for one in wanted for fact in brief.facts if fact.id == one]
        why = str(book["why"].get(criterion.id, book["why"]["default"])).format(stage=brief.stage)
        return DraftQuestion(criterion.id, criterion.question, why, tuple(fact.id for fact in cited))

    def match(self, message: str, criteria: Sequence[ExitCriterion]) -> str | None:
        """Return the criterion whose signs the message shows most of; None where two show as many."""
        scores = sorted(((self._score(message, one), one.id) for one in criteria), reverse=True)
        if not scores or scores[0][0] == 0:
            return None
        clear = len(scores) == 1 or scores[0][0] > scores[1][0]
        return scores[0][1] if clear else None

    def _score(self, message: str, criterion: ExitCriterion) -> int:
        words = re.findall(r"\w+", folded(message).casefold())
        signs = self._matching.playbook["signs"].get(criterion.id, [])
        score = 2 * sum(any(_begins(word, str(sign)) for word in words) for sign in signs)
        score += Need.AMOUNT in criterion.needs and holds_amount(message)
        return score + (Need.DATE in criterion.needs and holds_date(message))

    def follow_up(self, brief: FollowUpBrief) -> str:
        """Return the playbook's question for what is lacking."""
        words = self._follow_ups.playbook[brief.shortfall.value]
        return str(words).format(evidence=brief.criterion.evidence.rstrip("."))


def _begins(word: str, sign: str) -> bool:
    return word.startswith(sign) if len(sign) >= LEAST_STEM else word == sign


@cache
def playbook_drafter(folder: Path = FOLDER) -> PlaybookDrafter:
    """Return the drafter of a folder's files, read once; raise ConfigurationError where they are wrong."""
    return PlaybookDrafter(
        read_prompt("deal_inspection", folder),
        read_prompt("evidence_match", folder),
        read_prompt("evidence_follow_up", folder),
    )
