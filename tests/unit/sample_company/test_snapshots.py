from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.sample_company import write_snapshots
from bot.sample_company.state import rows_as_of
from tests.unit.sample_company.crm_state import KEYS, CrmState, Row, moment, read_rows

MOMENTS = (
    "entered_at",
    "changed_at",
    "occurred_at",
    "created_at",
    "done_at",
    "closed_at",
    "stage_entered_at",
)


def at(folder: Path) -> datetime:
    return datetime.strptime(folder.name, "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=UTC)


def all_rows(snapshots: list[Path]) -> Iterator[tuple[Path, str, Row]]:
    for folder in snapshots:
        for name, rows in read_rows(folder).items():
            for row in rows:
                yield folder, name, row


def test_the_first_one_is_before_monday_nine_in_berlin_and_one_follows_each_working_day(
    snapshots: list[Path],
) -> None:
    assert snapshots[0].name == "2026-10-05T04-00-00Z"
    assert len(snapshots) == 30
    assert all(at(folder).weekday() < 5 for folder in snapshots)
    assert snapshots == sorted(snapshots)


def test_the_first_one_is_full(snapshots: list[Path]) -> None:
    assert {path.name for path in snapshots[0].iterdir()} == set(KEYS)


def test_written_again_every_byte_is_the_same(snapshots: list[Path], tmp_path: Path) -> None:
    again = write_snapshots(tmp_path)
    for first, second in zip(snapshots, again, strict=True):
        for path in first.iterdir():
            assert path.read_bytes() == (second / path.name).read_bytes()


def test_nothing_is_told_before_it_happened(snapshots: list[Path]) -> None:
    for folder, name, row in all_rows(snapshots):
        told = [row[column] for column in MOMENTS if row.get(column)]
        assert all(moment(text) <= at(folder) for text in told), (folder.name, name, row)


def test_later_ones_hold_only_what_changed_and_come_to_the_whole(snapshots: list[Path]) -> None:
    known: dict[str, dict[tuple[str, ...], Row]] = {name: {} for name in KEYS}
    for _, name, row in all_rows(snapshots):
        key = tuple(row[column] for column in KEYS[name])
        assert known[name].get(key) != row
        known[name][key] = row
    assert known == rows_as_of(at(snapshots[-1]))


def test_the_crm_moves_every_day(snapshots: list[Path]) -> None:
    for folder in snapshots[1:]:
        names = {path.name for path in folder.iterdir()}
        assert {"activities.csv", "next_steps.csv"} <= names
    assert sum((folder / "deals.csv").exists() for folder in snapshots[1:]) > 20


def test_every_reference_leads_somewhere(snapshots: list[Path]) -> None:
    rows = CrmState(snapshots, at(snapshots[-1])).rows
    deals, people = ({key[0] for key in rows[name]} for name in ("deals.csv", "people.csv"))
    accounts = {key[0] for key in rows["accounts.csv"]}
    for name in ("stage_history.csv", "value_history.csv", "activities.csv", "next_steps.csv"):
        assert {row["deal_id"] for row in rows[name].values()} <= deals
    assert {deal for row in rows["contacts.csv"].values() for deal in row["deal_ids"].split(";")} == deals
    for name in ("activities.csv", "quotas.csv", "time_off.csv"):
        assert {row["person_id"] for row in rows[name].values()} <= people
    assert {row["owner_id"] for row in rows["deals.csv"].values()} <= people
    assert {row["account_id"] for row in rows["deals.csv"].values()} == accounts


def test_a_deal_stands_where_its_histories_lead(snapshots: list[Path]) -> None:
    for folder in snapshots[::7]:
        state = CrmState(snapshots, at(folder))
        for row in state.rows["deals.csv"].values():
            moves = [m for m in state.rows["stage_history.csv"].values() if m["deal_id"] == row["id"]]
            last = max(moves, key=lambda move: move["entered_at"])
            assert (row["stage"], row["stage_entered_at"]) == (last["stage"], last["entered_at"])
            for field in ("amount", "close_date"):
                changes = [
                    change
                    for change in state.rows["value_history.csv"].values()
                    if change["deal_id"] == row["id"] and change["field"] == field
                ]
                if changes:
                    assert row[field] == max(changes, key=lambda change: change["changed_at"])["new_value"]
