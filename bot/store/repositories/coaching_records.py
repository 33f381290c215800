"""What hangs on coaching logs: skills, agreed steps, deal actions, private notes, drafts, plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, delete, func, insert, select, update

from bot.domain.coaching import LogContent, LogKind, StepOutcome
from bot.store.ids import new_id
from bot.store.repositories.base import Repository
from bot.store.tables import (
    CoachingDealActions,
    CoachingDrafts,
    CoachingNotes,
    CoachingSteps,
    DeepDives,
    DevelopmentPlans,
    SkillObservations,
)

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step agreed in a session, and what a later one said became of it, if it did."""

    id: str
    log_id: str
    manager_id: str
    rep_id: str
    owner_id: str
    words: str
    due_on: date
    agreed_at: datetime
    outcome: StepOutcome | None
    outcome_log_id: str | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What is filled in of a log, and when it was last written."""

    fields: Fields
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A development plan; `baseline` and `result` are None where the measure could not be taken."""

    id: str
    log_id: str
    manager_id: str
    rep_id: str
    measure: str
    baseline: Decimal | None
    goal: Decimal
    starts_on: date
    ends_on: date
    measured_at: datetime | None = None
    result: Decimal | None = None
    outcome: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class DeepDiveRow:
    """A rep's deep dive of one month."""

    id: str
    manager_id: str
    rep_id: str
    month: str
    obligation_id: str
    log_id: str | None = None


def _plans(*conditions: ColumnExpressionArgument[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*(getattr(DevelopmentPlans, name) for name in PlanRow.__slots__))
        .where(DevelopmentPlans.workspace_id == bindparam("workspace"), *conditions)
        .order_by(DevelopmentPlans.ends_on, DevelopmentPlans.id)
    )


# Built once: to build them takes longer than the database needs to carry them out.
_UNMEASURED = DevelopmentPlans.measured_at.is_(None)
_PLAN_OF_LOG = _plans(DevelopmentPlans.log_id == bindparam("log"))
_PLANS_OVER = _plans(DevelopmentPlans.ends_on < bindparam("before"), _UNMEASURED)
_DRAFT = select(CoachingDrafts.fields, CoachingDrafts.saved_at).where(
    CoachingDrafts.workspace_id == bindparam("workspace"),
    CoachingDrafts.author_id == bindparam("author"),
    CoachingDrafts.rep_id == bindparam("rep"),
    CoachingDrafts.kind == bindparam("sort"),
    CoachingDrafts.session == bindparam("session"),
)
_SETTLE = (
    update(CoachingSteps)
    .where(
        CoachingSteps.workspace_id == bindparam("workspace"),
        CoachingSteps.id == bindparam("sought"),
        CoachingSteps.outcome.is_(None),
    )
    .values(outcome=bindparam("became"), outcome_log_id=bindparam("said_in"))
    .returning(CoachingSteps.id)
)
_UNLOGGED_DIVES = (
    select(DeepDives.obligation_id)
    .where(
        DeepDives.workspace_id == bindparam("workspace"),
        DeepDives.manager_id == bindparam("manager"),
        DeepDives.rep_id == bindparam("rep"),
        DeepDives.month < bindparam("before"),
        DeepDives.log_id.is_(None),
    )
    .order_by(DeepDives.month)
)
_FIRST_END = select(func.min(DevelopmentPlans.ends_on)).where(
    DevelopmentPlans.workspace_id == bindparam("workspace"),
    DevelopmentPlans.ends_on >= bindparam("since"),
    _UNMEASURED,
)


class CoachingRecordRepository(Repository):
    """Reads and writes the records beside the logs."""

    # ------------------------------------------------------------ what the newest version says

    def replace_details(
        self, log_id: str, rep_id: str, manager_id: str, content: LogContent, now: datetime
    ) -> None:
        """Write the skills, the step and the deal actions of a log as its newest version has them."""
        mine = {"workspace_id": self._workspace_id, "log_id": log_id}
        for table in (SkillObservations, CoachingDealActions):
            self._connection.execute(
                delete(table).where(table.workspace_id == self._workspace_id, table.log_id == log_id)
            )
        skills = [{**mine, "rep_id": rep_id, **asdict(one)} for one in content.observations]
        deals = [{**mine, **asdict(one)} for one in content.deal_actions]
        if skills:
            self._connection.execute(insert(SkillObservations), skills)
        if deals:
            self._connection.execute(insert(CoachingDealActions), deals)
        step = asdict(content.step)
        row = {"id": new_id("stp"), "log_id": log_id, "manager_id": manager_id, "rep_id": rep_id}
        added = self._insert_new(
            CoachingSteps,
            [{**row, **step, "agreed_at": now, "outcome": None, "outcome_log_id": None}],
            CoachingSteps.id,
        )
        if not added:
            self._connection.execute(
                update(CoachingSteps)
                .where(CoachingSteps.workspace_id == self._workspace_id, CoachingSteps.log_id == log_id)
                .values(**step)
            )

    def steps_of_pair(self, manager_id: str, rep_id: str, limit: int) -> list[StepRow]:
        """Return the newest steps that the two agreed."""
        return self._steps(
            CoachingSteps.manager_id == manager_id, CoachingSteps.rep_id == rep_id, limit=limit
        )

    def settle_step(self, step_id: str, outcome: StepOutcome, log_id: str) -> bool:
        """Record what became of a step, as said in that log; False where it was said before."""
        given = self._named(sought=step_id, became=outcome.value, said_in=log_id)
        return self._connection.scalar(_SETTLE, given) is not None

    def _steps(self, *conditions: ColumnExpressionArgument[bool], limit: int) -> list[StepRow]:
        query = (
            select(*(getattr(CoachingSteps, name) for name in StepRow.__slots__))
            .where(CoachingSteps.workspace_id == self._workspace_id, *conditions)
            .order_by(CoachingSteps.agreed_at.desc(), CoachingSteps.id.desc())
            .limit(limit)
        )
        rows = [dict(row) for row in self._connection.execute(query).mappings()]
        return [
            StepRow(**{**row, "outcome": StepOutcome(row["outcome"]) if row["outcome"] else None})
            for row in rows
        ]

    # ------------------------------------------------------------ the author's alone

    def note_of(self, log_id: str, author_id: str) -> str:
        """Return the private notes of a log to their author; "" to anybody else."""
        query = select(CoachingNotes.text).where(
            CoachingNotes.workspace_id == self._workspace_id,
            CoachingNotes.log_id == log_id,
            CoachingNotes.author_id == author_id,
        )
        return self._connection.scalar(query) or ""

    def write_note(self, log_id: str, author_id: str, text: str, now: datetime) -> None:
        """Write the private notes of a log; empty ones are no notes."""
        mine = (CoachingNotes.workspace_id == self._workspace_id, CoachingNotes.log_id == log_id)
        self._connection.execute(delete(CoachingNotes).where(*mine))
        if text:
            self._connection.execute(
                insert(CoachingNotes).values(
                    workspace_id=self._workspace_id,
                    log_id=log_id,
                    author_id=author_id,
                    text=text,
                    written_at=now,
                )
            )

    def draft(self, author_id: str, rep_id: str, kind: LogKind, session: str) -> DraftRow | None:
        """Return what an author has filled in so far of the log of a session, or None."""
        given = self._named(author=author_id, rep=rep_id, sort=kind.value, session=session)
        row = self._connection.execute(_DRAFT, given).one_or_none()
        return None if row is None else DraftRow(*row)

    def keep_draft(
        self, author_id: str, rep_id: str, kind: LogKind, session: str, fields: Fields, now: datetime
    ) -> None:
        """Keep what an author has filled in, in place of what was kept of that session before."""
        self.drop_drafts(author_id, rep_id, kind, [session])
        draft = {
            "id": new_id("dft"),
            "author_id": author_id,
            "rep_id": rep_id,
            "kind": kind.value,
            "session": session,
            "fields": dict(fields),
            "saved_at": now,
        }
        self._insert_new(CoachingDrafts, [draft], CoachingDrafts.id)

    def drop_drafts(self, author_id: str, rep_id: str, kind: LogKind, sessions: Sequence[str]) -> None:
        """Forget the drafts of these sessions."""
        self._connection.execute(
            delete(CoachingDrafts).where(
                CoachingDrafts.workspace_id == self._workspace_id,
                CoachingDrafts.author_id == author_id,
                CoachingDrafts.rep_id == rep_id,
                CoachingDrafts.kind == kind.value,
                CoachingDrafts.session.in_(sessions),
            )
        )

    # ------------------------------------------------------------ deep dives and their plans

    def add_deep_dive(self, row: DeepDiveRow) -> bool:
        """Insert a rep's deep dive of a month; False where it is there already."""
        return bool(self._insert_new(DeepDives, [asdict(row)], DeepDives.id))

    def deep_dives_of(self, month: str) -> set[tuple[str, str]]:
        """Return the pairs (manager, rep) that have a deep dive of the month."""
        query = select(DeepDives.manager_id, DeepDives.rep_id).where(
            DeepDives.workspace_id == self._workspace_id, DeepDives.month == month
        )
        return {(manager, rep) for manager, rep in self._connection.execute(query)}

    def open_deep_dive(self, manager_id: str, rep_id: str) -> DeepDiveRow | None:
        """Return the newest deep dive of the two without a log, or None."""
        query = (
            select(*(getattr(DeepDives, name) for name in DeepDiveRow.__slots__))
            .where(
                DeepDives.workspace_id == self._workspace_id,
                DeepDives.manager_id == manager_id,
                DeepDives.rep_id == rep_id,
                DeepDives.log_id.is_(None),
            )
            .order_by(DeepDives.month.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().first()
        return DeepDiveRow(**row) if row else None

    def unlogged_deep_dives(self, manager_id: str, rep_id: str, before: str) -> list[str]:
        """Return what is or was owed for the two's deep dives without a log of months before this one."""
        given = self._named(manager=manager_id, rep=rep_id, before=before)
        return list(self._connection.scalars(_UNLOGGED_DIVES, given))

    def close_deep_dive(self, deep_dive_id: str, log_id: str) -> None:
        """Record the log that a deep dive ended in."""
        self._connection.execute(
            update(DeepDives)
            .where(DeepDives.workspace_id == self._workspace_id, DeepDives.id == deep_dive_id)
            .values(log_id=log_id)
        )

    def log_of_deep_dive(self, deep_dive_id: str) -> str | None:
        """Return the id of the log that a deep dive ended in, or None."""
        query = select(DeepDives.log_id).where(
            DeepDives.workspace_id == self._workspace_id, DeepDives.id == deep_dive_id
        )
        return self._connection.scalar(query)

    def owed_deep_dive(self, log_id: str) -> str | None:
        """Return the id of what was owed for the deep dive that ended in a log, or None."""
        query = select(DeepDives.obligation_id).where(
            DeepDives.workspace_id == self._workspace_id, DeepDives.log_id == log_id
        )
        return self._connection.scalar(query)

    def add_plan(self, plan: PlanRow) -> None:
        """Insert the plan that a deep dive ended in."""
        self._connection.execute(
            insert(DevelopmentPlans).values(workspace_id=self._workspace_id, **asdict(plan))
        )

    def plan_of(self, log_id: str) -> PlanRow | None:
        """Return the plan that a log ended in, or None."""
        return next(iter(self._plans(_PLAN_OF_LOG, log=log_id)), None)

    def plans_over(self, before: date) -> list[PlanRow]:
        """Return the plans that ended before a day and are not measured yet."""
        return self._plans(_PLANS_OVER, before=before)

    def first_end(self, since: date) -> date | None:
        """Return the earliest end, from a day on, of a plan that is not measured yet."""
        return self._connection.scalar(_FIRST_END, self._named(since=since))

    def measure_plan(
        self, plan_id: str, result: Decimal | None, outcome: str, why: str, now: datetime
    ) -> None:
        """Record what came of a plan."""
        self._connection.execute(
            update(DevelopmentPlans)
            .where(DevelopmentPlans.workspace_id == self._workspace_id, DevelopmentPlans.id == plan_id)
            .values(result=result, outcome=outcome, why=why, measured_at=now)
        )

    def _plans(self, query: Select[*tuple[Any, ...]], **given: str | date) -> list[PlanRow]:
        return [PlanRow(*row) for row in self._connection.execute(query, self._named(**given))]
