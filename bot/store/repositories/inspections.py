"""Questions asked about deals, and deals proposed for demotion because they could not answer them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnExpressionArgument,
    Select,
    and_,
    bindparam,
    insert,
    or_,
    select,
    text,
    union_all,
    update,
)

from bot.domain.inspection import Question
from bot.domain.pipeline import OPEN_STAGES, Stage
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import Deals, DemotionProposals, EarlierAskings, InspectionQuestions, People
from bot.store.tables.inspection import IS_OPEN_PROPOSAL


@dataclass(frozen=True, slots=True)
class DemotionProposal:
    """A deal is proposed for demotion; `to_stage` None means out of the pipeline.

    `criteria` are those without backing; others than the rep see it from `visible_at` on. `outcome`, once
    settled: answered (in time or late), moved (to another stage or another rep in the CRM) or closed,
    in the CRM or since a review has decided about it.
    """

    id: str
    deal_id: str
    rep_id: str
    from_stage: Stage
    to_stage: Stage | None
    criteria: tuple[str, ...]
    proposed_at: datetime
    visible_at: datetime
    shown_at: datetime | None = None
    settled_at: datetime | None = None
    outcome: str | None = None


_Query = Select[*tuple[Any, ...]]


def _questions(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(
            InspectionQuestions.id,
            InspectionQuestions.deal_id,
            InspectionQuestions.thread_id,
            InspectionQuestions.round_id,
            InspectionQuestions.criterion_id,
            InspectionQuestions.stage,
            InspectionQuestions.text,
            InspectionQuestions.why,
            InspectionQuestions.facts,
            InspectionQuestions.asked_of_id,
            InspectionQuestions.asked_by_id,
            InspectionQuestions.asked_at,
            InspectionQuestions.answer_by,
        )
        .where(InspectionQuestions.workspace_id == bindparam("workspace"), *conditions)
        .order_by(InspectionQuestions.asked_at, InspectionQuestions.id)
    )


def _proposals(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(*(getattr(DemotionProposals, name) for name in DemotionProposal.__slots__))
        .where(DemotionProposals.workspace_id == bindparam("workspace"), *conditions)
        .order_by(DemotionProposals.proposed_at, DemotionProposals.id)
    )


def _overdue_deals() -> Select[str]:
    open_or_past = or_(
        DemotionProposals.settled_at.is_(None),
        and_(
            DemotionProposals.outcome.in_(["moved", "closed"]),
            DemotionProposals.rep_id == InspectionQuestions.asked_of_id,
            DemotionProposals.settled_at >= InspectionQuestions.asked_at,
        ),
    )
    proposed = select(DemotionProposals.deal_id).where(
        DemotionProposals.workspace_id == bindparam("workspace"),
        DemotionProposals.deal_id == InspectionQuestions.deal_id,
        DemotionProposals.from_stage == InspectionQuestions.stage,
        open_or_past,
    )
    return (
        select(InspectionQuestions.deal_id)
        .join(Deals, Deals.id == InspectionQuestions.deal_id)
        .where(
            InspectionQuestions.workspace_id == bindparam("workspace"),
            InspectionQuestions.answer_by <= bindparam("now"),
            InspectionQuestions.stage == Deals.stage,
            InspectionQuestions.asked_of_id == Deals.owner_id,
            Deals.stage.in_(OPEN_STAGES),
            ~proposed.exists(),
        )
        .distinct()
        .order_by(InspectionQuestions.deal_id)
    )


# Built once: to build them takes longer than the database needs to carry them out.
_OF_DEAL = _questions(InspectionQuestions.deal_id == bindparam("deal"))
_OF_DEALS = _questions(InspectionQuestions.deal_id.in_(bindparam("ids", expanding=True)))
_OF_ROUND = _questions(InspectionQuestions.round_id == bindparam("round"))
_OF_REP = _questions(
    InspectionQuestions.asked_of_id == bindparam("rep"), InspectionQuestions.asked_at >= bindparam("since")
)
# In one order, so that none deadlock.
_LOCK_REPS = (
    select(People.id)
    .where(People.workspace_id == bindparam("workspace"), People.id.in_(bindparam("reps", expanding=True)))
    .order_by(People.id)
    # Not the key: whoever is told something meanwhile refers to it.
    .with_for_update(key_share=True)
)
_DEALS_ASKED = union_all(
    select(
        InspectionQuestions.asked_of_id.label("rep_id"),
        InspectionQuestions.deal_id,
        InspectionQuestions.asked_at,
    ).where(
        InspectionQuestions.workspace_id == bindparam("workspace"),
        InspectionQuestions.asked_of_id.in_(bindparam("reps", expanding=True)),
        InspectionQuestions.asked_at >= bindparam("since"),
    ),
    select(EarlierAskings.rep_id, InspectionQuestions.deal_id, EarlierAskings.asked_at)
    .join(InspectionQuestions, InspectionQuestions.id == EarlierAskings.question_id)
    .where(
        EarlierAskings.workspace_id == bindparam("workspace"),
        EarlierAskings.rep_id.in_(bindparam("reps", expanding=True)),
        EarlierAskings.asked_at >= bindparam("since"),
    ),
)
_ROUNDS_IN = (
    select(InspectionQuestions.round_id)
    .where(
        InspectionQuestions.workspace_id == bindparam("workspace"),
        InspectionQuestions.thread_id == bindparam("thread"),
    )
    .distinct()
    .order_by(InspectionQuestions.round_id)
)
_DRAFTER = (
    select(InspectionQuestions.drafter)
    .where(
        InspectionQuestions.workspace_id == bindparam("workspace"),
        InspectionQuestions.round_id == bindparam("round"),
    )
    .limit(1)
)
_OVERDUE = _overdue_deals()
_NEXT_ANSWER = (
    select(InspectionQuestions.answer_by)
    .where(
        InspectionQuestions.workspace_id == bindparam("workspace"),
        InspectionQuestions.answer_by > bindparam("now"),
    )
    .order_by(InspectionQuestions.answer_by)
    .limit(1)
)
_NEXT_VISIBLE = (
    select(DemotionProposals.visible_at)
    .where(
        DemotionProposals.workspace_id == bindparam("workspace"),
        DemotionProposals.visible_at > bindparam("now"),
        text(IS_OPEN_PROPOSAL),
    )
    .order_by(DemotionProposals.visible_at)
    .limit(1)
)
_DEMOTION = _proposals(DemotionProposals.id == bindparam("sought"))
_OPEN_DEMOTIONS = _proposals(text(IS_OPEN_PROPOSAL))
_SEEN = _proposals(
    text(IS_OPEN_PROPOSAL),
    DemotionProposals.deal_id.in_(bindparam("ids", expanding=True)),
    DemotionProposals.visible_at <= bindparam("now"),
)


class InspectionRepository(Repository):
    """Questions and proposed demotions."""

    def lock_reps(self, rep_ids: Collection[str]) -> None:
        """Keep others who would ask these reps waiting, so that the week's limit holds."""
        for reps in in_chunks(rep_ids):
            self._connection.execute(_LOCK_REPS, self._named(reps=reps)).all()

    def ask(self, questions: Sequence[Question], drafter: str) -> None:
        """Record questions; `drafter` names who worded them."""
        rows: list[dict[str, Any]] = [
            {
                "id": one.id,
                "deal_id": one.deal_id,
                "thread_id": one.thread_id,
                "round_id": one.round_id,
                "criterion_id": one.criterion_id,
                "stage": one.stage.value,
                "text": one.text,
                "why": one.why,
                "facts": list(one.facts),
                "drafter": drafter,
                "asked_of_id": one.asked_of_id,
                "asked_by_id": one.asked_by_id,
                "asked_at": one.asked_at,
                "answer_by": one.answer_by,
            }
            for one in questions
        ]
        self._insert_new(InspectionQuestions, rows, InspectionQuestions.id)

    def hand_over(self, question: Question) -> None:
        """Ask a question that stands already of the deal's new owner, in their team's thread.

        That it was asked of the one before is kept.
        """
        mine = InspectionQuestions.workspace_id == self._workspace_id, InspectionQuestions.id == question.id
        before = select(
            InspectionQuestions.workspace_id,
            InspectionQuestions.id,
            InspectionQuestions.asked_of_id,
            InspectionQuestions.asked_at,
        ).where(*mine)
        self._connection.execute(
            insert(EarlierAskings).from_select(["workspace_id", "question_id", "rep_id", "asked_at"], before)
        )
        values = {
            "thread_id": question.thread_id,
            "round_id": question.round_id,
            "asked_of_id": question.asked_of_id,
            "asked_by_id": question.asked_by_id,
            "asked_at": question.asked_at,
            "answer_by": question.answer_by,
        }
        self._connection.execute(update(InspectionQuestions).where(*mine).values(**values))

    def postpone(self, question_ids: Collection[str], answer_by: datetime) -> None:
        """Give these questions, a deal's at most, another day by which they are to be answered."""
        mine = (
            InspectionQuestions.workspace_id == self._workspace_id,
            InspectionQuestions.id.in_(question_ids),
        )
        self._connection.execute(update(InspectionQuestions).where(*mine).values(answer_by=answer_by))

    def rounds_in(self, thread_id: str) -> list[str]:
        """Return what was asked at once in a thread, in order of time."""
        return list(self._connection.scalars(_ROUNDS_IN, self._named(thread=thread_id)))

    def of_deal(self, deal_id: str) -> list[Question]:
        """Return everything ever asked about a deal, in order of time."""
        return self._questions(_OF_DEAL, deal=deal_id)

    def of_deals(self, deal_ids: Collection[str]) -> dict[str, list[Question]]:
        """Return everything ever asked, by deal; deals never asked about are absent."""
        found: dict[str, list[Question]] = {}
        for ids in in_chunks(deal_ids):
            for one in self._questions(_OF_DEALS, ids=ids):
                found.setdefault(one.deal_id, []).append(one)
        return found

    def of_round(self, round_id: str) -> list[Question]:
        """Return what was asked at once."""
        return self._questions(_OF_ROUND, round=round_id)

    def drafter_of(self, round_id: str) -> str:
        """Return who worded what was asked at once."""
        return self._connection.scalar(_DRAFTER, self._named(round=round_id)) or ""

    def of_rep(self, rep_id: str, since: datetime) -> list[Question]:
        """Return what a rep was asked from a moment on."""
        return self._questions(_OF_REP, rep=rep_id, since=since)

    def deals_asked_of(self, since: Mapping[str, datetime]) -> dict[str, list[str]]:
        """Return, by rep, the deal of each question put to them since a moment, another's now or not."""
        deals: dict[str, list[str]] = {rep_id: [] for rep_id in since}
        for reps in in_chunks(since):
            given = self._named(reps=reps, since=min(since[rep_id] for rep_id in reps))
            for rep_id, deal_id, asked_at in self._connection.execute(_DEALS_ASKED, given):
                if asked_at >= since[rep_id]:
                    deals[rep_id].append(deal_id)
        return deals

    def overdue_deals(self, now: datetime) -> list[str]:
        """Return the open deals whose owner was to have answered something by now, at the stage they are in.

        Left out are those with an open proposal, and those that moved or closed after this owner was asked:
        the proposal did its work. An answered one is not, since its answer may be withdrawn.
        """
        return list(self._connection.scalars(_OVERDUE, self._named(now=now)))

    def next_times(self, now: datetime) -> list[datetime]:
        """Return when the next question is to be answered by, and when the next proposal becomes visible."""
        named = self._named(now=now)
        found = [self._connection.scalar(query, named) for query in (_NEXT_ANSWER, _NEXT_VISIBLE)]
        return [at for at in found if at is not None]

    def propose_demotion(self, proposal: DemotionProposal) -> bool:
        """Record a proposal; False where the deal has an open one."""
        row = {
            "id": proposal.id,
            "deal_id": proposal.deal_id,
            "rep_id": proposal.rep_id,
            "from_stage": proposal.from_stage.value,
            "to_stage": proposal.to_stage.value if proposal.to_stage else None,
            "criteria": list(proposal.criteria),
            "proposed_at": proposal.proposed_at,
            "visible_at": proposal.visible_at,
        }
        return bool(self._insert_new(DemotionProposals, [row], DemotionProposals.id))

    def demotion(self, proposal_id: str) -> DemotionProposal | None:
        """Return one proposal, or None."""
        return next(iter(self._proposals(_DEMOTION, sought=proposal_id)), None)

    def open_demotions(self) -> list[DemotionProposal]:
        """Return every proposal that is not settled."""
        return self._proposals(_OPEN_DEMOTIONS)

    def demotions_seen(self, deal_ids: Collection[str], now: datetime) -> dict[str, DemotionProposal]:
        """Return the open proposals that others than the rep may see by now, by deal."""
        found: dict[str, DemotionProposal] = {}
        for ids in in_chunks(deal_ids):
            for one in self._proposals(_SEEN, ids=ids, now=now):
                found[one.deal_id] = one
        return found

    def mark_demotion_shown(self, proposal_id: str, now: datetime) -> None:
        """Record that those above were told."""
        self._change(proposal_id, shown_at=now)

    def settle_demotion(self, proposal_id: str, outcome: str, now: datetime) -> None:
        """Record that a proposal is over, and by what."""
        self._change(proposal_id, settled_at=now, outcome=outcome)

    def _change(self, proposal_id: str, **values: datetime | str) -> None:
        mine = DemotionProposals.workspace_id == self._workspace_id, DemotionProposals.id == proposal_id
        self._connection.execute(update(DemotionProposals).where(*mine).values(**values))

    def _questions(self, query: _Query, **given: Any) -> list[Question]:
        return [
            Question(**{**row, "stage": Stage(row["stage"]), "facts": tuple(map(str, row["facts"]))})
            for row in self._connection.execute(query, self._named(**given)).mappings()
        ]

    def _proposals(self, query: _Query, **given: Any) -> list[DemotionProposal]:
        return [
            DemotionProposal(
                **{
                    **row,
                    "from_stage": Stage(row["from_stage"]),
                    "to_stage": Stage(row["to_stage"]) if row["to_stage"] else None,
                    "criteria": tuple(map(str, row["criteria"])),
                }
            )
            for row in self._connection.execute(query, self._named(**given)).mappings()
        ]
