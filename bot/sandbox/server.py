"""Builds the workspace's server and runs it."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from bot.sandbox import clock_api, control_api, page_api, page_files, response_api
from bot.sandbox.deaf_line import DeafLine
from bot.sandbox.hub import Hub, build_hub
from bot.sandbox.sockets import app_link, page_feed
from bot.sandbox.timing import Timing
from bot.sandbox.web_api.gateway import answer_call
from bot.sandbox.workspace_file import WorkspaceFile

_log = logging.getLogger(__name__)


def build_sandbox(
    workspace: WorkspaceFile,
    manifest: Mapping[str, object],
    *,
    events_url: str | None,
    data: Path | None,
    timing: Timing | None = None,
) -> Starlette:
    """A whole workspace as an ASGI application.

    `events_url` is the app's request URL; None leaves Socket Mode. With a `data` folder all state survives a
    restart. `timing` shortens waits for tests. Raises OSError or ValueError for a data folder it can't read.
    """
    hub = build_hub(workspace, manifest, events_url=events_url, data=data, timing=timing or Timing())

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:  # noqa: ARG001 - Starlette's shape
        yield
        await hub.close()

    routes = [
        *page_files.ROUTES,
        Route("/archives/{channel}/{message}", _permalink),
        WebSocketRoute("/page/ws", page_feed),
        *page_api.ROUTES,
        Route("/api/{method}", answer_call, methods=["GET", "POST"]),
        *response_api.ROUTES,
        *clock_api.ROUTES,
        *control_api.ROUTES,
        WebSocketRoute("/link/", app_link),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.hub = hub
    return app


async def serve_sandbox(
    app: Starlette, *, host: str = "127.0.0.1", port: int, ready: asyncio.Event | None = None
) -> None:
    """Serve until cancelled or told to stop by a signal; port 0 takes a free one (see `base_url_of`).

    `ready` is set once connections are taken. Raises OSError when the port is taken.
    """
    listener = listening_socket(host, port)
    hub: Hub = app.state.hub
    hub.base_url = f"http://{_reachable(host)}:{listener.getsockname()[1]}"
    server = _Server(app, hub, ready)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
    finally:
        listener.close()


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound TCP socket for a server. Raises OSError when the port is taken.

    The protocol is named because asyncio switches Nagle's algorithm off only where it is: left on, each
    answer on a kept connection may wait 40 ms for a delayed acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def base_url_of(app: Starlette) -> str:
    """Where a served workspace is, without a slash at the end; `…/api/` is its SLACK_API_URL."""
    hub: Hub = app.state.hub
    return hub.base_url


class _Server(uvicorn.Server):
    """Uvicorn, which tells when it listens and lets go of long polls when it shall stop."""

    def __init__(self, app: Starlette, hub: Hub, ready: asyncio.Event | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=2,
                ws=DeafLine,
                ws_ping_interval=10,
                ws_ping_timeout=20,
            )
        )
        self._hub = hub
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _log.info("the workspace is at %s", self._hub.base_url)
        if self._ready is not None:
            self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.release()
        await super().shutdown(sockets)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - recognised, not bound


async def _permalink(request: Request) -> Response:
    """Lead from a message's address to the page at its channel, and at its thread."""
    query = {"channel": request.path_params["channel"]}
    if thread := request.query_params.get("thread_ts"):
        query["thread"] = thread
    return RedirectResponse(f"/?{urlencode(query)}")
