"""Erases what one person wrote and what was written about them; what others rest on stays, without words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, delete, func, or_, select, update

from bot.domain.erasing import ERASED, erased_log, without_quotes
from bot.domain.people import Person
from bot.domain.verdict_comments import Judged
from bot.store.repositories.base import Repository
from bot.store.tables import (
    AcknowledgementAnswers,
    Acknowledgements,
    AgendaItems,
    AttentionDays,
    CoachingAnswers,
    CoachingDealActions,
    CoachingDrafts,
    CoachingLogs,
    CoachingLogVersions,
    CoachingNotes,
    CoachingSteps,
    CoverageConversations,
    Decisions,
    Deliveries,
    DevelopmentPlans,
    EvidenceItems,
    EvidenceRulings,
    FlagListings,
    FlagResponses,
    InboundKeys,
    NextActions,
    Obligations,
    OneOnOnes,
    People,
    SkillObservations,
    TeamChannels,
    ThreadMessages,
    TimeOffs,
    VerdictComments,
)

NOT_SENT_YET = ("queued", "failed", "held", "dead")
Ids = Select[str]


class ForgettingRepository(Repository):
    """Needs an open erasure: see `ErasureRepository.open`. Each method returns how much went, by kind."""

    def erase(self, person_id: str, now: datetime) -> Counter[str]:
        """Erase a person's words, and the words about them, everywhere but in names and in the trail."""
        counts: Counter[str] = Counter()
        for part in (self._coaching, self._rhythm, self._deals, self._private, self._messages):
            counts.update(part(person_id, now))
        return +counts

    def anonymise(self, person: Person, external_id: str, label: str) -> None:
        """Leave of a person's entry what others' records need: its id, roles, region and leader."""
        self._connection.execute(
            update(People)
            .where(self._mine(People), People.id == person.id)
            .values(
                external_id=external_id,
                name=label,
                email=None,
                slack_user_id=None,
                country=None,
                active=False,
            )
        )

    def _coaching(self, person_id: str, _now: datetime) -> dict[str, int]:
        logs = self._logs_of(person_id)
        steps = or_(*(column == person_id for column in _people_of(CoachingSteps)))
        plans = or_(DevelopmentPlans.manager_id == person_id, DevelopmentPlans.rep_id == person_id)
        return {
            "coaching_logs": self._log_texts(person_id, logs),
            "coaching_answers": self._set(
                CoachingAnswers,
                CoachingAnswers.comment.is_not(None),
                CoachingAnswers.log_id.in_(logs),
                comment=None,
            ),
            "coaching_steps": self._blank(CoachingSteps, "words", steps)
            + self._blank(CoachingDealActions, "words", CoachingDealActions.log_id.in_(logs)),
            "development_plans": self._set(DevelopmentPlans, DevelopmentPlans.why != "", plans, why=""),
            "skill_observations": self._delete(SkillObservations, SkillObservations.rep_id == person_id),
        }

    def _log_texts(self, person_id: str, logs: Ids) -> int:
        query = (
            select(CoachingLogVersions.id, CoachingLogVersions.content, CoachingLogs.rep_id)
            .join(CoachingLogs, CoachingLogs.id == CoachingLogVersions.log_id)
            .where(self._mine(CoachingLogVersions), CoachingLogs.id.in_(logs))
        )
        changed = [
            (row_id, made)
            for row_id, old, rep_id in self._connection.execute(query)
            if (made := erased_log(old, skills_too=rep_id == person_id)) != old
        ]
        for row_id, made in changed:
            self._connection.execute(
                update(CoachingLogVersions).where(CoachingLogVersions.id == row_id).values(content=made)
            )
        return len(changed)

    def _rhythm(self, person_id: str, _now: datetime) -> dict[str, int]:
        talks = or_(CoverageConversations.manager_id == person_id, CoverageConversations.rep_id == person_id)
        slots = or_(OneOnOnes.manager_id == person_id, OneOnOnes.rep_id == person_id)
        items = AgendaItems.one_on_one_id.in_(select(OneOnOnes.id).where(slots))
        asked = (
            select(Acknowledgements.id)
            .join(CoverageConversations, CoverageConversations.id == Acknowledgements.conversation_id)
            .where(talks)
        )
        answered = AcknowledgementAnswers.acknowledgement_id.in_(asked)
        return {
            "conversations": self._blank(CoverageConversations, "plan", talks)
            + self._blank(CoverageConversations, "cause", talks),
            "answers": self._set(
                AcknowledgementAnswers, AcknowledgementAnswers.comment.is_not(None), answered, comment=None
            ),
            "agenda_items": self._delete(AgendaItems, or_(AgendaItems.by_id == person_id, items)),
            "verdict_comments": self._delete(VerdictComments, self._comments_of(person_id)),
            "one_on_ones": self._set(OneOnOnes, OneOnOnes.cancel_reason != "", slots, cancel_reason="")
            + self._set(OneOnOnes, OneOnOnes.proposal_note != "", slots, proposal_note=""),
            "verdicts": self._quotes_in_reasons(person_id),
        }

    def _quotes_in_reasons(self, person_id: str) -> int:
        query = select(Obligations.id, Obligations.reasons).where(
            self._mine(Obligations),
            or_(Obligations.owner_id == person_id, Obligations.subject_id == person_id),
        )
        changed = [
            (row_id, made)
            for row_id, old in self._connection.execute(query)
            if (made := without_quotes(old)) != old
        ]
        for row_id, made in changed:
            self._connection.execute(update(Obligations).where(Obligations.id == row_id).values(reasons=made))
        return len(changed)

    def _deals(self, person_id: str, now: datetime) -> dict[str, int]:
        quoted = select(EvidenceItems.id).where(EvidenceItems.author_id == person_id)
        rulings = or_(EvidenceRulings.by_id == person_id, EvidenceRulings.evidence_id.in_(quoted))
        decided = select(Decisions.id).where(Decisions.by_id == person_id)
        return {
            "thread_messages": self._set(
                ThreadMessages,
                ThreadMessages.deleted_at.is_(None),
                ThreadMessages.author_id == person_id,
                text="",
                deleted_at=now,
            ),
            "evidence": self._set(
                EvidenceItems,
                EvidenceItems.quote != ERASED,
                EvidenceItems.author_id == person_id,
                quote=ERASED,
                permalink=None,
            ),
            "rulings": self._blank(EvidenceRulings, "reason", rulings),
            "decisions": self._blank(Decisions, "reason", Decisions.by_id == person_id)
            + self._blank(Decisions, "report_reason", Decisions.by_id == person_id)
            + self._blank(NextActions, "words", NextActions.decision_id.in_(decided)),
            "flag_answers": self._blank(FlagResponses, "reason", FlagResponses.by_id == person_id),
            "flag_listings": self._delete(FlagListings, FlagListings.person_id == person_id),
            "team_channels": self._delete(TeamChannels, TeamChannels.manager_id == person_id),
        }

    def _private(self, person_id: str, _now: datetime) -> dict[str, int]:
        logs = self._logs_of(person_id)
        about = or_(CoachingNotes.author_id == person_id, CoachingNotes.log_id.in_(logs))
        drafts = or_(CoachingDrafts.author_id == person_id, CoachingDrafts.rep_id == person_id)
        return {
            "private_notes": self._delete(CoachingNotes, about),
            "drafts": self._delete(CoachingDrafts, drafts),
            "time_off": self._delete(TimeOffs, TimeOffs.person_id == person_id),
        }

    def _messages(self, person_id: str, _now: datetime) -> dict[str, int]:
        mine = Deliveries.person_id == person_id
        cancelled = self._set(
            Deliveries, Deliveries.state.in_(NOT_SENT_YET), mine, state="superseded", error=None
        )
        self._set(
            Deliveries,
            Deliveries.slack_channel.is_not(None),
            mine,
            Deliveries.mode != "channel",
            slack_channel=None,
        )
        self._delete(AttentionDays, AttentionDays.person_id == person_id)
        return {"messages_cancelled": cancelled}

    def requests_of(self, slack_user_id: str) -> int:
        """Forget the keys of requests that name a Slack user: by them a repetition was told from a first."""
        return self._delete(InboundKeys, InboundKeys.key.contains(f":{slack_user_id}:", autoescape=True))

    def answers_naming(self, names: Sequence[str]) -> int:
        """Forget the answers kept of requests that name somebody: a repetition, which is rare, gets none."""
        naming = or_(*(InboundKeys.answer.icontains(name, autoescape=True) for name in names))
        return self._set(InboundKeys, InboundKeys.answer.is_not(None), naming, answer=None)

    def _comments_of(self, person_id: str) -> ColumnElement[bool]:
        """Name what a person said of verdicts, and what was said of verdicts on dealings with them."""
        about = select(Obligations.id).where(self._mine(Obligations), Obligations.subject_id == person_id)
        return or_(
            VerdictComments.by_id == person_id,
            (VerdictComments.judged == Judged.OBLIGATION.value) & VerdictComments.judged_id.in_(about),
        )

    def _logs_of(self, person_id: str) -> Ids:
        return select(CoachingLogs.id).where(
            self._mine(CoachingLogs),
            or_(CoachingLogs.rep_id == person_id, CoachingLogs.manager_id == person_id),
        )

    def _blank(self, table: Any, column: str, condition: ColumnElement[bool]) -> int:
        held = getattr(table, column)
        filled = held.is_not(None) & (held != "") & (held != ERASED)
        return self._set(table, filled, condition, **{column: ERASED})

    def _set(self, table: Any, *conditions: ColumnElement[bool], **values: Any) -> int:
        return self._changed(update(table).where(self._mine(table), *conditions).values(**values))

    def _delete(self, table: Any, condition: ColumnElement[bool]) -> int:
        return self._changed(delete(table).where(self._mine(table), condition))

    def _changed(self, statement: Any) -> int:
        result: CursorResult[Any] = self._connection.execute(statement)
        return result.rowcount

    def _mine(self, table: Any) -> ColumnElement[bool]:
        owned: ColumnElement[bool] = table.workspace_id == self._workspace_id
        return owned

    def related(self, person_id: str) -> set[str]:
        """Return the ids of the records whose words went with the person: the trail names them too."""
        owed = or_(Obligations.owner_id == person_id, Obligations.subject_id == person_id)
        slots = or_(OneOnOnes.manager_id == person_id, OneOnOnes.rep_id == person_id)
        talks = or_(CoverageConversations.manager_id == person_id, CoverageConversations.rep_id == person_id)
        queries: Sequence[Ids] = (
            self._logs_of(person_id),
            select(Obligations.id).where(self._mine(Obligations), owed),
            select(OneOnOnes.id).where(self._mine(OneOnOnes), slots),
            select(CoverageConversations.id).where(self._mine(CoverageConversations), talks),
            select(Acknowledgements.id).where(
                self._mine(Acknowledgements), Acknowledgements.rep_id == person_id
            ),
            select(EvidenceItems.id).where(self._mine(EvidenceItems), EvidenceItems.author_id == person_id),
            select(Decisions.id).where(self._mine(Decisions), Decisions.by_id == person_id),
            select(TeamChannels.id).where(self._mine(TeamChannels), TeamChannels.manager_id == person_id),
            select(VerdictComments.id).where(self._mine(VerdictComments), self._comments_of(person_id)),
        )
        return {row_id for query in queries for row_id in self._connection.scalars(query)}

    def labels(self) -> list[str]:
        """Return the names in use, for the next label not to be one of them."""
        return list(self._connection.scalars(select(func.distinct(People.name)).where(self._mine(People))))

    def external_id(self, person_id: str) -> tuple[str, str]:
        """Return a person's source and their id in it."""
        query = select(People.source, People.external_id).where(People.id == person_id)
        row = self._connection.execute(query).one()
        return row.source, row.external_id


def _people_of(table: Any) -> list[Any]:
    return [getattr(table, name) for name in ("manager_id", "rep_id", "owner_id")]
