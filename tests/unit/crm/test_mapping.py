"""Mapping files: every fault at once, and the shipped ones are sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.crm.fields import KINDS
from bot.crm.mapping import load_mapping
from bot.errors import ConfigurationError

MAPPINGS = Path(__file__).parents[3] / "config" / "mappings"

SOUND = """
source: test
workspace: {name: Test, time_zone: Europe/Berlin}
files:
  accounts:
    file: accounts.csv
    columns: {id: id, name: name}
"""


def faults_of(tmp_path: Path, text: str) -> dict[str, tuple[str, str]]:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_mapping(path)
    assert {fault.source for fault in raised.value.faults} <= {"mapping.yaml", str(path)}
    return {fault.key: (fault.found, fault.allowed) for fault in raised.value.faults}


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_mapping_is_sound(path: Path) -> None:
    assert load_mapping(path).source == path.stem


def test_the_sample_companys_mapping_fills_every_canonical_column() -> None:
    files = load_mapping(MAPPINGS / "sample_company.yaml").files
    assert {kind: set(file.columns) for kind, file in files.items()} == {
        kind: set(columns) for kind, columns in KINDS.items()
    }


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = SOUND.replace("Europe/Berlin", "Mars").replace("source: test", "source: Test Me")
    faults = faults_of(tmp_path, text + "sync_at: '02:30'\nstages: {A: maybe}\nmore: 1\n")
    assert faults.keys() == {"source", "workspace.time_zone", "sync_at", "stages.A", "more"}
    assert faults["workspace.time_zone"] == ("'Mars'", "an IANA time zone name such as Europe/Berlin")
    assert "04:00" in faults["sync_at"][1]


def test_a_column_that_does_not_exist_and_one_that_is_missing_are_told_together(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, SOUND.replace("name: name}", "nmae: name}"))
    assert faults["files.accounts.nmae"] == ("nmae", "one of id, name, sector")
    assert faults["files.accounts.name"][0] == "nothing"


def test_an_unknown_kind_of_file_is_told(tmp_path: Path) -> None:
    assert "files.acounts" in faults_of(tmp_path, SOUND.replace("  accounts:", "  acounts:"))


def test_an_alias_for_a_column_that_is_not_mapped_is_told(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, SOUND + "    aliases: {sector: {a: b}}\n")
    assert faults["files.accounts.sector"][1] == "aliases and known values for a column that is mapped"


@pytest.mark.parametrize("text", ["a: [", "[]", "", "just words"])
def test_what_is_no_mapping_at_all_is_told(tmp_path: Path, text: str) -> None:
    assert faults_of(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.yaml"):
        load_mapping(tmp_path / "missing.yaml")
