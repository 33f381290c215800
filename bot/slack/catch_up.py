"""Reads what people wrote while nothing reached us: deals' threads now and then, all of it after a gap."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import reference_id
from bot.jobs.protocols import JobQueue
from bot.services.deal_catch_up import take_history, threads_to_read
from bot.services.deal_messages import Written
from bot.services.missed_messages import LOOK_BACK, Correspondent, Said, correspondents, take_missed
from bot.slack.listeners.events import is_typed_to_us, message_key
from bot.slack.listeners.thread_events import is_by_a_person, written
from bot.slack.paging import items
from bot.slack.payloads import plain_text
from bot.slack.slack_errors import fate_of
from bot.store.unit_of_work import Store

log = structlog.get_logger()

MESSAGES_A_PAGE = 200
# The history of a conversation may be read fifty times a minute, and a resend may have to read one as well.
AT_ONCE = 20
PAUSE_SECONDS = 3.0
_UNREADABLE = (SlackApiError, aiohttp.ClientError, TimeoutError)


class CatchUp:
    """One process's look at what it missed. Each message is taken in once, by whomever and however often."""

    def __init__(self, client: AsyncWebClient, store: Store, jobs: JobQueue, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._gap = asyncio.Event()

    def after_a_gap(self) -> None:
        """Ask for everything to be looked through: nothing reached us for a while. Returns at once."""
        self._gap.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look through everything after each gap, for as long as the block runs."""
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following

    async def _follow(self) -> None:
        while True:
            await self._gap.wait()
            self._gap.clear()
            try:
                await self.threads()
                await self.conversations()
            except Exception:
                log.exception("not_caught_up", reference=reference_id())

    async def threads(self) -> None:
        """Take in what was written in deals' threads; one that can't be read now is read the next time."""
        for known in await asyncio.to_thread(threads_to_read, self._store, self._clock.now()):
            thread = known.thread
            try:
                messages = await self._thread(thread.channel, thread.message_ts or "")
            except _UNREADABLE as error:
                log.warning("thread_not_read", thread=thread.id, reason=fate_of(error).reason)
                continue
            missed = await asyncio.to_thread(
                take_history, self._store, self._jobs, known, messages, self._clock.now()
            )
            if missed:
                log.info("thread_caught_up", thread=thread.id, missed=missed)

    async def conversations(self) -> None:
        """Take in what people wrote to the bot itself, whom it wrote to last first; slowly after the first.

        A conversation that can't be read is left, until the next gap.
        """
        total = 0
        for number, one in enumerate(await asyncio.to_thread(correspondents, self._store)):
            if number >= AT_ONCE:
                await asyncio.sleep(PAUSE_SECONDS)
            try:
                messages = await self._said(one)
            except _UNREADABLE as error:
                log.warning("conversation_not_read", reason=fate_of(error).reason)
                continue
            total += await asyncio.to_thread(
                take_missed, self._store, self._jobs, messages, self._clock.now()
            )
        if total:
            log.info("conversations_caught_up", missed=total)

    async def _said(self, one: Correspondent) -> list[Said]:
        channel = one.channel or await self._channel(one.slack_user_id)
        if channel is None:
            return []
        oldest = (self._clock.now() - LOOK_BACK).timestamp()
        history = self._client.conversations_history
        said = items(history, "messages", channel=channel, oldest=f"{oldest:.6f}", limit=MESSAGES_A_PAGE)
        heads: list[Mapping[str, Any]] = [message async for message in said]
        found = list(heads)
        for head in heads:
            # Replies under a card stand in no history; only threads in which the person wrote are read.
            if one.slack_user_id in head.get("reply_users", ()):
                found += await self._replies(channel, str(head["ts"]))
        return [
            Said(message_key(channel, ts), one.slack_user_id, ts, plain_text(str(message.get("text") or "")))
            for message in found
            if (ts := str(message["ts"])) and _is_from(message, one.slack_user_id)
        ]

    async def _channel(self, slack_user_id: str) -> str | None:
        """Return the conversation with somebody whom the bot never wrote to, if they opened one."""
        answer = await self._client.conversations_open(users=slack_user_id, prevent_creation=True)
        found: Mapping[str, Any] = answer.get("channel") or {}
        return str(found["id"]) if "id" in found else None

    async def _thread(self, channel: str, ts: str) -> list[Written]:
        """Return all that people wrote in a thread."""
        return [written(channel, one) for one in await self._replies(channel, ts) if is_by_a_person(one)]

    async def _replies(self, channel: str, ts: str) -> list[Mapping[str, Any]]:
        """Return all that stands in a thread below its first message."""
        replies = self._client.conversations_replies
        found = items(replies, "messages", channel=channel, ts=ts, limit=MESSAGES_A_PAGE)
        return [message async for message in found if message["ts"] != ts]


def _is_from(message: Mapping[str, Any], slack_user_id: str) -> bool:
    """Tell whether a person wrote it, as the event would have told: no app, no edit, no join."""
    return message.get("user") == slack_user_id and is_typed_to_us({**message, "channel_type": "im"})
