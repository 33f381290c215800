"""How much is held about one person, kind by kind: one grouped query each, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.my_data import RecordKind
from bot.store.repositories.base import Repository
from bot.store.tables import (
    AcknowledgementAnswers,
    Acknowledgements,
    AgendaItems,
    CoachingAnswers,
    CoachingDrafts,
    CoachingLogs,
    CoachingNotes,
    CoachingReads,
    CoachingSteps,
    CoverageConversations,
    Deals,
    Decisions,
    DevelopmentPlans,
    EarlierAskings,
    EvidenceItems,
    EvidenceRulings,
    FlagResponses,
    InspectionQuestions,
    Notices,
    Obligations,
    OneOnOnes,
    People,
    Quotas,
    SkillObservations,
    ThreadMessages,
    TimeOffs,
    VerdictComments,
)

Condition = Callable[[str], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class _Where:
    """Where records of a kind are: the table, its time (None: it has none), and whose they are."""

    table: Any
    at: InstrumentedAttribute[Any] | None
    whose: Condition


def _one_of(*columns: InstrumentedAttribute[Any]) -> Condition:
    return lambda person_id: or_(*(column == person_id for column in columns))


def _answered_about_logs(person_id: str) -> ColumnElement[bool]:
    mine = select(CoachingLogs.id).where(CoachingLogs.rep_id == person_id)
    return CoachingAnswers.log_id.in_(mine)


def _acknowledged(person_id: str) -> ColumnElement[bool]:
    mine = select(Acknowledgements.id).where(Acknowledgements.rep_id == person_id)
    return AcknowledgementAnswers.acknowledgement_id.in_(mine)


def _written(person_id: str) -> ColumnElement[bool]:
    return (ThreadMessages.author_id == person_id) & ThreadMessages.deleted_at.is_(None)


def _read_of_others(person_id: str) -> ColumnElement[bool]:
    own = select(CoachingLogs.id).where(_one_of(CoachingLogs.manager_id, CoachingLogs.rep_id)(person_id))
    return (CoachingReads.reader_id == person_id) & CoachingReads.log_id.not_in(own)


def _told(person_id: str) -> ColumnElement[bool]:
    # A Home tab brought up to date is no message, and how often it was would tell when others did something.
    return (Notices.person_id == person_id) & (Notices.kind != "home")


PLACES: Mapping[RecordKind, Sequence[_Where]] = {
    RecordKind.ENTRY: [_Where(People, None, _one_of(People.id))],
    RecordKind.TIME_OFF: [_Where(TimeOffs, TimeOffs.starts_on, _one_of(TimeOffs.person_id))],
    RecordKind.DEALS: [_Where(Deals, Deals.first_imported_at, _one_of(Deals.owner_id))],
    RecordKind.QUOTAS: [_Where(Quotas, Quotas.period_start, _one_of(Quotas.person_id))],
    RecordKind.OBLIGATIONS: [
        _Where(Obligations, Obligations.due_at, _one_of(Obligations.owner_id, Obligations.subject_id))
    ],
    RecordKind.COMMENTS: [
        _Where(VerdictComments, VerdictComments.written_at, _one_of(VerdictComments.by_id))
    ],
    RecordKind.CONVERSATIONS: [
        _Where(
            CoverageConversations,
            CoverageConversations.logged_at,
            _one_of(CoverageConversations.manager_id, CoverageConversations.rep_id),
        )
    ],
    RecordKind.ONE_ON_ONES: [
        _Where(OneOnOnes, OneOnOnes.starts_at, _one_of(OneOnOnes.manager_id, OneOnOnes.rep_id))
    ],
    RecordKind.AGENDA_ITEMS: [_Where(AgendaItems, AgendaItems.added_at, _one_of(AgendaItems.by_id))],
    RecordKind.LOGS_ABOUT: [_Where(CoachingLogs, CoachingLogs.logged_at, _one_of(CoachingLogs.rep_id))],
    RecordKind.LOGS_BY: [_Where(CoachingLogs, CoachingLogs.logged_at, _one_of(CoachingLogs.manager_id))],
    RecordKind.ANSWERS: [
        _Where(AcknowledgementAnswers, AcknowledgementAnswers.answered_at, _acknowledged),
        _Where(CoachingAnswers, CoachingAnswers.answered_at, _answered_about_logs),
    ],
    RecordKind.OBSERVATIONS: [_Where(SkillObservations, None, _one_of(SkillObservations.rep_id))],
    RecordKind.STEPS: [
        _Where(
            CoachingSteps,
            CoachingSteps.agreed_at,
            _one_of(CoachingSteps.manager_id, CoachingSteps.rep_id, CoachingSteps.owner_id),
        )
    ],
    RecordKind.PLANS: [
        _Where(
            DevelopmentPlans,
            DevelopmentPlans.starts_on,
            _one_of(DevelopmentPlans.manager_id, DevelopmentPlans.rep_id),
        )
    ],
    RecordKind.NOTES_BY: [_Where(CoachingNotes, CoachingNotes.written_at, _one_of(CoachingNotes.author_id))],
    RecordKind.DRAFTS_BY: [
        _Where(CoachingDrafts, CoachingDrafts.saved_at, _one_of(CoachingDrafts.author_id))
    ],
    RecordKind.QUESTIONS: [
        _Where(InspectionQuestions, InspectionQuestions.asked_at, _one_of(InspectionQuestions.asked_of_id)),
        _Where(EarlierAskings, EarlierAskings.asked_at, _one_of(EarlierAskings.rep_id)),
    ],
    RecordKind.THREAD_MESSAGES: [_Where(ThreadMessages, ThreadMessages.said_at, _written)],
    RecordKind.EVIDENCE: [_Where(EvidenceItems, EvidenceItems.said_at, _one_of(EvidenceItems.author_id))],
    RecordKind.RULINGS: [_Where(EvidenceRulings, EvidenceRulings.at, _one_of(EvidenceRulings.by_id))],
    RecordKind.DECISIONS: [
        _Where(Decisions, Decisions.decided_at, _one_of(Decisions.by_id, Decisions.owner_id))
    ],
    RecordKind.FLAGS: [_Where(FlagResponses, FlagResponses.at, _one_of(FlagResponses.by_id))],
    RecordKind.MESSAGES: [_Where(Notices, Notices.created_at, _told)],
    RecordKind.READS: [_Where(CoachingReads, CoachingReads.read_at, _read_of_others)],
}


@dataclass(frozen=True, slots=True)
class Amount:
    """How many records, and the first and the last of them in time; None where the kind has no time."""

    count: int
    first: datetime | date | None
    last: datetime | date | None


class PersonalRecordRepository(Repository):
    """Counts; it gives no record out, and of ratings it does not even count."""

    def amounts(self, person_id: str) -> dict[RecordKind, Amount]:
        """Return how much is held of each kind; a kind without any is absent."""
        found: dict[RecordKind, Amount] = {}
        for kind, places in PLACES.items():
            parts = [part for place in places if (part := self._amount(place, person_id)).count]
            if parts:
                firsts = [part.first for part in parts if part.first is not None]
                lasts = [part.last for part in parts if part.last is not None]
                count = sum(part.count for part in parts)
                found[kind] = Amount(count, min(firsts, default=None), max(lasts, default=None))
        return found

    def _amount(self, place: _Where, person_id: str) -> Amount:
        mine = (place.table.workspace_id == self._workspace_id, place.whose(person_id))
        if place.at is None:
            query = select(func.count()).select_from(place.table).where(*mine)
            return Amount(self._connection.execute(query).scalar_one(), None, None)
        row = self._connection.execute(
            select(func.count(), func.min(place.at), func.max(place.at)).select_from(place.table).where(*mine)
        ).one()
        return Amount(*row)
