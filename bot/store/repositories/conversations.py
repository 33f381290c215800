"""Coverage conversations as logged, and what the rep said when asked whether they took place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, bindparam, insert, select, update

from bot.domain.obligations import Verdict
from bot.domain.verification import Answer, AnswerRecord
from bot.store.ids import new_id
from bot.store.repositories.base import MOST, Repository
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

    `minutes` is how long it took.
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
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class AcknowledgementRow:
    """The rep was asked about a conversation, and has until the deadline before it counts as unanswered."""

    id: str
    conversation_id: str
    rep_id: str
    asked_at: datetime
    deadline_at: datetime


_Query = Select[*tuple[Any, ...]]


def _conversations(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(*(getattr(CoverageConversations, name) for name in ConversationRow.__slots__))
        .where(CoverageConversations.workspace_id == bindparam("workspace"), *conditions)
        .order_by(CoverageConversations.logged_at.desc(), CoverageConversations.id.desc())
    )


def _acknowledgements(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(*(getattr(Acknowledgements, name) for name in AcknowledgementRow.__slots__))
        .where(Acknowledgements.workspace_id == bindparam("workspace"), *conditions)
        .order_by(Acknowledgements.deadline_at, Acknowledgements.id)
    )


def _is_answered() -> ColumnElement[bool]:
    return (
        select(AcknowledgementAnswers.id)
        .where(AcknowledgementAnswers.acknowledgement_id == Acknowledgements.id)
        .exists()
    )


def _is_told() -> ColumnElement[bool]:
    return (
        select(Notices.id)
        .where(
            Notices.workspace_id == bindparam("workspace"),
            Notices.kind == "acknowledgement",
            Notices.subject_id == Acknowledgements.id,
        )
        .exists()
    )


def _is_pending() -> ColumnElement[bool]:
    pending = (
        select(CoverageConversations.id)
        .join(Obligations, Obligations.id == CoverageConversations.obligation_id)
        .where(Obligations.workspace_id == bindparam("workspace"), Obligations.verdict == Verdict.PENDING)
    )
    return Acknowledgements.conversation_id.in_(pending)


# Built once: to build them takes longer than the database needs to carry them out.
_CONVERSATION = _conversations(CoverageConversations.id == bindparam("sought"))
_FOR_OBLIGATION = _conversations(CoverageConversations.obligation_id == bindparam("sought"))
_RESTING_ON = _conversations(CoverageConversations.base_id == bindparam("sought"))
_LATEST_PLAN = _conversations(
    CoverageConversations.manager_id == bindparam("manager"),
    CoverageConversations.rep_id == bindparam("rep"),
    CoverageConversations.kind == "conversation",
    CoverageConversations.logged_at >= bindparam("since"),
).limit(1)
_ACKNOWLEDGEMENT = _acknowledgements(Acknowledgements.id == bindparam("sought"))
_ACKNOWLEDGEMENT_OF = _acknowledgements(Acknowledgements.conversation_id == bindparam("sought"))
_PAST_DEADLINE = _acknowledgements(
    Acknowledgements.deadline_at <= bindparam("now"), _is_pending(), ~_is_answered()
).limit(MOST)
_UNASKED = _acknowledgements(
    Acknowledgements.asked_at <= bindparam("now"), ~_is_answered(), ~_is_told()
).limit(MOST)
_TO_ESCALATE = _acknowledgements(Acknowledgements.escalate_at <= bindparam("now")).limit(MOST)
_OPEN_FOR_REP = _acknowledgements(Acknowledgements.rep_id == bindparam("rep"), ~_is_answered())
_ANSWERS = (
    select(
        AcknowledgementAnswers.id,
        AcknowledgementAnswers.answer,
        AcknowledgementAnswers.answered_at,
        AcknowledgementAnswers.comment,
    )
    .where(
        AcknowledgementAnswers.workspace_id == bindparam("workspace"),
        AcknowledgementAnswers.acknowledgement_id == bindparam("sought"),
    )
    .order_by(AcknowledgementAnswers.answered_at, AcknowledgementAnswers.id)
)


class ConversationRepository(Repository):
    """Logs conversations, asks for acknowledgements, keeps the answers."""

    def add(self, conversation: ConversationRow) -> None:
        """Log a conversation."""
        self._connection.execute(
            insert(CoverageConversations).values(workspace_id=self._workspace_id, **asdict(conversation))
        )

    def get(self, conversation_id: str) -> ConversationRow | None:
        """Return one conversation, or None."""
        return next(iter(self._conversations(_CONVERSATION, sought=conversation_id)), None)

    def for_obligation(self, obligation_id: str) -> list[ConversationRow]:
        """Return what was logged for an obligation, the newest first."""
        return self._conversations(_FOR_OBLIGATION, sought=obligation_id)

    def latest_plan(self, manager_id: str, rep_id: str, since: datetime) -> ConversationRow | None:
        """Return the newest conversation of the two logged from `since` on, confirmations aside; or None."""
        found = self._conversations(_LATEST_PLAN, manager=manager_id, rep=rep_id, since=since)
        return next(iter(found), None)

    def resting_on(self, base_id: str) -> list[ConversationRow]:
        """Return the confirmations of the plan that a conversation agreed."""
        return self._conversations(_RESTING_ON, sought=base_id)

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
        return next(iter(self._acknowledgements(_ACKNOWLEDGEMENT, sought=acknowledgement_id)), None)

    def acknowledgement_of(self, conversation_id: str) -> AcknowledgementRow | None:
        """Return the acknowledgement asked for a conversation, or None."""
        return next(iter(self._acknowledgements(_ACKNOWLEDGEMENT_OF, sought=conversation_id)), None)

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
        rows = self._connection.execute(_ANSWERS, self._named(sought=acknowledgement_id))
        return [
            AnswerRecord(answer_id, Answer(answer), answered_at, comment or "")
            for answer_id, answer, answered_at, comment in rows
        ]

    def due_acknowledgements(self, now: datetime, limit: int) -> list[AcknowledgementRow]:
        """Return those whose deadline has passed without an answer, and whose verdict is still pending."""
        return self._acknowledgements(_PAST_DEADLINE, now=now, most=limit)

    def escalate_at(self, acknowledgement_id: str, at: datetime | None) -> None:
        """Record when a dispute goes to the manager's leader; None once it has gone."""
        self._connection.execute(
            update(Acknowledgements)
            .where(
                Acknowledgements.workspace_id == self._workspace_id, Acknowledgements.id == acknowledgement_id
            )
            .values(escalate_at=at)
        )

    def to_escalate(self, now: datetime, limit: int) -> list[AcknowledgementRow]:
        """Return those whose dispute is to go to the manager's leader now."""
        return self._acknowledgements(_TO_ESCALATE, now=now, most=limit)

    def unasked(self, now: datetime, limit: int) -> list[tuple[AcknowledgementRow, str]]:
        """Return the questions whose time has come and that were not sent, each with who logged the talk."""
        found = self._acknowledgements(_UNASKED, now=now, most=limit)
        rows = (self.get(one.conversation_id) for one in found)
        managers = {row.id: row.manager_id for row in rows if row}
        return [(one, managers[one.conversation_id]) for one in found if one.conversation_id in managers]

    def open_for_rep(self, rep_id: str) -> list[AcknowledgementRow]:
        """Return what the rep has not answered, the deadline passed or not: a late answer still counts."""
        return self._acknowledgements(_OPEN_FOR_REP, rep=rep_id)

    def _acknowledgements(self, query: _Query, **given: Any) -> list[AcknowledgementRow]:
        return [AcknowledgementRow(*row) for row in self._connection.execute(query, self._named(**given))]

    def _conversations(self, query: _Query, **given: Any) -> list[ConversationRow]:
        return [ConversationRow(*row) for row in self._connection.execute(query, self._named(**given))]
