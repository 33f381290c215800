"""Deals of a CRM source into the store; what differs from the stored row goes into its value history."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.domain.crm_records import DealRecord
from bot.domain.pipeline import OPEN_STAGES, Stage
from bot.store.ids import new_id
from bot.store.repositories.base import in_chunks
from bot.store.repositories.crm_upsert import (
    Change,
    Page,
    SourceRows,
    Unusable,
    UpsertCounts,
    Values,
    count_page,
)
from bot.store.tables import Accounts, DealChanges, Deals, People

Moments = Mapping[str, datetime]  # by a deal's external id

# A change of these counts as movement, as does a change of stage; one of the others is only kept.
_MOVING = ("amount", "close_date")
_KEPT = (*_MOVING, "owner_id", "account_id", "name", "product", "forecast_category")


@dataclass(frozen=True, slots=True)
class Observed:
    """A deal that is new (`left` is None), or stands in another stage than the stored one, `left`."""

    record: DealRecord
    left: Stage | None


@dataclass(frozen=True, slots=True)
class Moment:
    """When a batch is taken in: `as_of` dates what its rows leave undated, `now` is the clock's time."""

    as_of: datetime
    now: datetime


@dataclass(slots=True)
class DealsTaken:
    """What became of the deals: counts, where a stage was entered, when a stored deal moved (by id).

    `inserted` are the ids of new deals: they were written with all their movement and activity.
    """

    counts: UpsertCounts
    inserted: set[str]
    observed: dict[str, Observed]
    moved: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class _Owner:
    id: str
    region: str | None
    segment: str | None


class CrmDeals(SourceRows):
    """Writes deals as they stand."""

    def upsert_deals(
        self,
        deals: Sequence[DealRecord],
        moment: Moment,
        *,
        moved: Moments,
        active: Moments,
        told: Collection[tuple[str, str, str | None]] = (),
    ) -> DealsTaken:
        """Insert or change deals; a change is dated by the row's closing, or else by the batch.

        `moved` and `active`: the latest movement and activity that the batch holds of each deal. `told`: the
        changes (deal, field, new value) that the batch's own value history dates.
        """
        taken = DealsTaken(UpsertCounts(), set(), {}, {})
        owners = self._owners(deals)
        accounts = self.ids_of(Accounts, [d.account_external_id for d in deals if d.account_external_id])
        for records in self.pages("deals", deals):
            usable = list(_usable(records, owners, accounts, taken.counts))
            by_id = {record.external_id: record for record in usable}
            rows = {
                record.external_id: _values(record, owners[record.owner_external_id], accounts)
                for record in usable
            }
            page = self._compared(rows, moment)
            self._write(page, by_id, moment, moved, active)
            self._keep_changes(page, told, moment, taken)
            count_page(taken.counts, page, len(rows))
            for external_id in page.inserted:
                taken.inserted.add(page.ids[external_id])
                taken.observed[external_id] = Observed(by_id[external_id], None)
            for change in page.changed:
                if change.old["stage"] != change.new["stage"]:
                    left = Stage(change.old["stage"])
                    taken.observed[change.external_id] = Observed(by_id[change.external_id], left)
        return taken

    def open_but_for(self, deals: Sequence[DealRecord]) -> int:
        """Count the open deals of the source that are not among these."""
        query = select(Deals.external_id).where(
            Deals.workspace_id == self._workspace_id,
            Deals.source == self._source,
            Deals.stage.in_(OPEN_STAGES),
        )
        return len(set(self._connection.scalars(query)).difference(deal.external_id for deal in deals))

    def _owners(self, deals: Sequence[DealRecord]) -> dict[str, _Owner]:
        found: dict[str, _Owner] = {}
        for chunk in in_chunks([deal.owner_external_id for deal in deals]):
            query = select(People.external_id, People.id, People.region, People.segment).where(
                People.workspace_id == self._workspace_id,
                People.source == self._source,
                People.external_id.in_(chunk),
            )
            for external_id, owner_id, region, segment in self._connection.execute(query):
                found[external_id] = _Owner(owner_id, region, segment)
        return found

    def _compared(self, rows: dict[str, Values], moment: Moment) -> Page:
        page = self.compare(Deals, "deal", rows)
        changed = []
        for change in page.changed:
            if change.new["entered_stage_at"] is None:
                # The row does not date it: what is known stays, and a new stage was entered by now.
                same = change.old["stage"] == change.new["stage"]
                change.new["entered_stage_at"] = change.old["entered_stage_at"] if same else moment.as_of
            if change.old != change.new:
                changed.append(change)
        page.changed = changed
        return page

    def _write(
        self,
        page: Page,
        records: Mapping[str, DealRecord],
        moment: Moment,
        moved: Moments,
        active: Moments,
    ) -> None:
        for external_id, values in page.inserted.items():
            record = records[external_id]
            known = (record.created_at, record.entered_stage_at, record.closed_at, moved.get(external_id))
            values["last_moved_at"] = max((at for at in known if at is not None), default=None)
            values["last_activity_at"] = active.get(external_id)
            values["first_imported_at"] = values["updated_at"] = moment.now
        for change in page.changed:
            change.new["updated_at"] = moment.now
        self.write(Deals, page)

    def _keep_changes(
        self,
        page: Page,
        told: Collection[tuple[str, str, str | None]],
        moment: Moment,
        taken: DealsTaken,
    ) -> None:
        rows = []
        for change in page.changed:
            at = _changed_at(change, moment)
            if change.old["stage"] != change.new["stage"]:
                taken.moved[change.id] = change.new["entered_stage_at"]
            for name in _KEPT:
                old, new = change.old[name], change.new[name]
                if old == new or (change.external_id, name, plain(new)) in told:
                    continue
                rows.append(history_row(change.id, name, plain(old), plain(new), at))
                if name in _MOVING:
                    taken.moved[change.id] = max(taken.moved.get(change.id, at), at)
        self.insert_all(DealChanges, rows)


def history_row(deal_id: str, name: str, old: str | None, new: str | None, at: datetime) -> Values:
    """Return one row of the value history."""
    return {
        "id": new_id("chg"),
        "deal_id": deal_id,
        "field": name,
        "old_value": old,
        "new_value": new,
        "at": at,
    }


def plain(value: Any) -> str | None:
    """Return a value as the history keeps it: amounts with two places, dates as ISO 8601."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _changed_at(change: Change, moment: Moment) -> datetime:
    closed_at: datetime | None = change.new["closed_at"]
    closes_now = closed_at is not None and change.old["closed_at"] is None
    return closed_at if closes_now and closed_at is not None else moment.as_of


def _usable(
    records: Sequence[DealRecord],
    owners: Mapping[str, _Owner],
    accounts: Mapping[str, str],
    counts: UpsertCounts,
) -> Iterator[DealRecord]:
    for record in records:
        if record.owner_external_id not in owners:
            reason = "nobody with this id is known"
            counts.rejected.append(Unusable(record.line, "owner_id", record.owner_external_id, reason))
            continue
        if record.account_external_id and record.account_external_id not in accounts:
            counts.notes[f"account {record.account_external_id!r} is unknown: taken without it"] += 1
        yield record


def _values(record: DealRecord, owner: _Owner, accounts: Mapping[str, str]) -> Values:
    return {
        "name": record.name,
        "owner_id": owner.id,
        "account_id": accounts.get(record.account_external_id) if record.account_external_id else None,
        "product": record.product,
        "region": record.region or owner.region,
        "segment": record.segment or owner.segment,
        "stage": record.stage.value,
        "amount": record.amount,
        "currency": record.currency,
        "close_date": record.close_date,
        "created_at": record.created_at,
        "entered_stage_at": record.entered_stage_at,
        "closed_at": record.closed_at,
        "forecast_category": record.forecast_category,
    }
