"""The public export through its own mapping: its known figures, whole and as of 2 October 2017."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.crm.source import ImportSource
from bot.domain.people import Role
from bot.domain.pipeline import DataField
from bot.services.crm_import import import_batch
from bot.services.crm_sync import sync
from bot.store.unit_of_work import Store

ROOT = Path(__file__).parents[3]
EXPORT = ROOT.parent / "shared" / "data" / "crm_export"
OCTOBER = datetime(2017, 10, 2, 4, 0, tzinfo=UTC)  # the start of the day in New York
YEAR = datetime(2017, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)
MORNING = OCTOBER + timedelta(hours=9)

pytestmark = pytest.mark.skipif(not EXPORT.is_dir(), reason="the public CRM export is not at ../shared/data")


@pytest.fixture
def source() -> ImportSource:
    return open_source(EXPORT, load_mapping(ROOT / "config" / "mappings" / "crm_export.yaml"))


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_large_import_is_counted_at_once(store: Store, source: ImportSource) -> None:
    def known_rows() -> list[float]:
        with store.reading() as uow:
            query = text("SELECT reltuples FROM pg_class WHERE relname = 'deals'")
            return list(uow.connection.scalars(query))

    with store.writing() as uow:
        uow.connection.execute(text("ANALYZE deals"))
    assert known_rows() == [0]
    import_batch(store, source, as_of=None, now=datetime(2018, 1, 2, tzinfo=UTC))
    assert known_rows() == [8800]


def test_the_whole_file(store: Store, source: ImportSource) -> None:
    report = import_batch(store, source, as_of=None, now=datetime(2018, 1, 2, tzinfo=UTC))
    totals = report.totals
    assert (totals.deals, totals.won, totals.won_value) == (8800, 4238, Decimal(10_005_534))
    assert (totals.lost, totals.open) == (2473, 2089)
    assert (totals.people[Role.REP], totals.people[Role.MANAGER], totals.regions) == (35, 6, 3)
    assert report.rejects == ()
    notes = {note.text: note.count for note in report.notes}
    assert notes["product 'GTXPro' read as 'GTX Pro'"] == 1480
    assert notes["without account: taken all the same"] == 1425
    assert notes["open deals without an amount"] == 2089
    assert notes["open deals without a close date"] == 2089
    with store.reading() as uow:
        tree, people = uow.people.tree(), uow.people.all()
        leaders = [person for person in people if Role.MANAGER in person.roles]
        reps = [person.id for person in people if Role.REP in person.roles]
        won = uow.deals.won_value(reps, *YEAR)
    assert sum(value for value in won.values() if value is not None) == Decimal(10_005_534)
    assert sum(len(tree.reps_of(leader.id)) for leader in leaders) == 35
    assert {leader.time_zone for leader in leaders} == {
        "America/Chicago",
        "America/New_York",
        "America/Los_Angeles",
    }
    (vp,) = [person for person in people if Role.VP in person.roles]
    assert len(tree.everyone_below(vp.id)) == 41


def test_as_of_october_then_day_by_day(store: Store, source: ImportSource) -> None:
    report = import_batch(store, source, as_of=OCTOBER, now=MORNING)
    totals = report.totals
    assert (totals.won, totals.won_value, totals.lost) == (3050, Decimal(7_221_806), 1688)
    assert totals.open == 2434 + 500
    pipeline = next(file for file in report.files if file.file == "sales_pipeline.csv")
    assert (pipeline.read, pipeline.taken, pipeline.hidden) == (8800, 7672, 1128)
    notes = {note.text: note.count for note in report.notes}
    assert notes["close on or after 2017-10-02: taken as open, outcome unknown"] == 955
    assert notes["open deals without any date: how old they are stays unknown"] == 500
    with store.reading() as uow:
        # No quotas, no contacts, and what is open has neither amount nor close date.
        assert uow.data_fields() == {DataField.STAGE_HISTORY}

    (tuesday,) = sync(store, source, now=MORNING + timedelta(days=1))
    pipeline = next(file for file in tuesday.files if file.file == "sales_pipeline.csv")
    assert pipeline.taken > 0
    assert pipeline.changed > 0
    assert tuesday.totals.won > 3050
    assert sync(store, source, now=MORNING + timedelta(days=1)) == []
