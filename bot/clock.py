"""The one source of `now`: the system's clock, or a clock source over HTTP that steps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import httpx
import structlog

from bot.errors import ConfigurationError, Fault

log = structlog.get_logger()

# The source answers after at most twenty seconds; a little more tells a quiet clock from a dead one.
POLL_SECONDS = 30.0
RETRY_SECONDS = 1.0
NO_STEP = -1
# A proxy on the way may answer with a page of its own: that is no clock either.
_NO_CLOCK = (httpx.HTTPError, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class DueInstant:
    """When something will next be due, with a word for it that a person reads beside the clock."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Horizon:
    """What lies ahead: the next instant at which anything is due, and the next cadence among them."""

    next_due: DueInstant | None = None
    next_cadence: DueInstant | None = None


class Clock(Protocol):
    """Tells the time; nothing else in the product may."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        return datetime.now(UTC)


Work = Callable[[datetime], Awaitable[Horizon]]


class SteppedClock:
    """A clock source over HTTP: it stands still between steps, and each step is worked off before the next.

    `follow` asks `{url}/await` with the last step seen and what lies ahead; the source answers when it has
    stepped. Asking again is the acknowledgement that everything due at that instant was carried out.
    `followed` is set once the source knows of this follower and so waits for it at each step.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.AsyncClient(timeout=POLL_SECONDS)
        self._now: datetime | None = None
        self._step = 0
        self.followed = asyncio.Event()

    def now(self) -> datetime:
        """Return the source's current moment; `read` must have been awaited once."""
        if self._now is None:
            message = "the clock source has not been read yet"
            raise RuntimeError(message)
        return self._now

    async def read(self) -> datetime:
        """Ask the source for its moment now, before following it; raise ConfigurationError if it has none."""
        try:
            answer = await self._client.get(self._url)
            answer.raise_for_status()
            self._take(answer.json())
        except _NO_CLOCK as error:
            found = f"a source that tells no time ({type(error).__name__})"
            allowed = "the clock of a sandbox that runs, or nothing: then it is the machine's"
            raise ConfigurationError([Fault("environment", "DRUMBEAT_CLOCK_URL", found, allowed)]) from error
        return self.now()

    async def follow(self, work: Work) -> None:
        """Work off the present moment, then every step to come, until cancelled; a lost source is retried."""
        horizon = await work(self.now())
        while True:
            try:
                answer = await self._client.post(f"{self._url}/await", json=self._question(horizon))
                answer.raise_for_status()
                moved = self._take(answer.json())
            except _NO_CLOCK as error:
                log.warning("clock_source_unreachable", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self.followed.set()
            if moved:
                horizon = await work(self.now())

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.aclose()

    def _question(self, horizon: Horizon) -> dict[str, object]:
        return {
            # No step has this number: the first question is answered at once, which tells that it arrived.
            "seen": self._step if self.followed.is_set() else NO_STEP,
            # Each process is waited for by itself.
            "client": f"drumbeat-{os.getpid()}",
            "next_due": _as_json(horizon.next_due),
            "next_cadence": _as_json(horizon.next_cadence),
        }

    def _take(self, answer: dict[str, object]) -> bool:
        step = int(str(answer["step"]))
        # Both are read before either is kept: a step half read would count as worked off.
        now = datetime.fromisoformat(str(answer["now"])).astimezone(UTC)
        moved = step != self._step or self._now is None
        self._step, self._now = step, now
        return moved


def _as_json(due: DueInstant | None) -> dict[str, str] | None:
    return None if due is None else {"at": due.at.isoformat(), "label": due.label}
