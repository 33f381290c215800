"""Evidence for the criteria of deals, the managers' rulings on it, and the CRM records it may rest on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, insert, select, update

from bot.domain.erasing import ERASED
from bot.domain.evidence import COUNTING, Evidence, EvidenceState, Grade, Ruling
from bot.domain.pipeline import Stage
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import Activities, Contacts, DealContacts, EvidenceItems, EvidenceRulings

MOST_RECORDS = 40


@dataclass(frozen=True, slots=True)
class CrmRecord:
    """A contact or an activity of a deal in the CRM, as (table, id), with the words it is shown by."""

    kind: str
    id: str
    words: str


def _evidence(*conditions: ColumnExpressionArgument[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            EvidenceItems.id,
            EvidenceItems.deal_id,
            EvidenceItems.criterion_id,
            EvidenceItems.stage,
            EvidenceItems.grade,
            EvidenceItems.state,
            EvidenceItems.quote,
            EvidenceItems.author_id,
            EvidenceItems.marked_by_id,
            EvidenceItems.said_at,
            EvidenceItems.marked_at,
            EvidenceItems.channel,
            EvidenceItems.message_ts,
            EvidenceItems.permalink,
            EvidenceItems.pointers,
            EvidenceItems.record_kind,
            EvidenceItems.record_id,
            EvidenceItems.record_words,
            EvidenceItems.shortfall,
            EvidenceItems.version,
        )
        .where(EvidenceItems.workspace_id == bindparam("workspace"), *conditions)
        .order_by(EvidenceItems.marked_at, EvidenceItems.id)
    )


# Built once: to build them takes longer than the database needs to carry them out.
_ONE = _evidence(EvidenceItems.id == bindparam("sought"))
_LOCKED = _ONE.with_for_update()
_OF_DEAL = _evidence(EvidenceItems.deal_id == bindparam("deal"))
_OF_DEALS = _evidence(EvidenceItems.deal_id.in_(bindparam("ids", expanding=True)))
_STANDING = _OF_DEAL.where(EvidenceItems.state.in_(sorted(COUNTING)))
_ON_MESSAGE = _evidence(
    EvidenceItems.channel == bindparam("room"),
    EvidenceItems.message_ts == bindparam("moment"),
    EvidenceItems.state != EvidenceState.WITHDRAWN,
)
_ON_MESSAGE_LOCKED = _ON_MESSAGE.with_for_update()
_WITHDRAWN_ON_MESSAGE = _evidence(
    EvidenceItems.channel == bindparam("room"),
    EvidenceItems.message_ts == bindparam("moment"),
    EvidenceItems.state == EvidenceState.WITHDRAWN,
    EvidenceItems.quote != ERASED,
).with_for_update()
_RULINGS = (
    select(
        EvidenceRulings.id,
        EvidenceRulings.evidence_id,
        EvidenceRulings.by_id,
        EvidenceRulings.ruling,
        EvidenceRulings.reason,
        EvidenceRulings.at,
    )
    .where(
        EvidenceRulings.workspace_id == bindparam("workspace"),
        EvidenceRulings.evidence_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(EvidenceRulings.at, EvidenceRulings.id)
)


class EvidenceRepository(Repository):
    """Evidence and rulings."""

    def add(self, evidence: Evidence) -> None:
        """Record a piece of evidence."""
        values = {"id": evidence.id, "workspace_id": self._workspace_id, **_values(evidence)}
        self._connection.execute(insert(EvidenceItems).values(**values))

    def save(self, evidence: Evidence, version: int) -> bool:
        """Write what became of it; False when the row is no longer at the version it was read at."""
        saved = self._connection.execute(
            update(EvidenceItems)
            .where(
                EvidenceItems.workspace_id == self._workspace_id,
                EvidenceItems.id == evidence.id,
                EvidenceItems.version == version,
            )
            .values(**_values(evidence))
            .returning(EvidenceItems.id)
        )
        return saved.one_or_none() is not None

    def set_permalink(self, evidence_id: str, permalink: str) -> None:
        """Record the link to the message quoted; what is known of the evidence stays as it is."""
        mine = EvidenceItems.workspace_id == self._workspace_id, EvidenceItems.id == evidence_id
        self._connection.execute(update(EvidenceItems).where(*mine).values(permalink=permalink))

    def get(self, evidence_id: str, *, for_update: bool = False) -> Evidence | None:
        """Return one piece of evidence, or None."""
        return next(iter(self._evidence(_LOCKED if for_update else _ONE, sought=evidence_id)), None)

    def of_deal(self, deal_id: str) -> list[Evidence]:
        """Return all evidence ever given for a deal, the withdrawn included, in order of time."""
        return self._evidence(_OF_DEAL, deal=deal_id)

    def of_deals(self, deal_ids: Collection[str]) -> dict[str, list[Evidence]]:
        """Return all evidence by deal; deals without any are absent."""
        found: dict[str, list[Evidence]] = {}
        for ids in in_chunks(deal_ids):
            for one in self._evidence(_OF_DEALS, ids=ids):
                found.setdefault(one.deal_id, []).append(one)
        return found

    def standing(self, deal_id: str) -> Sequence[Evidence]:
        """Return the evidence that counts now: given and not judged, or accepted; in order of time."""
        return self._evidence(_STANDING, deal=deal_id)

    def on_message(self, channel: str, message_ts: str, *, for_update: bool = False) -> list[Evidence]:
        """Return what rests on one message and is not withdrawn."""
        query = _ON_MESSAGE_LOCKED if for_update else _ON_MESSAGE
        return self._evidence(query, room=channel, moment=message_ts)

    def words_left_of(self, channel: str, message_ts: str) -> list[Evidence]:
        """Return what was withdrawn, as by its author, and still quotes a message; locked."""
        return self._evidence(_WITHDRAWN_ON_MESSAGE, room=channel, moment=message_ts)

    def rule(self, ruling: Ruling) -> None:
        """Append a manager's word."""
        self._connection.execute(
            insert(EvidenceRulings).values(
                id=ruling.id,
                workspace_id=self._workspace_id,
                evidence_id=ruling.evidence_id,
                by_id=ruling.by_id,
                ruling="accepted" if ruling.accepted else "rejected",
                reason=ruling.reason,
                at=ruling.at,
            )
        )

    def rulings(self, evidence_ids: Collection[str]) -> dict[str, list[Ruling]]:
        """Return the rulings by evidence, in order of time."""
        found: dict[str, list[Ruling]] = {}
        for ids in in_chunks(evidence_ids):
            rows = self._connection.execute(_RULINGS, self._named(ids=ids))
            for id_, evidence_id, by_id, ruling, reason, at in rows:
                one = Ruling(id_, evidence_id, by_id, ruling == "accepted", reason, at)
                found.setdefault(evidence_id, []).append(one)
        return found

    def records(self, deal_id: str) -> list[CrmRecord]:
        """Return the contacts of a deal by name, then its newest activities, at most MOST_RECORDS in all."""
        contacts = (
            select(Contacts.id, Contacts.name)
            .join(DealContacts, DealContacts.contact_id == Contacts.id)
            .where(DealContacts.workspace_id == self._workspace_id, DealContacts.deal_id == deal_id)
            .order_by(Contacts.name, Contacts.id)
            .limit(MOST_RECORDS // 2)
        )
        found = [
            CrmRecord("contacts", id_, f"Contact: {name}") for id_, name in self._connection.execute(contacts)
        ]
        activities = (
            select(Activities.id, Activities.kind, Activities.subject, Activities.occurred_at)
            .where(Activities.workspace_id == self._workspace_id, Activities.deal_id == deal_id)
            .order_by(Activities.occurred_at.desc(), Activities.id)
            .limit(MOST_RECORDS - len(found))
        )
        for id_, kind, subject, at in self._connection.execute(activities):
            words = f"{kind.capitalize()} of {at:%Y-%m-%d}" + (f": {subject}" if subject else "")
            found.append(CrmRecord("activities", id_, words))
        return found

    def _evidence(self, query: Select[*tuple[Any, ...]], **given: Any) -> list[Evidence]:
        rows = self._connection.execute(query, self._named(**given)).mappings()
        return [_from_row(dict(row)) for row in rows]


def _from_row(row: dict[str, Any]) -> Evidence:
    kind, record_id = row.pop("record_kind"), row.pop("record_id")
    return Evidence(
        **{
            **row,
            "stage": Stage(row["stage"]),
            "grade": Grade(row["grade"]),
            "state": EvidenceState(row["state"]),
            "record": (kind, record_id) if kind and record_id else None,
        }
    )


def _values(evidence: Evidence) -> dict[str, Any]:
    kind, record_id = evidence.record or (None, None)
    return {
        "deal_id": evidence.deal_id,
        "criterion_id": evidence.criterion_id,
        "stage": evidence.stage.value,
        "grade": evidence.grade.value,
        "state": evidence.state.value,
        "quote": evidence.quote,
        "author_id": evidence.author_id,
        "marked_by_id": evidence.marked_by_id,
        "said_at": evidence.said_at,
        "marked_at": evidence.marked_at,
        "channel": evidence.channel,
        "message_ts": evidence.message_ts,
        "permalink": evidence.permalink,
        "pointers": evidence.pointers,
        "record_kind": kind,
        "record_id": record_id,
        "record_words": evidence.record_words,
        "shortfall": evidence.shortfall,
        "version": evidence.version,
    }
