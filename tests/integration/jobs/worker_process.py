"""A process that carries out jobs as the product does, with a Slack that notes in a file what it was sent."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from bot.jobs.engine import JobEngine
from bot.jobs.protocols import TryAgain
from bot.jobs.slots import ExecutorSlot
from bot.store.engine import store_url


async def work(url: str, notes: Path, seconds: float, wait_before_again: float) -> None:
    """Hold a slot and carry out jobs until SIGTERM; each message takes this many seconds."""

    def note(what: str) -> None:
        with notes.open("a") as file:
            file.write(f"{what} {os.getpid()} {time.time()}\n")

    async def deliver(delivery_id: str, attempt: int) -> TryAgain | None:
        note(f"begun {delivery_id}")
        await asyncio.sleep(seconds)
        note(f"sent {delivery_id}")
        return TryAgain(wait_before_again) if wait_before_again and attempt == 1 else None

    slot = ExecutorSlot(store_url(url), lambda: os._exit(3))
    await asyncio.to_thread(slot.take)
    engine = JobEngine(url, slot.name, deliver, lambda _fire_id: False, slot.fence)
    await engine.launch()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    note(f"ready {slot.name}")
    await stopping.wait()
    await engine.stop(10)
    await asyncio.to_thread(slot.release)


def run(url: str, notes: Path, seconds: float, wait_before_again: float) -> None:
    """Be that process."""
    asyncio.run(work(url, notes, seconds, wait_before_again))
