"""History of a CRM source's deals into the store: stages entered, values changed, last movement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update

from bot.domain.crm_records import StageRecord, ValueChangeRecord
from bot.domain.pipeline import Stage
from bot.store.ids import new_id
from bot.store.repositories.base import in_chunks
from bot.store.repositories.crm_deals import Observed, history_row
from bot.store.repositories.crm_upsert import SourceRows, Unusable, UpsertCounts, Values, table_of
from bot.store.tables import DealChanges, Deals, DealStageEvents

_ORDER = {stage: place for place, stage in enumerate(Stage)}
_UNKNOWN_DEAL = "no deal with this id is known"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stage entered; `id` is None while it is not stored, `left` what the stored row says it left."""

    at: datetime
    stage: Stage
    id: str | None = None
    left: Stage | None = None


class CrmHistory(SourceRows):
    """Writes what happened to deals. Rows told again change nothing."""

    def keep_stages(
        self, history: Sequence[StageRecord], observed: Mapping[str, Observed], as_of: datetime
    ) -> tuple[UpsertCounts, dict[str, datetime]]:
        """Record the stages entered; what was observed is dated by its row, or else `as_of`.

        Returns the counts of `history`, and when deals moved by it, by id.
        """
        counts = UpsertCounts()
        told: dict[str, list[StageRecord]] = defaultdict(list)
        for record in history:
            told[record.deal_external_id].append(record)
        deals = self.ids_of(Deals, [*told, *observed])
        moved: dict[str, datetime] = {}
        for external_ids in self.pages("stage_history", [*dict.fromkeys([*told, *observed])]):
            stored = self._stored_entries([deals[e] for e in external_ids if e in deals])
            added: list[Values] = []
            for external_id in external_ids:
                deal_id, records = deals.get(external_id), told.get(external_id, [])
                if deal_id is None:
                    counts.rejected += [
                        Unusable(r.line, "deal_id", external_id, _UNKNOWN_DEAL) for r in records
                    ]
                    continue
                new = _new_entries(stored.get(deal_id, []), records, observed.get(external_id), as_of)
                added += [_event(deal_id, entry) for entry in new]
                if new:
                    moved[deal_id] = max(entry.at for entry in new)
                fresh = {(entry.at, entry.stage) for entry in new}
                inserted = sum((record.at, record.stage) in fresh for record in records)
                counts.inserted += inserted
                counts.same += len(records) - inserted
            self.insert_all(DealStageEvents, added)
        return counts, moved

    def keep_values(self, history: Sequence[ValueChangeRecord]) -> tuple[UpsertCounts, dict[str, datetime]]:
        """Record changed values; returns the counts, and when deals moved by it, by id."""
        counts = UpsertCounts()
        deals = self.ids_of(Deals, [record.deal_external_id for record in history])
        moved: dict[str, datetime] = {}
        for records in self.pages("value_history", history):
            stored = self._stored_changes({deals.get(record.deal_external_id, "") for record in records})
            rows = []
            for record in records:
                deal_id = deals.get(record.deal_external_id)
                if deal_id is None:
                    fault = Unusable(record.line, "deal_id", record.deal_external_id, _UNKNOWN_DEAL)
                    counts.rejected.append(fault)
                elif (deal_id, record.field_name, record.at) in stored:
                    counts.same += 1
                else:
                    values = record.field_name, record.old_value, record.new_value, record.at
                    rows.append(history_row(deal_id, *values))
                    moved[deal_id] = max(moved.get(deal_id, record.at), record.at)
                    counts.inserted += 1
            self.insert_all(DealChanges, rows)
        return counts, moved

    def touch(self, *, moved: Mapping[str, datetime], active: Mapping[str, datetime]) -> None:
        """Bring forward when deals, by id, last moved and when something was last done for them."""
        for column, moments in ((Deals.last_moved_at, moved), (Deals.last_activity_at, active)):
            if moments:
                table = table_of(Deals)
                statement = (
                    update(table)
                    .where(
                        table.c.id == bindparam("deal"),
                        or_(table.c[column.key].is_(None), table.c[column.key] < bindparam("moment")),
                    )
                    .values({column.key: bindparam("moment")})
                )
                rows = [{"deal": deal_id, "moment": at} for deal_id, at in moments.items()]
                self._connection.execute(statement, rows)

    def _stored_entries(self, deal_ids: Iterable[str]) -> dict[str, list[_Entry]]:
        stored: dict[str, list[_Entry]] = defaultdict(list)
        events = DealStageEvents
        for chunk in in_chunks(list(deal_ids)):
            query = select(
                events.deal_id, events.at, events.entered_stage, events.id, events.left_stage
            ).where(events.deal_id.in_(chunk))
            for deal_id, at, stage, event_id, left in self._connection.execute(query):
                stored[deal_id].append(_Entry(at, Stage(stage), event_id, Stage(left) if left else None))
        return stored

    def _stored_changes(self, deal_ids: Iterable[str]) -> set[tuple[str, str, datetime]]:
        found: set[tuple[str, str, datetime]] = set()
        for chunk in in_chunks(list(deal_ids)):
            query = select(DealChanges.deal_id, DealChanges.field, DealChanges.at).where(
                DealChanges.deal_id.in_(chunk)
            )
            found.update((deal_id, name, at) for deal_id, name, at in self._connection.execute(query))
        return found


def _new_entries(
    stored: list[_Entry], told: list[StageRecord], observed: Observed | None, as_of: datetime
) -> list[_Entry]:
    """Return the entries to add, each with the stage it left; none into the stage that it left."""
    there = {(entry.at, entry.stage) for entry in stored}
    timeline = stored + [_Entry(r.at, r.stage) for r in told if (r.at, r.stage) not in there]
    timeline.sort(key=_by_time)
    seen = _observed_entry(timeline, observed, as_of)
    if seen is not None:
        timeline.append(seen)
        timeline.sort(key=_by_time)
    new: list[_Entry] = []
    before: Stage | None = None
    for entry in timeline:
        if entry.id is None and entry.stage is not before:
            left = before
            if left is None and entry is seen and observed is not None:
                left = observed.left
            new.append(_Entry(entry.at, entry.stage, None, left))
        before = entry.stage
    return new


def _observed_entry(timeline: list[_Entry], observed: Observed | None, as_of: datetime) -> _Entry | None:
    """Return the entry into the stage that the deal's row stands in, unless the history ends there."""
    if observed is None or (timeline and timeline[-1].stage is observed.record.stage):
        return None
    at = observed.record.entered_stage_at
    if at is None or (timeline and at < timeline[-1].at):
        if observed.left is None:
            # New, and nothing dates when it came to stand there.
            return None
        at = as_of
    return _Entry(at, observed.record.stage)


def _by_time(entry: _Entry) -> tuple[datetime, int]:
    return entry.at, _ORDER[entry.stage]


def _event(deal_id: str, entry: _Entry) -> Values:
    return {
        "id": new_id("evt"),
        "deal_id": deal_id,
        "left_stage": entry.left.value if entry.left else None,
        "entered_stage": entry.stage.value,
        "at": entry.at,
    }
