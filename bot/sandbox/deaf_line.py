"""A WebSocket that can fall silent: it stays open, but nothing is heard on it and no ping is answered."""

from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

_EXTENSION = "sandbox.deaf_line"


class DeafLine(WebSocketsSansIOProtocol):
    """Uvicorn's own, below the application: a silent network swallows pings too, and those never come up."""

    _deaf = False

    def handle_connect(self, event: Request) -> None:
        """Let the application reach this line through its scope."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.handshake_complete:
            self.scope["extensions"][_EXTENSION] = {"line": self}

    def data_received(self, data: bytes) -> None:
        """Take in what comes, unless it is not heard."""
        if not self._deaf:
            super().data_received(data)

    def fall_silent(self) -> None:
        """Hear nothing and say nothing of its own from now on."""
        self._deaf = True
        self.stop_keepalive()


def deafen(scope: MutableMapping[str, Any]) -> None:
    """Let the line of this connection fall silent; nothing where the server knows no such line."""
    line = scope.get("extensions", {}).get(_EXTENSION, {}).get("line")
    if isinstance(line, DeafLine):
        line.fall_silent()
