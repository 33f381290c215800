"""What is sent to the app, how it answered, and the log of both."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.json_types import Json

Kind = Literal["event", "command", "interactive", "options"]
Outcome = Literal["ok", "timeout", "http_error", "connection_failed", "no_app", "bad_response"]

_KEPT = 5000


@dataclass(frozen=True)
class Payload:
    """One payload for the app. `body` is what Slack sends: an event, or the form fields of a command."""

    kind: Kind
    type: str
    body: Json


@dataclass(frozen=True)
class Retry:
    """The number of a repetition of an event, and why it is repeated."""

    number: int
    reason: str


@dataclass(frozen=True)
class Ack:
    """The app's answer, or that there was none in time. `body` is parsed JSON, a text, or None when empty."""

    outcome: Outcome
    body: object = None
    status: int | None = None
    ms: float = 0.0
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.outcome == "ok"


@dataclass
class DeliveryRecord:
    """One line of the delivery log; `attempts` grows with each repetition."""

    type: str
    kind: Kind
    via: str
    id: str
    status: str = "pending"
    http_status: int | None = None
    attempts: int = 0
    ms: float | None = None
    started: float = field(default_factory=time.monotonic)

    def answered(self, ack: Ack) -> None:
        """Note how an attempt ended."""
        self.attempts += 1
        self.status = ack.outcome
        self.http_status = ack.status
        self.ms = round(ack.ms, 1)

    def as_json(self) -> Json:
        """The shape of `/control/deliveries`."""
        return {
            "type": self.type,
            "kind": self.kind,
            "via": self.via,
            "id": self.id,
            "status": self.status,
            "http_status": self.http_status,
            "attempts": self.attempts,
            "ms": self.ms,
        }


class DeliveryLog:
    """The latest deliveries, oldest first."""

    def __init__(self) -> None:
        self.records: deque[DeliveryRecord] = deque(maxlen=_KEPT)

    def begin(self, payload: Payload, via: str) -> DeliveryRecord:
        """Open a line for a payload."""
        identity = payload.body.get("event_id") or payload.body.get("trigger_id") or ""
        record = DeliveryRecord(payload.type, payload.kind, via, str(identity))
        self.records.append(record)
        return record
