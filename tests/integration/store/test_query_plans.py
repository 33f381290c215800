"""By which index SQLite finds what it is asked for, told what a workspace leaves."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.store.unit_of_work import Store

MANY = ", ".join(f"'{number}'" for number in range(300))
OF_A_TEAM = "SELECT * FROM deals WHERE workspace_id = 'w'"
HELD_FOR_A_PERSON = """
    SELECT * FROM notices JOIN deliveries ON deliveries.notice_id = notices.id
    WHERE notices.workspace_id = 'w' AND notices.person_id = 'p' AND deliveries.state = 'held'
"""


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("query", "found_by"),
    [
        (f"{OF_A_TEAM} AND id IN ({MANY})", "(id=?)"),
        (f"{OF_A_TEAM} AND owner_id IN ({MANY}) AND closed_at > ''", "(owner_id=? AND closed_at>?)"),
        (
            f"{OF_A_TEAM} AND stage NOT IN ('closed_won', 'closed_lost') AND owner_id IN ({MANY})",
            "USING INDEX ix_deals_open (workspace_id=? AND owner_id=?)",
        ),
        (
            "SELECT * FROM coaching_reads WHERE workspace_id = 'w' AND read_on < '' ORDER BY log_id LIMIT 9",
            "(workspace_id=? AND read_on<?)",
        ),
        ("SELECT * FROM deliveries WHERE state = 'held'", "SCAN deliveries"),
        (HELD_FOR_A_PERSON, "SEARCH deliveries USING INDEX ix_deliveries_notice_id (notice_id=?)"),
    ],
    ids=["deals by id", "closed of a team", "open of a team", "by time", "no way by a state", "by an id"],
)
def test_it_finds_few_rows_by_what_tells_them_apart(store: Store, query: str, found_by: str) -> None:
    with store.reading() as uow:
        plan = uow.connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    assert found_by in " ".join(str(row[3]) for row in plan)
