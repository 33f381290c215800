"""Deals as the domain sees them, filled by a handful of set-based queries whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import ColumnExpressionArgument, Select, func, select, text

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


class DealRepository(Repository):
    """Reads deals. Writing them is the importer's (`crm_rows`)."""

    def open_of(self, owner_ids: Collection[str]) -> list[Deal]:
        """Return the open deals of these owners, by name."""
        return self._filled(text(IS_OPEN), Deals.owner_id.in_(sorted(owner_ids)))

    def closed_of(self, owner_ids: Collection[str], since: datetime) -> list[Deal]:
        """Return the deals of these owners won or lost from `since` on, by name."""
        return self._filled(
            Deals.owner_id.in_(sorted(owner_ids)),
            Deals.closed_at >= since,
            Deals.stage.in_([Stage.CLOSED_WON, Stage.CLOSED_LOST]),
        )

    def get(self, deal_id: str) -> Deal | None:
        """Return one deal, or None."""
        return next(iter(self._filled(Deals.id == deal_id)), None)

    def with_ids(self, deal_ids: Collection[str]) -> dict[str, Deal]:
        """Return these deals by id; those that are not there are absent."""
        return {deal.id: deal for ids in in_chunks(deal_ids) for deal in self._filled(Deals.id.in_(ids))}

    def lock(self, deal_ids: Collection[str]) -> None:
        """Keep others who would answer for these deals waiting; in one order, so that none deadlock."""
        for ids in in_chunks(sorted(deal_ids)):
            query = select(Deals.id).where(Deals.workspace_id == self._workspace_id, Deals.id.in_(ids))
            self._connection.execute(query.order_by(Deals.id).with_for_update()).all()

    def won_value(self, owner_ids: Collection[str], start: date, end: date) -> dict[str, Decimal | None]:
        """Return per owner the sum won with a closing time from `start` to `end`, both included, in UTC.

        Zero for an owner who won nothing; None when deals were won and the CRM holds no amount for any of
        them. Deals without an amount are left out of a sum.
        """
        query = (
            select(Deals.owner_id, func.sum(Deals.amount))
            .where(
                Deals.workspace_id == self._workspace_id,
                text(IS_WON),
                Deals.owner_id.in_(sorted(owner_ids)),
                Deals.closed_at >= datetime.combine(start, time.min, UTC),
                Deals.closed_at < datetime.combine(end + timedelta(days=1), time.min, UTC),
            )
            .group_by(Deals.owner_id)
        )
        won = dict(self._connection.execute(query).all())
        return {owner_id: won.get(owner_id, Decimal(0)) for owner_id in owner_ids}

    def moves(self, owner_ids: Collection[str], since: datetime) -> dict[str, list[StageMove]]:
        """Return per owner the stages their deals entered from `since` on, in order of time."""
        query = (
            select(
                Deals.owner_id,
                DealStageEvents.deal_id,
                DealStageEvents.left_stage,
                DealStageEvents.entered_stage,
                DealStageEvents.at,
            )
            .join(Deals, Deals.id == DealStageEvents.deal_id)
            .where(
                Deals.workspace_id == self._workspace_id,
                Deals.owner_id.in_(sorted(owner_ids)),
                DealStageEvents.at >= since,
            )
            .order_by(DealStageEvents.at, DealStageEvents.id)
        )
        moves: dict[str, list[StageMove]] = {owner_id: [] for owner_id in owner_ids}
        for owner_id, deal_id, left, entered, at in self._connection.execute(query):
            moves[owner_id].append(StageMove(deal_id, Stage(left) if left else None, Stage(entered), at))
        return moves

    def _filled(self, *conditions: ColumnExpressionArgument[bool]) -> list[Deal]:
        mine = Deals.workspace_id == self._workspace_id
        wanted = select(Deals.id).where(mine, *conditions)
        contacts = self._contact_counts(wanted)
        pushes = self._close_date_pushes(wanted)
        amounts = self._amount_changes(wanted)
        steps = self._next_steps(wanted)
        unbacked = self._unbacked(wanted)
        query = (
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
            )
            .outerjoin(Accounts, Accounts.id == Deals.account_id)
            .where(mine, *conditions)
            .order_by(Deals.name, Deals.id)
        )
        found = []
        for row in self._connection.execute(query).mappings():
            previous, changed_at = amounts.get(row["id"], (None, None))
            filled = {
                **row,
                "stage": Stage(row["stage"]),
                "contact_count": contacts.get(row["id"], 0),
                "close_date_pushes": pushes.get(row["id"], 0),
                "previous_amount": previous,
                "amount_changed_at": changed_at,
                "next_step": steps.get(row["id"]),
                "unbacked": tuple(unbacked.get(row["id"], ())),
            }
            found.append(Deal(**filled))
        return found

    def _contact_counts(self, wanted: Select[str]) -> dict[str, int]:
        query = (
            select(DealContacts.deal_id, func.count())
            .where(DealContacts.deal_id.in_(wanted))
            .group_by(DealContacts.deal_id)
        )
        return dict(self._connection.execute(query).all())

    def _close_date_pushes(self, wanted: Select[str]) -> dict[str, int]:
        """Count the moves of the close date to a later one; as ISO text, later sorts higher."""
        query = (
            select(DealChanges.deal_id, func.count())
            .where(
                DealChanges.deal_id.in_(wanted),
                DealChanges.field == "close_date",
                DealChanges.new_value > DealChanges.old_value,
            )
            .group_by(DealChanges.deal_id)
        )
        return dict(self._connection.execute(query).all())

    def _amount_changes(self, wanted: Select[str]) -> dict[str, tuple[Decimal | None, datetime | None]]:
        """Return the amount before the last change of it, and when that was."""
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
        query = select(ranked.c.deal_id, ranked.c.old_value, ranked.c.at).where(ranked.c.rank == 1)
        return {
            deal_id: (None if old is None else Decimal(old), at)
            for deal_id, old, at in self._connection.execute(query)
        }

    def _unbacked(self, wanted: Select[str]) -> dict[str, list[tuple[str, datetime]]]:
        """Return what was asked at the deal's stage and is answered by no evidence that counts."""
        counting = select(EvidenceItems.id).where(
            EvidenceItems.deal_id == InspectionQuestions.deal_id,
            EvidenceItems.criterion_id == InspectionQuestions.criterion_id,
            EvidenceItems.stage == InspectionQuestions.stage,
            EvidenceItems.state.in_(sorted(COUNTING)),
        )
        query = (
            select(
                InspectionQuestions.deal_id, InspectionQuestions.criterion_id, InspectionQuestions.answer_by
            )
            .join(Deals, Deals.id == InspectionQuestions.deal_id)
            .where(
                InspectionQuestions.deal_id.in_(wanted),
                InspectionQuestions.stage == Deals.stage,
                ~counting.exists(),
            )
        )
        found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
        for deal_id, criterion_id, answer_by in self._connection.execute(query):
            found[deal_id].append((criterion_id, answer_by))
        return found

    def _next_steps(self, wanted: Select[str]) -> dict[str, NextStep]:
        """Return the step not yet done that is due first; undated ones come last."""
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
        query = select(ranked.c.deal_id, ranked.c.text, ranked.c.due_on).where(ranked.c.rank == 1)
        return {
            deal_id: NextStep(words, due_on) for deal_id, words, due_on in self._connection.execute(query)
        }
