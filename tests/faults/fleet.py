"""The bot's processes: started, killed, stopped for a while, and started again where they ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.acceptance.bot_process import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 30.0
# Each process stands for a host of its own, as in a deployment over several.
LAUNCH = """
import socket, sys
name = sys.argv.pop(1)
socket.gethostname = lambda: name
from bot.__main__ import main
sys.exit(main())
"""


@dataclass
class Member:
    """One process and how it is run. `ends` counts the times it ended without being asked to."""

    name: str
    command: str
    variables: Mapping[str, str]
    folder: Path
    ends: int = 0
    killed: bool = False
    process: subprocess.Popen[bytes] | None = None
    _seen: int = field(default=0)

    @property
    def log_file(self) -> Path:
        """Where it logs to, over all its lives."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start it; the log goes on where it was."""
        self._seen = self.log_file.stat().st_size if self.log_file.exists() else 0
        self.killed = False
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", LAUNCH, self.name, self.command],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **self.variables},
                stdout=log,
                stderr=log,
            )

    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        """Tell whether it has said so since it was started last."""
        return self.is_alive() and b"drumbeat_ready" in self.log_file.read_bytes()[self._seen :]

    @property
    def slot(self) -> str | None:
        """The name under which it carries out jobs on PostgreSQL, once it has one; a web process has none."""
        lines = self.log_file.read_bytes()[self._seen :].splitlines()
        taken = [re.search(rb"slot-\d+", line) for line in lines if b"slot_taken" in line]
        return taken[-1][0].decode() if taken and taken[-1] else None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; SIGKILL ends it at once."""
        if self.process is None:
            return
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.killed = True
            self.process.wait(STOP_SECONDS)


class Fleet:
    """The processes of one deployment, under a supervisor that starts again what ended."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members

    def start(self) -> None:
        """Start them all and wait until each is ready."""
        for member in self.members:
            member.start()
        self.ready()

    def ready(self) -> None:
        """Wait until each is ready, starting again what ended on the way."""
        deadline = time.monotonic() + START_SECONDS
        while not all(member.is_ready() for member in self.members):
            assert time.monotonic() < deadline, "\n".join(self.tails())
            self.tend()
            time.sleep(0.1)

    def tend(self) -> None:
        """Start again every process that has ended."""
        for member in self.members:
            if not member.is_alive():
                member.ends += not member.killed
                member.start()

    def stop(self) -> None:
        """End them all, politely first."""
        for member in self.members:
            if member.is_alive():
                member.signal(signal.SIGCONT)
                member.signal(signal.SIGTERM)
        for member in self.members:
            if member.process is None:
                continue
            try:
                member.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                member.signal(signal.SIGKILL)

    def tails(self) -> list[str]:
        """Return the last lines of every log, to be shown when something failed."""
        return [
            f"---- {member.name}\n" + "\n".join(member.log_file.read_text("utf-8").splitlines()[-25:])
            for member in self.members
            if member.log_file.exists()
        ]
