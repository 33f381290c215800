"""Coverage conversations as logged, and what the rep said when asked whether they took place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import ColumnElement, ColumnExpressionArgument, insert, select

from bot.domain.obligations import Verdict
from bot.domain.verification import Answer, AnswerRecord
from bot.store.ids import new_id
from bot.store.repositories.base import Repository
from bot.store.tables import (
    AcknowledgementAnswers,
    Acknowledgements,
    CoverageConversations,
    Notices,
    Obligations,
)


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One log. A `plan_confirmed` has no plan of its own: `base_id` is the conversation that has it.

    `minutes` is how long it took, `coverage_ratio` the rep's coverage when it was logged.
    """

    id: str
    obligation_id: str
    manager_id: str
    rep_id: str
    kind: Literal["conversation", "plan_confirmed"]
    base_id: str | None
    held_on: date
    minutes: int | None
    cause: str | None
    plan: str | None
    next_step_on: date | None
    coverage_ratio: Decimal | None
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class AcknowledgementRow:
    """The rep was asked about a conversation, and has until the deadline before it counts as unanswered."""

    id: str
    conversation_id: str
    rep_id: str
    asked_at: datetime
    deadline_at: datetime


class ConversationRepository(Repository):
    """Logs conversations, asks for acknowledgements, keeps the answers."""

    def add(self, conversation: ConversationRow) -> None:
        """Log a conversation."""
        self._connection.execute(
            insert(CoverageConversations).values(workspace_id=self._workspace_id, **asdict(conversation))
        )

    def get(self, conversation_id: str) -> ConversationRow | None:
        """Return one conversation, or None."""
        return next(iter(self._conversations(CoverageConversations.id == conversation_id)), None)

    def for_obligation(self, obligation_id: str) -> list[ConversationRow]:
        """Return what was logged for an obligation, the newest first."""
        return self._conversations(CoverageConversations.obligation_id == obligation_id)

    def latest_plan(self, manager_id: str, rep_id: str, since: datetime) -> ConversationRow | None:
        """Return the newest conversation of the two logged from `since` on, confirmations aside; or None."""
        found = self._conversations(
            CoverageConversations.manager_id == manager_id,
            CoverageConversations.rep_id == rep_id,
            CoverageConversations.kind == "conversation",
            CoverageConversations.logged_at >= since,
            limit=1,
        )
        return next(iter(found), None)

    def resting_on(self, base_id: str) -> list[ConversationRow]:
        """Return the confirmations of the plan that a conversation agreed."""
        return self._conversations(CoverageConversations.base_id == base_id)

    def ask_acknowledgement(
        self, conversation_id: str, rep_id: str, asked_at: datetime, deadline_at: datetime
    ) -> str:
        """Record that the rep is asked, once for each conversation; return the acknowledgement's id."""
        row = {
            "id": new_id("ack"),
            "conversation_id": conversation_id,
            "rep_id": rep_id,
            "asked_at": asked_at,
            "deadline_at": deadline_at,
        }
        self._insert_new(Acknowledgements, [row], Acknowledgements.id)
        query = select(Acknowledgements.id).where(Acknowledgements.conversation_id == conversation_id)
        return self._connection.execute(query).scalar_one()

    def acknowledgement(self, acknowledgement_id: str) -> AcknowledgementRow | None:
        """Return one acknowledgement, or None."""
        return next(iter(self._acknowledgements(Acknowledgements.id == acknowledgement_id)), None)

    def acknowledgement_of(self, conversation_id: str) -> AcknowledgementRow | None:
        """Return the acknowledgement asked for a conversation, or None."""
        return next(iter(self._acknowledgements(Acknowledgements.conversation_id == conversation_id)), None)

    def answer(
        self,
        acknowledgement_id: str,
        answer: Answer,
        comment: str | None,
        now: datetime,
    ) -> str:
        """Append an answer; return its id. Earlier answers stay."""
        answer_id = new_id("ans")
        self._connection.execute(
            insert(AcknowledgementAnswers).values(
                id=answer_id,
                workspace_id=self._workspace_id,
                acknowledgement_id=acknowledgement_id,
                answer=answer.value,
                comment=comment,
                answered_at=now,
            )
        )
        return answer_id

    def answers(self, acknowledgement_id: str) -> list[AnswerRecord]:
        """Return the answers to one acknowledgement in the order of time."""
        query = (
            select(
                AcknowledgementAnswers.id,
                AcknowledgementAnswers.answer,
                AcknowledgementAnswers.answered_at,
                AcknowledgementAnswers.comment,
            )
            .where(
                AcknowledgementAnswers.workspace_id == self._workspace_id,
                AcknowledgementAnswers.acknowledgement_id == acknowledgement_id,
            )
            .order_by(AcknowledgementAnswers.answered_at, AcknowledgementAnswers.id)
        )
        return [
            AnswerRecord(answer_id, Answer(answer), answered_at, comment or "")
            for answer_id, answer, answered_at, comment in self._connection.execute(query)
        ]

    def due_acknowledgements(self, now: datetime, limit: int) -> list[AcknowledgementRow]:
        """Return those whose deadline has passed without an answer, and whose verdict is still pending."""
        pending = (
            select(CoverageConversations.id)
            .join(Obligations, Obligations.id == CoverageConversations.obligation_id)
            .where(Obligations.workspace_id == self._workspace_id, Obligations.verdict == Verdict.PENDING)
        )
        return self._acknowledgements(
            Acknowledgements.deadline_at <= now,
            Acknowledgements.conversation_id.in_(pending),
            ~_is_answered(),
            limit=limit,
        )

    def unasked(self, now: datetime, limit: int) -> list[tuple[AcknowledgementRow, str]]:
        """Return the questions whose time has come and that were not sent, each with who logged the talk."""
        told = select(Notices.id).where(
            Notices.workspace_id == self._workspace_id,
            Notices.kind == "acknowledgement",
            Notices.subject_id == Acknowledgements.id,
        )
        found = self._acknowledgements(
            Acknowledgements.asked_at <= now, ~_is_answered(), ~told.exists(), limit=limit
        )
        rows = (self.get(one.conversation_id) for one in found)
        managers = {row.id: row.manager_id for row in rows if row}
        return [(one, managers[one.conversation_id]) for one in found if one.conversation_id in managers]

    def open_for_rep(self, rep_id: str) -> list[AcknowledgementRow]:
        """Return what the rep has not answered, the deadline passed or not: a late answer still counts."""
        return self._acknowledgements(Acknowledgements.rep_id == rep_id, ~_is_answered())

    def _acknowledgements(
        self, *conditions: ColumnExpressionArgument[bool], limit: int | None = None
    ) -> list[AcknowledgementRow]:
        query = (
            select(
                Acknowledgements.id,
                Acknowledgements.conversation_id,
                Acknowledgements.rep_id,
                Acknowledgements.asked_at,
                Acknowledgements.deadline_at,
            )
            .where(Acknowledgements.workspace_id == self._workspace_id, *conditions)
            .order_by(Acknowledgements.deadline_at, Acknowledgements.id)
            .limit(limit)
        )
        return [AcknowledgementRow(*row) for row in self._connection.execute(query)]

    def _conversations(
        self, *conditions: ColumnExpressionArgument[bool], limit: int | None = None
    ) -> list[ConversationRow]:
        query = (
            select(
                CoverageConversations.id,
                CoverageConversations.obligation_id,
                CoverageConversations.manager_id,
                CoverageConversations.rep_id,
                CoverageConversations.kind,
                CoverageConversations.base_id,
                CoverageConversations.held_on,
                CoverageConversations.minutes,
                CoverageConversations.cause,
                CoverageConversations.plan,
                CoverageConversations.next_step_on,
                CoverageConversations.coverage_ratio,
                CoverageConversations.logged_at,
            )
            .where(CoverageConversations.workspace_id == self._workspace_id, *conditions)
            .order_by(CoverageConversations.logged_at.desc(), CoverageConversations.id.desc())
            .limit(limit)
        )
        return [ConversationRow(**row) for row in self._connection.execute(query).mappings()]


def _is_answered() -> ColumnElement[bool]:
    return (
        select(AcknowledgementAnswers.id)
        .where(AcknowledgementAnswers.acknowledgement_id == Acknowledgements.id)
        .exists()
    )
