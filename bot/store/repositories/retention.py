"""What people wrote, once it is past its time: found in pages, oldest first, and erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, or_, select, tuple_, update

from bot.domain.erasing import ERASED, erased_log, without_quotes, without_words
from bot.store.repositories.base import Repository
from bot.store.tables import (
    AcknowledgementAnswers,
    Acknowledgements,
    AgendaItems,
    AuditEvents,
    CoachingAnswers,
    CoachingDealActions,
    CoachingDrafts,
    CoachingLogs,
    CoachingLogVersions,
    CoachingNotes,
    CoachingReads,
    CoachingSteps,
    CoverageConversations,
    Deals,
    DealThreads,
    Decisions,
    EvidenceItems,
    EvidenceRulings,
    FlagResponses,
    NextActions,
    Obligations,
    OneOnOnes,
    ThreadMessages,
    VerdictComments,
)

# The records of each kind whose words are due: their ids, or their keys where they have no id.
DUE: Mapping[str, Callable[[datetime], Any]] = {
    "coaching_text": lambda before: (
        select(CoachingLogs.id)
        .join(CoachingLogVersions, CoachingLogVersions.log_id == CoachingLogs.id)
        .where(
            CoachingLogs.held_on < before.date(),
            CoachingLogVersions.content["feedback"].as_string() != ERASED,
        )
        .distinct()
    ),
    "conversation_plans": lambda before: select(CoverageConversations.id).where(
        CoverageConversations.logged_at < before,
        or_(_filled(CoverageConversations.plan), _filled(CoverageConversations.cause)),
    ),
    "private_notes": lambda before: select(CoachingNotes.log_id).where(CoachingNotes.written_at < before),
    "drafts": lambda before: select(CoachingDrafts.id).where(CoachingDrafts.saved_at < before),
    "agenda_items": lambda before: (
        select(AgendaItems.id)
        .join(OneOnOnes, OneOnOnes.id == AgendaItems.one_on_one_id)
        .where(OneOnOnes.starts_at < before)
    ),
    "one_on_one_notes": lambda before: select(OneOnOnes.id).where(
        OneOnOnes.starts_at < before, or_(_filled(OneOnOnes.cancel_reason), _filled(OneOnOnes.proposal_note))
    ),
    "decision_words": lambda before: (
        select(Decisions.id)
        .outerjoin(NextActions, NextActions.decision_id == Decisions.id)
        .where(
            Decisions.decided_at < before,
            or_(_filled(Decisions.reason), _filled(Decisions.report_reason), _filled(NextActions.words)),
        )
    ),
    "verdict_comments": lambda before: select(VerdictComments.id).where(VerdictComments.written_at < before),
    "flag_reasons": lambda before: select(FlagResponses.id).where(
        FlagResponses.at < before, _filled(FlagResponses.reason)
    ),
    "evidence_words": lambda before: (
        select(EvidenceItems.id)
        .join(Deals, Deals.id == EvidenceItems.deal_id)
        .where(Deals.closed_at < before, EvidenceItems.quote != ERASED)
    ),
    "thread_words": lambda before: (
        select(ThreadMessages.id)
        .join(DealThreads, DealThreads.id == ThreadMessages.thread_id)
        .join(Deals, Deals.id == DealThreads.deal_id)
        .where(Deals.closed_at < before, ThreadMessages.deleted_at.is_(None))
    ),
    "read_records": lambda before: select(
        CoachingReads.log_id, CoachingReads.reader_id, CoachingReads.read_on, CoachingReads.depth
    ).where(CoachingReads.read_on < before.date()),
}


class RetentionRepository(Repository):
    """Needs an open erasure: see `ErasureRepository.open`."""

    def anything(self, kind: str, before: datetime) -> bool:
        """Tell whether any words of a kind are from before that, without erasing."""
        return bool(self._found(DUE[kind](before), 1))

    def erase(self, kind: str, before: datetime, now: datetime, limit: int) -> int:
        """Erase a page of the words of a kind from before that; return how many records it was."""
        found = self._found(DUE[kind](before), limit)
        if found:
            erase: Mapping[str, Callable[[Sequence[Any], datetime], None]] = {
                "coaching_text": self._logs,
                "conversation_plans": self._conversations,
                "private_notes": lambda ids, _now: self._gone(CoachingNotes, CoachingNotes.log_id, ids),
                "drafts": lambda ids, _now: self._gone(CoachingDrafts, CoachingDrafts.id, ids),
                "agenda_items": lambda ids, _now: self._gone(AgendaItems, AgendaItems.id, ids),
                "one_on_one_notes": self._slots,
                "decision_words": self._decisions,
                "verdict_comments": lambda ids, _now: self._gone(VerdictComments, VerdictComments.id, ids),
                "flag_reasons": lambda ids, _now: self._blank(FlagResponses, "reason", ids),
                "evidence_words": self._evidence,
                "thread_words": self._messages,
                "read_records": self._reads,
            }
            erase[kind](found, now)
        return len(found)

    def _found(self, query: Select[Any], limit: int) -> list[Any]:
        first = query.selected_columns[0]
        mine = query.where(first.table.c.workspace_id == self._workspace_id)
        rows = self._connection.execute(mine.order_by(first).limit(limit)).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    def _logs(self, ids: Sequence[str], _now: datetime) -> None:
        versions = select(CoachingLogVersions.id, CoachingLogVersions.content).where(
            CoachingLogVersions.log_id.in_(ids)
        )
        for row_id, content in self._connection.execute(versions).all():
            self._set(CoachingLogVersions, CoachingLogVersions.id == row_id, content=erased_log(content))
        self._set(CoachingSteps, CoachingSteps.log_id.in_(ids), words=ERASED)
        self._set(CoachingDealActions, CoachingDealActions.log_id.in_(ids), words=ERASED)
        said = CoachingAnswers.log_id.in_(ids) & CoachingAnswers.comment.is_not(None)
        self._set(CoachingAnswers, said, comment=None)
        self._redact("coaching_log", ids, without_words)

    def _conversations(self, ids: Sequence[str], _now: datetime) -> None:
        talk = CoverageConversations
        self._set(talk, talk.id.in_(ids) & talk.plan.is_not(None), plan=ERASED)
        self._set(talk, talk.id.in_(ids) & talk.cause.is_not(None), cause=ERASED)
        asked = select(Acknowledgements.id).where(Acknowledgements.conversation_id.in_(ids))
        said = AcknowledgementAnswers.acknowledgement_id.in_(asked)
        self._set(AcknowledgementAnswers, said & AcknowledgementAnswers.comment.is_not(None), comment=None)
        owed = select(Obligations.id, Obligations.reasons).where(
            Obligations.id.in_(select(talk.obligation_id).where(talk.id.in_(ids)))
        )
        rows = self._connection.execute(owed).all()
        for row_id, reasons in rows:
            self._set(Obligations, Obligations.id == row_id, reasons=without_quotes(reasons))
        self._redact("obligation", [row.id for row in rows], without_quotes)
        self._redact("coverage_conversation", ids, without_words)

    def _slots(self, ids: Sequence[str], _now: datetime) -> None:
        for column in ("cancel_reason", "proposal_note"):
            self._blank(OneOnOnes, column, ids)

    def _decisions(self, ids: Sequence[str], _now: datetime) -> None:
        for column in ("reason", "report_reason"):
            self._blank(Decisions, column, ids)
        said = NextActions.decision_id.in_(ids) & _filled(NextActions.words)
        self._set(NextActions, said, words=ERASED)
        self._redact("decision", ids, without_words)

    def _evidence(self, ids: Sequence[str], _now: datetime) -> None:
        self._set(EvidenceItems, EvidenceItems.id.in_(ids), quote=ERASED)
        ruled = EvidenceRulings.evidence_id.in_(ids) & (EvidenceRulings.reason != "")
        self._set(EvidenceRulings, ruled, reason=ERASED)
        self._redact("evidence", ids, without_words)

    def _messages(self, ids: Sequence[str], now: datetime) -> None:
        self._set(ThreadMessages, ThreadMessages.id.in_(ids), text="", deleted_at=now)

    def _reads(self, keys: Sequence[tuple[Any, ...]], _now: datetime) -> None:
        reads = CoachingReads
        which = tuple_(reads.log_id, reads.reader_id, reads.read_on, reads.depth).in_(keys)
        self._connection.execute(delete(reads).where(which))

    def _redact(self, kind: str, ids: Sequence[str], without: Callable[[Any], Any]) -> None:
        """Take the words out of what the trail has of these records: why, see `NameSweepRepository`."""
        query = select(AuditEvents.seq, AuditEvents.before, AuditEvents.after).where(
            AuditEvents.workspace_id == self._workspace_id,
            AuditEvents.entity_kind == kind,
            AuditEvents.entity_id.in_(ids),
        )
        for seq, before, after in self._connection.execute(query).all():
            made = {"before": without(before), "after": without(after)}
            if made != {"before": before, "after": after}:
                self._set(AuditEvents, AuditEvents.seq == seq, **made)

    def _blank(self, table: Any, column: str, ids: Sequence[str]) -> None:
        self._set(table, table.id.in_(ids) & _filled(getattr(table, column)), **{column: ERASED})

    def _set(self, table: Any, condition: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(table).where(condition).values(**values))

    def _gone(self, table: Any, key: Any, ids: Sequence[str]) -> None:
        self._connection.execute(delete(table).where(key.in_(ids)))


def _filled(column: Any) -> ColumnElement[bool]:
    made: ColumnElement[bool] = column.is_not(None) & column.not_in(["", ERASED])
    return made
