"""The real processes under faults: what is lost, what is doubled, and how long a dead one's work lies.

`make faults` plays the long form, `make faults FORM=short` the short one. A run is repeated by its seed:
`DRUMBEAT_FAULTS_SEED=…`.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.deployment import Deployment, Result, Round, deployed

LOST_REPLIES = {"kind": "lost_reply", "probability": 0.15}
LIMITED = {"kind": "rate_limit", "probability": 0.2, "retry_after": 1}
FAILING = {"kind": "server_error", "probability": 0.1}
DOUBLED = {"kind": "duplicate_event", "probability": 0.5}
REORDERED = {"kind": "reordered_event", "probability": 0.3, "delay": 0.5}
DROPPED = {"kind": "dropped_socket", "probability": 0.1}
# Starting under faults is a matter of its own: here each strikes what the bot says, not who it is.
SPOKEN = ("chat.postMessage", "chat.update", "views.publish", "conversations.history", "conversations.open")


def _spoken(*faults: dict[str, object]) -> tuple[dict[str, object], ...]:
    return tuple({**fault, "method": method} for method in SPOKEN for fault in faults)


SLACK = _spoken(LOST_REPLIES, LIMITED, FAILING)
INBOUND = (DOUBLED, REORDERED)
HARD = (*SLACK, *INBOUND, DROPPED)

SHORT = {
    "sqlite": [Round("kill -9 ×2, Slack failing, sockets dropped", HARD, kills=2, cut_sockets=1)],
    "postgresql": [
        Round("kill -9 ×3, Slack failing, events doubled", HARD, kills=3),
        Round("SIGSTOP 2 s, database restarted", stops=1, stop_seconds=2, restart_database=True),
    ],
}
LONG = {
    kind: [
        Round("nothing goes wrong"),
        Round("15 % of replies lost", _spoken(LOST_REPLIES)),
        Round("20 % answered 429", _spoken(LIMITED)),
        Round("10 % answered 5xx", _spoken(FAILING)),
        Round("events doubled and reordered", INBOUND),
        Round("sockets dropped", (DROPPED,), cut_sockets=3) if kind == "sqlite" else None,
        Round("kill -9 ×10", kills=10),
        Round("SIGSTOP 15 s ×2", stops=2),
        Round("database restarted ×1", restart_database=True) if kind == "postgresql" else None,
        Round("all at once, kill -9 ×12", HARD, kills=12, stops=1, cut_sockets=2),
    ]
    for kind in ("sqlite", "postgresql")
}
MANAGERS = {"short": 15, "long": 200}


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short name: a PostgreSQL socket lies in it."""
    folder = Path(tempfile.mkdtemp(prefix="drumbeat-faults-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("form", ["short", "long"])
def test_nothing_is_lost_and_nothing_doubled(form: str, kind: str, short_folder: Path) -> None:
    seed = int(os.environ.get("DRUMBEAT_FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"\n{form} form on {kind}, {MANAGERS[form]} managers, seed {seed}")
    print(HEAD)
    rounds = [one for one in (SHORT if form == "short" else LONG)[kind] if one is not None]
    with deployed(kind, short_folder, MANAGERS[form], seed) as deployment:
        results = [_shown(deployment.play(one), deployment) for one in rounds]
        ends = {member.name: member.ends for member in deployment.fleet.members if member.ends}
    print(f"processes that ended by themselves and were started again: {ends or 'none'}")
    wrong = [words for result in results for words in (*result.lost, *result.doubled)]
    assert not wrong, "\n".join(wrong)


HEAD = (
    f"{'round':45} {'sent':>5} {'lost':>5} {'doubled':>7} {'faults':>6} {'taken over (s)':>16} {'seconds':>8}"
)


def _shown(result: Result, deployment: Deployment) -> Result:
    took = f"{max(result.takeovers):.1f} at most" if result.takeovers else "-"
    print(
        f"{result.name:45} {result.sent:5} {len(result.lost):5} {len(result.doubled):7} {result.struck:6} "
        f"{took:>14} {result.seconds:8.1f}",
        flush=True,
    )
    for words in (*result.lost[:10], *result.doubled[:10]):
        print(f"    {words}")
    if result.lost or result.doubled:
        print("\n".join(deployment.fleet.tails()))
    return result
