"""When a source's states are due: a folder read again each day, and a folder of dated snapshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.crm.dated import DatedCrm
from bot.crm.folder import FolderCrm
from bot.crm.mapping import Mapping
from bot.crm.opening import open_source

NEW_YORK_5_00 = timedelta(hours=9)  # in summer, in UTC


def mapping(precision: str) -> Mapping:
    return Mapping.model_validate(
        {
            "source": "test",
            "workspace": {"name": "Test", "time_zone": "America/New_York"},
            "format": {"precision": precision},
            "files": {"accounts": {"file": "accounts.csv", "columns": {"id": "id", "name": "name"}}},
        }
    )


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def dated(tmp_path: Path) -> DatedCrm:
    for name in ("2026-10-06T09-00-00Z", "2026-10-05T09-00-00Z", "notes", "2026-10-07T09-00-00Z"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "accounts.csv").write_text("id,name\n1,A\n", encoding="utf-8")
    source = open_source(tmp_path, mapping("second"))
    assert isinstance(source, DatedCrm)
    return source


def test_a_folder_dated_to_the_day_is_due_at_its_time_as_of_the_days_start(tmp_path: Path) -> None:
    crm = FolderCrm(tmp_path, mapping("day"))
    (due,) = crm.snapshots(None, utc(5, 9))
    assert (due.as_of, due.due_at, due.label) == (utc(5, 4), utc(5, 9), "as of 2026-10-05T00:00:00-04:00")
    (before,) = crm.snapshots(None, utc(5, 8, 59))
    assert before.as_of == utc(4, 4)


def test_a_folder_dated_to_the_second_is_as_of_its_time(tmp_path: Path) -> None:
    (due,) = FolderCrm(tmp_path, mapping("second")).snapshots(None, utc(5, 12))
    assert due.as_of == due.due_at == utc(5, 9)


def test_a_day_already_taken_is_not_due_again_and_missed_days_coalesce(tmp_path: Path) -> None:
    crm = FolderCrm(tmp_path, mapping("day"))
    assert crm.snapshots(utc(5, 4), utc(6, 8)) == []
    assert [s.as_of for s in crm.snapshots(utc(5, 4), utc(9, 12))] == [utc(9, 4)]


def test_the_next_day_is_foreseen(tmp_path: Path) -> None:
    crm = FolderCrm(tmp_path, mapping("day"))
    assert crm.next_snapshot(utc(5, 8)) == utc(5, 9)
    assert crm.next_snapshot(utc(5, 9)) == utc(6, 9)
    # The clocks go back on 1 November: the same local time, an hour later in UTC.
    assert crm.next_snapshot(datetime(2026, 10, 31, 12, tzinfo=UTC)) == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_dated_snapshots_come_in_order_each_once(dated: DatedCrm) -> None:
    assert [s.label for s in dated.snapshots(None, utc(6, 9))] == [
        "2026-10-05T09-00-00Z",
        "2026-10-06T09-00-00Z",
    ]
    assert [s.as_of for s in dated.snapshots(utc(5, 9), utc(30, 0))] == [utc(6, 9), utc(7, 9)]
    assert dated.next_snapshot(utc(5, 9)) == utc(6, 9)
    assert dated.next_snapshot(utc(7, 9)) is None


def test_a_folder_that_went_away_brings_nothing_new(dated: DatedCrm, tmp_path: Path) -> None:
    tmp_path.rename(tmp_path.with_name("elsewhere"))
    assert dated.snapshots(None, utc(30, 0)) == []
    assert dated.next_snapshot(utc(5, 9)) is None


def test_one_file_of_a_source_can_be_read_alone(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("id,name\n1,A\n", encoding="utf-8")
    source = open_source(tmp_path / "accounts.csv", mapping("day"))
    (state,) = source.asked(None, None, utc(5, 9))
    assert [account.name for account in source.read(state).accounts] == ["A"]
