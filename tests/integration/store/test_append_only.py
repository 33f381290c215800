from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.verification import Answer
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import DAY, NOW, add_fire, owed
from tests.integration.store.test_conversations import conversation

TABLES = {"audit_events": "action", "acknowledgement_answers": "comment"}


@pytest.fixture
def recorded(team: Store) -> Store:
    with team.writing() as uow:
        uow.audit.record(NOW, "mia", "logged", "obligation", "o1", after={"state": "done"})
        (obligation_id,) = uow.obligations.add([owed(add_fire(uow))])
        logged = conversation(obligation_id)
        uow.conversations.add(logged)
        asked = uow.conversations.ask_acknowledgement(logged.id, "rob", NOW, NOW + DAY)
        uow.conversations.answer(asked, Answer.DISPUTED, "We did not meet", NOW)
    return team


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {table} SET {column} = 'nothing happened'", "DELETE FROM {table}"],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_change_what_was_recorded(
    recorded: Store, table: str, statement: str
) -> None:
    sql = text(statement.format(table=table, column=TABLES[table]))
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), recorded.writing() as uow:
        uow.connection.execute(sql)
    with recorded.reading() as uow:
        assert uow.connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1


@pytest.mark.parametrize("table", TABLES)
def test_nor_is_there_a_way_around_it(recorded: Store, database_kind: str, table: str) -> None:
    columns = "seq, workspace_id, at, actor_kind, action, entity_kind, entity_id"
    if table == "acknowledgement_answers":
        columns = "id, workspace_id, acknowledgement_id, answer, answered_at"
    around = {
        "sqlite": f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
        "postgresql": f"TRUNCATE {table}",
    }
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), recorded.writing() as uow:
        uow.connection.execute(text(around[database_kind]))


def test_events_are_read_in_order_by_thing_and_by_page(recorded: Store) -> None:
    with recorded.writing() as uow:
        for number in range(3):
            uow.audit.record(NOW, None, "changed", "deal", f"d{number}", actor_kind="import", reference="R1")
        (first,) = uow.audit.of_entity("obligation", "o1")
        page = uow.audit.of_workspace(after_seq=first.seq, limit=2)
        rest = uow.audit.of_workspace(after_seq=page[-1].seq)
    assert (first.actor_id, first.actor_kind, first.action) == ("mia", "person", "logged")
    assert (first.before, first.after) == (None, {"state": "done"})
    assert [event.entity_id for event in page + rest] == ["d0", "d1", "d2"]
    assert {event.reference for event in page} == {"R1"}
