from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from bot.store.tables import Deals
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import NOW, add_deal

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 10, 5, 7, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
        datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(team: Store, instant: datetime) -> None:
    with team.writing() as uow:
        uow.workspace.set_crm_as_of(instant)
    with team.reading() as uow:
        found = uow.workspace.get().crm_as_of
    assert found is not None
    # The same instant, said in the same way: equal times in two zones are not enough.
    assert found.isoformat() == instant.astimezone(UTC).isoformat()


def test_a_time_without_zone_is_refused(team: Store) -> None:
    with pytest.raises(StatementError, match="without a zone"), team.writing() as uow:
        uow.workspace.set_crm_as_of(datetime(2026, 10, 5, 9, 0))  # noqa: DTZ001 - what is refused


def test_instants_are_compared_and_sorted_by_time_whatever_zone_they_came_in(team: Store) -> None:
    tokyo, new_york = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
    times = {
        "third": datetime(2026, 10, 5, 4, 0, tzinfo=new_york),
        "first": datetime(2026, 10, 5, 15, 0, tzinfo=tokyo),
        "second": datetime(2026, 10, 5, 9, 0, tzinfo=BERLIN),
    }
    with team.writing() as uow:
        for name, at in times.items():
            add_deal(uow, name, created_at=at)
        by_time = uow.connection.scalars(select(Deals.id).order_by(Deals.created_at)).all()
        until = uow.connection.scalars(select(Deals.id).where(Deals.created_at <= times["second"])).all()
    assert by_time == ["first", "second", "third"]
    assert set(until) == {"first", "second"}


@pytest.mark.parametrize(
    "amount", ["0.00", "0.01", "-0.01", "1234.10", "99999999999999.99", "-5000000000000.05"]
)
def test_an_amount_comes_back_to_the_cent(team: Store, amount: str) -> None:
    with team.writing() as uow:
        add_deal(uow, "deal", amount=Decimal(amount))
    with team.reading() as uow:
        deal = uow.deals.get("deal")
    assert deal is not None
    assert str(deal.amount) == amount


def test_sql_adds_amounts_up_exactly(team: Store) -> None:
    with team.writing() as uow:
        for number in range(30):
            add_deal(uow, f"deal{number}", amount=Decimal("0.10"))
        add_deal(uow, "large", amount=Decimal("90071992547409.93"))  # as a float it would be .94
        total = uow.connection.scalar(select(func.sum(Deals.amount)))
        larger = uow.connection.scalars(select(Deals.id).where(Deals.amount > Decimal("0.10"))).all()
    assert total == Decimal("90071992547412.93")
    assert larger == ["large"]


def test_an_amount_that_would_be_rounded_is_refused(team: Store) -> None:
    with pytest.raises(StatementError, match="more than 2 decimal places"), team.writing() as uow:
        add_deal(uow, "deal", amount=Decimal("0.105"))


def test_json_keeps_decimals_exact_and_dates_readable(team: Store) -> None:
    with team.writing() as uow:
        uow.audit.record(NOW, None, "changed", "deal", "d1", after={"amount": Decimal("0.10"), "at": NOW})
        (event,) = uow.audit.of_entity("deal", "d1")
        nulls = uow.connection.scalar(text("SELECT count(*) FROM audit_events WHERE before IS NULL"))
    assert event.after == {"amount": "0.10", "at": "2026-10-05T07:00:00+00:00"}
    assert event.before is None
    assert nulls == 1  # SQL's NULL, not the JSON word
