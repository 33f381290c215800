"""The real processes under faults: what is lost, what is doubled, and how long a dead one's work lies.

`make faults` plays the long form, `make faults FORM=short` the short one. A round is repeated by its seed:
`DRUMBEAT_FAULTS_SEED=…`; one round alone is chosen by its name: `make faults ARGS="-k '429 and sqlite'"`.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.deployment import Deployment, Result, deployed
from tests.faults.rounds import LONG, SHORT, Round

MANAGERS = {"short": 15, "long": 50}
CASES = [
    pytest.param(form, kind, one, id=f"{form}-{kind}-{one.name}")
    for form, rounds in (("short", SHORT), ("long", LONG))
    for kind, of_kind in rounds.items()
    for one in of_kind
]
HEAD = (
    f"\n{'round':41} {'sent':>5} {'lost':>5} {'doubled':>7} {'faults':>6} {'kills':>5} "
    f"{'taken over (s)':>18} {'longest wait':>12} {'seconds':>7}  seed"
)


@pytest.fixture(scope="module", autouse=True)
def heading() -> None:
    """Say once what the columns are."""
    print(HEAD)


@pytest.mark.faults
@pytest.mark.parametrize(("form", "kind", "this"), CASES)
def test_each_message_arrives_once(form: str, kind: str, this: Round, short_folder: Path) -> None:
    seed = int(os.environ.get("DRUMBEAT_FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
    with deployed(kind, short_folder, MANAGERS[form], seed) as deployment:
        result = deployment.play(this)
        _show(f"{kind}: {this.name}", result, deployment, seed)

    wrong = [*result.lost, *result.doubled]
    assert not wrong, "\n".join(wrong)
    assert not result.unwanted_ends, f"ended though nothing was wrong with them: {result.unwanted_ends}"


def _show(name: str, result: Result, deployment: Deployment, seed: int) -> None:
    times = sorted(result.takeovers)
    took = f"{times[len(times) // 2]:.1f}, at most {times[-1]:.1f}" if times else "-"
    print(
        f"\n{name:41} {result.sent:5} {len(result.lost):5} {len(result.doubled):7} {result.struck:6} "
        f"{result.kills:5} {took:>18} {result.longest_wait:12.1f} {result.seconds:7.1f}  {seed}",
        flush=True,
    )
    for words in (*result.lost[:10], *result.doubled[:10]):
        print(f"    {words}")
    if result.lost or result.doubled or result.unwanted_ends:
        print("\n".join(deployment.fleet.tails()))
