"""Transactions of one database: alone, or joined to the one of the request that a thread is handling."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import Connection, Engine

from bot.store.engine import READING
from bot.store.handling import AlreadyHandledError, Handling, Inbound
from bot.store.repositories.inbound import InboundRepository
from bot.store.writer_lock import writer_lock


class NestedUnitOfWorkError(RuntimeError):
    """A unit of work was opened inside another of the same thread: it would wait for itself, or see less."""


class Transactions:
    """Opens one transaction at a time in each thread."""

    def __init__(self, engine: Engine, workspace_id: str) -> None:
        self._engine = engine
        self._workspace_id = workspace_id
        self._here = threading.local()

    @contextmanager
    def handling(self, request: Inbound) -> Iterator[Handling]:
        """Let all that this thread writes within the block commit at its end, once, with the request's key.

        The key is taken with the first write: a repetition that comes meanwhile waits for this one's end.
        Whatever is opened within raises AlreadyHandledError where the request was carried out before.
        An exception that leaves the block undoes everything, the key too: the request may come again.
        """
        if self._handling is not None or getattr(self._here, "open", False):
            raise NestedUnitOfWorkError("a request is being handled in this thread already")
        handling = Handling(request)
        self._here.handling = handling
        try:
            with handling.until_done:
                yield handling
                if handling.connection is not None and handling.answer is not None:
                    self._keys(handling.connection).keep_answer(request.key, handling.answer)
        finally:
            self._here.handling = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction for writing, or a savepoint in that of the request under way."""
        with self._once():
            if (handling := self._handling) is None:
                with self._transaction() as connection:
                    yield connection
            else:
                connection = self._joined(handling)
                with connection.begin_nested():
                    yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction for reading; a request that has written reads what it wrote."""
        handling = self._handling
        with self._once():
            if handling is not None and handling.connection is not None:
                yield handling.connection
                return
            with self._snapshot() as connection:
                if handling is not None:
                    self._refuse_repeated(handling, connection)
                yield connection

    @property
    def answers_a_request(self) -> bool:
        """Tell whether this thread is handling a request from outside."""
        return self._handling is not None

    @property
    def _handling(self) -> Handling | None:
        return getattr(self._here, "handling", None)

    @contextmanager
    def _once(self) -> Iterator[None]:
        if getattr(self._here, "open", False):
            raise NestedUnitOfWorkError("a unit of work is open in this thread: pass it on instead")
        self._here.open = True
        try:
            yield
        finally:
            self._here.open = False

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        lock = writer_lock(self._engine)
        with lock.turn() if lock else nullcontext(), self._engine.begin() as connection:
            yield connection

    def _joined(self, handling: Handling) -> Connection:
        if handling.repeated is not None:
            raise handling.repeated
        if handling.connection is None:
            connection = handling.until_done.enter_context(self._transaction())
            request = handling.request
            if not self._keys(connection).first_time(request.key, request.kind, request.received_at):
                self._refuse_repeated(handling, connection)
            handling.connection = connection
        return handling.connection

    def _refuse_repeated(self, handling: Handling, connection: Connection) -> None:
        found = self._keys(connection).answer(handling.request.key)
        if found is not None:
            handling.repeated = AlreadyHandledError(found.answer)
            raise handling.repeated

    def _keys(self, connection: Connection) -> InboundRepository:
        return InboundRepository(connection, self._workspace_id)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                with _sqlite_reading(connection):
                    yield connection
            else:
                options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                with connection.execution_options(**options).begin():
                    yield connection


@contextmanager
def _sqlite_reading(connection: Connection) -> Iterator[None]:
    # SQLite knows no read-only transaction, only a read-only connection; it goes back to the pool as it came.
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    try:
        with connection.execution_options(**{READING: True}).begin():
            yield
    finally:
        cursor.execute("PRAGMA query_only = OFF")
        cursor.close()
