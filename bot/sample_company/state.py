"""The CRM's rows as they stood at a moment: nothing dated later is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import cache

from bot.domain.pipeline import Stage
from bot.sample_company.accounts import BY_NAME
from bot.sample_company.contacts import Contact, contacts_of
from bot.sample_company.deals import DEALS
from bot.sample_company.history import DealHistory, history_of
from bot.sample_company.people import BY_KEY, Q3, Q4, QUOTAS, TIME_OFF, members_as_of

CURRENCY = "EUR"
_CATEGORIES = {
    Stage.QUALIFIED: "pipeline",
    Stage.DISCOVERY: "pipeline",
    Stage.PROPOSAL: "best_case",
    Stage.NEGOTIATION: "commit",
    Stage.CLOSED_WON: "closed",
    Stage.CLOSED_LOST: "omitted",
}

Row = dict[str, str]
Rows = dict[tuple[str, ...], Row]


@cache
def histories() -> tuple[DealHistory, ...]:
    """Return the story of every deal."""
    return tuple(history_of(plan) for plan in DEALS)


def rows_as_of(at: datetime) -> dict[str, Rows]:
    """Return the rows of each file, keyed by what identifies them, as known at that moment (aware, UTC)."""
    known = [history for history in histories() if history.moves[0].at <= at]
    contacts = [contact for history in known for contact in contacts_of(history.plan)]
    return {
        "people.csv": _keyed(_people(at), "id"),
        "time_off.csv": _keyed(_time_off(at), "person_id", "starts_on"),
        "accounts.csv": _keyed(_accounts(known), "id"),
        "contacts.csv": _keyed(_contacts(contacts, at), "id"),
        "deals.csv": _keyed((_deal(history, at) for history in known), "id"),
        "stage_history.csv": _keyed(_stage_history(known, at), "deal_id", "stage", "entered_at"),
        "value_history.csv": _keyed(_value_history(known, at), "deal_id", "field", "changed_at"),
        "activities.csv": _keyed(_activities(known, at), "id"),
        "next_steps.csv": _keyed(_next_steps(known, at), "id"),
        "quotas.csv": _keyed(_quotas(), "person_id", "period_start"),
    }


def _keyed(rows: Iterator[Row], *columns: str) -> Rows:
    return {tuple(row[column] for column in columns): row for row in rows}


@cache
def written(at: datetime | None) -> str:
    """Write a moment as the CSVs do: ISO 8601, UTC; nothing for None."""
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _people(at: datetime) -> Iterator[Row]:
    for member in members_as_of(at):
        yield {
            "id": member.id,
            "name": member.name,
            "email": member.email,
            "roles": member.role.value,
            "manager_id": BY_KEY[member.manager].id if member.manager else "",
            "region": member.region,
            "segment": member.segment,
            "time_zone": member.time_zone,
            "country": member.country,
            "title": member.title,
            "active": "true" if member.active else "false",
        }


def _time_off(at: datetime) -> Iterator[Row]:
    for key, first, last, reason, entered_on in TIME_OFF:
        if datetime.combine(entered_on, time(9), BY_KEY[key].zone) <= at:
            yield {
                "person_id": BY_KEY[key].id,
                "starts_on": first.isoformat(),
                "ends_on": last.isoformat(),
                "reason": reason,
            }


def _accounts(known: list[DealHistory]) -> Iterator[Row]:
    for history in known:
        account = BY_NAME[history.plan.account]
        yield {"id": account.id, "name": account.name, "sector": account.sector}


def _contacts(contacts: list[Contact], at: datetime) -> Iterator[Row]:
    deals: dict[str, list[str]] = defaultdict(list)
    met = [c for c in contacts if datetime.combine(c.since, time(8), UTC) <= at]
    for contact in met:
        deals[contact.id].append(contact.deal_id)
    for contact in met:
        yield {
            "id": contact.id,
            "account_id": contact.account_id,
            "name": contact.name,
            "title": contact.title,
            "email": contact.email,
            "deal_ids": ";".join(deals[contact.id]),
        }


def _deal(history: DealHistory, at: datetime) -> Row:
    plan, owner = history.plan, history.owner_at(at)
    move = [move for move in history.moves if move.at <= at][-1]
    amount, close = plan.amount, plan.close
    values: dict[str, object] = {"amount": amount, "close_date": close}
    for change in history.values:
        if change.at <= at:
            values[change.field] = change.new
    category = plan.category if plan.category and move.stage.is_open else _CATEGORIES[move.stage]
    return {
        "id": plan.id,
        "name": f"{plan.account}: Meridian {plan.product}",
        "owner_id": owner.id,
        "account_id": BY_NAME[plan.account].id,
        "product": f"Meridian {plan.product}",
        "region": owner.region,
        "segment": owner.segment,
        "stage": move.stage.value,
        "amount": str(values["amount"]),
        "currency": CURRENCY,
        "close_date": str(values["close_date"]),
        "created_at": written(history.moves[0].at),
        "stage_entered_at": written(move.at),
        "closed_at": "" if move.stage.is_open else written(move.at),
        "forecast_category": category,
    }


def _stage_history(known: list[DealHistory], at: datetime) -> Iterator[Row]:
    for history in known:
        for move in history.moves:
            if move.at <= at:
                yield {"deal_id": history.plan.id, "stage": move.stage.value, "entered_at": written(move.at)}


def _value_history(known: list[DealHistory], at: datetime) -> Iterator[Row]:
    for history in known:
        for change in history.values:
            if change.at <= at:
                yield {
                    "deal_id": history.plan.id,
                    "field": change.field,
                    "old_value": str(change.old),
                    "new_value": str(change.new),
                    "changed_at": written(change.at),
                }


def _activities(known: list[DealHistory], at: datetime) -> Iterator[Row]:
    for history in known:
        for activity in history.activities:
            if activity.at <= at:
                yield {
                    "id": activity.id,
                    "deal_id": history.plan.id,
                    "person_id": BY_KEY[activity.member].id,
                    "kind": activity.kind,
                    "subject": activity.subject,
                    "occurred_at": written(activity.at),
                }


def _next_steps(known: list[DealHistory], at: datetime) -> Iterator[Row]:
    for history in known:
        for step in history.steps:
            if step.created_at <= at:
                yield {
                    "id": step.id,
                    "deal_id": history.plan.id,
                    "text": step.text,
                    "due_on": step.due_on.isoformat(),
                    "created_at": written(step.created_at),
                    "done_at": written(step.done_at) if step.done_at and step.done_at <= at else "",
                }


def _quotas() -> Iterator[Row]:
    for key, amounts in QUOTAS.items():
        for (start, end), amount in zip((Q3, Q4), amounts, strict=True):
            yield {
                "person_id": BY_KEY[key].id,
                "period_start": start.isoformat(),
                "period_end": end.isoformat(),
                "amount": str(amount),
            }
