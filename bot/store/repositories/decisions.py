"""Decisions with their next actions, and the CRM's records of a deal that they are judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnExpressionArgument,
    RowMapping,
    Select,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)

from bot.domain.decision_verification import ActivityLogged, CloseDateSet, StageEntered
from bot.domain.decisions import ActivityType, Decision, DecisionKind, DecisionState, NextAction
from bot.domain.obligations import Verdict
from bot.domain.pipeline import Stage
from bot.store.repositories.base import MOST, Repository, in_chunks
from bot.store.repositories.reasons import reasons_from_json, reasons_to_json
from bot.store.tables import (
    Activities,
    Base,
    DealChanges,
    DealStageEvents,
    Decisions,
    Imports,
    NextActions,
)
from bot.store.tables.reviews import STANDS

_Query = Select[*tuple[Any, ...]]


def _columns(table: type[Base]) -> list[Any]:
    return [column for column in table.__table__.c if column.key != "workspace_id"]


def _decisions(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(*_columns(Decisions))
        .where(Decisions.workspace_id == bindparam("workspace"), *conditions)
        .order_by(Decisions.decided_at, Decisions.id)
    )


# Built once: to build them takes longer than the database needs to carry them out.
_ONE = _decisions(Decisions.id == bindparam("sought"))
_LOCKED = _ONE.with_for_update()
_OF_REVIEW = _decisions(text(STANDS), Decisions.review_id == bindparam("sought"))
_OF_DEAL = _decisions(text(STANDS), Decisions.deal_id == bindparam("sought"))
_OF_DEALS = _decisions(text(STANDS), Decisions.deal_id.in_(bindparam("ids", expanding=True)))
_DUE_BY = _decisions(
    text(STANDS),
    Decisions.by_id.in_(bindparam("ids", expanding=True)),
    Decisions.due_at > bindparam("since"),
    Decisions.due_at <= bindparam("until"),
)
_OWNED_BY = _decisions(
    text(STANDS), Decisions.owner_id == bindparam("owner"), Decisions.due_at >= bindparam("since")
)
_TO_JUDGE = (
    _decisions(
        text(STANDS),
        Decisions.due_at >= bindparam("since"),
        or_(Decisions.judged_as_of.is_(None), Decisions.judged_as_of != bindparam("as_of")),
    )
    .limit(MOST)
    .with_for_update(skip_locked=True)
)
_ACTIONS = select(*_columns(NextActions)).where(
    NextActions.workspace_id == bindparam("workspace"),
    NextActions.decision_id.in_(bindparam("ids", expanding=True)),
)
_STAGES_ENTERED = select(
    DealStageEvents.deal_id, DealStageEvents.id, DealStageEvents.at, DealStageEvents.entered_stage
).where(
    DealStageEvents.workspace_id == bindparam("workspace"),
    DealStageEvents.deal_id.in_(bindparam("ids", expanding=True)),
)
_CLOSE_DATES = select(DealChanges.deal_id, DealChanges.id, DealChanges.at, DealChanges.new_value).where(
    DealChanges.workspace_id == bindparam("workspace"),
    DealChanges.deal_id.in_(bindparam("ids", expanding=True)),
    DealChanges.field == "close_date",
)
_ACTIVITIES = select(
    Activities.deal_id,
    Activities.id,
    Activities.occurred_at,
    Activities.kind,
    Activities.subject,
    Activities.person_id,
).where(
    Activities.workspace_id == bindparam("workspace"),
    Activities.deal_id.in_(bindparam("ids", expanding=True)),
    Activities.occurred_at > bindparam("since"),
)
_CRM_STATES = (
    select(Imports.as_of)
    .where(
        Imports.workspace_id == bindparam("workspace"),
        Imports.finished_at.is_not(None),
        Imports.as_of >= bindparam("since"),
    )
    .distinct()
    .order_by(Imports.as_of)
)


class DecisionRepository(Repository):
    """Decisions. One that was withdrawn stays on record, and is given back only by its id."""

    def add(self, decision: Decision) -> None:
        """Record a decision, and its next action with it."""
        row = {"id": decision.id, "workspace_id": self._workspace_id, **_values(decision)}
        self._connection.execute(insert(Decisions).values(**row))
        if decision.next_action is not None:
            action = decision.next_action
            values = {"id": action.id, "workspace_id": self._workspace_id, **_action_values(action)}
            self._connection.execute(insert(NextActions).values(**values))

    def save(self, decision: Decision, version: int) -> bool:
        """Write a decision read at this version, and its action's verdict; False when somebody was faster."""
        saved = self._connection.scalar(
            update(Decisions)
            .where(
                Decisions.workspace_id == self._workspace_id,
                Decisions.id == decision.id,
                Decisions.version == version,
            )
            .values(**_values(decision))
            .returning(Decisions.id)
        )
        if saved is not None and decision.next_action is not None:
            action = decision.next_action
            self._connection.execute(
                update(NextActions)
                .where(NextActions.workspace_id == self._workspace_id, NextActions.id == action.id)
                .values(**_action_values(action))
            )
        return saved is not None

    def get(self, decision_id: str, *, for_update: bool = False) -> Decision | None:
        """Return one decision, a withdrawn one too, or None."""
        return next(iter(self._decisions(_LOCKED if for_update else _ONE, sought=decision_id)), None)

    def of_review(self, review_id: str) -> list[Decision]:
        """Return what was decided in a review, in order of time."""
        return self._decisions(_OF_REVIEW, sought=review_id)

    def of_deal(self, deal_id: str) -> list[Decision]:
        """Return what was decided of a deal in all its reviews, in order of time."""
        return self._decisions(_OF_DEAL, sought=deal_id)

    def of_deals(self, deal_ids: Collection[str]) -> Mapping[str, Sequence[Decision]]:
        """Return what was decided of these deals, by deal in order of time; deals without any are absent."""
        found: dict[str, list[Decision]] = defaultdict(list)
        for ids in in_chunks(deal_ids):
            for one in self._decisions(_OF_DEALS, ids=ids):
                found[one.deal_id].append(one)
        return found

    def due_by(self, manager_ids: Collection[str], since: datetime, until: datetime) -> list[Decision]:
        """Return what these managers decided that is due after `since` and by `until`, by due time."""
        found = [
            one
            for ids in in_chunks(manager_ids)
            for one in self._decisions(_DUE_BY, ids=ids, since=since, until=until)
        ]
        return sorted(found, key=lambda one: (one.due_at, one.id))

    def owned_by(self, owner_id: str, since: datetime) -> list[Decision]:
        """Return what a person is to carry out with a due time from `since` on, by due time."""
        found = self._decisions(_OWNED_BY, owner=owner_id, since=since)
        return sorted(found, key=lambda one: (one.due_at, one.id))

    def to_judge(self, since: datetime, crm_as_of: datetime, limit: int) -> list[Decision]:
        """Return those due from `since` on that were not judged by this state of the CRM yet.

        Locked, and without those that another process is judging.
        """
        return self._decisions(_TO_JUDGE, since=since, as_of=crm_as_of, most=limit)

    def stages_entered(self, deal_ids: Collection[str]) -> Mapping[str, Sequence[StageEntered]]:
        """Return per deal the stages that the CRM says it entered; deals without any are absent."""
        found: dict[str, list[StageEntered]] = defaultdict(list)
        for ids in in_chunks(deal_ids):
            rows = self._connection.execute(_STAGES_ENTERED, self._named(ids=ids))
            for deal_id, id_, at, stage in rows:
                found[deal_id].append(StageEntered(id_, at, Stage(stage)))
        return found

    def close_dates_set(self, deal_ids: Collection[str]) -> Mapping[str, Sequence[CloseDateSet]]:
        """Return per deal the close dates that the CRM says it was given; deals without any are absent."""
        found: dict[str, list[CloseDateSet]] = defaultdict(list)
        for ids in in_chunks(deal_ids):
            for deal_id, id_, at, day in self._connection.execute(_CLOSE_DATES, self._named(ids=ids)):
                found[deal_id].append(CloseDateSet(id_, at, date.fromisoformat(day) if day else None))
        return found

    def activities_logged(
        self, deal_ids: Collection[str], since: datetime
    ) -> Mapping[str, Sequence[ActivityLogged]]:
        """Return per deal what was done for it after `since`; deals without any are absent."""
        found: dict[str, list[ActivityLogged]] = defaultdict(list)
        for ids in in_chunks(deal_ids):
            rows = self._connection.execute(_ACTIVITIES, self._named(ids=ids, since=since))
            for deal_id, id_, at, kind, subject, by_id in rows:
                found[deal_id].append(ActivityLogged(id_, at, kind, subject or "", by_id))
        return found

    def crm_states(self, since: datetime) -> list[datetime]:
        """Return of which moments from `since` on a state of the CRM was taken in, the earliest first."""
        return list(self._connection.scalars(_CRM_STATES, self._named(since=since)))

    def _decisions(self, query: _Query, **given: Any) -> list[Decision]:
        rows = self._connection.execute(query, self._named(**given)).mappings().all()
        actions = self._actions([row["id"] for row in rows])
        return [_from_row(row, actions.get(row["id"])) for row in rows]

    def _actions(self, decision_ids: Collection[str]) -> dict[str, NextAction]:
        found = {}
        for ids in in_chunks(decision_ids):
            for row in self._connection.execute(_ACTIONS, self._named(ids=ids)).mappings():
                found[row["decision_id"]] = _action_from_row(row)
        return found


def _values(one: Decision) -> dict[str, Any]:
    return {
        "review_id": one.review_id,
        "deal_id": one.deal_id,
        "kind": one.kind.value,
        "by_id": one.by_id,
        "owner_id": one.owner_id,
        "decided_at": one.decided_at,
        "due_on": one.due_on,
        "due_at": one.due_at,
        "from_stage": one.from_stage.value,
        "to_stage": one.to_stage.value if one.to_stage else None,
        "old_close_date": one.old_close_date,
        "new_close_date": one.new_close_date,
        "reason": one.reason,
        "state": one.state.value,
        "reported_at": one.reported_at,
        "report_reason": one.report_reason,
        "verdict": one.verdict.value,
        "reasons": reasons_to_json(one.reasons),
        "counts": one.counts,
        "verdict_at": one.verdict_at,
        "judged_as_of": one.judged_as_of,
        "version": one.version,
    }


def _action_values(one: NextAction) -> dict[str, Any]:
    return {
        "decision_id": one.decision_id,
        "deal_id": one.deal_id,
        "words": one.words,
        "activity": one.activity.value,
        "owner_id": one.owner_id,
        "agreed_at": one.agreed_at,
        "due_at": one.due_at,
        "verdict": one.verdict.value,
        "reasons": reasons_to_json(one.reasons),
        "counts": one.counts,
    }


def _from_row(row: RowMapping, action: NextAction | None) -> Decision:
    return Decision(
        **{
            **row,
            "kind": DecisionKind(row["kind"]),
            "state": DecisionState(row["state"]),
            "from_stage": Stage(row["from_stage"]),
            "to_stage": Stage(row["to_stage"]) if row["to_stage"] else None,
            "verdict": Verdict(row["verdict"]),
            "reasons": reasons_from_json(row["reasons"]),
        },
        next_action=action,
    )


def _action_from_row(row: RowMapping) -> NextAction:
    return NextAction(
        **{
            **row,
            "activity": ActivityType(row["activity"]),
            "verdict": Verdict(row["verdict"]),
            "reasons": reasons_from_json(row["reasons"]),
        }
    )
