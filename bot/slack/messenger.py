"""Carries out one recorded delivery: rendered now, sent or updated once, or settled with the reason."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import UserError, reference_id
from bot.jobs.protocols import TryAgain
from bot.services.notifying import Mode
from bot.services.pacing import POST, SEARCH, hold
from bot.slack.channel_post import ChannelPost
from bot.slack.notices.content import Content
from bot.slack.posted import find_posted, mark
from bot.slack.rendering import render
from bot.slack.slack_errors import fate_of
from bot.store.repositories.notices import DeliveryRow, NoticeRow
from bot.store.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()

# With pauses that grow to five minutes, Slack may be away for about an hour before a message is given up.
MOST_ATTEMPTS = 20
LONGEST_WAIT = 300.0
# Turned away from one of these, nothing was posted; what is called after a post tells nothing of it.
BEFORE_POSTED = {POST, *SEARCH}
# These change what stands already.
REPEATS = {Mode.UPDATE, Mode.HOME}
# Where Slack names no time, or none at all.
SHORTEST_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class _Letter:
    """One delivery ready to go: to whom, where an earlier message stands, and what it says.

    `standing` is the message that it changes, or the card that it is a reply under. `version`: how often what
    stands on the card that this is had changed before it was made; None where this is no card. `shown`: how
    many other deliveries had shown the same before.
    """

    delivery: DeliveryRow
    notice: NoticeRow
    slack_user_id: str
    content: Content
    standing: DeliveryRow | None
    version: int | None = None
    shown: int = 0

    @property
    def thread_ts(self) -> str | None:
        """Return under which message it is a reply: a reply's own thread is that of its card."""
        if self.delivery.mode != Mode.REPLY or self.standing is None:
            return None
        return self.standing.thread_ts or self.standing.slack_ts


class Messenger:
    """The Deliver of the job engine. Promises "effectively once": see `find_posted`."""

    def __init__(
        self,
        store: Store,
        client: AsyncWebClient,
        clock: Clock,
        channels: ChannelPost | None = None,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_failure` is told of each attempt that failed, given up or not; a pause is none."""
        self._store = store
        self._on_failure = on_failure
        self._client = client
        self._clock = clock
        self._channels: dict[str, str] = {}
        # Two updates of one message at once could end with the older state on top.
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._senders: Mapping[str, Callable[[_Letter], Awaitable[tuple[str, str | None]]]] = {
            Mode.POST: self._post,
            Mode.REPLY: self._post,
            Mode.UPDATE: self._update,
            Mode.HOME: self._publish,
            Mode.VIEW: self._fill_view,
            Mode.CHANNEL: self._in_channel,
        }
        self._in_channels = channels

    async def __call__(self, delivery_id: str, attempt: int) -> TryAgain | None:
        """Send it, or say when to try again; a delivery that can't succeed is marked dead with its reason."""
        delivery = await asyncio.to_thread(self._begin, delivery_id)
        if not isinstance(delivery, DeliveryRow):
            return delivery
        async with self._turns[f"{delivery.person_id}:{delivery.mode}"]:
            try:
                version = await asyncio.to_thread(self._card_version, delivery)
                letter = await asyncio.to_thread(self._letter, delivery, version)
            except Exception:
                reference = reference_id()
                log.exception("delivery_not_made", delivery=delivery_id, reference=reference)
                return await self._later(delivery_id, attempt, f"could not be made, reference {reference}")
            if letter is None:
                settled = await asyncio.to_thread(self._settle, delivery, version)
                return None if settled else TryAgain(0.0, refused=True)
            try:
                channel, ts = await self._senders[delivery.mode](letter)
            except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
                return await self._failed(letter, attempt, error)
            if not await asyncio.to_thread(self._sent, letter, channel, ts):
                # A line came onto the card while it was under way: found where it stands, it is shown anew.
                return TryAgain(0.0, refused=True)
            if await asyncio.to_thread(self._may_be_behind, letter, ts):
                await self._catch_up(letter, channel, ts)
            return None

    @staticmethod
    def _card_above(uow: UnitOfWork, notice: NoticeRow | None) -> DeliveryRow | None:
        if notice is None or notice.day is None:
            return None
        card_id = uow.attention.card_on(notice.person_id, notice.day)
        return uow.notices.message_of(card_id) if card_id else None

    def _begin(self, delivery_id: str) -> DeliveryRow | TryAgain | None:
        """Note that an attempt begins, before it does: the one after a crash then looks before it sends.

        A reply whose card is still on its way waits for it.
        """
        with self._store.writing() as uow:
            delivery = uow.notices.delivery(delivery_id)
            if delivery is None or delivery.state in {"sent", "dead", "superseded"}:
                return None
            if delivery.mode == Mode.REPLY:
                card = self._card_above(uow, uow.notices.get(delivery.notice_id))
                if card is not None and card.state in {"queued", "failed"}:
                    return TryAgain(SHORTEST_PAUSE, refused=True)
            uow.notices.begin_attempt(delivery_id)
            return delivery

    def _card_version(self, delivery: DeliveryRow) -> int | None:
        """Return how often what stands on the card has changed that this delivery posts; None for others."""
        if delivery.mode != Mode.POST:
            return None
        with self._store.reading() as uow:
            card = uow.attention.day_of_card(delivery.notice_id)
            return card.version if card else None

    def _letter(self, delivery: DeliveryRow, version: int | None = None) -> _Letter | None:
        now = self._clock.now()
        with self._store.reading() as uow:
            notice = uow.notices.get(delivery.notice_id)
            person = uow.people.get(delivery.person_id)
            standing = self._standing(uow, notice, delivery)
            overtaken = self._is_overtaken(uow, delivery, notice)
            shown = (
                uow.notices.shown_by_others(delivery, notice) if notice and delivery.mode in REPEATS else 0
            )
        if overtaken or notice is None or person is None or person.slack_user_id is None or not person.active:
            return None  # nobody to tell: a leaver is told nothing of the team any more
        try:
            content = render(self._store, notice, now)
        except UserError:
            return None  # not theirs to see any more, or gone: there is nothing to say
        if content is None or self._says_so_already(delivery, notice, content):
            return None
        return _Letter(delivery, notice, person.slack_user_id, content, standing, version, shown)

    @staticmethod
    def _is_overtaken(uow: UnitOfWork, delivery: DeliveryRow, notice: NoticeRow | None) -> bool:
        """Tell whether an update that was asked for later will show all that this one could, and more.

        After a failed attempt nobody knows what Slack shows, so that one is always sent.
        """
        repeats = delivery.mode in REPEATS and delivery.attempts == 0
        return repeats and notice is not None and uow.notices.is_overtaken(delivery, notice)

    def _says_so_already(self, delivery: DeliveryRow, notice: NoticeRow, content: Content) -> bool:
        """Tell whether an update would change nothing: one made before it has shown this state already.

        After a failed attempt nobody knows what Slack shows, so that one is always sent.
        """
        if delivery.mode not in REPEATS or delivery.attempts > 0:
            return False
        with self._store.reading() as uow:
            message = notice.id if delivery.mode == Mode.UPDATE else None
            shown = uow.notices.last_shown(notice.kind, notice.subject_id, notice.person_id, message)
        return shown == {content.digest}

    def _standing(
        self, uow: UnitOfWork, notice: NoticeRow | None, delivery: DeliveryRow
    ) -> DeliveryRow | None:
        """Return the message that this one changes, or the card that it is a reply under; None: neither."""
        if notice is None:
            return None
        if delivery.mode == Mode.UPDATE:
            standing = uow.notices.message_of(notice.id)
        else:
            standing = self._card_above(uow, notice) if delivery.mode == Mode.REPLY else None
        return standing if standing is not None and standing.state == "sent" else None

    async def _channel(self, slack_user_id: str) -> str:
        """Return the conversation with a person; to ask for it is a call of a slower kind than to post."""
        if slack_user_id not in self._channels:
            answer = await self._client.conversations_open(users=slack_user_id)
            channel: dict[str, str] = answer["channel"]
            self._channels[slack_user_id] = channel["id"]
        return self._channels[slack_user_id]

    async def _post(self, letter: _Letter) -> tuple[str, str | None]:
        return await self._say(letter)

    async def _say(self, letter: _Letter) -> tuple[str, str | None]:
        thread_ts = letter.thread_ts
        # Named by the person, Slack finds the conversation itself: one call for each message, not two.
        channel = self._channels.get(letter.slack_user_id, letter.slack_user_id)
        if letter.delivery.attempts > 0:
            channel = await self._channel(letter.slack_user_id)
            if found := await find_posted(self._client, letter.delivery, channel, thread_ts):
                # Nobody knows what that attempt showed: this is how things stand now.
                await self._change(letter.content, channel, found)
                return channel, found
        answer = await self._client.chat_postMessage(
            channel=channel,
            text=letter.content.text,
            blocks=list(letter.content.blocks),
            thread_ts=thread_ts,
            metadata=mark(letter.delivery),
            unfurl_links=False,
            unfurl_media=False,
        )
        self._channels[letter.slack_user_id] = str(answer["channel"])
        return str(answer["channel"]), str(answer["ts"])

    async def _update(self, letter: _Letter) -> tuple[str, str | None]:
        standing = letter.standing
        if standing is None or standing.slack_channel is None or standing.slack_ts is None:
            return "", None
        await self._change(letter.content, standing.slack_channel, standing.slack_ts)
        return standing.slack_channel, standing.slack_ts

    async def _change(self, content: Content, channel: str, ts: str) -> None:
        await self._client.chat_update(channel=channel, ts=ts, text=content.text, blocks=list(content.blocks))

    def _may_be_behind(self, letter: _Letter, ts: str | None) -> bool:
        """Tell whether what has arrived may be older than what there is to show.

        Until a message is on record as sent, a change finds none to update. And what another process showed
        of the same meanwhile may be newer than what arrived after it: of two that meet, the one that is
        through last finds the other on record, and shows how things stand then.
        """
        if letter.delivery.mode not in REPEATS:
            return letter.delivery.mode in {Mode.POST, Mode.REPLY} and ts is not None
        with self._store.reading() as uow:
            return uow.notices.shown_by_others(letter.delivery, letter.notice) != letter.shown

    async def _catch_up(self, letter: _Letter, channel: str, ts: str | None) -> None:
        """Bring up to date what has changed while it was under way."""
        try:
            content = await asyncio.to_thread(render, self._store, letter.notice, self._clock.now())
            if content is None or content.digest == letter.content.digest:
                return
            if ts is None:
                await self._publish(replace(letter, content=content))
            else:
                await self._change(content, channel, ts)
        except (UserError, SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            # It was sent; the next change shows what is missing now.
            log.warning("message_not_caught_up", delivery=letter.delivery.id, reason=type(error).__name__)
            return
        await asyncio.to_thread(self._sent, replace(letter, content=content, version=None), channel, ts)

    async def _publish(self, letter: _Letter) -> tuple[str, str | None]:
        await self._client.views_publish(user_id=letter.slack_user_id, view=letter.content.view or {})
        return letter.slack_user_id, None

    async def _fill_view(self, letter: _Letter) -> tuple[str, str | None]:
        view_id = letter.notice.subject_id.partition("|")[0]
        await self._client.views_update(view_id=view_id, view=letter.content.view or {})
        return view_id, None

    async def _in_channel(self, letter: _Letter) -> tuple[str, str | None]:
        if self._in_channels is None:
            raise RuntimeError("this messenger was given nothing that posts in channels")
        return await self._in_channels(letter.delivery, letter.notice, letter.content, letter.slack_user_id)

    async def _later(self, delivery_id: str, attempt: int, reason: str) -> TryAgain | None:
        again = attempt < MOST_ATTEMPTS
        await asyncio.to_thread(self._mark_failed, delivery_id, reason, dead=not again)
        return TryAgain(min(2.0**attempt, LONGEST_WAIT)) if again else None

    async def _failed(self, letter: _Letter, attempt: int, error: Exception) -> TryAgain | None:
        fate = fate_of(error)
        if fate.gone:
            await asyncio.to_thread(self._settle, letter.delivery, None)
            return None
        if fate.refused is not None:
            return await self._refused(letter.delivery.id, fate.refused, fate.after)
        again = fate.again and attempt < MOST_ATTEMPTS
        await asyncio.to_thread(self._mark_failed, letter.delivery.id, fate.reason, dead=not again)
        event = "delivery_delayed" if again else "delivery_dead"
        log.warning(
            event, delivery=letter.delivery.id, reason=fate.reason, attempt=attempt, reference=reference_id()
        )
        if not again:
            return None
        return TryAgain(fate.after if fate.after is not None else min(2.0**attempt, LONGEST_WAIT))

    async def _refused(self, delivery_id: str, method: str, after: float | None) -> TryAgain:
        """Slack took nothing, since the method is called too fast: nobody calls it before Slack said so."""
        seconds = max(after or 0.0, SHORTEST_PAUSE)
        await asyncio.to_thread(self._hold, delivery_id, method, seconds)
        log.warning("slack_asks_for_a_pause", delivery=delivery_id, method=method, seconds=seconds)
        return TryAgain(seconds, refused=True)

    def _hold(self, delivery_id: str, method: str, seconds: float) -> None:
        with self._store.writing() as uow:
            if method in BEFORE_POSTED:
                uow.notices.take_attempt_back(delivery_id)
            uow.notices.mark_failed(delivery_id, "ratelimited", dead=False)
            hold(uow, method, seconds)

    def _sent(self, letter: _Letter, channel: str, ts: str | None) -> bool:
        """Record where it stands; False when its card came to hold more while it was under way.

        Whoever puts a line onto a card locks its day, as this does: what comes later finds the card sent.
        """
        now = self._clock.now()
        with self._store.writing() as uow:
            if self._has_changed(uow, letter.notice.id, letter.version):
                return False
            digest = letter.content.digest
            uow.notices.mark_sent(letter.delivery.id, channel, ts, digest, now, letter.thread_ts)
        return True

    @staticmethod
    def _has_changed(uow: UnitOfWork, notice_id: str, version: int | None) -> bool:
        card = uow.attention.day_of_card(notice_id) if version is not None else None
        return card is not None and uow.attention.locked(card.person_id, card.day).version != version

    def _settle(self, delivery: DeliveryRow, version: int | None) -> bool:
        """Record that there was nothing to say; False when it is a card that came to hold more meanwhile."""
        with self._store.writing() as uow:
            if self._has_changed(uow, delivery.notice_id, version):
                return False
            uow.notices.mark_superseded(delivery.id)
        return True

    def _mark_failed(self, delivery_id: str, reason: str, *, dead: bool) -> None:
        self._on_failure()
        with self._store.writing() as uow:
            uow.notices.mark_failed(delivery_id, reason, dead=dead)
