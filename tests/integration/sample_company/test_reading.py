"""The snapshots pass through the CRM source and mapping that the daily sync uses."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.crm.dated import DatedCrm
from bot.crm.mapping import load_mapping
from bot.domain.pipeline import Stage
from bot.sample_company import write_snapshots
from bot.sample_company.snapshots import FIRST_SNAPSHOT, LAST_SNAPSHOT

MAPPING = Path(__file__).parents[3] / "config" / "mappings" / "sample_company.yaml"
BEFORE = FIRST_SNAPSHOT - timedelta(days=1)


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> DatedCrm:
    folder = tmp_path_factory.mktemp("meridian")
    write_snapshots(folder)
    return DatedCrm(folder, load_mapping(MAPPING))


def test_every_row_of_every_snapshot_can_be_used(crm: DatedCrm) -> None:
    for snapshot in crm.snapshots(BEFORE, LAST_SNAPSHOT):
        batch = crm.read(snapshot)
        assert batch.rejects == []
        assert all(tally.read and not tally.rejected and not tally.skipped for tally in batch.files.values())


def test_on_the_first_monday_only_the_first_one_is_due(crm: DatedCrm) -> None:
    nine = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
    assert [snapshot.as_of for snapshot in crm.snapshots(BEFORE, nine)] == [FIRST_SNAPSHOT]
    assert crm.next_snapshot(FIRST_SNAPSHOT) == FIRST_SNAPSHOT + timedelta(days=1)


def test_the_first_one_brings_the_whole_company(crm: DatedCrm) -> None:
    batch = crm.read(crm.snapshots(BEFORE, FIRST_SNAPSHOT)[0])
    assert len(batch.people) == 22
    assert len(batch.quotas) == 30
    stages = Counter(deal.stage for deal in batch.deals)
    assert all(stages[stage] for stage in Stage)
    assert sum(stages[stage] for stage in Stage if stage.is_open) > 80
    assert {deal.currency for deal in batch.deals} == {"EUR"}
