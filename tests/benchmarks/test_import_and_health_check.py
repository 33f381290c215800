"""How fast CRM rows go in, and how the time of what a cadence opens grows with the managers."""

from __future__ import annotations

import csv
import gc
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.interpreter import settle_in
from bot.jobs.protocols import Lane
from bot.services.crm_import import import_batch
from bot.services.fire_now import FireNow, fire_now
from bot.services.settings_book import ensure_first_settings
from bot.settings_files import load_settings
from bot.store.engine import store_engine
from bot.store.unit_of_work import Store
from tests.benchmarks.company import NOW, write_company
from tests.databases import ready_database

MAPPING = Path("config/mappings/sample_company.yaml")


class Unsent:
    """A queue that takes jobs and sends none: the time of deciding is measured, not Slack's."""

    def deliver(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        """Take a delivery."""

    def expand(self, connection: Connection, fire_id: str) -> None:
        """Take a fan-out."""


FEW, MANY = 10, 100
ROUNDS = 15
# A fire of the few is short, so that one hiccup of the machine would count for much.
OF_THE_FEW = 4


def _filled(store: Store, folder: Path, managers: int, **size: int) -> None:
    rows = write_company(folder, managers, **size)
    began = time.perf_counter()
    report = import_batch(store, open_source(folder, load_mapping(MAPPING)), as_of=None, now=NOW)
    took = time.perf_counter() - began
    assert not report.rejects, report.rejects[:3]
    ensure_first_settings(store, load_settings(Path("config")), NOW)
    speed = f"{rows:,} rows in {took:.2f} s, {rows / took:,.0f} rows/s"
    floor = took / _bare_parse(folder)
    print(f"\nimport on {store.engine.dialect.name}: {speed}, {floor:.0f}× only reading them")


@pytest.fixture
def stores(database_kind: str) -> Iterator[tuple[Store, Store]]:
    """Two databases of one kind: what is compared is measured in turns, on the same machine."""
    with ExitStack() as stack:
        engines = [store_engine(stack.enter_context(ready_database(database_kind))) for _ in range(2)]
        for engine in engines:
            stack.callback(engine.dispose)
        yield Store(engines[0]), Store(engines[1])


@pytest.fixture
def settled() -> Iterator[None]:
    """The interpreter as the product has it: without, the collector walks all that pytest holds."""
    before = gc.get_threshold(), sys.getswitchinterval()
    settle_in()
    yield
    gc.unfreeze()
    gc.set_threshold(*before[0])
    sys.setswitchinterval(before[1])


@pytest.mark.benchmark
@pytest.mark.parametrize("cadence", ["health_check", "pipeline_review"])
def test_growth_with_the_managers(
    stores: tuple[Store, Store], database_kind: str, cadence: str, tmp_path: Path, settled: None
) -> None:
    few, many = stores
    _filled(few, tmp_path / "few", FEW)
    _filled(many, tmp_path / "many", MANY)
    _fired(many, cadence, MANY)  # the first reads its file from the disk
    rounds = []
    for _ in range(ROUNDS):
        of_few = statistics.mean(_fired(few, cadence, FEW) for _ in range(OF_THE_FEW))
        rounds.append((of_few, _fired(many, cadence, MANY)))
    name = f"{cadence.replace('_', ' ')} on {database_kind}"
    for managers, took in zip((FEW, MANY), map(statistics.median, zip(*rounds, strict=True)), strict=True):
        print(f"{name}: {managers} managers in {took * 1e3:.0f} ms, {took / managers * 1e3:.2f} ms each")
    # Within each round: the machine is not as fast in one as in the next.
    growth = statistics.median(of_many / of_few for of_few, of_many in rounds)
    print(f"growth of the {name} from {FEW} to {MANY} managers: {growth:.2f}× (linear: {MANY // FEW}×)")


@pytest.mark.benchmark
def test_health_check_for_a_thousand_managers(store: Store, tmp_path: Path, settled: None) -> None:
    _filled(store, tmp_path / "crm", 1000, reps=8, deals=2)
    took = _fired(store, "health_check", 1000)
    print(f"health check on {store.engine.dialect.name}: 1,000 managers, 8,000 reps in {took:.2f} s")


def _fired(store: Store, cadence: str, managers: int) -> float:
    began = time.perf_counter()
    opened = fire_now(store, Unsent(), FireNow(cadence, NOW, None, dry_run=True))
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
