"""A second process on the same folder is refused in words; the lock falls with its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.jobs.process_lock import ProcessLock

HOLD = """
import sys
from pathlib import Path
from bot.jobs.process_lock import ProcessLock
lock = ProcessLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "running.lock"


def test_another_process_holds_it_until_it_ends_however_it_ends(path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ConfigurationError) as refused:
            ProcessLock(path).acquire()
        assert "on which Drumbeat is already running" in str(refused.value)
        assert "PostgreSQL" in str(refused.value)
    finally:
        other.kill()
        other.communicate()

    lock = ProcessLock(path)
    lock.acquire()
    lock.release()


def test_given_back_it_can_be_taken_again(path: Path) -> None:
    first, second = ProcessLock(path), ProcessLock(path)
    first.release()
    first.acquire()
    with pytest.raises(ConfigurationError):
        second.acquire()
    first.release()
    second.acquire()
    second.release()
