"""The workspace's clock: stands still between steps, and knows which clients follow it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.sandbox.json_types import Json
from bot.sandbox.persistence import Store
from bot.sandbox.timing import Timing


@dataclass(frozen=True)
class Due:
    """An instant at which a client has something to do, and what."""

    at: datetime
    label: str

    def as_json(self) -> Json:
        """The shape of the clock protocol and of the page."""
        return {"at": iso(self.at), "label": self.label}


@dataclass
class ClockClient:
    """What is known of one follower of the clock."""

    name: str
    acknowledged: int = -1
    handed: int = -1
    handed_at: float = 0.0
    awaiting: int = 0
    last_seen: float = 0.0
    next_due: Due | None = None
    next_cadence: Due | None = None


def iso(instant: datetime) -> str:
    """ISO-8601 in UTC with a Z, as the clock protocol writes it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read an ISO-8601 instant; one without a zone is taken as UTC. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def read_due(value: object) -> Due | None:
    """Read a client's announcement; raises ValueError when it is malformed."""
    if value is None:
        return None
    announced = value if isinstance(value, dict) else {}
    try:
        return Due(parse_instant(announced["at"]), str(announced.get("label", "")))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"expected {{at, label}} or null, found {value!r}") from error


@dataclass
class WorkspaceClock:
    """Now, the number of the step, and the clients; changes wake whoever waits."""

    start: datetime
    timing: Timing
    store: Store
    stepping: bool = False
    step: int = 0
    clients: dict[str, ClockClient] = field(default_factory=dict)
    on_change: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.start
        self._last_ts = 0
        self._closing = False
        self._pulse = asyncio.Event()
        kept = self.store.all("clock").get("clock")
        if isinstance(kept, dict):
            self.now = parse_instant(kept["now"])
            self.step = int(kept["step"])

    def seen_ts(self, ts: str) -> None:
        """Never mint a ts at or before one that is already in the workspace."""
        self._last_ts = max(self._last_ts, _micros_of(ts))

    def mint_ts(self) -> str:
        """A message ts: the workspace's time, unique, never backwards."""
        micros = int(self.now.timestamp()) * 1_000_000 + self.now.microsecond
        self._last_ts = max(micros, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def epoch(self) -> int:
        """Whole seconds since 1970 of the workspace's time."""
        return int(self.now.timestamp())

    def advance(self, now: datetime) -> None:
        """Make the next step: set the time, never backwards, and wake every client."""
        self.now = max(self.now, now)
        self.step += 1
        self.store.put("clock", "clock", {"now": iso(self.now), "step": self.step})
        self.changed()

    def set_stepping(self, *, stepping: bool) -> None:
        """Mark a step as under way, for the page to show."""
        self.stepping = stepping
        self.changed()

    def changed(self) -> None:
        """Wake everyone who waits on the clock and tell those who watch it."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()
        for watcher in self.on_change:
            watcher()

    def close(self) -> None:
        """Let go of every long poll, for the server to stop."""
        self._closing = True
        self.changed()

    async def wait_for_change(self, seconds: float) -> None:
        """Return at the next change, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._pulse.wait()
        except TimeoutError:
            return

    async def follow(self, client: ClockClient, seen: int, gone: asyncio.Task[None]) -> None:
        """Hold a client's question until there is a step it has not seen, or it has waited long."""
        client.awaiting += 1
        deadline = time.monotonic() + self.timing.await_hold
        try:
            while self.step == seen and not self._closing and not gone.done():
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                # The pulse of this moment: one that comes before the task starts must not be missed.
                change = asyncio.create_task(self._pulse.wait())
                await asyncio.wait({change, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
        finally:
            client.awaiting -= 1
            client.last_seen = time.monotonic()
            if not gone.done():
                client.handed, client.handed_at = self.step, client.last_seen
            self.changed()

    def heard(self, name: str, seen: int, next_due: Due | None, next_cadence: Due | None) -> ClockClient:
        """Take in a client's announcement: step `seen` is worked off, and this is what comes next."""
        client = self.clients.setdefault(name, ClockClient(name))
        client.acknowledged = seen
        client.last_seen = time.monotonic()
        client.next_due, client.next_cadence = next_due, next_cadence
        self._forget_the_dead()
        self.changed()
        return client

    def live(self) -> list[ClockClient]:
        """Clients with a question open, or with one within the grace period."""
        now = time.monotonic()
        return [
            c for c in self.clients.values() if c.awaiting or now - c.last_seen <= self.timing.client_grace
        ]

    def earliest(self, kind: str) -> Due | None:
        """The earliest `next_due` or `next_cadence` that a live client announced."""
        announced = [getattr(client, kind) for client in self.live()]
        return min((due for due in announced if due is not None), key=lambda due: due.at, default=None)

    def as_json(self) -> Json:
        """ClockState, as the page shows it."""
        due, cadence = self.earliest("next_due"), self.earliest("next_cadence")
        return {
            "now": iso(self.now),
            "stepping": self.stepping,
            "next_due": due.as_json() if due else None,
            "next_cadence": cadence.as_json() if cadence else None,
        }

    def _forget_the_dead(self) -> None:
        horizon = time.monotonic() - timedelta(minutes=10).total_seconds()
        for name in [c.name for c in self.clients.values() if not c.awaiting and c.last_seen < horizon]:
            del self.clients[name]


def _micros_of(ts: str) -> int:
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction or 0)
