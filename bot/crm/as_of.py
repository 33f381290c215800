"""What was known at a moment: a batch without all that is dated at it or later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from bot.crm.batch import CrmBatch, Note
from bot.crm.mapping import Mapping
from bot.domain.crm_records import DealRecord, NextStepRecord, StageRecord, ValueChangeRecord

R = TypeVar("R")


def known_at(batch: CrmBatch, as_of: datetime, mapping: Mapping) -> None:
    """Take out of the batch what was not known yet at `as_of`: only what is dated before it was.

    A deal all of whose dates are later is absent, with all that belongs to it. One that closes later is open,
    in the last stage it is known to have entered; what the source fills only at the close is unknown again,
    and a value changed later is what it was before.
    """
    history = _by_deal(batch.stage_history)
    changes = _by_deal(batch.value_history)
    kept: list[DealRecord] = []
    hidden: set[str] = set()
    reopened = 0
    for deal in batch.deals:
        entries = history.get(deal.external_id, [])
        if not _had_begun(deal, entries, as_of):
            hidden.add(deal.external_id)
            continue
        known = _deal_at(deal, entries, changes.get(deal.external_id, []), as_of, mapping)
        reopened += known.stage is not deal.stage and not deal.stage.is_open
        kept.append(known)
    batch.deals = kept
    _count_hidden(batch, "deals", len(hidden))
    if reopened:
        text = f"close on or after {as_of.astimezone(mapping.zone):%Y-%m-%d}: taken as open, outcome unknown"
        batch.notes.append(Note(batch.files["deals"].file, text, reopened))
    _hide_what_belongs(batch, hidden, as_of)


def _by_deal(records: Iterable[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        grouped[record.deal_external_id].append(record)
    return grouped


def _had_begun(deal: DealRecord, entries: list[StageRecord], as_of: datetime) -> bool:
    dates = [at for at in (deal.created_at, deal.entered_stage_at, deal.closed_at) if at is not None]
    dates += [entry.at for entry in entries]
    # Without any date nothing says that it was not there.
    return not dates or min(dates) < as_of


def _deal_at(
    deal: DealRecord,
    entries: list[StageRecord],
    changes: list[ValueChangeRecord],
    as_of: datetime,
    mapping: Mapping,
) -> DealRecord:
    known = _with_earlier_values(deal, [change for change in changes if change.at >= as_of])
    closes_later = deal.closed_at is not None and deal.closed_at >= as_of
    moved_later = deal.entered_stage_at is not None and deal.entered_stage_at >= as_of
    if not closes_later and not moved_later:
        return known
    past = [entry for entry in entries if entry.at < as_of]
    last = max(past, key=lambda entry: entry.at, default=None)
    unknown: dict[str, Any] = {}
    if not deal.stage.is_open:
        filled_at_close = mapping.files["deals"].known_when_closed
        unknown = {_ATTRIBUTES.get(name, name): None for name in filled_at_close}
    return replace(
        known,
        **unknown,
        closed_at=None,
        stage=last.stage if last else mapping.stage_before_close,
        entered_stage_at=last.at if last else None,
    )


# Canonical columns whose record attribute has another name.
_ATTRIBUTES = {"account_id": "account_external_id", "owner_id": "owner_external_id"}


def _with_earlier_values(deal: DealRecord, later: list[ValueChangeRecord]) -> DealRecord:
    earliest: dict[str, ValueChangeRecord] = {}
    for change in sorted(later, key=lambda change: change.at):
        earliest.setdefault(change.field_name, change)
    if not earliest:
        return deal
    before: dict[str, Any] = {}
    if (amount := earliest.get("amount")) is not None:
        before["amount"] = Decimal(amount.old_value) if amount.old_value else None
    if (close_date := earliest.get("close_date")) is not None:
        before["close_date"] = date.fromisoformat(close_date.old_value) if close_date.old_value else None
    return replace(deal, **before)


def _hide_what_belongs(batch: CrmBatch, hidden: set[str], as_of: datetime) -> None:
    def there(record: Any, at: datetime | None) -> bool:
        return record.deal_external_id not in hidden and (at is None or at < as_of)

    batch.stage_history = _keep(batch, "stage_history", [(r, there(r, r.at)) for r in batch.stage_history])
    batch.value_history = _keep(batch, "value_history", [(r, there(r, r.at)) for r in batch.value_history])
    batch.activities = _keep(batch, "activities", [(r, there(r, r.occurred_at)) for r in batch.activities])
    steps = _keep(batch, "next_steps", [(r, there(r, r.created_at)) for r in batch.next_steps])
    batch.next_steps = [_not_done_later(step, as_of) for step in steps]
    batch.contacts = [
        replace(contact, deal_external_ids=tuple(d for d in contact.deal_external_ids if d not in hidden))
        for contact in batch.contacts
    ]


def _keep(batch: CrmBatch, kind: str, judged: list[tuple[R, bool]]) -> list[R]:
    _count_hidden(batch, kind, sum(not there for _, there in judged))
    return [record for record, there in judged if there]


def _count_hidden(batch: CrmBatch, kind: str, count: int) -> None:
    # History that a deal's own row dates has no file of its own to count in.
    if kind in batch.files:
        batch.files[kind].hidden += count


def _not_done_later(step: NextStepRecord, as_of: datetime) -> NextStepRecord:
    return replace(step, done_at=None) if step.done_at is not None and step.done_at >= as_of else step
