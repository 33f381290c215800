from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert

from bot.domain.pipeline import DataField, Deal, NextStep, Stage, StageMove
from bot.store.repositories.deals import DealRepository
from bot.store.tables import (
    Accounts,
    Activities,
    Contacts,
    DealChanges,
    DealContacts,
    DealStageEvents,
    NextSteps,
    Quotas,
)
from bot.store.unit_of_work import Store, UnitOfWork
from tests.integration.store.seeds import DAY, NOW, add, add_crm, add_deal

Q4 = date(2026, 10, 1), date(2026, 12, 31)
Q4_MOMENTS = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def change(uow: UnitOfWork, field: str, old: str | None, new: str | None, days_ago: int) -> None:
    add(uow, DealChanges, deal_id="big", field=field, old_value=old, new_value=new, at=NOW - days_ago * DAY)


def add_full_deal(uow: UnitOfWork) -> Deal:
    """One deal with everything a CRM may hold, and the value it is to come back as."""
    add_crm(uow, Accounts, id="acc", name="Initech")
    known: dict[str, Any] = {
        "amount": Decimal("60000.00"),
        "close_date": date(2026, 12, 1),
        "created_at": NOW - 90 * DAY,
        "entered_stage_at": NOW - 20 * DAY,
        "last_moved_at": NOW - 3 * DAY,
        "last_activity_at": NOW - 2 * DAY,
        "forecast_category": "commit",
    }
    add_deal(uow, "big", stage=Stage.PROPOSAL, account_id="acc", name="Initech renewal", **known)
    for contact in ("ann", "bob"):
        add_crm(uow, Contacts, id=contact, account_id="acc", name=contact)
        values = {"workspace_id": uow.workspace_id, "deal_id": "big", "contact_id": contact}
        uow.connection.execute(insert(DealContacts).values(**values))
    change(uow, "amount", None, "20000.00", 60)
    change(uow, "amount", "20000.00", "30000.00", 30)
    change(uow, "amount", "30000.00", "60000.00", 3)
    change(uow, "close_date", None, "2026-10-01", 60)
    change(uow, "close_date", "2026-10-01", "2026-11-01", 30)
    change(uow, "close_date", "2026-11-01", "2026-10-15", 20)  # earlier: no push
    change(uow, "close_date", "2026-10-15", "2026-12-01", 10)
    steps = [("Sign", date(2026, 10, 20), None), ("Call", date(2026, 10, 8), None), ("Ask", None, None)]
    for words, due_on, done_at in [*steps, ("Demo", date(2026, 10, 1), NOW - 4 * DAY)]:
        add_crm(uow, NextSteps, deal_id="big", text=words, due_on=due_on, done_at=done_at)
    return Deal(
        id="big",
        name="Initech renewal",
        owner_id="rob",
        stage=Stage.PROPOSAL,
        account_name="Initech",
        previous_amount=Decimal("30000.00"),
        amount_changed_at=NOW - 3 * DAY,
        close_date_pushes=2,
        contact_count=2,
        next_step=NextStep("Call", date(2026, 10, 8)),
        first_imported_at=NOW,
        **known,
    )


def test_an_open_deal_comes_with_all_that_is_known_of_it(team: Store) -> None:
    with team.writing() as uow:
        expected = add_full_deal(uow)
        add_deal(uow, "small")
    with team.reading() as uow:
        assert uow.deals.get("big") == expected
        assert uow.deals.get("other") is None
        bare = Deal(
            id="small",
            name="small",
            owner_id="rob",
            stage=Stage.DISCOVERY,
            contact_count=0,
            first_imported_at=NOW,
        )
        assert uow.deals.open_of(["rob", "ria"]) == [expected, bare]


def test_only_open_deals_of_these_owners_are_open(team: Store) -> None:
    with team.writing() as uow:
        for stage in Stage:
            add_deal(uow, f"rob-{stage}", stage=stage)
        add_deal(uow, "ria-1", owner="ria")
        add_deal(uow, "ray-1", owner="ray")
    with team.reading() as uow:
        names = [deal.name for deal in uow.deals.open_of(["rob", "ria"])]
        assert uow.deals.open_of([]) == []
    assert names == ["ria-1", "rob-discovery", "rob-negotiation", "rob-proposal", "rob-qualified"]


def test_closed_deals_count_from_a_moment_on(team: Store) -> None:
    with team.writing() as uow:
        add_deal(uow, "won", stage=Stage.CLOSED_WON, closed_at=NOW)
        add_deal(uow, "lost", stage=Stage.CLOSED_LOST, closed_at=NOW + DAY)
        add_deal(uow, "before", stage=Stage.CLOSED_WON, closed_at=NOW - timedelta(seconds=1))
        add_deal(uow, "open", closed_at=None)
        assert [deal.id for deal in uow.deals.closed_of(["rob"], NOW)] == ["lost", "won"]


def test_won_value_tells_nothing_won_from_nothing_known(team: Store) -> None:
    first, last = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    with team.writing() as uow:
        won: dict[str, Any] = {"owner": "rob", "stage": Stage.CLOSED_WON}
        add_deal(uow, "first", amount=Decimal("1000.10"), closed_at=first, **won)
        add_deal(uow, "last", amount=Decimal("2000.20"), closed_at=last, **won)
        add_deal(uow, "unknown", closed_at=first, **won)
        add_deal(uow, "before", amount=Decimal(9), closed_at=first - timedelta(seconds=1), **won)
        add_deal(uow, "after", amount=Decimal(9), closed_at=last + timedelta(minutes=1), **won)
        add_deal(uow, "lost", amount=Decimal(9), closed_at=first, stage=Stage.CLOSED_LOST)
        add_deal(uow, "nameless", owner="ria", stage=Stage.CLOSED_WON, closed_at=first)
        assert uow.deals.won_value(["rob", "ria", "ray"], *Q4_MOMENTS) == {
            "rob": Decimal("3000.30"),
            "ria": None,
            "ray": Decimal(0),
        }


def test_moves_come_by_owner_in_order(team: Store) -> None:
    with team.writing() as uow:
        add_deal(uow, "big")
        path = [
            (None, Stage.QUALIFIED, 30),
            (Stage.QUALIFIED, Stage.DISCOVERY, 20),
            (Stage.DISCOVERY, Stage.PROPOSAL, 2),
        ]
        for left, entered, days in reversed(path):
            add(
                uow,
                DealStageEvents,
                deal_id="big",
                left_stage=left,
                entered_stage=entered,
                at=NOW - days * DAY,
            )
        found = uow.deals.moves(["rob", "ria"], NOW - 20 * DAY)
        everything = uow.deals.moves(["rob"], NOW - 365 * DAY)["rob"]
    assert found == {
        "rob": [
            StageMove("big", Stage.QUALIFIED, Stage.DISCOVERY, NOW - 20 * DAY),
            StageMove("big", Stage.DISCOVERY, Stage.PROPOSAL, NOW - 2 * DAY),
        ],
        "ria": [],
    }
    assert everything[0] == StageMove("big", None, Stage.QUALIFIED, NOW - 30 * DAY)


def test_the_number_of_queries_does_not_grow_with_the_deals(team: Store) -> None:
    def queries(uow: UnitOfWork) -> int:
        told: list[object] = []
        event.listen(uow.connection, "before_cursor_execute", lambda *told_of: told.append(told_of))
        uow.deals.open_of(["rob"])
        return len(told)

    with team.writing() as uow:
        add_full_deal(uow)
        few = queries(uow)
    with team.writing() as uow:
        for number in range(50):
            add_deal(uow, f"deal{number}")
        many = queries(uow)
    assert few == many
    assert many <= 6


@pytest.mark.parametrize(
    "database_kind", ["sqlite"], indirect=True
)  # PostgreSQL chooses by the tables' sizes
@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda deals: deals.open_of(["rob"]), "ix_deals_open"),
        (lambda deals: deals.won_value(["rob"], *Q4_MOMENTS), "ix_deals_won"),
        (lambda deals: deals.closed_of(["rob"], NOW), "ix_deals_owner_id_closed_at"),
        (lambda deals: deals.moves(["rob"], NOW), "ix_deals_owner_id_closed_at"),
    ],
    ids=["open", "won", "closed", "moves"],
)
def test_deals_are_found_by_the_index_made_for_the_question(
    team: Store, ask: Callable[[DealRepository], object], index: str
) -> None:
    told: list[tuple[str, Any]] = []
    with team.writing() as uow:
        event.listen(uow.connection, "before_cursor_execute", lambda *about: told.append(about[2:4]))
        ask(uow.deals)
        statement, parameters = told[-1]
        plan = uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert f"INDEX {index} " in f"{plan}"


def test_data_fields_are_held_once_a_row_has_them(team: Store) -> None:
    with team.writing() as uow:
        add_deal(uow, "won", stage=Stage.CLOSED_WON, amount=Decimal(5), close_date=Q4[0])
        add(uow, DealStageEvents, deal_id="won", left_stage=None, entered_stage="qualified", at=NOW)
        # What only closed deals have helps no look ahead; the first stage seen is no history.
        assert uow.data_fields() == frozenset()
        add_full_deal(uow)
        assert uow.data_fields() == {
            DataField.AMOUNTS,
            DataField.CLOSE_DATES,
            DataField.VALUE_HISTORY,
            DataField.CONTACTS,
            DataField.NEXT_STEPS,
        }
        add(uow, DealStageEvents, deal_id="big", left_stage="qualified", entered_stage="discovery", at=NOW)
        add_crm(uow, Activities, deal_id="big", kind="call", occurred_at=NOW)
        add_crm(uow, Quotas, person_id="rob", period_start=Q4[0], period_end=Q4[1], amount=Decimal(1))
        assert uow.data_fields() == frozenset(DataField)
    with Store(team.engine, "other").reading() as uow:
        assert uow.data_fields() == frozenset()
