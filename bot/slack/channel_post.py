"""Carries out deliveries that stand in a channel: a thread's head, its questions, a prompt, a permalink."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.jobs.protocols import JobQueue
from bot.services import inspection_asking
from bot.services.deal_evidence import link_found
from bot.services.notifying import NoticeKind
from bot.services.team_channels import outsiders
from bot.slack.notices.content import Content
from bot.slack.paging import items
from bot.slack.posted import find_posted, mark
from bot.slack.rendering import render
from bot.slack.slack_errors import fate_of
from bot.store.repositories.deal_threads import DealThread
from bot.store.repositories.notices import DeliveryRow, NoticeRow
from bot.store.unit_of_work import Store

log = structlog.get_logger()

MEMBERS_A_PAGE = 200
# The app or the channel is not where it was: said to whoever asked, not tried again.
OUTSIDE = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
Placed = tuple[str, str | None]


class ChannelPost:
    """Where each kind of channel notice goes. "Effectively once" holds for messages as it does for DMs.

    What only one person sees can't be looked for: a prompt whose reply was lost may be shown twice.
    """

    def __init__(self, store: Store, jobs: JobQueue, client: AsyncWebClient, clock: Clock) -> None:
        self._store = store
        self._jobs = jobs
        self._client = client
        self._clock = clock
        self._me: str | None = None
        self._senders: Mapping[str, Callable[[DeliveryRow, NoticeRow, Content, str], Awaitable[Placed]]] = {
            NoticeKind.DEAL_THREAD: self._head,
            NoticeKind.INSPECTION_ROUND: self._under_head,
            NoticeKind.EVIDENCE_PROMPT: self._prompt,
            NoticeKind.EVIDENCE_LINK: self._link,
        }

    async def __call__(
        self, delivery: DeliveryRow, notice: NoticeRow, content: Content, slack_user_id: str
    ) -> Placed:
        """Send it, and return where it stands: the channel and the ts, empty where nothing was sent."""
        return await self._senders[notice.kind](delivery, notice, content, slack_user_id)

    async def _head(
        self, delivery: DeliveryRow, notice: NoticeRow, content: Content, _slack_user_id: str
    ) -> Placed:
        thread = await asyncio.to_thread(self._thread, notice.subject_id)
        if thread is None:
            return "", None
        if thread.message_ts is not None:
            return await self._renewed(thread, thread.message_ts, content)
        try:
            if trouble := await self._trouble(thread):
                await self._refused(thread.id, trouble)
                return "", None
            ts = await self._say(delivery, thread.channel, content, None)
        except SlackApiError as error:
            if error.response.get("error") not in OUTSIDE:
                raise
            await self._refused(thread.id, "Drumbeat is not in the team's channel any more")
            return "", None
        answer = await self._client.chat_getPermalink(channel=thread.channel, message_ts=ts)
        await asyncio.to_thread(
            inspection_asking.head_posted,
            self._store,
            self._jobs,
            thread.id,
            ts,
            str(answer["permalink"]),
            self._clock.now(),
        )
        await self._catch_up(notice, content, thread.channel, ts)
        return thread.channel, ts

    async def _renewed(self, thread: DealThread, ts: str, content: Content) -> Placed:
        """Show in a head that stands what changed, unless somebody outside the team reads there by now."""
        trouble = await self._trouble(thread)
        if trouble != thread.trouble:
            await asyncio.to_thread(
                inspection_asking.head_withheld,
                self._store,
                self._jobs,
                thread.id,
                trouble,
                self._clock.now(),
            )
        if trouble:
            log.warning("deal_thread_withheld", thread=thread.id, reason=trouble)
            return "", None
        try:
            await self._change(thread.channel, ts, content)
        except SlackApiError as error:
            if not fate_of(error).gone:
                raise
            await asyncio.to_thread(inspection_asking.head_gone, self._store, thread.id)
        return thread.channel, ts

    async def _catch_up(self, notice: NoticeRow, shown: Content, channel: str, ts: str) -> None:
        """Show what changed while the head was under way: until it stands, a change finds no message."""
        content = await asyncio.to_thread(render, self._store, notice, self._clock.now())
        if content is not None and content.digest != shown.digest:
            await self._change(channel, ts, content)

    async def _change(self, channel: str, ts: str, content: Content) -> None:
        await self._client.chat_update(channel=channel, ts=ts, text=content.text, blocks=list(content.blocks))

    async def _under_head(
        self, delivery: DeliveryRow, notice: NoticeRow, content: Content, _slack_user_id: str
    ) -> Placed:
        thread = await asyncio.to_thread(self._thread_of_round, notice.subject_id)
        if thread is None or thread.message_ts is None or await self._trouble(thread):
            return "", None
        ts = await self._say(delivery, thread.channel, content, thread.message_ts)
        return thread.channel, ts

    async def _say(self, delivery: DeliveryRow, channel: str, content: Content, thread_ts: str | None) -> str:
        if delivery.attempts > 0:
            found = await find_posted(self._client, delivery, channel, thread_ts)
            if found is not None:
                return found
        answer = await self._client.chat_postMessage(
            channel=channel,
            text=content.text,
            blocks=list(content.blocks),
            thread_ts=thread_ts,
            metadata=mark(delivery),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    async def _prompt(
        self, _delivery: DeliveryRow, notice: NoticeRow, content: Content, slack_user_id: str
    ) -> Placed:
        channel, _, ts = notice.subject_id.partition("|")
        thread_ts = await asyncio.to_thread(self._thread_ts, channel, ts)
        await self._client.chat_postEphemeral(
            channel=channel,
            user=slack_user_id,
            thread_ts=thread_ts,
            text=content.text,
            blocks=list(content.blocks),
        )
        return channel, None

    async def _link(
        self, _delivery: DeliveryRow, notice: NoticeRow, _content: Content, _slack_user_id: str
    ) -> Placed:
        place = await asyncio.to_thread(self._message_of, notice.subject_id)
        if place is None:
            return "", None
        answer = await self._client.chat_getPermalink(channel=place[0], message_ts=place[1])
        await asyncio.to_thread(link_found, self._store, notice.subject_id, str(answer["permalink"]))
        return place[0], None

    async def _trouble(self, thread: DealThread) -> str | None:
        """Say why nothing of this deal may be shown in its channel now, or None: by who is in it today."""
        if self._me is None:
            self._me = str((await self._client.auth_test())["user_id"])
        inside = items(
            self._client.conversations_members, "members", channel=thread.channel, limit=MEMBERS_A_PAGE
        )
        members = [one async for one in inside if one != self._me]
        return await asyncio.to_thread(self._outsiders, thread.manager_id, members)

    def _outsiders(self, manager_id: str, members: list[str]) -> str | None:
        with self._store.reading() as uow:
            return outsiders(uow, manager_id, members)

    async def _refused(self, thread_id: str, trouble: str) -> None:
        log.warning("deal_thread_not_posted", thread=thread_id, reason=trouble)
        await asyncio.to_thread(
            inspection_asking.head_refused, self._store, self._jobs, thread_id, trouble, self._clock.now()
        )

    def _thread(self, thread_id: str) -> DealThread | None:
        with self._store.reading() as uow:
            return uow.threads.get(thread_id)

    def _thread_of_round(self, round_id: str) -> DealThread | None:
        with self._store.reading() as uow:
            questions = uow.inspections.of_round(round_id)
            return uow.threads.get(questions[0].thread_id) if questions else None

    def _thread_ts(self, channel: str, ts: str) -> str | None:
        with self._store.reading() as uow:
            message = uow.threads.message(channel, ts)
            thread = uow.threads.get(message.thread_id) if message else None
            return thread.message_ts if thread else None

    def _message_of(self, evidence_id: str) -> tuple[str, str] | None:
        with self._store.reading() as uow:
            evidence = uow.evidence.get(evidence_id)
            return (evidence.channel, evidence.message_ts) if evidence else None
