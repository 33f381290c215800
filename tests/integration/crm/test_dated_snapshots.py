"""Dated snapshots into a real database: what changed becomes history, each snapshot is taken exactly once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.crm.batch import CrmBatch, ProgressSink
from bot.crm.dated import DatedCrm
from bot.crm.mapping import load_mapping
from bot.crm.source import Snapshot
from bot.domain.pipeline import DataField, Deal, NextStep, Stage
from bot.services.crm_import import import_batch
from bot.services.crm_sync import next_sync, sync
from bot.store.unit_of_work import Store, UnitOfWork

MAPPING = load_mapping(Path(__file__).parents[3] / "config" / "mappings" / "sample_company.yaml")
FIRST = datetime(2026, 10, 5, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)

DEALS = "id,name,owner_id,account_id,product,region,segment,stage,amount,currency,close_date,created_at,"
DEALS += "stage_entered_at,closed_at,forecast_category\n"


def deal_row(deal_id: str, stage: str, amount: str, close_date: str, entered: str, closed: str = "") -> str:
    created = "2026-09-01T09:00:00Z"
    cells = [deal_id, f"Deal {deal_id}", "rep", "acme", "Basic", "", "", stage, amount, "USD", close_date]
    return ",".join([*cells, created, entered, closed, "commit"]) + "\n"


def snapshot(folder: Path, at: datetime, files: dict[str, str]) -> None:
    place = folder / f"{at:%Y-%m-%dT%H-%M-%SZ}"
    place.mkdir(parents=True)
    for name, content in files.items():
        (place / f"{name}.csv").write_text(content, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three states: all of it on Monday, changes on Tuesday, the close of a deal on Wednesday."""
    source = tmp_path / "snapshots"
    snapshot(
        source,
        FIRST,
        {
            "people": "id,name,email,roles,manager_id,region,segment,time_zone,country,title,active\n"
            "boss,Bo Ss,bo@example.test,manager,,East,,America/New_York,US,Manager,yes\n"
            "rep,Re P,re@example.test,rep,boss,East,SMB,America/New_York,US,Rep,yes\n",
            "time_off": "person_id,starts_on,ends_on,reason\nrep,2026-10-12,2026-10-16,vacation\n",
            "accounts": "id,name,sector\nacme,Acme,retail\n",
            "contacts": "id,account_id,name,title,email,deal_ids\n"
            "c1,acme,Con Tact,CFO,,d1;d2\nc2,acme,Two,CTO,,d1\n",
            "deals": DEALS
            + deal_row("d1", "proposal", "1000.00", "2026-10-20", "2026-09-20T10:00:00Z")
            + deal_row("d2", "qualified", "500.00", "2026-11-20", "2026-09-01T09:00:00Z"),
            "stage_history": "deal_id,stage,entered_at\n"
            "d1,qualified,2026-09-01T09:00:00Z\nd1,discovery,2026-09-10T09:00:00Z\nd1,proposal,2026-09-20T10:00:00Z\n"
            "d2,qualified,2026-09-01T09:00:00Z\n",
            "value_history": "deal_id,field,old_value,new_value,changed_at\n"
            "d1,close_date,2026-10-01,2026-10-20,2026-09-25T09:00:00Z\n",
            "activities": "id,deal_id,person_id,kind,subject,occurred_at\n"
            "a1,d1,rep,call,Intro,2026-09-22T14:00:00Z\n",
            "next_steps": "id,deal_id,text,due_on,created_at,done_at\n"
            "n1,d1,Send the contract,2026-10-06,2026-09-22T14:30:00Z,\n",
            "quotas": "person_id,period_start,period_end,amount\nrep,2026-10-01,2026-12-31,90000.00\n",
        },
    )
    snapshot(
        source,
        FIRST + DAY,
        {
            "deals": DEALS
            + deal_row("d1", "negotiation", "1200.00", "2026-11-03", "2026-10-05T15:00:00Z")
            + deal_row("d3", "qualified", "", "", "2026-10-05T16:00:00Z"),
            "stage_history": "deal_id,stage,entered_at\nd1,negotiation,2026-10-05T15:00:00Z\n",
            "value_history": "deal_id,field,old_value,new_value,changed_at\n"
            "d1,amount,1000,1200,2026-10-05T15:30:00Z\n",
            "activities": "id,deal_id,person_id,kind,subject,occurred_at\n"
            "a2,d1,rep,meeting,Terms,2026-10-05T14:00:00Z\n",
        },
    )
    snapshot(
        source,
        FIRST + 2 * DAY,
        {
            "deals": DEALS
            + deal_row(
                "d1", "closed_won", "1200.00", "2026-10-06", "2026-10-06T20:00:00Z", "2026-10-06T20:00:00Z"
            ),
            "contacts": "id,account_id,name,title,email,deal_ids\nc1,acme,Con Tact,CFO,,d2\n",
        },
    )
    return source


@pytest.fixture
def crm(folder: Path) -> DatedCrm:
    return DatedCrm(folder, MAPPING)


def deal_named(uow: UnitOfWork, name: str) -> Deal:
    owners = [person.id for person in uow.people.all()]
    found = uow.deals.open_of(owners) + uow.deals.closed_of(owners, datetime(2020, 1, 1, tzinfo=UTC))
    return next(deal for deal in found if deal.name == name)


def moves_of(uow: UnitOfWork, deal: Deal) -> list[tuple[Stage | None, Stage, datetime]]:
    moves = uow.deals.moves([deal.owner_id], datetime(2020, 1, 1, tzinfo=UTC))[deal.owner_id]
    return [(move.left, move.entered, move.at) for move in moves if move.deal_id == deal.id]


def test_a_full_snapshot_brings_every_kind_of_record(store: Store, crm: DatedCrm) -> None:
    (report,) = sync(store, crm, now=FIRST)
    assert report.rejects == ()
    with store.reading() as uow:
        deal = deal_named(uow, "Deal d1")
        rep = uow.people.get(deal.owner_id)
        assert rep is not None
        assert uow.data_fields() == frozenset(DataField)
        assert uow.quotas.of([rep.id], date(2026, 10, 1), date(2026, 12, 31)) == {rep.id: Decimal(90000)}
        assert [off.reason for off in uow.people.time_off([rep.id])[rep.id]] == ["vacation"]
        history = moves_of(uow, deal)
    assert (deal.stage, deal.amount, deal.account_name) == (Stage.PROPOSAL, Decimal(1000), "Acme")
    assert (deal.contact_count, deal.close_date_pushes) == (2, 1)
    assert deal.next_step == NextStep("Send the contract", date(2026, 10, 6))
    assert deal.last_activity_at == datetime(2026, 9, 22, 14, 0, tzinfo=UTC)
    assert deal.last_moved_at == datetime(2026, 9, 25, 9, 0, tzinfo=UTC)
    assert deal.first_imported_at == FIRST
    assert [(left, entered) for left, entered, _ in history] == [
        (None, Stage.QUALIFIED),
        (Stage.QUALIFIED, Stage.DISCOVERY),
        (Stage.DISCOVERY, Stage.PROPOSAL),
    ]


def test_what_changed_becomes_history_once(store: Store, crm: DatedCrm) -> None:
    sync(store, crm, now=FIRST)
    (report,) = sync(store, crm, now=FIRST + DAY)
    deals = next(file for file in report.files if file.file == "deals.csv")
    assert (deals.read, deals.taken, deals.changed, deals.same) == (2, 1, 1, 0)
    with store.reading() as uow:
        deal = deal_named(uow, "Deal d1")
        history = moves_of(uow, deal)
        new = deal_named(uow, "Deal d3")
        audited = [event.action for event in uow.audit.of_workspace()]
    assert history[-1] == (Stage.PROPOSAL, Stage.NEGOTIATION, datetime(2026, 10, 5, 15, 0, tzinfo=UTC))
    assert len(history) == 4
    # The amount's change is told, with its time, by the value history; the close date's is observed.
    assert (deal.previous_amount, deal.amount_changed_at) == (
        Decimal(1000),
        datetime(2026, 10, 5, 15, 30, tzinfo=UTC),
    )
    assert deal.close_date_pushes == 2
    assert deal.last_moved_at == FIRST + DAY
    assert deal.last_activity_at == datetime(2026, 10, 5, 14, 0, tzinfo=UTC)
    assert deal.first_imported_at == FIRST
    assert (new.amount, new.first_imported_at) == (None, FIRST + DAY)
    assert audited == ["crm.imported", "crm.imported"]


def test_a_stage_without_told_history_is_observed_with_the_rows_date(store: Store, crm: DatedCrm) -> None:
    sync(store, crm, now=FIRST + 2 * DAY)
    with store.reading() as uow:
        deal = deal_named(uow, "Deal d1")
        history = moves_of(uow, deal)
        other = deal_named(uow, "Deal d2")
    assert history[-1] == (Stage.NEGOTIATION, Stage.CLOSED_WON, datetime(2026, 10, 6, 20, 0, tzinfo=UTC))
    assert (deal.stage, deal.closed_at) == (Stage.CLOSED_WON, datetime(2026, 10, 6, 20, 0, tzinfo=UTC))
    # The contact's row no longer names the first deal.
    assert (deal.contact_count, other.contact_count) == (1, 1)


def test_all_due_snapshots_are_taken_in_order_and_none_twice(store: Store, crm: DatedCrm) -> None:
    assert next_sync(store, crm, FIRST - DAY) == FIRST
    reports = sync(store, crm, now=FIRST + 30 * DAY)
    assert [report.as_of for report in reports] == [FIRST, FIRST + DAY, FIRST + 2 * DAY]
    assert sync(store, crm, now=FIRST + 30 * DAY) == []
    assert next_sync(store, crm, FIRST + 30 * DAY) is None
    with store.reading() as uow:
        assert uow.workspace.get().crm_as_of == FIRST + 2 * DAY


class CrashingCrm(DatedCrm):
    """A source that fails while the second of its snapshots is read."""

    def read(self, snapshot: Snapshot, progress: ProgressSink | None = None) -> CrmBatch:
        if snapshot.as_of == FIRST + DAY:
            raise OSError("the disk went away")
        return super().read(snapshot, progress)


def test_after_a_crash_the_rest_is_taken_and_nothing_twice(store: Store, folder: Path, crm: DatedCrm) -> None:
    with pytest.raises(OSError, match="went away"):
        sync(store, CrashingCrm(folder, MAPPING), now=FIRST + 2 * DAY)
    reports = sync(store, crm, now=FIRST + 2 * DAY)
    assert [report.as_of for report in reports] == [FIRST + DAY, FIRST + 2 * DAY]


def test_two_processes_at_once_take_each_snapshot_once(store: Store, crm: DatedCrm) -> None:
    taken: list[datetime] = []
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        taken.extend(report.as_of for report in sync(store, crm, now=FIRST + 2 * DAY))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [FIRST, FIRST + DAY, FIRST + 2 * DAY]


def test_a_source_that_cannot_be_read_stops_nothing_else(store: Store, folder: Path, crm: DatedCrm) -> None:
    snapshot(folder, FIRST + 3 * DAY, {"deals": "no,such,columns\n1,2,3\n"})
    reports = sync(store, crm, now=FIRST + 4 * DAY)
    assert [report.as_of for report in reports] == [FIRST, FIRST + DAY, FIRST + 2 * DAY]


def test_an_import_takes_all_snapshots_in_one_report(store: Store, crm: DatedCrm) -> None:
    report = import_batch(store, crm, as_of=FIRST + DAY, now=FIRST + 5 * DAY)
    deals = next(file for file in report.files if file.file == "deals.csv")
    assert (len(report.labels), deals.read, deals.taken, deals.changed) == (2, 4, 3, 1)
    again = import_batch(store, crm, as_of=FIRST + DAY, now=FIRST + 5 * DAY)
    assert (again.labels, again.files) == ((), ())


def test_people_in_a_circle_and_rows_about_nobody_are_rejected(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "snapshots"
    snapshot(
        source,
        FIRST,
        {
            "people": "id,name,email,roles,manager_id,region,segment,time_zone,country,title,active\n"
            "a,A,,manager,b,,,UTC,,,\nb,B,,manager,a,,,UTC,,,\nc,C,,rep,a,,,UTC,,,\n"
            "d,D,,boss,,,,UTC,,,\ne,E,,rep,,,,Mars,,,\nf,F,,rep,,,,UTC,,,\n",
            "activities": "id,deal_id,person_id,kind,subject,occurred_at\n"
            "a1,d9,f,call,,2026-10-01T09:00:00Z\n",
            "quotas": "person_id,period_start,period_end,amount\nc,2026-10-01,2026-12-31,1\n",
        },
    )
    (report,) = sync(store, DatedCrm(source, MAPPING), now=FIRST)
    assert sorted((r.file, r.line, r.column, r.value, r.reason) for r in report.rejects) == [
        ("activities.csv", 2, "deal_id", "d9", "no deal with this id is known"),
        ("people.csv", 2, "manager_id", "b", "reports, through others, to themselves"),
        ("people.csv", 3, "manager_id", "a", "reports, through others, to themselves"),
        ("people.csv", 4, "manager_id", "a", "nobody with this id is known"),
        ("people.csv", 5, "roles", "boss", "roles are rep, manager, vp, admin"),
        ("people.csv", 6, "time_zone", "Mars", "not an IANA time zone such as Europe/Berlin"),
        ("quotas.csv", 2, "person_id", "c", "nobody with this id is known"),
    ]
    with store.reading() as uow:
        assert [person.name for person in uow.people.all()] == ["F"]


def test_what_the_bot_knows_of_a_person_outlives_an_import(store: Store, folder: Path, crm: DatedCrm) -> None:
    sync(store, crm, now=FIRST)
    with store.writing() as uow:
        rep = next(person for person in uow.people.all() if person.name == "Re P")
        uow.people.link_slack(rep.id, "U123")
    people = "id,name,email,roles,manager_id,region,segment,time_zone,country,title,active\n"
    row = "rep,Re P,re@example.test,rep;manager,boss,West,SMB,America/New_York,US,Rep,no\n"
    snapshot(folder, FIRST + timedelta(hours=1), {"people": people + row})
    (report,) = sync(store, crm, now=FIRST + timedelta(hours=1))
    assert (report.files[0].changed, report.files[0].same) == (1, 0)
    with store.reading() as uow:
        person = uow.people.get(rep.id)
    assert person is not None
    assert (person.slack_user_id, sorted(person.roles)) == ("U123", ["manager", "rep"])
    assert (person.region, person.active) == ("West", False)
