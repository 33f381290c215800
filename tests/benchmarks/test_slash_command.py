"""How fast a slash command is acked, beside a bare signed endpoint in the same run."""

from __future__ import annotations

import statistics

import pytest

from tests.benchmarks.client import all_at_once, one_after_another
from tests.benchmarks.servers import serving

ROUNDS = 5
REQUESTS = 300
CONNECTIONS = 16


@pytest.mark.benchmark
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_slash_command_ack(store_url: str) -> None:
    floors, bots, floor_rates, bot_rates = [], [], [], []
    with serving("floor") as floor, serving("bot", store_url) as bot:
        for port in (floor, bot):  # the first requests import, connect and cache
            await one_after_another(port, 50)
        for _ in range(ROUNDS):  # in turn, so that a machine that slows down slows both
            floors.append(statistics.median(await one_after_another(floor, REQUESTS)))
            bots.append(statistics.median(await one_after_another(bot, REQUESTS)))
            floor_rates.append(await all_at_once(floor, CONNECTIONS, REQUESTS // 4))
            bot_rates.append(await all_at_once(bot, CONNECTIONS, REQUESTS // 4))
    ratio = statistics.median(b / f for b, f in zip(bots, floors, strict=True))
    rate = statistics.median(b / f for b, f in zip(bot_rates, floor_rates, strict=True))
    print(f"\nslash command, p50 of {ROUNDS} × {REQUESTS}, no durable write")
    print(f"  floor (signed Starlette)  {statistics.median(floors) * 1e3:6.2f} ms")
    print(f"  /drumbeat help            {statistics.median(bots) * 1e3:6.2f} ms   {ratio:.2f}× (goal 2.5×)")
    print(f"requests/s on {CONNECTIONS} connections")
    print(
        f"  floor {statistics.median(floor_rates):.0f}, bot {statistics.median(bot_rates):.0f}: {rate:.2f}×"
    )
