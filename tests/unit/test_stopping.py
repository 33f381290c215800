"""Told to stop, a process ends in order where it can, and in time where it can't."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from bot.app import SHUTDOWN_SECONDS
from bot.stopping import STOP_SECONDS

SCRIPT = """
import asyncio, sys, time
from bot.stopping import stop_on_signals

async def run(busy):
    stopping = asyncio.Event()
    stop_on_signals(stopping, seconds=1.0)
    print("ready", flush=True)
    await stopping.wait()
    await asyncio.to_thread(time.sleep, busy)
    print("in order", flush=True)

asyncio.run(run(float(sys.argv[1])))
"""


def test_the_messages_in_hand_have_less_than_the_whole_of_ten_seconds() -> None:
    assert SHUTDOWN_SECONDS < STOP_SECONDS <= 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("busy", "said"), [(0.1, "in order\n"), (60.0, "stopped_unfinished")])
def test_it_ends_in_order_or_at_its_deadline(number: int, busy: float, said: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(busy)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    began = time.monotonic()

    process.send_signal(number)
    told, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert said in told
    assert ("in order" in told) == (busy < 1)
    assert time.monotonic() - began < 10
