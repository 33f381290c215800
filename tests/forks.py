"""Processes of a test's own, forked from one that has imported the product already (see `preloaded`).

A new interpreter that imports it all is most of what a start costs. That `python -m bot` and the installed
command start too is tested in tests/integration (test_command_line.py, test_running.py).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.preloaded"])


class Forked:
    """A process that calls a function of a module with these arguments and ends; it appends to the log."""

    def __init__(self, log: Path, work: Callable[..., None], *arguments: object) -> None:
        self._process = _forks.Process(target=_with_output_in, args=(str(log), work, *arguments))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def is_alive(self) -> bool:
        """Tell whether it runs, frozen or not."""
        return self._process.is_alive()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens if it has ended."""
        if self.is_alive():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it outright."""
        self.send(signal.SIGKILL)

    def ends_within(self, seconds: float) -> int:
        """Wait for its end and return its exit code; TimeoutError when it goes on."""
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise TimeoutError(f"process {self.pid} goes on after {seconds:.0f} s")
        return self._process.exitcode


def _with_output_in(log: str, work: Callable[..., None], *arguments: object) -> None:
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(written, 1)
    os.dup2(written, 2)
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    work(*arguments)


def _end_with_the_tests() -> None:
    """Leave nothing running where the tests themselves were killed."""
    tests = multiprocessing.parent_process()
    assert tests is not None
    tests.join()
    os._exit(1)
