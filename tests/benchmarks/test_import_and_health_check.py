"""How fast CRM rows go in, and how the time of a health check grows with the managers."""

from __future__ import annotations

import csv
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.jobs.protocols import Lane
from bot.services.crm_import import import_batch
from bot.services.fire_now import FireNow, fire_now
from bot.services.settings_book import ensure_first_settings
from bot.settings_files import load_settings
from bot.store.unit_of_work import Store

MAPPING = Path("config/mappings/sample_company.yaml")
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


class Unsent:
    """A queue that takes jobs and sends none: the time of deciding is measured, not Slack's."""

    def deliver(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        """Take a delivery."""

    def expand(self, connection: Connection, fire_id: str) -> None:
        """Take a fan-out."""


def write_company(folder: Path, managers: int) -> int:
    """Write a company of so many managers, eight reps each and 25 deals a rep; return its number of rows."""
    folder.mkdir()
    people = [
        {"id": f"m{m}", "name": f"Manager {m}", "roles": "manager", "manager_id": ""} for m in range(managers)
    ]
    deals, moves, quotas = [], [], []
    for m in range(managers):
        for r in range(REPS):
            rep = f"m{m}r{r}"
            people.append({"id": rep, "name": f"Rep {m}.{r}", "roles": "rep", "manager_id": f"m{m}"})
            quotas.append(
                {"person_id": rep, "period_start": "2026-10-01", "period_end": "2026-12-31", "amount": 200000}
            )
            for d in range(DEALS):
                deals.append(_deal(f"{rep}d{d}", rep, d))
                moves += _moves(f"{rep}d{d}", d)
    for person in people:
        person |= {
            "email": f"{person['id']}@example.test",
            "time_zone": "Europe/Berlin",
            "country": "",
            "active": "true",
        }
    rows = 0
    for name, content in (("people", people), ("deals", deals), ("stage_history", moves), ("quotas", quotas)):
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


def _imported(store: Store, folder: Path) -> float:
    began = time.perf_counter()
    report = import_batch(store, open_source(folder, load_mapping(MAPPING)), as_of=None, now=NOW)
    assert not report.rejects, report.rejects[:3]
    return time.perf_counter() - began


@pytest.mark.benchmark
def test_import_rows_and_health_check(store: Store, tmp_path: Path) -> None:
    seconds: dict[int, float] = {}
    kind = store.engine.dialect.name
    for managers in (10, 100):
        rows = write_company(tmp_path / str(managers), managers)
        took = _imported(store, tmp_path / str(managers))
        parsing = _bare_parse(tmp_path / str(managers))
        speed = f"{rows:,} rows in {took:.2f} s, {rows / took:,.0f} rows/s"
        print(f"\nimport on {kind}: {speed}, {took / parsing:.0f}× only reading them")
        ensure_first_settings(store, load_settings(Path("config")), NOW)
        seconds[managers] = statistics.median(_fired(store, managers) for _ in range(3))
        print(f"health check on {kind}: {managers} managers in {seconds[managers] * 1e3:.0f} ms")
    print(f"growth on {kind} from 10 to 100 managers: {seconds[100] / seconds[10]:.1f}× (linear: 10×)")


def _fired(store: Store, managers: int) -> float:
    began = time.perf_counter()
    opened = fire_now(store, Unsent(), FireNow("health_check", NOW, None, dry_run=True))
    took = time.perf_counter() - began
    assert len(opened) == managers
    return took


def _bare_parse(folder: Path) -> float:
    """The floor of an import: only reading the same rows."""
    began = time.perf_counter()
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as file:
            for _ in csv.DictReader(file):
                pass
    return time.perf_counter() - began
