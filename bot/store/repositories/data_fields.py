"""Which fields this workspace's CRM data holds at all; what needs an absent one is off, and says so."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select, text

from bot.domain.pipeline import DataField
from bot.store.tables import (
    Activities,
    DealChanges,
    DealContacts,
    Deals,
    DealStageEvents,
    NextSteps,
    Quotas,
)
from bot.store.tables.deals import IS_OPEN


def data_fields(connection: Connection, workspace_id: str) -> frozenset[DataField]:
    """Return the fields held, each judged by whether one row has it.

    Amounts and close dates are judged on open deals: an export that fills them in at closing does not help
    to look ahead. The stage a deal was first seen in is no history of its stages.
    """
    is_open = Deals.workspace_id == workspace_id, text(IS_OPEN)
    held = {
        DataField.AMOUNTS: exists().where(*is_open, Deals.amount.is_not(None)),
        DataField.CLOSE_DATES: exists().where(*is_open, Deals.close_date.is_not(None)),
        DataField.STAGE_HISTORY: exists().where(
            DealStageEvents.workspace_id == workspace_id, DealStageEvents.left_stage.is_not(None)
        ),
        DataField.VALUE_HISTORY: exists().where(DealChanges.workspace_id == workspace_id),
        DataField.ACTIVITIES: exists().where(Activities.workspace_id == workspace_id),
        DataField.CONTACTS: exists().where(DealContacts.workspace_id == workspace_id),
        DataField.NEXT_STEPS: exists().where(NextSteps.workspace_id == workspace_id),
        DataField.QUOTAS: exists().where(Quotas.workspace_id == workspace_id),
    }
    row = connection.execute(select(*held.values())).one()
    return frozenset(field for field, is_held in zip(held, row, strict=True) if is_held)
