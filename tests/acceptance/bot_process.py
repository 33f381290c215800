"""The bot as its operators run it: `drumbeat run` in a process of its own, with nothing but its variables."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 40
# What an operator would find in the log of a bot with a fault.
FAULTS = ("Traceback", "request_failed", "tick_failed", "routine_failed", "delivery_dead", "step_not_drained")


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port: int = probe.getsockname()[1]
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
        self._process: subprocess.Popen[bytes] | None = None
        self._seen = 0

    def start(self) -> None:
        """Start it; the log goes on where it was."""
        self._seen = len(self.log())
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", *self._arguments],
                # A folder without a developer's .env.
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **self.variables},
                stdout=log,
                stderr=log,
            )

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
        self._process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self._process.wait(STOP_SECONDS)
        self._process = None

    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        """Tell whether it has said so since it was started last."""
        return "drumbeat_ready" in self.log()[self._seen :]

    def log(self) -> str:
        """Return what it has logged so far."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def faults(self) -> list[str]:
        """Return the lines of its log that speak of a fault in it."""
        return [line for line in self.log().splitlines() if any(fault in line for fault in FAULTS)]
