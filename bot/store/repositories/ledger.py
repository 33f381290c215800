"""The ledger as an export reads it, page by page: no page takes in a table of ratings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.store.repositories.base import Repository
from bot.store.tables import (
    Accounts,
    CoachingLogs,
    CoachingLogVersions,
    Deals,
    Decisions,
    EvidenceItems,
    NextActions,
    Obligations,
    OneOnOnes,
    PipelineReviews,
)

Row = dict[str, Any]
PAGE = 500


class LedgerRepository(Repository):
    """Rows in the order of their ids, which is that of their making; each page begins after an id."""

    def decisions(self, after: str) -> list[Row]:
        """Return decisions with their deal and what happens next; the withdrawn ones too."""
        query = (
            select(
                *_columns(Decisions, but={"judged_as_of", "version", "due_at"}),
                Deals.external_id.label("deal_external_id"),
                Deals.name.label("deal"),
                Accounts.name.label("account"),
                PipelineReviews.review_on,
                NextActions.words.label("action"),
                NextActions.activity.label("action_activity"),
                NextActions.owner_id.label("action_owner_id"),
                NextActions.due_at.label("action_due_at"),
                NextActions.verdict.label("action_verdict"),
                NextActions.reasons.label("action_reasons"),
            )
            .join(Deals, Deals.id == Decisions.deal_id)
            .join(PipelineReviews, PipelineReviews.id == Decisions.review_id)
            .outerjoin(Accounts, Accounts.id == Deals.account_id)
            .outerjoin(NextActions, NextActions.decision_id == Decisions.id)
            .where(Decisions.workspace_id == self._workspace_id)
        )
        return self._page(query, Decisions.id, after)

    def coaching_logs(self, after: str) -> list[Row]:
        """Return logs without their text, with what became of them."""
        query = (
            select(
                *_columns(CoachingLogs, but={"deadline_at", "escalate_at"}),
                Obligations.state,
                Obligations.verdict,
                Obligations.reasons,
            )
            .join(Obligations, Obligations.id == CoachingLogs.obligation_id)
            .where(CoachingLogs.workspace_id == self._workspace_id)
        )
        return self._page(query, CoachingLogs.id, after)

    def coaching_log_versions(self, after: str) -> list[Row]:
        """Return the versions of logs with the text that the two share, and whether both released it.

        A release is of the newest version alone: nobody gave it for the words before. With what its deal
        actions are judged by: between whom it was, when it was logged, its slot if any.
        """
        query = (
            select(
                CoachingLogVersions.id,
                CoachingLogVersions.log_id,
                CoachingLogVersions.version,
                CoachingLogVersions.made_at,
                CoachingLogVersions.content,
                CoachingLogs.manager_id,
                CoachingLogs.rep_id,
                CoachingLogs.logged_at,
                OneOnOnes.starts_at.label("slot_starts_at"),
                OneOnOnes.minutes.label("slot_minutes"),
                and_(
                    CoachingLogs.manager_released_at.is_not(None),
                    CoachingLogs.rep_released_at.is_not(None),
                    CoachingLogVersions.version == CoachingLogs.version,
                ).label("released"),
            )
            .join(CoachingLogs, CoachingLogs.id == CoachingLogVersions.log_id)
            .outerjoin(OneOnOnes, OneOnOnes.id == CoachingLogs.one_on_one_id)
            .where(CoachingLogVersions.workspace_id == self._workspace_id)
        )
        return self._page(query, CoachingLogVersions.id, after)

    def evidence(self, after: str) -> list[Row]:
        """Return evidence with its deal; the withdrawn too."""
        query = (
            select(
                *_columns(EvidenceItems, but={"version", "channel", "message_ts"}),
                Deals.external_id.label("deal_external_id"),
                Deals.name.label("deal"),
            )
            .join(Deals, Deals.id == EvidenceItems.deal_id)
            .where(EvidenceItems.workspace_id == self._workspace_id)
        )
        return self._page(query, EvidenceItems.id, after)

    def obligations(self, after: str) -> list[Row]:
        """Return obligations with their verdicts."""
        query = select(
            *_columns(Obligations, but={"fire_id", "version", "snoozed_until"}),
        ).where(Obligations.workspace_id == self._workspace_id)
        return self._page(query, Obligations.id, after)

    def _page(self, query: Select[Any], key: InstrumentedAttribute[str], after: str) -> list[Row]:
        page = query.where(key > after).order_by(key).limit(PAGE)
        return [dict(row) for row in self._connection.execute(page).mappings()]


def _columns(table: type[Any], but: set[str]) -> list[InstrumentedAttribute[Any]]:
    names = [column.name for column in table.__table__.columns]
    return [getattr(table, name) for name in names if name not in {"workspace_id", *but}]
