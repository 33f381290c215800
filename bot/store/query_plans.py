"""What a database plans its queries by: SQLite is told once and for all, PostgreSQL counts in time."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.store.tables import (
    Accounts,
    Activities,
    Base,
    Contacts,
    DealChanges,
    DealContacts,
    Deals,
    DealStageEvents,
    NextSteps,
    People,
    PersonRoles,
    Quotas,
)

# What SQLite takes for granted of a table it knows nothing of: its rows, and how many of them the second
# column of an index leaves, the third, and so on.
_ROWS = 1_000_000
_LEFT = (10, 9, 8, 7, 6, 5)
# How many the workspace leaves: more than the ids of many people or deals do at ten for each, and so few that
# a time after it still narrows them.
_OF_A_WORKSPACE = 20_000
_INDEXES = """
    SELECT tables.name, indexes.name, indexes."unique", (SELECT count(*) FROM pragma_index_info(indexes.name))
    FROM sqlite_master AS tables, pragma_index_list(tables.name) AS indexes
    WHERE tables.type = 'table' AND 'workspace_id' =
        (SELECT columns.name FROM pragma_index_info(indexes.name) AS columns WHERE columns.seqno = 0)
"""
_IMPORTED: tuple[type[Base], ...] = (
    People,
    PersonRoles,
    Accounts,
    Contacts,
    Deals,
    DealContacts,
    DealStageEvents,
    DealChanges,
    Activities,
    NextSteps,
    Quotas,
)


def describe_indexes(connection: Connection) -> None:
    """Tell SQLite that a workspace's id, with which many of our indexes begin, finds a great many rows.

    It takes the first column of any index to find ten. Where a few people's deals are asked for, and the
    people are more than that, it would read those of the whole company, and a fan-out grow with its square.
    `noskipscan`: else it would also go by an index's later column, and read all that is in some state where
    one row is to be found by its id. Told once and not measured by ANALYZE: a plan then never depends on how
    much there was on some day.
    See "Manual Control Of Query Plans Using SQLITE_STAT Tables" in SQLite's documentation.
    """
    if connection.dialect.name != "sqlite":
        return
    # Makes the table of figures where there is none.
    connection.exec_driver_sql("ANALYZE sqlite_master")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    for table, index, is_unique, columns in connection.exec_driver_sql(_INDEXES).all():
        left = [_OF_A_WORKSPACE, *_LEFT][:columns]
        if is_unique:
            left[-1] = 1
        figures = " ".join([*map(str, [_ROWS, *left]), "noskipscan"])
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, index, figures))


def count_imported(connection: Connection) -> None:
    """Have PostgreSQL count what an import brought in: by itself it does so a minute later or more.

    Until then it takes the tables for empty ones, and reads the deals of a whole company for one team's.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.__tablename__ for table in _IMPORTED)}")
