"""The daily sync takes the snapshots into the store, and the store tells the same stories as the CSVs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.crm.dated import DatedCrm
from bot.crm.mapping import load_mapping
from bot.domain.cadence import fiscal_quarter
from bot.domain.coverage import CoverageStatus
from bot.domain.flags import FlagKind
from bot.domain.people import Person
from bot.sample_company import write_snapshots
from bot.services.crm_sync import next_sync, sync
from bot.services.pipeline_facts import (
    PipelineFacts,
    conversion_drop,
    read_facts,
    rep_coverage,
)
from bot.services.raised_flags import FlagBasis, flagged_deals
from bot.settings_files import load_settings
from bot.store.unit_of_work import Store
from tests.unit.sample_company.crm_state import CrmState

CONFIG = Path(__file__).parents[3] / "config"
MEASURES = load_settings(CONFIG).measures
MANAGERS = ("Kara Voss", "Owen Pryce", "Denise Carter", "Rafael Ortega")
BERLIN = ZoneInfo("Europe/Berlin")
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_snapshots(tmp_path_factory.mktemp("meridian"))


@pytest.fixture
def crm(snapshots: list[Path]) -> DatedCrm:
    return DatedCrm(snapshots[0].parent, load_mapping(CONFIG / "mappings" / "sample_company.yaml"))


def nine(day: date) -> datetime:
    return datetime.combine(day, time(9), BERLIN).astimezone(UTC)


def team_facts(store: Store, manager: str, now: datetime) -> tuple[list[Person], PipelineFacts]:
    with store.reading() as uow:
        tree = uow.people.tree()
        leader = next(person for person in uow.people.all() if person.name == manager)
        reps = tree.reps_of(leader.id)
        period = fiscal_quarter(now.date())
        return reps, read_facts(uow, reps, period=period, measures=MEASURES, now=now)


def flagged(
    store: Store, manager: str, now: datetime, last_check: datetime | None
) -> dict[str, set[FlagKind]]:
    reps, facts = team_facts(store, manager, now)
    found = flagged_deals(reps, facts, FlagBasis(facts.held, MEASURES, facts.days("UTC"), now, last_check))
    return {one.deal.name: {flag.kind for flag in one.flags} for one in found}


def coverages(store: Store, manager: str, now: datetime) -> dict[str, CoverageStatus]:
    reps, facts = team_facts(store, manager, now)
    return {rep.name: rep_coverage(rep, facts, MEASURES, now).coverage.status for rep in reps}


def conversion_falls(store: Store, manager: str, now: datetime) -> bool:
    reps, facts = team_facts(store, manager, now)
    return conversion_drop(reps, facts, MEASURES, now) is not None


def by_name(state: CrmState, kinds: dict[str, set[FlagKind]]) -> dict[str, set[FlagKind]]:
    return {state.deal(deal_id).name: found for deal_id, found in kinds.items()}


@only_sqlite
def test_the_store_tells_the_same_as_the_csvs_week_by_week(
    store: Store, crm: DatedCrm, snapshots: list[Path]
) -> None:
    for week in range(6):
        now = nine(date(2026, 10, 5) + timedelta(weeks=week))
        reports = sync(store, crm, now=now)
        assert len(reports) == (5 if week else 1)
        assert [reject for report in reports for reject in report.rejects] == []
        last_check = now - timedelta(weeks=1) if week else None
        state = CrmState(snapshots, now)
        for manager in MANAGERS:
            expected = by_name(state, state.flagged(manager, last_check))
            assert flagged(store, manager, now, last_check) == expected
            assert coverages(store, manager, now) == {
                rep.name: state.coverage(rep).status for rep in state.team(manager)
            }


@only_sqlite
def test_on_the_first_monday_conversion_fell_in_one_team_only(store: Store, crm: DatedCrm) -> None:
    now = nine(date(2026, 10, 5))
    sync(store, crm, now=now)
    assert {manager: conversion_falls(store, manager, now) for manager in MANAGERS} == {
        "Kara Voss": False,
        "Owen Pryce": False,
        "Denise Carter": True,
        "Rafael Ortega": False,
    }


def test_taken_in_twice_nothing_changes_and_the_next_one_is_tomorrow(store: Store, crm: DatedCrm) -> None:
    now = nine(date(2026, 10, 5))
    assert len(sync(store, crm, now=now)) == 1
    before = flagged(store, "Kara Voss", now, None)
    assert sync(store, crm, now=now) == []
    assert flagged(store, "Kara Voss", now, None) == before
    assert next_sync(store, crm, now) == datetime(2026, 10, 6, 4, tzinfo=UTC)
