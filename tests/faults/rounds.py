"""What goes wrong in which round: a short form for each change, a long one for each release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Faults = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One Monday: the faults that are on, and what is done to the processes while its messages leave."""

    name: str
    faults: Faults = ()
    kills: int = 0
    stops: int = 0
    stop_seconds: float = 15.0
    restart_database: bool = False
    cut_sockets: int = 0
    patience: float = 120.0


# Starting under faults is a matter of its own: here each strikes what the bot says, not who it is.
SPOKEN = ("chat.postMessage", "chat.update", "views.publish", "conversations.history", "conversations.open")
LOST_REPLIES = {"kind": "lost_reply", "probability": 0.15}
LIMITED = {"kind": "rate_limit", "probability": 0.2, "retry_after": 1}
FAILING = {"kind": "server_error", "probability": 0.1}
INBOUND: Faults = (
    {"kind": "duplicate_event", "probability": 0.5},
    {"kind": "reordered_event", "probability": 0.3, "delay": 0.5},
)
DROPPED = {"kind": "dropped_socket", "probability": 0.1}
SILENT = {"kind": "deaf_socket", "probability": 0.1}
# Messages that take as long as over the internet: without it none would be under way when a process dies.
SLOW = {"kind": "slow_reply", "method": "chat.postMessage", "delay": 0.7}


def _spoken(*faults: Mapping[str, Any]) -> Faults:
    return tuple({**fault, "method": method} for method in SPOKEN for fault in faults)


HARD: Faults = (*_spoken(LOST_REPLIES, LIMITED, FAILING), *INBOUND, DROPPED, SLOW)

EVERYWHERE = (
    Round("nothing goes wrong"),
    Round("15 % of replies lost", _spoken(LOST_REPLIES)),
    Round("20 % answered 429", _spoken(LIMITED)),
    Round("10 % answered 5xx", _spoken(FAILING)),
    Round("events doubled and reordered", INBOUND),
    Round("kill -9 x10", (SLOW,), kills=10),
    Round("SIGSTOP 15 s x2", (SLOW,), stops=2),
    Round("all at once, kill -9 x12", HARD, kills=12, stops=1, cut_sockets=2),
)
LONG = {
    "sqlite": (
        *EVERYWHERE,
        Round("sockets dropped", (DROPPED, SLOW), cut_sockets=3),
        Round("sockets silent", (SILENT, SLOW)),
    ),
    "postgresql": (*EVERYWHERE, Round("database restarted", (SLOW,), restart_database=True)),
}
SHORT = {
    "sqlite": (Round("all at once, kill -9 x2", HARD, kills=2, cut_sockets=1, patience=5.0),),
    "postgresql": (
        Round(
            "all at once, kill -9 x3",
            HARD,
            kills=3,
            stops=1,
            stop_seconds=2.0,
            restart_database=True,
            patience=5.0,
        ),
    ),
}
