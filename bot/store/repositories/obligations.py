"""Obligations: who owes what by when, written only by whoever read the newest version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnExpressionArgument, RowMapping, Select, bindparam, func, select, text, update

from bot.domain.obligations import Obligation, ObligationKind, SourceKind, State, Verdict
from bot.store.repositories.base import MOST, Repository, in_chunks
from bot.store.repositories.reasons import reasons_from_json, reasons_to_json
from bot.store.tables import (
    AcknowledgementAnswers,
    Acknowledgements,
    CadenceFires,
    CoverageConversations,
    Obligations,
    People,
)
from bot.store.tables.cadence import IS_OWED

_Query = Select[*tuple[Any, ...]]


def _query(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(
            Obligations.id,
            Obligations.kind,
            Obligations.owner_id,
            Obligations.subject_id,
            Obligations.source_kind,
            Obligations.source_id,
            Obligations.due_at,
            Obligations.state,
            Obligations.verdict,
            Obligations.reasons,
            Obligations.done_at,
            Obligations.done_late,
            Obligations.snoozed_until,
            Obligations.escalation_level,
            Obligations.excused_reason,
            Obligations.version,
        )
        .where(Obligations.workspace_id == bindparam("workspace"), *conditions)
        .order_by(Obligations.due_at, Obligations.id)
    )


def _unheld(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    """What is owed, locked; what somebody else is changing now is left for the next time.

    Waiting for it could end in a deadlock with an answer, which locks a conversation and then the whole.
    """
    return _query(text(IS_OWED), *conditions).limit(MOST).with_for_update(skip_locked=True)


def _of_parted() -> _Query:
    rep = select(People.id).where(People.id == Obligations.subject_id)
    gone = rep.where(~People.active | People.manager_id.is_distinct_from(Obligations.owner_id))
    owner_left = select(People.id).where(People.id == Obligations.owner_id, ~People.active)
    return _unheld(gone.exists() | owner_left.exists())


def _of_earlier_fires() -> _Query:
    start = select(CadenceFires.starts_at).where(CadenceFires.id == bindparam("fire")).scalar_subquery()
    earlier = select(CadenceFires.id).where(
        CadenceFires.workspace_id == bindparam("workspace"), CadenceFires.starts_at < start
    )
    return _query(
        text(IS_OWED),
        Obligations.kind.in_(bindparam("sorts", expanding=True)),
        Obligations.owner_id.in_(bindparam("owners", expanding=True)),
        Obligations.fire_id.in_(earlier),
    ).with_for_update()


def _next_times() -> Sequence[Select[datetime | None]]:
    """When the next comes: a due time, the end of a snooze, a question's deadline, asking, dispute."""
    mine = Obligations.workspace_id == bindparam("workspace")
    answered = select(AcknowledgementAnswers.id).where(
        AcknowledgementAnswers.acknowledgement_id == Acknowledgements.id
    )
    return (
        select(func.min(Obligations.due_at)).where(mine, text(IS_OWED), Obligations.state == State.DUE),
        select(func.min(Obligations.snoozed_until)).where(
            mine, text(IS_OWED), Obligations.snoozed_until > bindparam("now")
        ),
        select(func.min(Acknowledgements.deadline_at))
        .join(CoverageConversations, CoverageConversations.id == Acknowledgements.conversation_id)
        .join(Obligations, Obligations.id == CoverageConversations.obligation_id)
        .where(mine, Obligations.verdict == Verdict.PENDING, ~answered.exists()),
        select(func.min(Acknowledgements.asked_at)).where(
            Acknowledgements.workspace_id == bindparam("workspace"),
            Acknowledgements.asked_at > bindparam("now"),
        ),
        select(func.min(Acknowledgements.escalate_at)).where(
            Acknowledgements.workspace_id == bindparam("workspace")
        ),
    )


# Built once: to build them takes longer than the database needs to carry them out.
_ONE = _query(Obligations.id == bindparam("sought"))
_LOCKED = _ONE.with_for_update()
_OF_OWNER = _query(Obligations.owner_id == bindparam("person"), Obligations.due_at >= bindparam("since"))
_ABOUT = _query(Obligations.subject_id == bindparam("person"), Obligations.due_at >= bindparam("since"))
_OF_FIRE = _query(Obligations.fire_id == bindparam("fire"), Obligations.owner_id == bindparam("owner"))
_OF_SOURCE = _query(
    Obligations.source_kind == bindparam("sort"),
    Obligations.source_id.in_(bindparam("ids", expanding=True)),
)
_OWED_BY = _query(text(IS_OWED), Obligations.owner_id.in_(bindparam("ids", expanding=True)))
_FIRST_DUE = (
    select(Obligations.owner_id, func.min(Obligations.due_at).label("at"))
    .where(
        Obligations.workspace_id == bindparam("workspace"),
        Obligations.owner_id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(Obligations.owner_id)
)
_PAST_DUE = _unheld(Obligations.state == State.DUE, Obligations.due_at <= bindparam("now"))
_UNLOGGED = _unheld(Obligations.kind == ObligationKind.ONE_ON_ONE, Obligations.due_at <= bindparam("before"))
_SNOOZE_OVER = _unheld(Obligations.snoozed_until <= bindparam("now"))
_OF_PARTED = _of_parted()
_OF_EARLIER_FIRES = _of_earlier_fires()
_PENDING = _query(Obligations.state == State.DONE, Obligations.verdict == Verdict.PENDING).limit(MOST)
_NEXT_TIMES = _next_times()
_SAVE = (
    update(Obligations)
    .where(
        Obligations.workspace_id == bindparam("workspace"),
        Obligations.id == bindparam("sought"),
        Obligations.version == bindparam("expected"),
    )
    .returning(Obligations.id)
)


class ObligationRepository(Repository):
    """Reads and writes obligations. "Owed" is what is due or overdue."""

    def add(self, obligations: Sequence[Obligation]) -> list[str]:
        """Insert those that are not there yet (same kind, owner, subject and source); return their ids."""
        rows = [{"id": obligation.id, **_to_row(obligation)} for obligation in obligations]
        return self._insert_new(Obligations, rows, Obligations.id)

    def get(self, obligation_id: str, *, for_update: bool = False) -> Obligation | None:
        """Return one obligation, or None; `for_update` keeps other writers waiting."""
        found = self._obligations(_LOCKED if for_update else _ONE, sought=obligation_id)
        return found[0] if found else None

    def save(self, obligation: Obligation, expected_version: int) -> bool:
        """Write an obligation read at `expected_version`; False when somebody was faster."""
        changed = self._named(sought=obligation.id, expected=expected_version, **_to_row(obligation))
        return self._connection.scalar(_SAVE, changed) is not None

    def of_owner(self, owner_id: str, since: datetime) -> list[Obligation]:
        """Return what a person owes or owed with a due time from `since` on, by due time."""
        return self._obligations(_OF_OWNER, person=owner_id, since=since)

    def first_due(self, owner_ids: Collection[str]) -> dict[str, datetime]:
        """Return when the first thing that each of these ever owed was due; who owed nothing is left out."""
        found: dict[str, datetime] = {}
        for ids in in_chunks(owner_ids):
            rows = self._connection.execute(_FIRST_DUE, self._named(ids=ids))
            found |= {row.owner_id: row.at for row in rows}
        return found

    def about(self, subject_id: str, since: datetime) -> list[Obligation]:
        """Return what others owe or owed about a person with a due time from `since` on, by due time."""
        return self._obligations(_ABOUT, person=subject_id, since=since)

    def of_fire(self, fire_id: str, owner_id: str) -> list[Obligation]:
        """Return what one person owes or owed from one fire."""
        return self._obligations(_OF_FIRE, fire=fire_id, owner=owner_id)

    def of_source(self, source_kind: SourceKind, source_ids: Collection[str]) -> list[Obligation]:
        """Return what is or was owed from these records."""
        return [
            obligation
            for ids in in_chunks(source_ids)
            for obligation in self._obligations(_OF_SOURCE, sort=source_kind, ids=ids)
        ]

    def owed_by(self, owner_ids: Collection[str]) -> list[Obligation]:
        """Return what these people owe now, by due time."""
        return [
            obligation for ids in in_chunks(owner_ids) for obligation in self._obligations(_OWED_BY, ids=ids)
        ]

    def open_past_due(self, now: datetime, limit: int) -> list[Obligation]:
        """Return those in state `due` whose time has passed, the oldest first, locked; see `_unheld`."""
        return self._obligations(_PAST_DUE, now=now, most=limit)

    def unlogged_one_on_ones(self, before: datetime, limit: int) -> list[Obligation]:
        """Return those owed for one-on-ones that fell due by then, locked; see `_unheld`."""
        return self._obligations(_UNLOGGED, before=before, most=limit)

    def open_of_earlier_fires(
        self, kinds: Collection[ObligationKind], owner_ids: Collection[str], before_fire_id: str
    ) -> list[Obligation]:
        """Return what people still owe from fires that started before this one: missed, once it occurs.

        Locked, so that an answer given at this moment is either seen here or waits.
        """
        given = {"sorts": sorted(kinds), "fire": before_fire_id}
        return [
            obligation
            for owners in in_chunks(owner_ids)
            for obligation in self._obligations(_OF_EARLIER_FIRES, owners=owners, **given)
        ]

    def of_parted(self, limit: int) -> list[Obligation]:
        """Return what is owed by a leaver, or about a rep who has left or has another manager now, locked."""
        return self._obligations(_OF_PARTED, most=limit)

    def snoozed_until_passed(self, now: datetime, limit: int) -> list[Obligation]:
        """Return what is owed and whose snooze has ended, the oldest due first, locked; see `_unheld`."""
        return self._obligations(_SNOOZE_OVER, now=now, most=limit)

    def pending_verdicts(self, limit: int) -> list[Obligation]:
        """Return what is done and not yet judged, the oldest due time first."""
        return self._obligations(_PENDING, most=limit)

    def next_times(self, now: datetime) -> list[datetime]:
        """Return when something of this becomes due by itself, sorted, at most one time of each sort.

        The earliest due time still in state `due` (it may have passed), the earliest end of a snooze after
        `now`, the earliest deadline of an unanswered acknowledgement that is still to be judged, the
        earliest question that waits for its rep's working hours, the earliest dispute that is to go up.
        """
        times = (self._connection.scalar(query, self._named(now=now)) for query in _NEXT_TIMES)
        return sorted(time for time in times if time is not None)

    def _obligations(self, query: _Query, **given: Any) -> list[Obligation]:
        rows = self._connection.execute(query, self._named(**given))
        return [_from_row(row) for row in rows.mappings()]


def _to_row(obligation: Obligation) -> dict[str, Any]:
    return {
        "kind": obligation.kind.value,
        "owner_id": obligation.owner_id,
        "subject_id": obligation.subject_id,
        "source_kind": obligation.source_kind.value,
        "source_id": obligation.source_id,
        "fire_id": obligation.fire_id,
        "due_at": obligation.due_at,
        "state": obligation.state.value,
        "verdict": obligation.verdict.value,
        "reasons": reasons_to_json(obligation.reasons),
        "done_at": obligation.done_at,
        "done_late": obligation.done_late,
        "snoozed_until": obligation.snoozed_until,
        "escalation_level": obligation.escalation_level,
        "excused_reason": obligation.excused_reason,
        "version": obligation.version,
    }


def _from_row(row: RowMapping) -> Obligation:
    return Obligation(
        **{
            **row,
            "kind": ObligationKind(row["kind"]),
            "source_kind": SourceKind(row["source_kind"]),
            "state": State(row["state"]),
            "verdict": Verdict(row["verdict"]),
            "reasons": reasons_from_json(row["reasons"]),
        }
    )
