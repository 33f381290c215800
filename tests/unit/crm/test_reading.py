"""Files that can't be read at all, and the values of cells."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.crm.errors import CrmSourceError, UnreadableValueError
from bot.crm.fields import Holds
from bot.crm.mapping import Mapping
from bot.crm.opening import open_source
from bot.crm.spreadsheet import read_folder
from bot.crm.values import Values
from bot.domain.pipeline import Stage


def mapping(**formats: Any) -> Mapping:
    return Mapping.model_validate(
        {
            "source": "test",
            "workspace": {"name": "Test", "time_zone": "America/New_York"},
            "format": formats,
            "stages": {"Open": "discovery"},
            "files": {"accounts": {"file": "accounts.csv", "columns": {"id": "key", "name": "name"}}},
        }
    )


def read(holds: Holds, text: str, **formats: Any) -> object:
    return Values(mapping(**formats)).reader(holds)(text)


@pytest.mark.parametrize(
    ("holds", "text", "formats", "value"),
    [
        (Holds.MONEY, "1234.5", {}, Decimal("1234.5")),
        (Holds.MONEY, "-12", {}, Decimal(-12)),
        (Holds.MONEY, "1,234.50", {"thousands": ","}, Decimal("1234.50")),
        (Holds.MONEY, "1 234,50", {"thousands": " ", "decimal": ","}, Decimal("1234.50")),
        (Holds.MONEY, "2.00000", {}, Decimal(2)),
        (Holds.DAY, "2026-10-05", {}, date(2026, 10, 5)),
        (Holds.DAY, "10/05/26", {"dates": ["iso", "%m/%d/%y"]}, date(2026, 10, 5)),
        # Late in the evening in New York the day is over in UTC, but not where the source was written.
        (Holds.DAY, "2026-10-06T01:30:00Z", {}, date(2026, 10, 5)),
        (Holds.MOMENT, "2026-10-05", {}, datetime(2026, 10, 5, 16, 0, tzinfo=UTC)),
        (Holds.MOMENT, "2026-10-05T09:00:00", {}, datetime(2026, 10, 5, 13, 0, tzinfo=UTC)),
        (Holds.MOMENT, "2026-10-05T09:00:00Z", {}, datetime(2026, 10, 5, 9, 0, tzinfo=UTC)),
        (
            Holds.MOMENT,
            "05.10.2026 09:00",
            {"dates": ["%d.%m.%Y %H:%M"]},
            datetime(2026, 10, 5, 13, 0, tzinfo=UTC),
        ),
        (Holds.STAGE, "Open", {}, Stage.DISCOVERY),
        (Holds.LIST, "rep; manager;", {}, ("rep", "manager")),
        (Holds.YES_NO, "Yes", {}, True),
        (Holds.YES_NO, "0", {}, False),
    ],
)
def test_a_value_is_read_by_the_mappings_formats(
    holds: Holds, text: str, formats: dict[str, Any], value: object
) -> None:
    assert read(holds, text, **formats) == value


@pytest.mark.parametrize(
    ("holds", "text", "formats"),
    [
        (Holds.MONEY, "1,234", {}),
        (Holds.MONEY, "1.234", {"decimal": ",", "thousands": ","}),
        (Holds.MONEY, "12,34.5", {"thousands": ","}),
        (Holds.MONEY, "1.005", {}),
        (Holds.MONEY, "1" * 15, {}),
        (Holds.MONEY, "NaN", {}),
        (Holds.MONEY, "1e3", {}),
        (Holds.MONEY, "١٢", {}),
        (Holds.DAY, "2026-02-30", {}),
        (Holds.DAY, "05.10.2026", {}),
        (Holds.MOMENT, "0001-01-01T00:00:00+23:00", {}),
        (Holds.STAGE, "open", {}),
        (Holds.YES_NO, "perhaps", {}),
    ],
)
def test_what_could_be_meant_otherwise_is_refused(holds: Holds, text: str, formats: dict[str, Any]) -> None:
    with pytest.raises(UnreadableValueError):
        read(holds, text, **formats)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"id;name\n1;A\n", r"no column key \(columns\.id\), name \(columns\.name\); it has id;name"),
        (b"key,name\n1,M\xfcller\n", r"is not in utf-8-sig \(byte 12\): set format.encoding"),
        ("key,name\n1,A\n".encode("utf-16-le"), "NUL bytes"),
        (b'key,name\n1,"' + b"a" * 200_000, "not a readable CSV file"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "accounts.csv").write_bytes(content)
    with pytest.raises(CrmSourceError, match=words):
        read_folder(tmp_path, mapping())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CrmSourceError, match=r"has no accounts\.csv"):
        read_folder(tmp_path, mapping())


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text('key,name\n1,"two\nlines"\n\n , \n,B\n', encoding="utf-8")
    batch = read_folder(tmp_path, mapping())
    assert [account.name for account in batch.accounts] == ["two\nlines"]
    assert [(r.line, r.column, r.reason) for r in batch.rejects] == [(6, "key", "is empty, and is needed")]


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CrmSourceError, match="no file or folder"):
        open_source(tmp_path / "nowhere", mapping())
    (tmp_path / "other.csv").write_text("key,name\n", encoding="utf-8")
    with pytest.raises(CrmSourceError, match=r"does not know other\.csv; it knows accounts\.csv"):
        open_source(tmp_path / "other.csv", mapping())
