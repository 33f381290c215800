"""A messy export into a real database: what goes in, what is rejected, and what a second import does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.crm.batch import Progress
from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.crm.report import ImportReport, render
from bot.crm.source import ImportSource
from bot.domain.people import Person, Role
from bot.domain.pipeline import DataField, Deal, Stage
from bot.services.crm_import import ImportRefused, import_batch
from bot.services.crm_sync import next_sync, sync
from bot.store.unit_of_work import Store

MESSY = Path(__file__).parents[2] / "fixtures" / "crm_messy"
IDES = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)  # the start of 15 March in Berlin
NOW = datetime(2026, 3, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def source() -> ImportSource:
    return open_source(MESSY, load_mapping(MESSY / "mapping.yaml"))


def people_of(store: Store) -> dict[str, Person]:
    with store.reading() as uow:
        return {person.name: person for person in uow.people.all()}


def deals_of(store: Store) -> list[Deal]:
    with store.reading() as uow:
        owners = [person.id for person in uow.people.all()]
        return uow.deals.open_of(owners) + uow.deals.closed_of(owners, datetime(2020, 1, 1, tzinfo=UTC))


def the_one(store: Store, name: str, stage: Stage) -> Deal:
    (found,) = [deal for deal in deals_of(store) if (deal.name, deal.stage) == (name, stage)]
    return found


def numbers(report: ImportReport) -> dict[str, tuple[int, ...]]:
    return {
        file.file: (file.read, file.taken, file.changed, file.same, file.hidden, file.skipped, file.rejected)
        for file in report.files
    }


def test_what_is_usable_goes_in_and_the_rest_is_listed(store: Store, source: ImportSource) -> None:
    report = import_batch(store, source, as_of=IDES, now=NOW)
    assert numbers(report) == {
        "verkaeufer.csv": (4, 4, 0, 0, 0, 0, 0),
        "kunden.csv": (3, 3, 0, 0, 0, 0, 0),
        "chancen.csv": (15, 6, 0, 0, 1, 2, 6),
        "ziele.csv": (3, 2, 0, 0, 0, 0, 1),
    }
    people = people_of(store)
    assert {name for name, person in people.items() if Role.MANAGER in person.roles} == {
        "Petra Lang",
        "Emil Sander",
    }
    assert people["Jörg Weiß"].manager_id == people["Petra Lang"].id
    assert people["Petra Lang"].manager_id == people["Vera Stanton"].id
    won = the_one(store, "Müller AG: Alpha Pro", Stage.CLOSED_WON)
    assert (won.amount, won.owner_id) == (Decimal("1234.50"), people["Jörg Weiß"].id)
    with store.reading() as uow:
        workspace = uow.workspace.get()
        quotas = uow.quotas.of([people["Anna Kühn"].id], date(2026, 1, 1), date(2026, 3, 31))
        latest = uow.imports.latest("messy_export")
        assert latest is not None
        kept = uow.imports.rejects(latest.id)
        assert uow.data_fields() == {DataField.STAGE_HISTORY, DataField.QUOTAS}
    assert (workspace.currency, workspace.fiscal_first_month, workspace.crm_as_of) == ("EUR", 4, IDES)
    assert list(quotas.values()) == [Decimal("45500.50")]
    assert len(kept) == len(report.rejects) == 7
    assert (latest.rows_read, latest.rows_taken, latest.rows_rejected) == (25, 15, 7)
    assert latest.counts["stages"] == ["closed_lost", "closed_won", "discovery", "qualified"]


def test_an_unknown_owner_is_rejected_with_the_files_own_column(store: Store, source: ImportSource) -> None:
    report = import_batch(store, source, as_of=IDES, now=NOW)
    assert [r.words() for r in report.rejects if r.line == 11] == [
        "chancen.csv line 11, Verkäufer 'Niemand Hier': nobody with this id is known"
    ]
    notes = {note.text: note.count for note in report.notes}
    assert notes["account 'Unbekannt GmbH' is unknown: taken without it"] == 1
    # Neither the totals nor the counts of what is unknown speak of rejected rows.
    assert (report.totals.deals, report.totals.open) == (6, 5)
    assert notes["open deals without an amount"] == 5
    assert [reject.line for reject in report.rejects] == [8, 9, 10, 11, 12, 14, 4]
    unknown_account = the_one(store, "Unbekannt GmbH: Beta", Stage.DISCOVERY)
    assert unknown_account.account_name is None


def test_the_same_import_again_changes_nothing(store: Store, source: ImportSource) -> None:
    import_batch(store, source, as_of=IDES, now=NOW)
    before = deals_of(store)
    again = import_batch(store, source, as_of=IDES, now=NOW)
    assert numbers(again) == {
        "verkaeufer.csv": (4, 0, 0, 4, 0, 0, 0),
        "kunden.csv": (3, 0, 0, 3, 0, 0, 0),
        "chancen.csv": (15, 0, 0, 6, 1, 2, 6),
        "ziele.csv": (3, 0, 0, 2, 0, 0, 1),
    }
    assert deals_of(store) == before
    with store.reading() as uow:
        moves = uow.deals.moves([p.id for p in uow.people.all()], datetime(2020, 1, 1, tzinfo=UTC))
    # One entry for each of the five deals with a date, and the close of C-01.
    assert sum(map(len, moves.values())) == 6


def test_open_deals_that_are_not_listed_any_more_are_told_and_stay_open(store: Store, tmp_path: Path) -> None:
    for file in MESSY.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    source = open_source(tmp_path, load_mapping(tmp_path / "mapping.yaml"))
    import_batch(store, source, as_of=IDES, now=NOW)
    before = deals_of(store)
    chances = tmp_path / "chancen.csv"
    rows = chances.read_bytes().splitlines(keepends=True)
    chances.write_bytes(b"".join(row for row in rows if not row.startswith((b"C-02", b"C-03"))))

    again = import_batch(store, source, as_of=IDES, now=NOW)

    assert again.deals_gone == 2
    words = "2 open deals known from earlier, not in this import any more: counted as open until a row"
    assert words in render(again)
    assert deals_of(store) == before
    with store.reading() as uow:
        latest = uow.imports.latest()
    assert latest is not None
    assert latest.deals_gone == 2


def test_strict_takes_in_nothing_when_a_row_is_rejected(store: Store, source: ImportSource) -> None:
    report = import_batch(store, source, as_of=IDES, now=NOW, strict=True)
    assert not report.taken_in
    assert report.rows_rejected == 7
    assert render(report).startswith("Nothing of messy_export, as of 2026-03-15T00:00:00+01:00 was taken in")
    with store.reading() as uow:
        assert uow.workspace.find() is None


def test_a_dry_run_says_what_would_happen_and_changes_nothing(store: Store, source: ImportSource) -> None:
    tried = import_batch(store, source, as_of=IDES, now=NOW, dry_run=True)
    assert not tried.taken_in
    with store.reading() as uow:
        assert uow.workspace.find() is None
    assert numbers(import_batch(store, source, as_of=IDES, now=NOW)) == numbers(tried)


def test_the_first_import_says_whose_workspace_it_is_and_no_later_one(
    store: Store, source: ImportSource
) -> None:
    with store.writing() as uow:
        uow.workspace.ensure("Workspace", "USD", "UTC", NOW)
    import_batch(store, source, as_of=IDES, now=NOW)
    with store.writing() as uow:
        workspace = uow.workspace.get()
        assert (workspace.name, workspace.currency, workspace.time_zone) == (
            "Messy export",
            "EUR",
            "Europe/Berlin",
        )
        uow.workspace.describe(name="Ours", currency="EUR", time_zone="Europe/Berlin", fiscal_first_month=4)
    import_batch(store, source, as_of=IDES, now=NOW)
    with store.reading() as uow:
        assert uow.workspace.get().name == "Ours"


def test_an_older_state_is_refused(store: Store, source: ImportSource) -> None:
    import_batch(store, source, as_of=None, now=datetime(2026, 5, 1, tzinfo=UTC))
    with pytest.raises(ImportRefused, match="already taken in as of 2026-05-01"):
        import_batch(store, source, as_of=IDES, now=NOW)


def test_a_whole_file_reaches_as_far_as_it_tells(store: Store, source: ImportSource) -> None:
    report = import_batch(store, source, as_of=None, now=NOW)
    assert report.as_of == datetime(2026, 4, 20, 10, 0, tzinfo=UTC)  # C-04 is engaged at noon in Berlin
    # The daily states before that know less, and none of them is laid over it.
    assert sync(store, source, now=NOW) == []
    assert next_sync(store, source, NOW) == datetime(2026, 4, 21, 3, 0, tzinfo=UTC)


def test_as_the_clock_moves_hidden_deals_appear_and_close_with_their_own_dates(
    store: Store, source: ImportSource
) -> None:
    import_batch(store, source, as_of=IDES, now=NOW)
    assert sync(store, source, now=NOW) == []
    assert next_sync(store, source, NOW) == datetime(2026, 3, 16, 4, 0, tzinfo=UTC)

    (report,) = sync(store, source, now=datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
    assert numbers(report)["chancen.csv"] == (15, 0, 2, 4, 1, 2, 6)
    won = next(deal for deal in deals_of(store) if deal.amount == Decimal(2000))
    closed_at = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)
    assert (won.stage, won.closed_at, won.entered_stage_at) == (Stage.CLOSED_WON, closed_at, closed_at)
    assert won.last_moved_at == closed_at
    with store.reading() as uow:
        moves = uow.deals.moves([won.owner_id], datetime(2020, 1, 1, tzinfo=UTC))[won.owner_id]
    assert [(m.left, m.entered, m.at) for m in moves if m.deal_id == won.id] == [
        (None, Stage.DISCOVERY, datetime(2026, 2, 12, 11, 0, tzinfo=UTC)),
        (Stage.DISCOVERY, Stage.CLOSED_WON, closed_at),
    ]

    (report,) = sync(store, source, now=datetime(2026, 4, 22, 9, 0, tzinfo=UTC))
    assert numbers(report)["chancen.csv"] == (15, 1, 0, 6, 0, 2, 6)
    assert the_one(store, "Nord;Süd Handel: Beta", Stage.DISCOVERY).amount is None


def test_progress_is_told_for_reading_and_writing(store: Store, source: ImportSource) -> None:
    told: list[Progress] = []
    import_batch(store, source, as_of=IDES, now=NOW, progress=told.append)
    assert Progress("reading", "chancen.csv", 15) in told
    assert Progress("writing", "chancen.csv", 7) in told


def test_the_report_reads_as_a_table_with_notes_and_rejects(
    store: Store, source: ImportSource, tmp_path: Path
) -> None:
    text = render(import_batch(store, source, as_of=IDES, now=NOW), tmp_path / "rejects.csv")
    assert "file            read  taken  changed  same  hidden  skipped  rejected" in text
    assert "People: 4 rep, 2 manager, 1 vp, 1 admin; 2 regions" in text
    assert "won for 1,234.50 EUR" in text
    assert "chancen.csv: Produkt 'AlphaPro' read as 'Alpha Pro' (3)" in text
    assert "7 rows were rejected:" in text
    assert f"All of them: {tmp_path / 'rejects.csv'}" in text
