"""Rows that store tests start from: a workspace, two teams, deals, a fire with what is owed from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.domain.obligations import Obligation, ObligationKind, SourceKind, State, Verdict
from bot.domain.people import Person, Role
from bot.domain.pipeline import Stage
from bot.store.ids import new_id
from bot.store.tables import Base, Deals
from bot.store.unit_of_work import Store, UnitOfWork

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def person(person_id: str, *roles: Role, manager: str | None = None, **more: Any) -> Person:
    values = {"name": person_id.title(), "time_zone": "Europe/Berlin", **more}
    return Person(id=person_id, roles=frozenset(roles), manager_id=manager, **values)


def set_up(store: Store) -> None:
    """A VP; Mia in Berlin with Rob and Ria, Max in New York with Ray."""
    with store.writing() as uow:
        uow.workspace.ensure("Acme", "EUR", "Europe/Berlin", NOW)
        for one in (
            person("rob", Role.REP, manager="mia", email="Rob@Acme.test", slack_user_id="U1"),
            person("ria", Role.REP, manager="mia"),
            person("ray", Role.REP, manager="max", time_zone="America/New_York"),
            person("mia", Role.MANAGER, manager="vic", country="DE"),
            person("max", Role.MANAGER, manager="vic", time_zone="America/New_York"),
            person("vic", Role.VP),
        ):
            uow.people.save(one, "crm", f"crm-{one.id}")


def add(uow: UnitOfWork, table: type[Base], **values: Any) -> str:
    """Insert one row; an id is made where none is given."""
    values = {"workspace_id": uow.workspace_id, "id": new_id("row"), **values}
    uow.connection.execute(insert(table).values(**values))
    row_id: str = values["id"]
    return row_id


def add_crm(uow: UnitOfWork, table: type[Base], **values: Any) -> str:
    """Insert one row that a CRM knows."""
    row_id = values.pop("id", None) or new_id("row")
    return add(uow, table, id=row_id, source="crm", external_id=row_id, **values)


def add_deal(
    uow: UnitOfWork, deal_id: str, owner: str = "rob", stage: Stage = Stage.DISCOVERY, **more: Any
) -> str:
    values = {"name": deal_id, "first_imported_at": NOW, "updated_at": NOW, **more}
    return add_crm(uow, Deals, id=deal_id, owner_id=owner, stage=stage.value, **values)


def add_fire(uow: UnitOfWork, local_date: date = date(2026, 10, 5), zone: str = "Europe/Berlin") -> str:
    starts_at = datetime(local_date.year, local_date.month, local_date.day, 7, tzinfo=UTC)
    fire = uow.fires.record(
        "health_check",
        zone,
        local_date,
        starts_at=starts_at,
        due_at=starts_at + timedelta(hours=9),
        now=starts_at,
        late=False,
    )
    assert fire is not None
    return fire.id


def owed(fire_id: str, owner: str = "mia", subject: str | None = "rob", **more: Any) -> Obligation:
    values: dict[str, Any] = {
        "id": new_id("obl"),
        "kind": ObligationKind.COVERAGE_CONVERSATION,
        "source_kind": SourceKind.CADENCE_FIRE,
        "source_id": fire_id,
        "due_at": NOW + timedelta(hours=9),
        "state": State.DUE,
        "verdict": Verdict.PENDING,
        **more,
    }
    return Obligation(owner_id=owner, subject_id=subject, **values)
