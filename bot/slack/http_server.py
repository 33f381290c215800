"""Serves the HTTP endpoint on the port it was given, and leaves signals to whoever runs the process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.errors import ConfigurationError, Fault

ADDRESS = "0.0.0.0"  # noqa: S104 - Slack reaches it through the host's proxy; every request is signed
GRACE_SECONDS = 5
BACKLOG = 1024


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: the process ends in one place, where the jobs are finished too."""
        yield


class HttpServer:
    """One uvicorn server inside the running event loop."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Serve while the block runs; give the port, and raise ConfigurationError where it is taken."""
        listening = self._bind()
        config = uvicorn.Config(
            self._app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await serving
            listening.close()

    def _bind(self) -> socket.socket:
        # Named protocol: asyncio switches Nagle's delay off only where it sees TCP by name.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((ADDRESS, self._port))
            # From here on connections wait in the queue instead of being refused while the server starts.
            listening.listen(BACKLOG)
        except OSError as error:
            listening.close()
            found = f"{self._port}: {error.strerror}"
            raise ConfigurationError([Fault("environment", "PORT", found, "a free port")]) from None
        return listening
