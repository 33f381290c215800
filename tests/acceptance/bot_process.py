"""The bot as its operators run it: `drumbeat run` in a process of its own, with nothing but its variables."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from tests.forks import Forked

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 40
# What an operator would find in the log of a bot with a fault.
FAULTS = (
    *("Traceback", "request_failed", "tick_failed", "routine_failed", "delivery_dead"),
    *("step_not_drained", "events_not_worked_off"),
)


def drumbeat(
    arguments: Sequence[str],
    variables: Mapping[str, str],
    folder: Path,
    log: Path,
    hurried: Sequence[str] = (),
) -> Forked:
    """Start a command of the product in this folder, with just these variables; it appends to the log.

    `hurried`: intervals of the running bot that are a second there.
    """
    return Forked(log, _become, list(arguments), dict(variables), str(folder), list(hurried))


def _become(
    arguments: Sequence[str], variables: Mapping[str, str], folder: str, hurried: Sequence[str]
) -> None:
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    from bot import app
    from bot.__main__ import main

    for interval in hurried:
        assert isinstance(getattr(app, interval), int)
        setattr(app, interval, 1)
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
        self.hurried: Sequence[str] = ()
        self._process: Forked | None = None
        self._seen = 0

    def start(self) -> None:
        """Start it; the log goes on where it was."""
        self._seen = len(self.log())
        # A folder without a developer's .env.
        variables = {**os.environ, **self.variables}
        self._process = drumbeat(self._arguments, variables, self._folder, self._log, self.hurried)

    def stop(self, *, kill: bool = False) -> None:
        """Stop it with SIGTERM, or kill it outright, and wait for its end."""
        if self._process is None:
            return
        self._process.send(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self._process.ends_within(STOP_SECONDS)
        except TimeoutError:
            raise AssertionError(f"the bot does not stop:\n{self.log()}") from None
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
