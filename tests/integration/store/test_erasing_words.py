"""What is append-only lets words go while an erasure is open, and nothing else, and not for longer."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Executable, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from bot.store.tables import AuditEvents, CoachingLogs, CoachingReads, Erasures
from bot.store.unit_of_work import Store, UnitOfWork
from tests.integration.store.seeds import NOW, add_fire, owed


def opened(uow: UnitOfWork) -> None:
    values = {"id": "era_1", "workspace_id": "main", "kind": "person", "by": "test", "counts": {}}
    uow.connection.execute(insert(Erasures).values(opened_at=NOW, **values))


def tried(store: Store, statement: Executable) -> None:
    """Carry out a statement while an erasure is open."""
    with store.writing() as uow:
        opened(uow)
        uow.connection.execute(statement)


def closed(uow: UnitOfWork) -> None:
    uow.connection.execute(update(Erasures).values(finished_at=NOW))


@pytest.fixture
def recorded(team: Store) -> Store:
    with team.writing() as uow:
        uow.audit.record(NOW, "mia", "logged", "obligation", "o1", after={"said": "personal"})
    return team


def test_words_go_while_an_erasure_is_open(recorded: Store) -> None:
    with recorded.writing() as uow:
        opened(uow)
        uow.connection.execute(update(AuditEvents).values(after={"said": "[erased]"}))
        closed(uow)
    with recorded.reading() as uow:
        (event,) = uow.audit.of_workspace()
    assert (event.actor_id, event.action, event.after) == ("mia", "logged", {"said": "[erased]"})


@pytest.mark.parametrize("column", ["actor_id", "action", "entity_id", "reference", "at"])
def test_nothing_but_words_goes(recorded: Store, column: str) -> None:
    with pytest.raises(DBAPIError, match="audit_events is append-only"):
        tried(recorded, text(f"UPDATE audit_events SET {column} = '2026-01-01 00:00:00'"))


def test_no_event_goes(recorded: Store) -> None:
    with pytest.raises(DBAPIError, match="audit_events is append-only"):
        tried(recorded, delete(AuditEvents))


def test_a_finished_erasure_opens_nothing(recorded: Store) -> None:
    with recorded.writing() as uow:
        opened(uow)
        closed(uow)
    with pytest.raises(DBAPIError, match="audit_events is append-only"), recorded.writing() as uow:
        uow.connection.execute(update(AuditEvents).values(after={"said": "[erased]"}))


def test_who_read_a_log_is_not_changed_and_goes_only_with_an_erasure(team: Store) -> None:
    with team.writing() as uow:
        (obligation_id,) = uow.obligations.add([owed(add_fire(uow))])
        log = {"id": "log_1", "kind": "session", "manager_id": "mia", "rep_id": "rob", "minutes": 30}
        when = {"logged_at": NOW, "held_on": date(2026, 10, 5), "version": 1, "focus_area": "discovery"}
        values = {"workspace_id": "main", "obligation_id": obligation_id, **log, **when}
        uow.connection.execute(insert(CoachingLogs).values(**values))
        for _ in range(2):
            uow.coaching_reads.note(["log_1"], "mia", "text", NOW)
        assert uow.coaching_reads.readers("log_1") == [("mia", NOW)]
    for statement in (update(CoachingReads).values(depth="facts"), delete(CoachingReads)):
        with pytest.raises(DBAPIError, match="coaching_reads is append-only"), team.writing() as uow:
            uow.connection.execute(statement)
    with pytest.raises(DBAPIError, match="coaching_reads is append-only"):
        tried(team, update(CoachingReads).values(depth="facts"))
    with team.writing() as uow:
        opened(uow)
        uow.connection.execute(delete(CoachingReads))
        closed(uow)
        assert uow.coaching_reads.readers("log_1") == []
