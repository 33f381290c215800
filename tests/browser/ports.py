"""Where the pages of the tests are served: at one address, so that Chromium loads their files once."""

from __future__ import annotations

import contextlib
import socket
from functools import cache

from tests.acceptance.bot_process import free_port


def page_port() -> int:
    """Return this process's port for pages; another free one while something listens there."""
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", _first())):
        return _first()
    return free_port()


@cache
def _first() -> int:
    return free_port()
