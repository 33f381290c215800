"""What a full CRM was known to hold at a moment: later values, stages and steps are taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.crm.batch import CrmBatch
from bot.crm.mapping import load_mapping
from bot.crm.spreadsheet import read_folder
from bot.domain.crm_records import DealRecord
from bot.domain.pipeline import Stage

MAPPING = load_mapping(Path(__file__).parents[3] / "config" / "mappings" / "sample_company.yaml")

FILES = {
    "deals": (
        "id,name,owner_id,account_id,product,region,segment,stage,amount,currency,close_date,created_at,"
        "stage_entered_at,closed_at,forecast_category\n"
        "won,Won,r,,,,,closed_won,900,USD,2026-10-09,2026-09-01T09:00:00Z,2026-10-09T15:00:00Z,2026-10-09T15:00:00Z,\n"
        "moved,Moved,r,,,,,negotiation,500,USD,2026-12-01,2026-09-01T09:00:00Z,2026-10-08T09:00:00Z,,commit\n"
        "new,New,r,,,,,qualified,100,USD,2026-12-01,2026-10-08T09:00:00Z,2026-10-08T09:00:00Z,,\n"
    ),
    "stage_history": (
        "deal_id,stage,entered_at\n"
        "won,qualified,2026-09-01T09:00:00Z\nwon,proposal,2026-09-20T09:00:00Z\nwon,closed_won,2026-10-09T15:00:00Z\n"
        "moved,qualified,2026-09-01T09:00:00Z\nmoved,negotiation,2026-10-08T09:00:00Z\n"
        "new,qualified,2026-10-08T09:00:00Z\n"
    ),
    "value_history": (
        "deal_id,field,old_value,new_value,changed_at\n"
        "won,amount,700,800,2026-09-15T09:00:00Z\nwon,amount,800,900,2026-10-09T15:00:00Z\n"
        "moved,close_date,2026-10-30,2026-11-15,2026-10-06T09:00:00Z\n"
        "moved,close_date,2026-11-15,2026-12-01,2026-10-07T09:00:00Z\n"
    ),
    "activities": (
        "id,deal_id,person_id,kind,subject,occurred_at\n"
        "a1,won,r,call,,2026-10-01T09:00:00Z\na2,won,r,call,,2026-10-05T05:00:00Z\na3,new,r,call,,2026-10-01T09:00:00Z\n"
    ),
    "next_steps": (
        "id,deal_id,text,due_on,created_at,done_at\n"
        "n1,won,Send it,2026-10-06,2026-10-01T09:00:00Z,2026-10-06T09:00:00Z\n"
        "n2,won,Call,2026-10-09,2026-10-06T09:00:00Z,\n"
    ),
    "contacts": "id,account_id,name,title,email,deal_ids\nc1,,C,,,won;new\n",
}


def known_at(folder: Path, as_of: datetime) -> CrmBatch:
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_folder(folder, MAPPING, as_of=as_of, partial=True)


@pytest.fixture
def monday(tmp_path: Path) -> CrmBatch:
    return known_at(tmp_path, datetime(2026, 10, 5, 5, 0, tzinfo=UTC))


def deal(batch: CrmBatch, external_id: str) -> DealRecord:
    return next(record for record in batch.deals if record.external_id == external_id)


def test_a_deal_that_closes_later_stands_where_its_history_had_it(monday: CrmBatch) -> None:
    won = deal(monday, "won")
    assert (won.stage, won.closed_at) == (Stage.PROPOSAL, None)
    assert won.entered_stage_at == datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
    assert won.amount == Decimal(800)


def test_an_open_deal_that_moved_later_stands_where_it_stood_with_the_date_it_had(monday: CrmBatch) -> None:
    moved = deal(monday, "moved")
    assert moved.stage is Stage.QUALIFIED
    assert moved.close_date == date(2026, 10, 30)


def test_a_deal_made_later_is_absent_with_all_that_belongs_to_it(monday: CrmBatch) -> None:
    assert [record.external_id for record in monday.deals] == ["won", "moved"]
    assert {record.deal_external_id for record in monday.stage_history} == {"won", "moved"}
    assert [contact.deal_external_ids for contact in monday.contacts] == [("won",)]
    # The second call is at the very moment: only what is dated before it is known.
    assert [record.external_id for record in monday.activities] == ["a1"]
    assert monday.files["activities"].hidden == 2


def test_a_step_done_later_is_still_to_do_and_one_agreed_later_is_absent(monday: CrmBatch) -> None:
    assert [(step.external_id, step.done_at) for step in monday.next_steps] == [("n1", None)]


def test_what_happens_at_the_very_moment_is_not_known_yet(tmp_path: Path) -> None:
    at_its_close = known_at(tmp_path, datetime(2026, 10, 9, 15, 0, tzinfo=UTC))
    assert (deal(at_its_close, "won").stage, deal(at_its_close, "won").amount) == (
        Stage.PROPOSAL,
        Decimal(800),
    )

    at_its_move = known_at(tmp_path, datetime(2026, 10, 8, 9, 0, tzinfo=UTC))
    assert deal(at_its_move, "moved").stage is Stage.QUALIFIED
    at_its_date = known_at(tmp_path, datetime(2026, 10, 7, 9, 0, tzinfo=UTC))
    assert deal(at_its_date, "moved").close_date == date(2026, 11, 15)

    when_done = known_at(tmp_path, datetime(2026, 10, 6, 9, 0, tzinfo=UTC))
    assert [step.done_at for step in when_done.next_steps] == [None]
