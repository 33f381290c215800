"""How fast CRM rows go in, and how the time of a health check grows with the managers."""

from __future__ import annotations

import csv
import statistics
import time
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
from tests.benchmarks.company import NOW, write_company

MAPPING = Path("config/mappings/sample_company.yaml")


class Unsent:
    """A queue that takes jobs and sends none: the time of deciding is measured, not Slack's."""

    def deliver(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        """Take a delivery."""

    def expand(self, connection: Connection, fire_id: str) -> None:
        """Take a fan-out."""


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


@pytest.mark.benchmark
def test_health_check_for_a_thousand_managers(store: Store, tmp_path: Path) -> None:
    kind = store.engine.dialect.name
    write_company(tmp_path / "crm", 1000, reps=8, deals=2)
    _imported(store, tmp_path / "crm")
    ensure_first_settings(store, load_settings(Path("config")), NOW)
    print(f"\nhealth check on {kind}: 1,000 managers, 8,000 reps in {_fired(store, 1000):.2f} s")


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
