"""What people answered to deal flags, and which flags were shown to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
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

from bot.domain.flags import Flag, FlagKind, FlagResponse, ListedFlag, ResponseKind
from bot.domain.obligations import Reason, Verdict
from bot.store.ids import new_id
from bot.store.repositories.base import Repository, in_chunks
from bot.store.repositories.reasons import reasons_from_json, reasons_to_json
from bot.store.tables import FlagListings, FlagResponses
from bot.store.tables.flags import IS_PENDING_FIX

_Query = Select[*tuple[Any, ...]]


def _responses(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(
            FlagResponses.id,
            FlagResponses.deal_id,
            FlagResponses.flag,
            FlagResponses.fingerprint,
            FlagResponses.kind,
            FlagResponses.by_id,
            FlagResponses.reason,
            FlagResponses.at,
            FlagResponses.until,
            FlagResponses.verdict,
            FlagResponses.reasons,
            FlagResponses.due_at,
            FlagResponses.taken_back_at,
        )
        .where(FlagResponses.workspace_id == bindparam("workspace"), *conditions)
        .order_by(FlagResponses.at, FlagResponses.id)
    )


# Built once: to build them takes longer than the database needs to carry them out.
_OF_DEALS = _responses(FlagResponses.deal_id.in_(bindparam("ids", expanding=True)))
_RESPONSE = _responses(FlagResponses.id == bindparam("sought"))
_PENDING_FIXES = _responses(text(IS_PENDING_FIX)).with_for_update(skip_locked=True)
_FIXES_BY = _responses(
    FlagResponses.kind == ResponseKind.FIXED,
    FlagResponses.by_id.in_(bindparam("ids", expanding=True)),
    FlagResponses.at >= bindparam("since"),
    FlagResponses.taken_back_at.is_(None),
)
_LISTED_AT = select(FlagListings.deal_id, FlagListings.flag, FlagListings.fingerprint).where(
    FlagListings.workspace_id == bindparam("workspace"),
    FlagListings.person_id == bindparam("person"),
    FlagListings.fire_id == bindparam("fire"),
)
_FIRST_FIRE = (
    select(FlagListings.fire_id)
    .where(
        FlagListings.workspace_id == bindparam("workspace"),
        FlagListings.person_id == bindparam("person"),
        FlagListings.fire_id.is_not(None),
    )
    .order_by(FlagListings.listed_at, FlagListings.id)
    .limit(1)
)


class FlagRepository(Repository):
    """Answers to flags and listings of them."""

    def responses(self, deal_ids: Collection[str]) -> dict[str, list[FlagResponse]]:
        """Return the answers per deal in order of time; deals without any are absent."""
        found: dict[str, list[FlagResponse]] = defaultdict(list)
        for ids in in_chunks(deal_ids):
            for response, _ in self._responses(_OF_DEALS, ids=ids):
                found[response.deal_id].append(response)
        return dict(found)

    def get_response(self, response_id: str) -> FlagResponse | None:
        """Return one answer, or None."""
        return next((response for response, _ in self._responses(_RESPONSE, sought=response_id)), None)

    def add_response(self, response: FlagResponse, due_at: datetime | None = None) -> None:
        """Record an answer; `due_at` is when the CRM must show what is said to be fixed."""
        self.add_responses([response], due_at)

    def add_responses(self, responses: Sequence[FlagResponse], due_at: datetime | None = None) -> None:
        """Record answers in one statement, however many they are."""
        rows = [
            {
                "id": response.id,
                "workspace_id": self._workspace_id,
                "deal_id": response.deal_id,
                "flag": response.flag.value,
                "fingerprint": response.fingerprint,
                "kind": response.kind.value,
                "by_id": response.by_id,
                "reason": response.reason,
                "at": response.at,
                "until": response.until,
                "due_at": due_at,
                "verdict": response.verdict.value,
                "reasons": reasons_to_json(response.reasons),
            }
            for response in responses
        ]
        if rows:
            self._connection.execute(insert(FlagResponses), rows)

    def set_verdict(self, response_id: str, verdict: Verdict, reasons: Iterable[Reason]) -> None:
        """Record what the CRM says of a fix."""
        self._connection.execute(
            update(FlagResponses)
            .where(FlagResponses.workspace_id == self._workspace_id, FlagResponses.id == response_id)
            .values(verdict=verdict.value, reasons=reasons_to_json(reasons))
        )

    def take_back(self, response_ids: Collection[str], now: datetime) -> set[str]:
        """Record that answers are taken back; return which were.

        Not those taken back or judged meanwhile, nor a claim of a fix whose day has come: the CRM answers it.
        """
        taken: set[str] = set()
        for ids in in_chunks(response_ids):
            statement = (
                update(FlagResponses)
                .where(
                    FlagResponses.workspace_id == self._workspace_id,
                    FlagResponses.id.in_(ids),
                    FlagResponses.verdict == Verdict.PENDING,
                    or_(FlagResponses.due_at.is_(None), FlagResponses.due_at > now),
                    FlagResponses.taken_back_at.is_(None),
                )
                .values(taken_back_at=now)
                .returning(FlagResponses.id)
            )
            taken.update(self._connection.scalars(statement))
        return taken

    def pending_fixes(self) -> list[tuple[FlagResponse, datetime]]:
        """Return the fixes still to be judged, each with when the CRM must show it, in order of time.

        Locked, and without those that another process is judging: each verdict is recorded once.
        """
        pending = self._responses(_PENDING_FIXES)
        return [(response, due_at) for response, due_at in pending if due_at]

    def fixes_by(self, person_ids: Collection[str], since: datetime) -> list[FlagResponse]:
        """Return the fixes that these people claimed from `since` on and stand by.

        In order of time within each chunk.
        """
        return [
            response
            for ids in in_chunks(person_ids)
            for response, _ in self._responses(_FIXES_BY, ids=ids, since=since)
        ]

    def first_fire(self, person_id: str) -> str | None:
        """Return the health check at which a person was shown flags for the first time, or None."""
        return self._connection.scalar(_FIRST_FIRE, self._named(person=person_id))

    def listed_at_fire(self, person_id: str, fire_id: str) -> set[ListedFlag]:
        """Return what was listed to a person at one health check for the first time."""
        rows = self._connection.execute(_LISTED_AT, self._named(person=person_id, fire=fire_id))
        return {(deal_id, FlagKind(flag), fingerprint) for deal_id, flag, fingerprint in rows}

    def list_(self, person_id: str, flags: Iterable[Flag], fire_id: str, now: datetime) -> None:
        """Record that flags are listed to a person; what was listed before keeps its first time."""
        rows = [
            {
                "id": new_id("lst"),
                "person_id": person_id,
                "deal_id": flag.deal_id,
                "flag": flag.kind.value,
                "fingerprint": flag.fingerprint,
                "fire_id": fire_id,
                "listed_at": now,
            }
            for flag in flags
        ]
        self._insert_new(FlagListings, rows, FlagListings.id)

    def _responses(self, query: _Query, **given: Any) -> list[tuple[FlagResponse, datetime | None]]:
        rows = self._connection.execute(query, self._named(**given))
        return [(_from_row(row), row["due_at"]) for row in rows.mappings()]


def _from_row(row: RowMapping) -> FlagResponse:
    return FlagResponse(
        id=row["id"],
        deal_id=row["deal_id"],
        flag=FlagKind(row["flag"]),
        fingerprint=row["fingerprint"],
        kind=ResponseKind(row["kind"]),
        by_id=row["by_id"],
        reason=row["reason"],
        at=row["at"],
        until=row["until"],
        verdict=Verdict(row["verdict"]),
        reasons=reasons_from_json(row["reasons"]),
        taken_back_at=row["taken_back_at"],
    )
