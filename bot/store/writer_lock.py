"""A first-come-first-served lock per SQLite file, so that no writer waits behind those that came later."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine


class FifoLock:
    """A lock that is handed to the longest waiter. `threading.Lock` promises no order and starves some."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, hold the lock for the block, then hand it on."""
        self._acquire()
        try:
            yield
        finally:
            self._hand_on()

    @property
    def waiting(self) -> int:
        """Tell how many wait for their turn."""
        with self._guard:
            return len(self._waiting)

    def _acquire(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        try:
            turn.wait()
        except BaseException:
            self._give_up(turn)
            raise

    def _give_up(self, turn: threading.Event) -> None:
        # Interrupted while waiting: leave the queue, or pass on the turn that came at that very moment.
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self._hand_on()

    def _hand_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


_locks: dict[str, FifoLock] = {}
_locks_guard = threading.Lock()


def writer_lock(engine: Engine) -> FifoLock | None:
    """Return the lock of the engine's SQLite file, shared by all engines on it; None on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return None
    with _locks_guard:
        return _locks.setdefault(engine.url.database or "", FifoLock())
