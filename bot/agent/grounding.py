"""Checks what was drafted against what it may rest on: criteria asked for, facts of the deal, figures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.agent.drafting import DraftQuestion, QuestionBrief

_FIGURE = re.compile(r"\d[\d.,]*\d|\d")


def grounded(drafts: Sequence[DraftQuestion], brief: QuestionBrief, deal_id: str) -> list[DraftQuestion]:
    """Return the drafts that hold: each criterion once and asked for, only facts of this deal cited.

    A figure in a question or its reason must stand in a fact that it cites, or in the criterion's own words.
    """
    wanted = {criterion.id: criterion for criterion in brief.criteria}
    known = {fact.id: fact for fact in brief.facts if fact.deal_id == deal_id}
    kept: dict[str, DraftQuestion] = {}
    for draft in drafts:
        criterion = wanted.get(draft.criterion_id)
        if criterion is None or draft.criterion_id in kept or not draft.text.strip():
            continue
        if not set(draft.facts) <= known.keys():
            continue
        sources = [criterion.question, criterion.evidence, *(known[one].words for one in draft.facts)]
        if _figures(draft.text, draft.why) <= _figures(*sources):
            kept[draft.criterion_id] = draft
    return list(kept.values())


def _figures(*texts: str) -> set[str]:
    return {figure for text in texts for figure in _FIGURE.findall(text)}
