"""The bot as its operators run it: `drumbeat run` in a process of its own, with nothing but its variables.

The process is forked from one that has imported the product already (see `preloaded`): that is most of what a
start costs. That `python -m bot` and the installed command start too is tested with the commands
(tests/architecture).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 40
# What an operator would find in the log of a bot with a fault.
FAULTS = (
    *("Traceback", "request_failed", "tick_failed", "routine_failed", "delivery_dead"),
    *("step_not_drained", "events_not_worked_off"),
)

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.acceptance.preloaded"])


def forked(
    arguments: Sequence[str], variables: Mapping[str, str], folder: Path, log: Path
) -> ForkServerProcess:
    """Start a command of the product in this folder, with just these variables; it appends to the log."""
    process = _forks.Process(target=_become, args=(list(arguments), dict(variables), str(folder), str(log)))
    process.start()
    return process


def _become(arguments: Sequence[str], variables: Mapping[str, str], folder: str, log: str) -> None:
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(written, 1)
    os.dup2(written, 2)
    from bot.__main__ import main

    sys.exit(main(arguments))


def free_port() -> int:
    """Return a port on which nothing listens now, of those that no outgoing connection is given meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - a port is no secret
        with contextlib.suppress(OSError), closing(socket.create_server(("127.0.0.1", port))):
            return port


class BotProcess:
    """One bot: started, stopped, killed, started again on the same data."""

    def __init__(
        self, folder: Path, variables: Mapping[str, str], arguments: Sequence[str] = ("run",)
    ) -> None:
        self.port = int(variables["PORT"])
        self.database_url = variables.get("DATABASE_URL", "")
        self._folder = folder
        self.variables: Mapping[str, str] = variables
        self._arguments = arguments
        self._log = folder / "bot.log"
        self._process: ForkServerProcess | None = None
        self._seen = 0

    def start(self) -> None:
        """Start it; the log goes on where it was."""
        self._seen = len(self.log())
        # A folder without a developer's .env.
        variables = {**os.environ, **self.variables}
        self._process = forked(self._arguments, variables, self._folder, self._log)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another of its commands beside it, with the same variables."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self.variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def stop(self, *, kill: bool = False) -> None:
        """Stop it with SIGTERM, or kill it outright, and wait for its end."""
        if self._process is None:
            return
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL if kill else signal.SIGTERM)
        self._process.join(STOP_SECONDS)
        assert self._process.exitcode is not None, f"the bot does not stop:\n{self.log()}"
        self._process = None

    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The id of the process that was started last; None for one that was stopped."""
        return self._process.pid if self._process else None

    def is_ready(self) -> bool:
        """Tell whether it has said so since it was started last."""
        return "drumbeat_ready" in self.log()[self._seen :]

    def log(self) -> str:
        """Return what it has logged so far."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def faults(self) -> list[str]:
        """Return the lines of its log that speak of a fault in it."""
        return [line for line in self.log().splitlines() if any(fault in line for fault in FAULTS)]
