"""Sends what happens to the pages that are open, each person's to that person's."""

import asyncio
from collections.abc import Iterable

from bot.sandbox.json_types import Json

# A page that lags behind by so many frames is cut off; it loads everything anew when it comes back.
_BACKLOG = 2000


class PageConnection:
    """The frames waiting for one open page."""

    def __init__(self, user: str) -> None:
        self.user = user
        self._frames: asyncio.Queue[Json | None] = asyncio.Queue(_BACKLOG)

    def push(self, frame: Json) -> bool:
        """Queue a frame; False when the page is too far behind."""
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            return False
        return True

    def end(self) -> None:
        """Make `next` return None, after dropping what is queued."""
        while not self._frames.empty():
            self._frames.get_nowait()
        self._frames.put_nowait(None)

    async def next(self) -> Json | None:
        """The next frame; None when the connection shall be closed."""
        return await self._frames.get()


class LivePages:
    """The open pages of everyone."""

    def __init__(self) -> None:
        self._open: dict[str, set[PageConnection]] = {}

    def connect(self, user: str) -> PageConnection:
        """Start to collect frames for a page of someone."""
        connection = PageConnection(user)
        self._open.setdefault(user, set()).add(connection)
        return connection

    def disconnect(self, connection: PageConnection) -> None:
        """Forget a page."""
        self._open.get(connection.user, set()).discard(connection)

    def watching(self, users: Iterable[str]) -> list[str]:
        """Those of the users who have a page open."""
        return [user for user in users if self._open.get(user)]

    def send(self, user: str, frame: Json) -> None:
        """Send a frame to every page someone has open."""
        for connection in list(self._open.get(user, ())):
            if not connection.push(frame):
                connection.end()
                self.disconnect(connection)

    def send_all(self, frame: Json) -> None:
        """Send a frame to everyone."""
        for user in list(self._open):
            self.send(user, frame)

    def close(self) -> None:
        """End every connection, for the server to stop."""
        for connections in self._open.values():
            for connection in connections:
                connection.end()
