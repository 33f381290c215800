"""A client that costs next to nothing: signed requests on kept-alive sockets, bounded in number."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from bot.slack.connection import EVENTS_PATH
from tests.benchmarks.servers import SECRET

_NUMBERS = itertools.count(1)


def command_request(text: str) -> bytes:
    """Return a whole HTTP request with a slash command, signed now."""
    form = {
        "command": "/drumbeat",
        "text": text,
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
        "trigger_id": uuid.uuid4().hex,
        "api_app_id": "A1",
        "response_url": "http://127.0.0.1/response",
    }
    return _signed(urlencode(form).encode(), "application/x-www-form-urlencoded")


def event_request(user: str, *, recorded: bool) -> bytes:
    """Return a whole HTTP request with an event of its own, signed now; unless `recorded`, the bot's echo."""
    event = {
        "type": "message",
        "channel_type": "im",
        "user": user,
        "text": "hello",
        "channel": "D1",
        # Its place is what a message is known by: each is another one.
        "ts": f"1759647600.{next(_NUMBERS):06}",
    }
    if not recorded:
        event["bot_id"] = "B1"
    body = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{uuid.uuid4().hex}", "event": event}
    return _signed(json.dumps(body).encode(), "application/json")


def _signed(body: bytes, content_type: str) -> bytes:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = [
        f"POST {EVENTS_PATH} HTTP/1.1",
        "host: 127.0.0.1",
        f"content-type: {content_type}",
        f"content-length: {len(body)}",
        f"x-slack-request-timestamp: {stamp}",
        f"x-slack-signature: v0={digest}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))


async def one_after_another(port: int, count: int) -> list[float]:
    """Send so many commands on one connection; return the seconds that each took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    for _ in range(count):
        request = command_request("help")
        began = time.perf_counter()
        await _exchange(reader, writer, request)
        took.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()
    return took


async def all_at_once(
    port: int, connections: int, each: int, make: Callable[[], bytes] = lambda: command_request("help")
) -> float:
    """Send `each` requests on each of so many connections; return requests per second over all."""
    requests = [[make() for _ in range(each)] for _ in range(connections)]

    async def one(mine: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in mine:
            await _exchange(reader, writer, request)
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(one(mine) for mine in requests))
    return connections * each / (time.perf_counter() - began)


async def burst(port: int, requests: Sequence[bytes]) -> list[float]:
    """Send all within a second, each on a connection of its own; return the seconds that each took."""

    async def one(number: int, request: bytes) -> float:
        await asyncio.sleep(number / len(requests))
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await _exchange(reader, writer, request)
        writer.close()
        await writer.wait_closed()
        return time.perf_counter() - began

    return await asyncio.gather(*(one(number, request) for number, request in enumerate(requests)))
