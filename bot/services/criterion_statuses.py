"""Where each criterion of a deal's stage stands, from all that was asked and all that is evidenced."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.inspection import CriterionStatus, criteria_of, statuses
from bot.domain.pipeline import Deal
from bot.domain.settings import Settings
from bot.store.unit_of_work import UnitOfWork


def inspection_of(uow: UnitOfWork, deal: Deal, settings: Settings) -> tuple[CriterionStatus, ...]:
    """Return where each criterion of the deal's stage stands; nothing for a closed deal."""
    return inspections_of(uow, [deal], settings)[deal.id]


def inspections_of(
    uow: UnitOfWork, deals: Collection[Deal], settings: Settings
) -> dict[str, tuple[CriterionStatus, ...]]:
    """Return where each criterion of each deal's stage stands, by deal; two queries whatever their number."""
    ids = [deal.id for deal in deals]
    evidence, questions = uow.evidence.of_deals(ids), uow.inspections.of_deals(ids)
    return {
        deal.id: statuses(
            deal,
            criteria_of(deal, settings.stages, settings.measures.bant_below),
            settings.stages,
            evidence.get(deal.id, []),
            questions.get(deal.id, []),
        )
        for deal in deals
    }
