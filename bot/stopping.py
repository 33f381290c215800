"""Told to stop, a process ends in order, and in time whatever it is still at."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading

import structlog

log = structlog.get_logger()

# From the signal to the end, all told.
STOP_SECONDS = 10.0


def stop_on_signals(stopping: asyncio.Event, seconds: float = STOP_SECONDS) -> None:
    """Set `stopping` on SIGTERM or SIGINT; so many seconds later the process ends, finished or not.

    A thread can't be stopped, and an import may keep one for minutes. All that it writes commits together or
    not at all, so that to be cut off does no more harm than a kill, for which everything here is made.
    """

    def leave() -> None:
        log.warning("stopped_unfinished", seconds=seconds)
        sys.stderr.flush()
        os._exit(0)

    def stop() -> None:
        if not stopping.is_set():
            stopping.set()
            deadline = threading.Timer(seconds, leave)
            deadline.daemon = True
            deadline.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
