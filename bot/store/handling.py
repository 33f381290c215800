"""A request from outside while it is handled: its key and all it writes commit together, or not at all."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something that came in, under the key with which it would come again."""

    key: str
    kind: str
    received_at: datetime


class AlreadyHandledError(Exception):
    """The request was carried out before; `answer` is what was kept of its answer, if anything was."""

    def __init__(self, answer: str | None) -> None:
        super().__init__("this request was carried out before")
        self.answer = answer


class Handling:
    """One request under way in one thread. `connection` is its transaction once something was written."""

    def __init__(self, request: Inbound) -> None:
        self.request = request
        self.connection: Connection | None = None
        self.answer: str | None = None
        self.repeated: AlreadyHandledError | None = None
        self.until_done = ExitStack()

    def keep(self, answer: str | None) -> None:
        """Keep this answer beside the key, for when the request comes again; only with something written."""
        self.answer = answer
