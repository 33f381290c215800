"""Reads an answer of Slack's that comes in pages, to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

Method = Callable[..., Awaitable[AsyncSlackResponse]]


async def items(method: Method, of: str, **arguments: Any) -> AsyncIterator[Any]:
    """Yield what stands under `of` in each page of a method that takes a cursor, as Slack orders it."""
    cursor = ""
    while True:
        answer = await method(cursor=cursor, **arguments)
        for item in answer[of]:
            yield item
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
