"""What the deals of a batch do not say, counted: it stays unknown, and they are taken all the same."""

from __future__ import annotations

from collections.abc import Iterator

from bot.crm.batch import CrmBatch, Note
from bot.crm.mapping import Mapping


def notes_on_unknowns(batch: CrmBatch, mapping: Mapping) -> Iterator[Note]:
    """Yield a note for each thing that some deals lack."""
    if "deals" not in batch.files:
        return
    file = mapping.files["deals"]
    for column in file.noted_when_empty:
        attribute = {"account_id": "account_external_id"}.get(column, column)
        count = sum(getattr(deal, attribute, None) is None for deal in batch.deals)
        if count:
            yield Note(file.file, f"without {file.columns.get(column, column)}: taken all the same", count)
    still_open = [deal for deal in batch.deals if deal.stage.is_open]
    undated = [d for d in still_open if d.created_at is None and d.entered_stage_at is None]
    for text, count in (
        ("open deals without an amount", sum(deal.amount is None for deal in still_open)),
        ("open deals without a close date", sum(deal.close_date is None for deal in still_open)),
        ("open deals without any date: how old they are stays unknown", len(undated)),
    ):
        if count:
            yield Note(file.file, text, count)
