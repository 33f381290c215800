"""An export with every trap seen in the wild: what is taken from it, what is rejected, what is noted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.crm.batch import CrmBatch
from bot.crm.mapping import load_mapping
from bot.crm.rejects import Reject, write_rejects
from bot.crm.spreadsheet import read_folder
from bot.crm.unknowns import notes_on_unknowns
from bot.domain.people import Role
from bot.domain.pipeline import Stage

MESSY = Path(__file__).parents[2] / "fixtures" / "crm_messy"
MAPPING = load_mapping(MESSY / "mapping.yaml")
# The start of 15 March in Berlin.
IDES = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)


@pytest.fixture
def whole() -> CrmBatch:
    return read_folder(MESSY, MAPPING)


@pytest.fixture
def at_the_ides() -> CrmBatch:
    return read_folder(MESSY, MAPPING, as_of=IDES)


def test_commas_points_dates_and_umlauts_are_read_as_meant(whole: CrmBatch) -> None:
    deal = next(deal for deal in whole.deals if deal.external_id == "C-01")
    assert deal.name == "Müller AG: Alpha Pro"
    assert deal.owner_external_id == "Jörg Weiß"
    assert deal.amount == Decimal("1234.50")
    assert deal.close_date == date(2026, 2, 20)
    assert deal.closed_at == datetime(2026, 2, 20, 11, 0, tzinfo=UTC)
    assert deal.stage is Stage.CLOSED_WON
    assert [quota.amount for quota in whole.quotas] == [Decimal(60000), Decimal("45500.50")]


def test_a_sentinel_date_means_none(whole: CrmBatch) -> None:
    deal = next(deal for deal in whole.deals if deal.external_id == "C-03")
    assert (deal.close_date, deal.closed_at, deal.amount) == (None, None, None)


def test_each_unusable_row_is_listed_with_its_place_value_and_reason(whole: CrmBatch) -> None:
    assert [(r.file, r.line, r.column, r.value) for r in whole.rejects] == [
        ("chancen.csv", 8, "Nummer", "C-02"),
        ("chancen.csv", 9, "Wert", "12,345.00"),
        ("chancen.csv", 10, "Phase", "Irgendwo"),
        ("chancen.csv", 12, "Begonnen", "30.02.2026"),
        ("chancen.csv", 14, None, None),
        ("ziele.csv", 4, "Bis", "2026-01-01"),
    ]
    reasons = [reject.reason for reject in whole.rejects]
    assert reasons[0] == "is already on line 3, with other values"
    assert reasons[1] == "not a number; expected one like 1.234,50"
    assert "Kontakt, Im Gespräch, Gewonnen, Verloren" in reasons[2]
    assert reasons[3] == "not a date; expected %d.%m.%Y"
    assert reasons[4] == "has fewer than 8 cells"
    assert reasons[5] == "ends before it starts"


def test_every_row_is_accounted_for(whole: CrmBatch) -> None:
    tally = whole.files["deals"]
    assert (tally.read, tally.skipped, tally.repeated, tally.hidden, tally.rejected) == (15, 1, 1, 0, 5)
    assert len(whole.deals) == 15 - 1 - 1 - 5


def test_what_was_read_otherwise_or_is_missing_is_noted_with_its_count(whole: CrmBatch) -> None:
    notes = {note.text: note.count for note in [*whole.notes, *notes_on_unknowns(whole, MAPPING)]}
    assert notes["Produkt 'AlphaPro' read as 'Alpha Pro'"] == 3
    assert notes["Produkt 'Gamma' is not in the list of known ones"] == 1
    assert notes["Branche 'Lebensmitel' read as 'Lebensmittel'"] == 1
    assert notes["without Kunde: taken all the same"] == 1
    assert notes["stand in the file twice, with the same values"] == 1
    assert notes["left out by the mapping's skip patterns"] == 1
    assert notes["open deals without any date: how old they are stays unknown"] == 1


def test_names_become_people_with_roles_places_and_addresses(whole: CrmBatch) -> None:
    people = {person.name: person for person in whole.people}
    assert len(people) == 4 + 2 + 1
    rep, other, manager, vp = (
        people[name] for name in ("Jörg Weiß", "Mia-Lou Ott", "Petra Lang", "Vera Stanton")
    )
    assert (set(rep.roles), rep.time_zone, rep.country) == ({Role.REP}, "Europe/Copenhagen", "DK")
    assert (other.time_zone, other.country) == ("Europe/Berlin", "DE")
    assert rep.email == "jorg.weiss@example.test"
    assert other.email == "mia-lou.ott@example.test"
    assert (set(manager.roles), manager.region) == ({Role.MANAGER}, "Nord")
    assert rep.manager_external_id == "Petra Lang"
    assert manager.manager_external_id == "leitung"
    assert (set(vp.roles), vp.manager_external_id) == ({Role.VP, Role.ADMIN}, None)


def test_what_is_dated_later_is_hidden(at_the_ides: CrmBatch) -> None:
    deals = {deal.external_id: deal for deal in at_the_ides.deals}
    assert "C-04" not in deals
    assert at_the_ides.files["deals"].hidden == 1
    closing_later = deals["C-02"]
    assert closing_later.stage is Stage.DISCOVERY
    assert (closing_later.amount, closing_later.close_date, closing_later.closed_at) == (None, None, None)
    assert closing_later.entered_stage_at == datetime(2026, 2, 12, 11, 0, tzinfo=UTC)
    assert deals["C-01"].stage is Stage.CLOSED_WON


def test_the_day_itself_is_not_known_yet(at_the_ides: CrmBatch) -> None:
    lost_that_day = next(deal for deal in at_the_ides.deals if deal.external_id == "C-10")
    assert lost_that_day.stage is Stage.DISCOVERY
    next_day = read_folder(MESSY, MAPPING, as_of=IDES.replace(day=15))
    lost = next(deal for deal in next_day.deals if deal.external_id == "C-10")
    assert lost.stage is Stage.CLOSED_LOST


def test_a_deal_without_any_date_is_kept_open_and_undated(at_the_ides: CrmBatch) -> None:
    deal = next(deal for deal in at_the_ides.deals if deal.external_id == "C-05")
    assert deal.stage is Stage.QUALIFIED
    assert (deal.created_at, deal.entered_stage_at) == (None, None)
    assert deal.name == "Alpha Pro (C-05)"


def test_hidden_history_holds_no_later_stage(at_the_ides: CrmBatch) -> None:
    assert all(entry.at < IDES for entry in at_the_ides.stage_history)
    assert {
        entry.deal_external_id for entry in at_the_ides.stage_history if entry.stage is Stage.CLOSED_WON
    } == {"C-01"}


def test_the_rejects_file_runs_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    assert write_rejects([Reject("a.csv", 2, "name", "=1+1", "no")], path) == 1
    assert path.read_text(encoding="utf-8").splitlines() == [
        "file,line,column,value,reason",
        "a.csv,2,name,'=1+1,no",
    ]
