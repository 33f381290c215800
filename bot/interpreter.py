"""The interpreter, set up for a process that serves for weeks and has many threads beside its event loop."""

from __future__ import annotations

import gc
import sys

# New objects between two looks of the garbage collector; thousands live only while a statement is built.
FEWER_COLLECTIONS = 50_000
# A thread that comes back from the database waits so long at most for the event loop to let it go on. At
# Python's own five milliseconds, a commit that others wait for would wait longer than it takes.
HAND_OVER_SECONDS = 0.001


def settle_in() -> None:
    """Take what the process holds by now for what it will hold to its end.

    A full collection that walked all of it would find nothing, and keep everybody waiting for 0.1 s.
    """
    gc.freeze()
    gc.set_threshold(FEWER_COLLECTIONS)
    sys.setswitchinterval(HAND_OVER_SECONDS)
