"""Deals as the domain sees them, filled by a handful of set-based queries whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, func, select, text

from bot.domain.evidence import COUNTING
from bot.domain.pipeline import Deal, NextStep, Stage, StageMove
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import (
    Accounts,
    DealChanges,
    DealContacts,
    Deals,
    DealStageEvents,
    EvidenceItems,
    InspectionQuestions,
    NextSteps,
)
from bot.store.tables.deals import IS_OPEN, IS_TO_DO, IS_WON


@dataclass(frozen=True, slots=True)
class _Queries:
    """What fills deals: the deals themselves, and by deal what hangs on them."""

    deals: Select[*tuple[Any, ...]]
    amounts: Select[*tuple[Any, ...]]
    steps: Select[*tuple[Any, ...]]
    unbacked: Select[*tuple[Any, ...]]


def _queries(*conditions: ColumnExpressionArgument[bool]) -> _Queries:
    mine = (Deals.workspace_id == bindparam("workspace"), *conditions)
    wanted = select(Deals.id).where(*mine)
    return _Queries(_deals(mine), _amount_changes(wanted), _next_steps(wanted), _unbacked(wanted))


def _deals(mine: Sequence[ColumnExpressionArgument[bool]]) -> Select[*tuple[Any, ...]]:
    contacts = select(func.count()).where(DealContacts.deal_id == Deals.id)
    # As ISO text, a later date sorts higher.
    pushes = select(func.count()).where(
        DealChanges.deal_id == Deals.id,
        DealChanges.field == "close_date",
        DealChanges.new_value > DealChanges.old_value,
    )
    return (
        select(
            Deals.id,
            Deals.name,
            Deals.owner_id,
            Deals.stage,
            Accounts.name.label("account_name"),
            Deals.amount,
            Deals.close_date,
            Deals.created_at,
            Deals.entered_stage_at,
            Deals.closed_at,
            Deals.last_moved_at,
            Deals.last_activity_at,
            Deals.forecast_category,
            Deals.first_imported_at,
            contacts.scalar_subquery().label("contact_count"),
            pushes.scalar_subquery().label("close_date_pushes"),
        )
        .outerjoin(Accounts, Accounts.id == Deals.account_id)
        .where(*mine)
        .order_by(Deals.name, Deals.id)
    )


def _amount_changes(wanted: Select[str]) -> Select[*tuple[Any, ...]]:
    """The amount before the last change of it, and when that was."""
    order = (DealChanges.at.desc(), DealChanges.id.desc())
    ranked = (
        select(
            DealChanges.deal_id,
            DealChanges.old_value,
            DealChanges.at,
            func.row_number().over(partition_by=DealChanges.deal_id, order_by=order).label("rank"),
        )
        .where(DealChanges.deal_id.in_(wanted), DealChanges.field == "amount")
        .subquery()
    )
    return select(ranked.c.deal_id, ranked.c.old_value, ranked.c.at).where(ranked.c.rank == 1)


def _next_steps(wanted: Select[str]) -> Select[*tuple[Any, ...]]:
    """The step not yet done that is due first; undated ones come last."""
    order = (NextSteps.due_on.is_(None), NextSteps.due_on, NextSteps.id)
    ranked = (
        select(
            NextSteps.deal_id,
            NextSteps.text,
            NextSteps.due_on,
            func.row_number().over(partition_by=NextSteps.deal_id, order_by=order).label("rank"),
        )
        .where(NextSteps.deal_id.in_(wanted), text(IS_TO_DO))
        .subquery()
    )
    return select(ranked.c.deal_id, ranked.c.text, ranked.c.due_on).where(ranked.c.rank == 1)


def _unbacked(wanted: Select[str]) -> Select[*tuple[Any, ...]]:
    """What was asked at the deal's stage and is answered by no evidence that counts."""
    counting = select(EvidenceItems.id).where(
        EvidenceItems.deal_id == InspectionQuestions.deal_id,
        EvidenceItems.criterion_id == InspectionQuestions.criterion_id,
        EvidenceItems.stage == InspectionQuestions.stage,
        EvidenceItems.state.in_(sorted(COUNTING)),
    )
    return (
        select(InspectionQuestions.deal_id, InspectionQuestions.criterion_id, InspectionQuestions.answer_by)
        .join(Deals, Deals.id == InspectionQuestions.deal_id)
        .where(
            InspectionQuestions.deal_id.in_(wanted),
            InspectionQuestions.stage == Deals.stage,
            ~counting.exists(),
        )
    )


# Built once: to build them takes longer than the database needs to carry them out.
_WITH_IDS = _queries(Deals.id.in_(bindparam("ids", expanding=True)))
_OWNED = Deals.owner_id.in_(bindparam("owners", expanding=True))
_OPEN_OF = _queries(text(IS_OPEN), _OWNED)
_CLOSED_OF = _queries(
    _OWNED,
    Deals.closed_at >= bindparam("since"),
    Deals.stage.in_([Stage.CLOSED_WON, Stage.CLOSED_LOST]),
)


_WON = (
    select(Deals.owner_id, func.sum(Deals.amount))
    .where(
        Deals.workspace_id == bindparam("workspace"),
        text(IS_WON),
        _OWNED,
        Deals.closed_at >= bindparam("since"),
        Deals.closed_at < bindparam("until"),
    )
    .group_by(Deals.owner_id)
)
_MOVES = (
    select(
        Deals.owner_id,
        DealStageEvents.deal_id,
        DealStageEvents.left_stage,
        DealStageEvents.entered_stage,
        DealStageEvents.at,
    )
    .join(Deals, Deals.id == DealStageEvents.deal_id)
    .where(Deals.workspace_id == bindparam("workspace"), _OWNED, DealStageEvents.at >= bindparam("since"))
    .order_by(DealStageEvents.at, DealStageEvents.id)
)


class DealRepository(Repository):
    """Reads deals. Writing them is the importer's (`crm_rows`)."""

    def open_of(self, owner_ids: Collection[str]) -> list[Deal]:
        """Return the open deals of these owners, by name."""
        return self._filled(_OPEN_OF, owners=sorted(owner_ids))

    def closed_of(self, owner_ids: Collection[str], since: datetime) -> list[Deal]:
        """Return the deals of these owners won or lost from `since` on, by name."""
        return self._filled(_CLOSED_OF, owners=sorted(owner_ids), since=since)

    def get(self, deal_id: str) -> Deal | None:
        """Return one deal, or None."""
        return self.with_ids([deal_id]).get(deal_id)

    def with_ids(self, deal_ids: Collection[str]) -> dict[str, Deal]:
        """Return these deals by id; those that are not there are absent."""
        return {deal.id: deal for ids in in_chunks(deal_ids) for deal in self._filled(_WITH_IDS, ids=ids)}

    def lock(self, deal_ids: Collection[str]) -> None:
        """Keep others who would answer for these deals waiting; in one order, so that none deadlock."""
        for ids in in_chunks(sorted(deal_ids)):
            query = select(Deals.id).where(Deals.workspace_id == self._workspace_id, Deals.id.in_(ids))
            self._connection.execute(query.order_by(Deals.id).with_for_update()).all()

    def won_value(
        self, owner_ids: Collection[str], since: datetime, until: datetime
    ) -> dict[str, Decimal | None]:
        """Return per owner the sum won with a closing time from `since` on and before `until`.

        Zero for an owner who won nothing; None when deals were won and the CRM holds no amount for any of
        them. Deals without an amount are left out of a sum.
        """
        given = self._named(owners=sorted(owner_ids), since=since, until=until)
        won = dict(self._connection.execute(_WON, given).all())
        return {owner_id: won.get(owner_id, Decimal(0)) for owner_id in owner_ids}

    def moves(self, owner_ids: Collection[str], since: datetime) -> dict[str, list[StageMove]]:
        """Return per owner the stages their deals entered from `since` on, in order of time."""
        given = self._named(owners=sorted(owner_ids), since=since)
        moves: dict[str, list[StageMove]] = {owner_id: [] for owner_id in owner_ids}
        for owner_id, deal_id, left, entered, at in self._connection.execute(_MOVES, given):
            moves[owner_id].append(StageMove(deal_id, Stage(left) if left else None, Stage(entered), at))
        return moves

    def _filled(self, queries: _Queries, **given: Any) -> list[Deal]:
        named = self._named(**given)
        told = self._connection.execute(queries.deals, named)
        columns, rows = list(told.keys()), told.all()
        if not rows:
            return []
        amounts = {
            deal_id: (None if old is None else Decimal(old), at)
            for deal_id, old, at in self._connection.execute(queries.amounts, named)
        }
        steps = {
            deal_id: NextStep(words, due_on)
            for deal_id, words, due_on in self._connection.execute(queries.steps, named)
        }
        unbacked: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
        for deal_id, criterion_id, answer_by in self._connection.execute(queries.unbacked, named):
            unbacked[deal_id].append((criterion_id, answer_by))
        found = []
        for row in rows:
            deal = dict(zip(columns, row, strict=True))
            deal["stage"] = Stage(row.stage)
            previous, changed_at = amounts.get(row.id, (None, None))
            found.append(
                Deal(
                    **deal,
                    previous_amount=previous,
                    amount_changed_at=changed_at,
                    next_step=steps.get(row.id),
                    unbacked=tuple(unbacked.get(row.id, ())),
                )
            )
        return found
