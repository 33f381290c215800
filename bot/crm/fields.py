"""The canonical columns a mapping file can fill, by kind of file, and what each holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Holds(StrEnum):
    """What the text of a canonical column is read as."""

    TEXT = "text"
    LIST = "list"  # parted by semicolons
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    STAGE = "stage"
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column. A required one must be mapped and must not be empty in a row."""

    holds: Holds = Holds.TEXT
    required: bool = False


_ID = Column(required=True)
_NAME = Column(required=True)
_TEXT = Column()
_LIST = Column(Holds.LIST)
_DAY = Column(Holds.DAY)
_MOMENT = Column(Holds.MOMENT)

KINDS: dict[str, dict[str, Column]] = {
    "people": {
        "id": _ID,
        "name": _NAME,
        "email": _TEXT,
        "roles": Column(Holds.LIST, required=True),
        "manager_id": _TEXT,
        "region": _TEXT,
        "segment": _TEXT,
        "time_zone": _TEXT,
        "country": _TEXT,
        "active": Column(Holds.YES_NO),
    },
    "time_off": {
        "person_id": _ID,
        "starts_on": Column(Holds.DAY, required=True),
        "ends_on": Column(Holds.DAY, required=True),
        "reason": _TEXT,
    },
    "accounts": {"id": _ID, "name": _NAME, "sector": _TEXT},
    "contacts": {
        "id": _ID,
        "name": _NAME,
        "account_id": _TEXT,
        "title": _TEXT,
        "email": _TEXT,
        "deal_ids": _LIST,
    },
    "deals": {
        "id": _ID,
        "name": _NAME,
        "owner_id": _ID,
        "account_id": _TEXT,
        "product": _TEXT,
        "region": _TEXT,
        "segment": _TEXT,
        "stage": Column(Holds.STAGE, required=True),
        "amount": Column(Holds.MONEY),
        "currency": _TEXT,
        "close_date": _DAY,
        "created_at": _MOMENT,
        "stage_entered_at": _MOMENT,
        "closed_at": _MOMENT,
        "forecast_category": _TEXT,
    },
    "stage_history": {
        "deal_id": _ID,
        "stage": Column(Holds.STAGE, required=True),
        "entered_at": Column(Holds.MOMENT, required=True),
    },
    "value_history": {
        "deal_id": _ID,
        "field": Column(required=True),
        "old_value": _TEXT,
        "new_value": _TEXT,
        "changed_at": Column(Holds.MOMENT, required=True),
    },
    "activities": {
        "id": _ID,
        "deal_id": _ID,
        "person_id": _TEXT,
        "kind": Column(required=True),
        "subject": _TEXT,
        "occurred_at": Column(Holds.MOMENT, required=True),
    },
    "next_steps": {
        "id": _ID,
        "deal_id": _ID,
        "text": Column(required=True),
        "due_on": _DAY,
        "created_at": _MOMENT,
        "done_at": _MOMENT,
    },
    "quotas": {
        "person_id": _ID,
        "period_start": Column(Holds.DAY, required=True),
        "period_end": Column(Holds.DAY, required=True),
        "amount": Column(Holds.MONEY, required=True),
    },
}
