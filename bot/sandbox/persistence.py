"""Keeps the workspace's state in a journal of JSON lines, so that a restart loses nothing.

A journal, not a database: one writer, all state in memory, the last line about a thing is the truth. A line
torn by a crash is the last one and is dropped; each start writes the journal anew without what is outdated.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Protocol


class Store(Protocol):
    """Where things are kept, by kind and key."""

    def put(self, kind: str, key: str, value: object) -> None:
        """Keep a JSON value; None forgets it."""
        ...

    def all(self, kind: str) -> dict[str, object]:
        """What was kept of a kind, in the order it first came."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


class MemoryStore:
    """Keeps nothing beyond the process."""

    def put(self, kind: str, key: str, value: object) -> None:
        """Do nothing: the state in memory is all there is."""

    def all(self, kind: str) -> dict[str, object]:  # noqa: ARG002 - the protocol's shape
        """Nothing is kept."""
        return {}

    def close(self) -> None:
        """Hold nothing open."""


class Journal:
    """Appends each change to one file; what it has read at the start it hands out by kind."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "workspace.jsonl"
        self._lock = _only_user(folder / "workspace.lock")
        try:
            self._kept = _read(self._path)
        except ValueError:
            self._lock.close()
            raise
        _rewrite(self._path, self._kept)
        self._file: IO[str] = self._path.open("a", encoding="utf-8")

    def put(self, kind: str, key: str, value: object) -> None:
        """Append a change and hand it to the operating system before returning."""
        if self._file.closed:
            return
        self._file.write(json.dumps([kind, key, value], separators=(",", ":")) + "\n")
        self._file.flush()

    def all(self, kind: str) -> dict[str, object]:
        """What the journal held at the start; each kind can be taken once."""
        return self._kept.pop(kind, {})

    def close(self) -> None:
        """Close the file; later changes are dropped, as the workspace is gone."""
        self._file.close()
        self._lock.close()


def open_store(data: Path | None) -> Store:
    """A journal in the data folder, or nothing kept when there is none."""
    return Journal(data) if data is not None else MemoryStore()


def _only_user(path: Path) -> IO[str]:
    """Hold the folder for this process; the system lets go of it however the process ends."""
    lock = path.open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise OSError(f"{path.parent}: another workspace is using this data folder") from error
    return lock


def _read(path: Path) -> dict[str, dict[str, object]]:
    kept: dict[str, dict[str, object]] = {}
    if not path.exists():
        return kept
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            kind, key, value = json.loads(line)
        except ValueError as error:
            if number == len(lines):
                break
            raise ValueError(f"{path}: line {number} is not a line of a journal") from error
        if value is None:
            kept.get(kind, {}).pop(key, None)
        else:
            kept.setdefault(kind, {})[key] = value
    return kept


def _rewrite(path: Path, kept: dict[str, dict[str, object]]) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        for kind, values in kept.items():
            for key, value in values.items():
                file.write(json.dumps([kind, key, value], separators=(",", ":")) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
