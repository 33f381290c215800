from __future__ import annotations

from decimal import Decimal

import pytest

from bot.store.repositories.imports import RejectRow
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import DAY, NOW


def test_a_workspace_is_made_once(store: Store) -> None:
    with store.writing() as uow:
        assert uow.workspace.find() is None
        with pytest.raises(LookupError, match="has not been set up"):
            uow.workspace.get()
        made = uow.workspace.ensure("Acme", "EUR", "Europe/Berlin", NOW, fiscal_first_month=2)
        again = uow.workspace.ensure("Other", "USD", "UTC", NOW + DAY)
    assert made == again
    assert (made.name, made.currency, made.fiscal_first_month, made.crm_as_of) == ("Acme", "EUR", 2, None)


def test_what_is_learned_of_a_workspace_is_kept(team: Store) -> None:
    with team.writing() as uow:
        uow.workspace.set_crm_as_of(NOW)
        uow.workspace.set_slack_team("T1")
        uow.workspace.set_cadences_since(NOW)
        uow.workspace.set_cadences_since(NOW + DAY)  # the first time stands
        uow.workspace.describe(
            name="Acme AG", currency="CHF", time_zone="Europe/Zurich", fiscal_first_month=4
        )
    with team.reading() as uow:
        found = uow.workspace.get()
    assert (found.crm_as_of, found.slack_team_id, found.cadences_since) == (NOW, "T1", NOW)
    assert (found.name, found.currency, found.time_zone, found.fiscal_first_month) == (
        "Acme AG",
        "CHF",
        "Europe/Zurich",
        4,
    )


def test_settings_grow_by_versions(team: Store) -> None:
    with team.writing() as uow:
        first = uow.settings.ensure_first(
            {"measures": {"target": Decimal("3.0")}, "cadences": {"a": [1]}}, NOW
        )
        assert sorted(first) == ["cadences", "measures"]
        assert uow.settings.put("measures", {"target": "2.5"}, "vic", NOW + DAY) == 2
        assert uow.settings.ensure_first({"measures": {}, "roles": {}}, NOW) == ["roles"]
        assert uow.settings.put("new", {"x": 1}, None, NOW) == 1
        assert uow.settings.current("unknown") is None
    with team.reading() as uow:
        ruling = uow.settings.current("measures")
        history = uow.settings.history("measures")
    assert ruling is not None
    assert (ruling.version, ruling.value, ruling.changed_by) == (2, {"target": "2.5"}, "vic")
    assert [(one.version, one.value) for one in history] == [(2, {"target": "2.5"}), (1, {"target": "3.0"})]


def test_a_key_comes_in_once_in_each_workspace(team: Store) -> None:
    other = Store(team.engine, "other")
    with team.writing() as uow:
        assert uow.inbound.first_time("Ev1", "event", NOW)
        assert not uow.inbound.first_time("Ev1", "event", NOW + DAY)
        assert uow.inbound.first_time("Ev2", "event", NOW)
    with other.writing() as uow:
        uow.workspace.ensure("Other", "USD", "UTC", NOW)
        assert uow.inbound.first_time("Ev1", "event", NOW)


def test_a_run_of_an_import_is_kept_with_what_it_refused(team: Store) -> None:
    rejects = [
        RejectRow("deals.csv", 12, "amount", "12,5,0", "not a number"),
        RejectRow("accounts.csv", None, None, None, "the file is missing"),
    ]
    with team.writing() as uow:
        run = uow.imports.start("crm", NOW, "monday", NOW)
        assert uow.imports.latest() is None  # still running
        uow.imports.add_rejects(run, rejects)
        uow.imports.add_rejects(run, [])
        totals = {"rows_read": 10, "rows_taken": 8, "rows_rejected": 2}
        uow.imports.finish(run, counts={"deals": {"inserted": 8}}, now=NOW + DAY, **totals)
        older = uow.imports.start("crm", NOW - DAY, "sunday", NOW + DAY)
        uow.imports.finish(older, rows_read=0, rows_taken=0, rows_rejected=0, counts={}, now=NOW + DAY)
    with team.reading() as uow:
        latest, of_source, elsewhere = (
            uow.imports.latest(),
            uow.imports.latest("crm"),
            uow.imports.latest("hubspot"),
        )
        assert uow.imports.rejects(run) == [rejects[1], rejects[0]]
        assert uow.imports.finished("crm", "monday") == latest
        assert uow.imports.finished("crm", "tuesday") is None
    assert latest is not None
    assert (latest.id, latest.rows_read, latest.rows_taken, latest.rows_rejected) == (run, 10, 8, 2)
    assert (latest.counts, latest.finished_at) == ({"deals": {"inserted": 8}}, NOW + DAY)
    assert (of_source, elsewhere) == (latest, None)
