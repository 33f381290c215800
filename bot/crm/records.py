"""Values by canonical column -> a record, for each kind of file, and the key of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from bot.crm.errors import UnreadableValueError
from bot.crm.fields import Holds
from bot.crm.values import Values
from bot.domain.crm_records import (
    AccountRecord,
    ActivityRecord,
    ContactRecord,
    DealRecord,
    NextStepRecord,
    PersonRecord,
    QuotaRecord,
    StageRecord,
    TimeOffRecord,
    ValueChangeRecord,
)
from bot.domain.people import Role

Row = dict[str, Any]
_COUNTRY_LETTERS = 2
_HISTORIC_FIELDS = {"amount": Holds.MONEY, "close_date": Holds.DAY}


class BadValueError(Exception):
    """A value that can be read but not used; `column` is its canonical column."""

    def __init__(self, column: str, value: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason


def person(row: Row, line: int) -> PersonRecord:
    """Build a person; the time zone is left empty where the row has none."""
    zone, country = row.get("time_zone"), row.get("country")
    if zone and zone not in _ZONES:
        raise BadValueError("time_zone", zone, "not an IANA time zone such as Europe/Berlin")
    if country and not (len(country) == _COUNTRY_LETTERS and country.isalpha() and country.isupper()):
        raise BadValueError("country", country, "not an ISO 3166 code of two capitals such as DE")
    active = row.get("active")
    return PersonRecord(
        external_id=row["id"],
        name=row["name"],
        roles=_roles(row["roles"]),
        time_zone=zone or "",
        email=row.get("email"),
        manager_external_id=row.get("manager_id"),
        region=row.get("region"),
        segment=row.get("segment"),
        country=country,
        active=True if active is None else active,
        line=line,
    )


_ZONES = frozenset(available_timezones())


def _roles(words: tuple[str, ...]) -> frozenset[Role]:
    try:
        return frozenset(Role(word.lower()) for word in words)
    except ValueError:
        raise BadValueError("roles", "; ".join(words), f"roles are {', '.join(Role)}") from None


def time_off(row: Row, line: int) -> TimeOffRecord:
    """Build an absence."""
    if row["ends_on"] < row["starts_on"]:
        raise BadValueError("ends_on", row["ends_on"].isoformat(), "ends before it starts")
    return TimeOffRecord(
        row["person_id"], row["starts_on"], row["ends_on"], row.get("reason") or "time off", line
    )


def account(row: Row, line: int) -> AccountRecord:
    """Build an account."""
    return AccountRecord(row["id"], row["name"], row.get("sector"), line)


def contact(row: Row, line: int) -> ContactRecord:
    """Build a contact."""
    return ContactRecord(
        external_id=row["id"],
        name=row["name"],
        account_external_id=row.get("account_id"),
        title=row.get("title"),
        email=row.get("email"),
        deal_external_ids=row.get("deal_ids") or (),
        line=line,
    )


def deal(row: Row, line: int) -> DealRecord:
    """Build a deal; a closed one entered its stage when it closed, an open one by its stage's own date."""
    stage, closed_at = row["stage"], row.get("closed_at")
    entered = row.get("stage_entered_at")
    if entered is None:
        entered = dict(row.get("stage_dates", ())).get(stage) if stage.is_open else closed_at
    return DealRecord(
        external_id=row["id"],
        name=row["name"],
        owner_external_id=row["owner_id"],
        stage=stage,
        account_external_id=row.get("account_id"),
        product=row.get("product"),
        region=row.get("region"),
        segment=row.get("segment"),
        amount=row.get("amount"),
        currency=row.get("currency"),
        close_date=row.get("close_date"),
        created_at=row.get("created_at"),
        entered_stage_at=entered,
        closed_at=None if stage.is_open else closed_at,
        forecast_category=row.get("forecast_category"),
        line=line,
    )


def dated_stages(row: Row, record: DealRecord) -> list[StageRecord]:
    """Build the history that a deal's own row dates stage by stage, the closing included."""
    dates = row.get("stage_dates", ())
    history = [StageRecord(record.external_id, stage, at, record.line) for stage, at in dates]
    if dates and record.closed_at is not None:
        history.append(StageRecord(record.external_id, record.stage, record.closed_at, record.line))
    return history


def stage_entry(row: Row, line: int) -> StageRecord:
    """Build one entry of a stage history."""
    return StageRecord(row["deal_id"], row["stage"], row["entered_at"], line)


def value_change(row: Row, line: int, values: Values) -> ValueChangeRecord:
    """Build one entry of a value history, its values in the one form that the store keeps."""
    name = row["field"]
    holds = _HISTORIC_FIELDS.get(name)
    if holds is None:
        raise BadValueError("field", name, f"a history is kept of {', '.join(_HISTORIC_FIELDS)}")
    plain: list[str | None] = []
    for column in ("old_value", "new_value"):
        text = row.get(column)
        try:
            value: Any = values.reader(holds)(text) if text else None
        except UnreadableValueError as error:
            raise BadValueError(column, text, str(error)) from None
        plain.append(None if value is None else f"{value:.2f}" if holds is Holds.MONEY else value.isoformat())
    return ValueChangeRecord(row["deal_id"], name, plain[0], plain[1], row["changed_at"], line)


def activity(row: Row, line: int) -> ActivityRecord:
    """Build an activity."""
    return ActivityRecord(
        external_id=row["id"],
        deal_external_id=row["deal_id"],
        kind=row["kind"],
        occurred_at=row["occurred_at"],
        person_external_id=row.get("person_id"),
        subject=row.get("subject"),
        line=line,
    )


def next_step(row: Row, line: int) -> NextStepRecord:
    """Build a next step."""
    return NextStepRecord(
        row["id"],
        row["deal_id"],
        row["text"],
        row.get("due_on"),
        row.get("created_at"),
        row.get("done_at"),
        line,
    )


def quota(row: Row, line: int) -> QuotaRecord:
    """Build a quota; its id is whose it is and for which period."""
    if row["period_end"] < row["period_start"]:
        raise BadValueError("period_end", row["period_end"].isoformat(), "ends before it starts")
    if row["amount"] < 0:
        raise BadValueError("amount", str(row["amount"]), "a quota is not negative")
    external_id = f"{row['person_id']}:{row['period_start']}:{row['period_end']}"
    return QuotaRecord(
        external_id, row["person_id"], row["period_start"], row["period_end"], row["amount"], line
    )


BUILDERS: dict[str, Callable[[Row, int], Any]] = {
    "people": person,
    "time_off": time_off,
    "accounts": account,
    "contacts": contact,
    "deals": deal,
    "stage_history": stage_entry,
    "activities": activity,
    "next_steps": next_step,
    "quotas": quota,
}

# By what a record is told apart from others of its kind; those absent here have an id of their own.
KEYS: dict[str, Callable[[Any], Any]] = {
    "time_off": lambda record: (record.person_external_id, record.starts_on, record.ends_on),
    "stage_history": lambda record: (record.deal_external_id, record.stage, record.at),
    "value_history": lambda record: (record.deal_external_id, record.field_name, record.at),
}


def key_of(kind: str) -> Callable[[Any], Any]:
    """Return the function that gives the key of a record of this kind."""
    return KEYS.get(kind, lambda record: record.external_id)
