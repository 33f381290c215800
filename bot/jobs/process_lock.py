"""One runner per SQLite file: a second process carrying out the same jobs would send everything twice."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from bot.errors import ConfigurationError, Fault
from bot.folders import made


class ProcessLock:
    """An operating-system lock on a file; it falls with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock, or raise ConfigurationError in words when another process holds it."""
        lock_file = (made(self._path.parent, "DRUMBEAT_DATA") / self._path.name).open("w")
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock_file.close()
            fault = Fault(
                source="environment",
                key="DRUMBEAT_DATA",
                found=f"{self._path.parent}, on which Drumbeat is already running",
                allowed="a folder of its own for each process; several need PostgreSQL (DATABASE_URL)",
            )
            raise ConfigurationError([fault]) from None
        self._file = lock_file

    def release(self) -> None:
        """Give the lock back; without it, nothing happens."""
        if self._file:
            self._file.close()
            self._file = None
