"""Starts, kills and freezes real worker processes on one database, and reads what they noted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.forks import Forked
from tests.integration.jobs.worker_process import run


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a worker: what it did with which delivery (or slot), and when (seconds of the epoch)."""

    what: str
    subject: str
    pid: int
    at: float


@dataclass
class Fleet:
    """Worker processes; all that is left is killed by `end`."""

    url: str
    notes_file: Path
    workers: list[Forked] = field(default_factory=list)

    def start(self, seconds: float = 0.0, wait_before_again: float = 0.0) -> Forked:
        """Start a worker whose messages take this long, and wait until it works."""
        log = self.notes_file.with_suffix(".log")
        worker = Forked(log, run, self.url, self.notes_file, seconds, wait_before_again)
        self.workers.append(worker)
        wait_for(lambda: any(note.pid == worker.pid for note in self.notes("ready")), 30)
        return worker

    def notes(self, what: str) -> list[Note]:
        """Return the notes of one kind, in the order they were made."""
        if not self.notes_file.exists():
            return []
        lines = [line.split() for line in self.notes_file.read_text().splitlines()]
        return [Note(word, subject, int(pid), float(at)) for word, subject, pid, at in lines if word == what]

    def slot(self, worker: Forked) -> str:
        """Return the slot that a worker took."""
        return next(note.subject for note in self.notes("ready") if note.pid == worker.pid)

    def end(self) -> None:
        """Kill what still runs, frozen or not."""
        for worker in self.workers:
            worker.kill()
            worker.ends_within(30)


def wait_for(condition: Callable[[], bool], seconds: float) -> float:
    """Wait until it holds and return how long that took; fail when it does not in time."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began
