"""The two WebSockets: the page's live feed, and the app's Socket Mode link."""

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.hub import Hub
from bot.sandbox.live import PageConnection
from bot.sandbox.page_state import state_frame

_GOING_AWAY = 1001
_NO_SUCH_USER = 4404


async def page_feed(socket: WebSocket) -> None:
    """Send a page its state, then every frame for its person."""
    hub: Hub = socket.app.state.hub
    user = socket.query_params.get("user", "")
    if not _same_origin(socket):
        await socket.close(code=1008)
        return
    await socket.accept()
    if user not in hub.state.users:
        await socket.close(code=_NO_SUCH_USER, reason="no such user")
        return
    connection = hub.live.connect(user)
    connection.push(state_frame(hub, user))
    sending = asyncio.create_task(_send(socket, connection))
    hearing = asyncio.create_task(_until_gone(socket))
    try:
        await asyncio.wait({sending, hearing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.live.disconnect(connection)
        for task in (sending, hearing):
            task.cancel()
        await asyncio.gather(sending, hearing, return_exceptions=True)


async def app_link(socket: WebSocket) -> None:
    """The app's Socket Mode connection."""
    hub: Hub = socket.app.state.hub
    await hub.dispatcher.sockets.serve(socket, socket.query_params.get("ticket", ""))


async def _send(socket: WebSocket, connection: PageConnection) -> None:
    # A page that is gone needs nothing any more.
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while (frame := await connection.next()) is not None:
            await socket.send_json(frame)
        await socket.close(code=_GOING_AWAY)


async def _until_gone(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, KeyError):
        while True:
            await socket.receive_text()


def _same_origin(socket: WebSocket) -> bool:
    """Whether no other site's page is asking: a browser always says where it comes from."""
    origin = socket.headers.get("origin")
    return origin is None or origin.partition("://")[2] == socket.headers.get("host")
