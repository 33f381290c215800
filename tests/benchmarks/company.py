"""Writes the CRM export of a company of any size."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
COLUMNS = {
    "people": "id name email roles manager_id region segment time_zone country title active",
    "deals": "id name owner_id account_id product region segment stage amount currency close_date created_at "
    "stage_entered_at closed_at forecast_category",
    "stage_history": "deal_id stage entered_at",
    "quotas": "person_id period_start period_end amount",
}
REPS = 8
DEALS = 25


def write_company(folder: Path, managers: int, *, reps: int = REPS, deals: int = DEALS) -> int:
    """Write a company of so many managers, reps each and deals a rep; return its number of rows."""
    folder.mkdir()
    people = [
        {"id": f"m{m}", "name": f"Manager {m}", "roles": "manager", "manager_id": ""} for m in range(managers)
    ]
    pipeline, moves, quotas = [], [], []
    for m in range(managers):
        for r in range(reps):
            rep = f"m{m}r{r}"
            people.append({"id": rep, "name": f"Rep {m}.{r}", "roles": "rep", "manager_id": f"m{m}"})
            quotas.append(
                {"person_id": rep, "period_start": "2026-10-01", "period_end": "2026-12-31", "amount": 200000}
            )
            for d in range(deals):
                pipeline.append(_deal(f"{rep}d{d}", rep, d))
                moves += _moves(f"{rep}d{d}", d)
    for person in people:
        person |= {
            "email": f"{person['id']}@example.test",
            "time_zone": "Europe/Berlin",
            "country": "",
            "active": "true",
        }
    rows = 0
    for name, content in (
        ("people", people),
        ("deals", pipeline),
        ("stage_history", moves),
        ("quotas", quotas),
    ):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=COLUMNS[name].split(), restval="")
            writer.writeheader()
            writer.writerows(content)
        rows += len(content)
    return rows


def _deal(deal: str, rep: str, number: int) -> dict[str, object]:
    entered = NOW - timedelta(days=3 * number + 1)
    return {
        "id": deal,
        "name": f"Deal {deal}",
        "owner_id": rep,
        "stage": ("qualified", "discovery", "proposal", "negotiation")[number % 4],
        "amount": 5000 + 1000 * number,
        "currency": "EUR",
        "close_date": (date(2026, 9, 20) + timedelta(days=3 * number)).isoformat(),
        "created_at": (entered - timedelta(days=30)).isoformat(),
        "stage_entered_at": entered.isoformat(),
    }


def _moves(deal: str, number: int) -> list[dict[str, object]]:
    began = NOW - timedelta(days=3 * number + 31)
    stages = ("qualified", "discovery", "proposal", "negotiation")[: number % 4 + 1]
    return [
        {"deal_id": deal, "stage": stage, "entered_at": (began + timedelta(days=7 * step)).isoformat()}
        for step, stage in enumerate(stages)
    ]
