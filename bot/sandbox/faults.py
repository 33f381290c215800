"""Faults on demand: what goes wrong, how often, and at which calls.

What befalls a call is one class here and one row in `KINDS`; what befalls a payload on its way to the app is
a question that `FaultBoard` answers.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.identifiers import new_id
from bot.sandbox.json_types import Json
from bot.sandbox.rate_tiers import RateTiers

Perform = Callable[[], Awaitable[Response]]


class FaultError(ValueError):
    """A fault that was asked for wrongly; the text says how."""


@dataclass(frozen=True)
class Call:
    """A call of the Web API on its way: `perform` carries it out."""

    method: str
    channel: str
    perform: Perform


class FaultKind(Protocol):
    """What a fault does to a call of the Web API."""

    async def call(self, call: Call, settings: "Settings") -> Response:
        """Answer a call, with or without performing it."""
        ...


@dataclass(frozen=True)
class Settings:
    """How bad a fault is: seconds to wait or to be told to wait, and an HTTP status."""

    retry_after: int = 1
    delay: float = 1.0
    status: int | None = None


class RateLimit:
    """429 with Retry-After; the call is not performed."""

    async def call(self, call: Call, settings: Settings) -> Response:  # noqa: ARG002 - not performed
        """Refuse."""
        return _limited(settings.retry_after)


class ServerError:
    """A 5xx without a JSON body; the call is not performed."""

    async def call(self, call: Call, settings: Settings) -> Response:  # noqa: ARG002 - not performed
        """Fail."""
        return Response("upstream connect error", status_code=settings.status or 503)


class LostReply:
    """The call is performed, then the connection drops, or a 5xx comes where a status is given."""

    async def call(self, call: Call, settings: Settings) -> Response:
        """Perform, and lose the answer."""
        await call.perform()
        return (
            Response("bad gateway", status_code=settings.status) if settings.status else DroppedConnection()
        )


class SlowReply:
    """The call is performed, and answered late."""

    async def call(self, call: Call, settings: Settings) -> Response:
        """Perform, and dawdle."""
        response = await call.perform()
        await asyncio.sleep(settings.delay)
        return response


class SlackLimits:
    """429 where calls come faster than Slack takes them, method by method and channel by channel."""

    def __init__(self) -> None:
        self._tiers = RateTiers()

    async def call(self, call: Call, settings: Settings) -> Response:  # noqa: ARG002 - a protocol's shape
        """Perform, or refuse for as long as Slack would."""
        wait = self._tiers.wait(call.method, call.channel)
        return _limited(wait) if wait else await call.perform()


class DroppedConnection(Response):
    """Promises a body and hangs up before it: the caller never learns how the call ended."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's shape
        """Start an answer and leave it unfinished."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


KINDS: Mapping[str, Callable[[], FaultKind]] = {
    "rate_limit": RateLimit,
    "server_error": ServerError,
    "lost_reply": LostReply,
    "slow_reply": SlowReply,
    "slack_limits": SlackLimits,
}
# What befalls payloads on their way to the app; `method` is their type then. An event comes twice with the
# same event_id, or after the one that happened next; a socket is cut before an acknowledgement is heard, or
# stays open and says nothing any more, not even in answer to a ping.
TO_THE_APP = ("duplicate_event", "reordered_event", "dropped_socket", "deaf_socket")


@dataclass
class Fault:
    """One fault in force. `times` is how often it will still strike; None means for ever."""

    id: str
    kind: str
    method: str
    times: int | None
    probability: float
    settings: Settings
    seed: int
    struck: int = 0
    _dice: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._dice.seed(self.seed)
        self.effect = KINDS[self.kind]() if self.kind in KINDS else None

    def strikes(self, name: str) -> bool:
        """Whether the fault hits this call or event; counts when it does."""
        if self.method not in ("*", name) or (self.times is not None and self.struck >= self.times):
            return False
        if self._dice.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def as_json(self) -> Json:
        """The shape of `/control/faults`."""
        shown = {
            "id": self.id,
            "kind": self.kind,
            "method": self.method,
            "times": self.times,
            "struck": self.struck,
        }
        return shown | {"probability": self.probability, "seed": self.seed} | self.settings.__dict__


class FaultBoard:
    """The faults in force, in the order they were set."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, raw: object) -> Fault:
        """Set a fault from the control API's body; raises `FaultError`."""
        known = (*KINDS, *TO_THE_APP)
        if not isinstance(raw, dict) or raw.get("kind") not in known:
            raise FaultError(f"kind: one of {', '.join(known)}")
        try:
            fault = _read(raw)
        except (TypeError, ValueError) as error:
            raise FaultError(f"a number was expected: {error}") from error
        if not 0 <= fault.probability <= 1:
            raise FaultError("probability: between 0 and 1")
        self.faults.append(fault)
        return fault

    def clear(self, kind: str | None = None) -> None:
        """Lift all faults, or those of a kind."""
        self.faults = [fault for fault in self.faults if kind is not None and fault.kind != kind]

    async def call(self, call: Call) -> Response:
        """Perform a call of the Web API under the first fault that strikes it."""
        for fault in self.faults:
            if fault.effect is not None and fault.strikes(call.method):
                return await fault.effect.call(call, fault.settings)
        return await call.perform()

    def copies(self, event: str) -> int:
        """How many more times than once an event of this type shall be delivered."""
        return len(self._striking("duplicate_event", event))

    def held_for(self, event: str) -> float | None:
        """For how many seconds at most an event waits to be overtaken; None when it leaves at once."""
        return max((fault.settings.delay for fault in self._striking("reordered_event", event)), default=None)

    def cuts(self, payload: str) -> bool:
        """Whether the socket breaks as soon as a payload of this type has left on it."""
        return bool(self._striking("dropped_socket", payload))

    def deafens(self, payload: str) -> bool:
        """Whether the socket falls silent before a payload of this type leaves on it."""
        return bool(self._striking("deaf_socket", payload))

    def _striking(self, kind: str, name: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.kind == kind and fault.strikes(name)]


def _limited(seconds: int) -> Response:
    headers = {"Retry-After": str(seconds)}
    return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)


def _read(raw: Json) -> Fault:
    times, status = raw.get("times"), raw.get("status")
    return Fault(
        id=new_id("F", 6),
        kind=raw["kind"],
        method=str(raw.get("method") or "*"),
        times=None if times is None else int(times),
        probability=float(raw.get("probability", 1.0)),
        settings=Settings(
            retry_after=int(raw.get("retry_after", 1)),
            delay=float(raw.get("delay", 1.0)),
            status=None if status is None else int(status),
        ),
        seed=int(raw.get("seed", 0)),
    )
