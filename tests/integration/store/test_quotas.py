from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.store.tables import Quotas
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import add_crm

OCT, NOV, DEC = (
    (date(2026, 10, 1), date(2026, 10, 31)),
    (date(2026, 11, 1), date(2026, 11, 30)),
    (date(2026, 12, 1), date(2026, 12, 31)),
)
Q4 = date(2026, 10, 1), date(2026, 12, 31)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("quotas", "expected"),
    [
        pytest.param([(Q4, "90000.50")], Decimal("90000.50"), id="the period itself"),
        pytest.param([(OCT, "1"), (NOV, "2"), (DEC, "3")], Decimal(6), id="parts that fill it"),
        pytest.param(
            [(Q4, "10"), (OCT, "1"), (NOV, "2"), (DEC, "3")], Decimal(10), id="itself before its parts"
        ),
        pytest.param([(OCT, "1"), (DEC, "3")], None, id="a gap"),
        pytest.param([(OCT, "1"), (NOV, "2")], None, id="a part only"),
        pytest.param([(OCT, "1"), (OCT, "1"), (NOV, "2"), (DEC, "3")], None, id="an overlap"),
        pytest.param([(YEAR, "400")], None, id="a longer period"),
        pytest.param([], None, id="none"),
    ],
)
def test_a_quota_counts_where_the_data_says_it_for_the_whole_period(
    team: Store, quotas: list[tuple[tuple[date, date], str]], expected: Decimal | None
) -> None:
    with team.writing() as uow:
        for (start, end), amount in quotas:
            add_crm(uow, Quotas, person_id="rob", period_start=start, period_end=end, amount=Decimal(amount))
        add_crm(uow, Quotas, person_id="ray", period_start=Q4[0], period_end=Q4[1], amount=Decimal(1))
        found = uow.quotas.of(["rob", "ria"], *Q4)
    assert found == ({} if expected is None else {"rob": expected})
