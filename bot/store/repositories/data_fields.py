"""Which fields this workspace's CRM data holds at all; what needs an absent one is off, and says so."""

from __future__ import annotations

from sqlalchemy import BindParameter, Connection, bindparam, exists, select, text

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
from bot.store.tables.deals import IS_MOVE, IS_OPEN

_OURS: BindParameter[str] = bindparam("workspace")
_IS_OPEN = (Deals.workspace_id == _OURS, text(IS_OPEN))
_HELD = {
    DataField.AMOUNTS: exists().where(*_IS_OPEN, Deals.amount.is_not(None)),
    DataField.CLOSE_DATES: exists().where(*_IS_OPEN, Deals.close_date.is_not(None)),
    DataField.STAGE_HISTORY: exists().where(DealStageEvents.workspace_id == _OURS, text(IS_MOVE)),
    DataField.VALUE_HISTORY: exists().where(DealChanges.workspace_id == _OURS),
    DataField.ACTIVITIES: exists().where(Activities.workspace_id == _OURS),
    DataField.CONTACTS: exists().where(DealContacts.workspace_id == _OURS),
    DataField.NEXT_STEPS: exists().where(NextSteps.workspace_id == _OURS),
    DataField.QUOTAS: exists().where(Quotas.workspace_id == _OURS),
}
# Built once: to build it takes longer than the database needs to carry it out.
_QUERY = select(*_HELD.values())


def data_fields(connection: Connection, workspace_id: str) -> frozenset[DataField]:
    """Return the fields held, each judged by whether one row has it.

    Amounts and close dates are judged on open deals: an export that fills them in at closing does not help
    to look ahead. The stage a deal was first seen in is no history of its stages.
    """
    row = connection.execute(_QUERY, {"workspace": workspace_id}).one()
    return frozenset(field for field, is_held in zip(_HELD, row, strict=True) if is_held)
