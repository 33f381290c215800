"""Delivers payloads over the app's open Socket Mode connections, round robin."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.deaf_line import deafen
from bot.sandbox.delivery import Ack, Payload, Retry
from bot.sandbox.identifiers import new_secret
from bot.sandbox.json_types import Json

MAX_CONNECTIONS = 10
_ENVELOPES = {
    "event": "events_api",
    "command": "slash_commands",
    "interactive": "interactive",
    "options": "interactive",
}


@dataclass(eq=False)
class SocketConnection:
    """One open connection and the envelopes it has not acknowledged."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[object]] = field(default_factory=dict)
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    deaf: bool = False

    def deafen(self) -> None:
        """Say and hear nothing from now on, though the line stays open."""
        self.deaf = True
        deafen(self.socket.scope)

    def acknowledge(self, envelope: Json) -> None:
        """Take in an app's answer to an envelope."""
        future = self.waiting.pop(str(envelope.get("envelope_id")), None)
        if future is not None and not future.done():
            future.set_result(envelope.get("payload"))

    def lost(self) -> None:
        """The connection is gone: nothing it carried will be answered."""
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("the socket was closed"))
        self.waiting.clear()


class SocketTransport:
    """Holds the app's connections; the app has `deadline` seconds to acknowledge an envelope."""

    name = "socket"

    def __init__(self, app_id: str, deadline: float) -> None:
        self._app_id = app_id
        self._deadline = deadline
        self._tickets: set[str] = set()
        self._connections: list[SocketConnection] = []

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    @property
    def deaf(self) -> int:
        """How many of them are silent."""
        return sum(connection.deaf for connection in self._connections)

    def ticket(self) -> str:
        """A secret that opens one connection once."""
        ticket = new_secret()
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket, ticket: str) -> None:
        """Greet a connection and take in its acknowledgements until it ends."""
        if ticket not in self._tickets or self.connected >= MAX_CONNECTIONS:
            await socket.close(code=1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = SocketConnection(socket)
        await socket.send_json(self._hello())
        self._connections.append(connection)
        hearing = asyncio.create_task(_hear(connection))
        cutting = asyncio.create_task(connection.cut.wait())
        try:
            # To leave without a closing frame is to break the line: the server hangs up at once.
            await asyncio.wait({hearing, cutting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (hearing, cutting):
                task.cancel()
            await asyncio.gather(hearing, cutting, return_exceptions=True)
            self._forget(connection)

    async def send(
        self, payload: Payload, retry: Retry | None = None, *, cut: bool = False, deafen: bool = False
    ) -> Ack:
        """Send an envelope on the next connection and wait for its acknowledgement.

        With `cut` the line breaks as soon as the envelope has left: the app has it, its answer is not heard.
        With `deafen` the line falls silent before: nobody has it, and nobody says so.
        """
        started = time.monotonic()
        connection = self._connections.pop(0)
        self._connections.append(connection)
        envelope = self._envelope(payload, retry)
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = answer
        if deafen:
            connection.deafen()
        try:
            async with asyncio.timeout(self._deadline):
                if not connection.deaf:
                    await connection.socket.send_json(envelope)
                if cut:
                    self._break(connection)
                body = await answer
        except TimeoutError:
            return Ack("timeout", ms=_ms(started))
        except (ConnectionError, RuntimeError, WebSocketDisconnect):
            return Ack("connection_failed", ms=_ms(started))
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)
        return Ack("ok", body or None, ms=_ms(started))

    def cut_all(self) -> None:
        """Break every connection without a word, as a network does."""
        for connection in list(self._connections):
            self._break(connection)

    def deafen_all(self) -> None:
        """Let every connection fall silent, as when a network swallows what is sent."""
        for connection in self._connections:
            connection.deafen()

    def _break(self, connection: SocketConnection) -> None:
        self._forget(connection)
        connection.cut.set()

    def _forget(self, connection: SocketConnection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        connection.lost()

    async def disconnect_all(self, reason: str) -> None:
        """Tell every connection to come back later, then close it; `reason` as Slack words it."""
        for connection in [one for one in self._connections if not one.deaf]:
            # The other side may be gone already: there is nobody left to tell.
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await connection.socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
                )
                if connection.socket.application_state is WebSocketState.CONNECTED:
                    await connection.socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connected + 1,
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    def _envelope(self, payload: Payload, retry: Retry | None) -> Json:
        envelope: Json = {
            "envelope_id": new_secret(),
            "type": _ENVELOPES[payload.kind],
            "payload": payload.body,
            "accepts_response_payload": payload.kind != "event",
        }
        if payload.kind == "event":
            envelope["retry_attempt"] = retry.number if retry else 0
            envelope["retry_reason"] = retry.reason if retry else ""
        return envelope


async def _hear(connection: SocketConnection) -> None:
    """Take in acknowledgements until the other side is gone, or says what nobody understands."""
    with contextlib.suppress(WebSocketDisconnect, ValueError, RuntimeError):
        while True:
            message = json.loads(await connection.socket.receive_text())
            if isinstance(message, dict):
                connection.acknowledge(message)


def _ms(started: float) -> float:
    return (time.monotonic() - started) * 1000
