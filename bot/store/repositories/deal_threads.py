"""Deals' threads: the channel of each team, each deal's thread, and what people wrote in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, bindparam, delete, func, select, update

from bot.domain.pipeline import OPEN_STAGES, Deal, Stage
from bot.store.ids import new_id
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import Deals, DealThreads, InspectionQuestions, TeamChannels, ThreadMessages


@dataclass(frozen=True, slots=True)
class TeamChannel:
    """The channel in which a manager's team speaks about its deals."""

    manager_id: str
    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class DealThread:
    """A deal's thread. `message_ts` and `permalink` are its head's once posted, `trouble` why it is not."""

    id: str
    deal_id: str
    manager_id: str
    channel: str
    message_ts: str | None
    permalink: str | None
    trouble: str | None
    opened_by_id: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """What a person wrote in a thread; `files` were with it. Deleted, it has no text any more."""

    id: str
    thread_id: str
    channel: str
    ts: str
    author_id: str
    text: str
    files: int
    said_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


_Query = Select[*tuple[Any, ...]]


def _threads(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(*(getattr(DealThreads, name) for name in DealThread.__slots__))
        .where(DealThreads.workspace_id == bindparam("workspace"), *conditions)
        .order_by(DealThreads.opened_at, DealThreads.id)
    )


def _messages(*conditions: ColumnExpressionArgument[bool]) -> _Query:
    return (
        select(*(getattr(ThreadMessages, name) for name in ThreadMessage.__slots__))
        .where(ThreadMessages.workspace_id == bindparam("workspace"), *conditions)
        .order_by(ThreadMessages.ts)
    )


def _lively() -> _Query:
    asked = select(InspectionQuestions.id).where(
        InspectionQuestions.thread_id == DealThreads.id, InspectionQuestions.asked_at >= bindparam("since")
    )
    written = select(ThreadMessages.id).where(
        ThreadMessages.thread_id == DealThreads.id, ThreadMessages.said_at >= bindparam("since")
    )
    return _threads(DealThreads.message_ts.is_not(None), asked.exists() | written.exists())


def _showing_an_old_stage() -> _Query:
    moved = select(Deals.id).where(Deals.id == DealThreads.deal_id, Deals.stage != DealThreads.shown_stage)
    return _threads(DealThreads.message_ts.is_not(None), moved.exists())


# Built once: to build them takes longer than the database needs to carry them out.
_CHANNELS = select(TeamChannels.manager_id, TeamChannels.channel, TeamChannels.name).where(
    TeamChannels.workspace_id == bindparam("workspace")
)
_CHANNELS_OF = _CHANNELS.where(TeamChannels.manager_id.in_(bindparam("managers", expanding=True)))
_THREAD = _threads(DealThreads.id == bindparam("sought"))
_THREADS = _threads(DealThreads.id.in_(bindparam("ids", expanding=True)))
# In one order, so that none deadlock.
_LOCK = (
    select(DealThreads.id)
    .where(
        DealThreads.workspace_id == bindparam("workspace"),
        DealThreads.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(DealThreads.id)
    .with_for_update()
)
_OF_DEAL = _threads(DealThreads.deal_id == bindparam("deal"), DealThreads.channel == bindparam("room"))
_OF_DEALS = _threads(DealThreads.deal_id.in_(bindparam("ids", expanding=True)))
_AT = _threads(DealThreads.channel == bindparam("room"), DealThreads.message_ts == bindparam("head"))
_LIVELY = _lively()
_SHOWING_AN_OLD_STAGE = _showing_an_old_stage()
_IN_TROUBLE = select(func.count(DealThreads.deal_id.distinct())).where(
    DealThreads.workspace_id == bindparam("workspace"),
    DealThreads.trouble.is_not(None),
    select(Deals.id).where(Deals.id == DealThreads.deal_id, Deals.stage.in_(OPEN_STAGES)).exists(),
)
_MESSAGES = _messages(ThreadMessages.thread_id == bindparam("thread"))
_MESSAGE = _messages(ThreadMessages.channel == bindparam("room"), ThreadMessages.ts == bindparam("moment"))
_MESSAGE_LOCKED = _MESSAGE.with_for_update()


class DealThreadRepository(Repository):
    """Channels, threads and messages of deals."""

    def replace_channels(self, channels: Collection[TeamChannel], now: datetime) -> None:
        """Keep just these channels, one for each manager named."""
        self._connection.execute(delete(TeamChannels).where(TeamChannels.workspace_id == self._workspace_id))
        rows = [
            {"id": new_id("tch"), "manager_id": one.manager_id, "channel": one.channel, "name": one.name}
            for one in channels
        ]
        self._insert_new(TeamChannels, [{**row, "seen_at": now} for row in rows], TeamChannels.id)

    def channels(self) -> dict[str, TeamChannel]:
        """Return the teams' channels by manager."""
        found = self._connection.execute(_CHANNELS, self._named())
        return {row.manager_id: TeamChannel(*row) for row in found}

    def channel_of(self, manager_id: str) -> TeamChannel | None:
        """Return the channel of a manager's team, or None."""
        return self.channels_of([manager_id]).get(manager_id)

    def channels_of(self, manager_ids: Collection[str]) -> dict[str, TeamChannel]:
        """Return the channels of these managers' teams by manager; who has none is absent."""
        return {
            row.manager_id: TeamChannel(*row)
            for managers in in_chunks(manager_ids)
            for row in self._connection.execute(_CHANNELS_OF, self._named(managers=managers))
        }

    def open(
        self, places: Sequence[tuple[Deal, TeamChannel]], opened_by_id: str | None, now: datetime
    ) -> tuple[list[DealThread], set[str]]:
        """Return each deal's thread in its channel, made where there is none, and the ids of those made."""
        rows = [
            {
                "id": new_id("dth"),
                "deal_id": deal.id,
                "manager_id": team.manager_id,
                "channel": team.channel,
                "shown_stage": deal.stage.value,
                "opened_by_id": opened_by_id,
                "opened_at": now,
            }
            for deal, team in places
        ]
        new = set(self._insert_new(DealThreads, rows, DealThreads.id))
        found = {
            (thread.deal_id, thread.channel): thread
            for ids in in_chunks([deal.id for deal, _ in places])
            for thread in self._threads(_OF_DEALS, ids=ids)
        }
        return [found[deal.id, team.channel] for deal, team in places], new

    def get(self, thread_id: str) -> DealThread | None:
        """Return one thread, or None."""
        return next(iter(self._threads(_THREAD, sought=thread_id)), None)

    def locked(self, thread_id: str) -> DealThread | None:
        """Return one thread as it stands now, and keep others who would change it waiting."""
        return next(iter(self.each_locked([thread_id])), None)

    def each_locked(self, thread_ids: Collection[str]) -> list[DealThread]:
        """Return threads as they stand now, and keep others who would change them waiting."""
        found = []
        for ids in in_chunks(thread_ids):
            self._connection.execute(_LOCK, self._named(ids=ids)).all()
            found += self._threads(_THREADS, ids=ids)
        return found

    def of_deal(self, deal_id: str, channel: str) -> DealThread | None:
        """Return the deal's thread in a channel, or None."""
        return next(iter(self._threads(_OF_DEAL, deal=deal_id, room=channel)), None)

    def newest_of(self, deal_ids: Collection[str]) -> dict[str, DealThread]:
        """Return each deal's newest thread, posted or not."""
        found: dict[str, DealThread] = {}
        for ids in in_chunks(deal_ids):
            for thread in self._threads(_OF_DEALS, ids=ids):
                found[thread.deal_id] = thread
        return found

    def at(self, channel: str, head_ts: str) -> DealThread | None:
        """Return the thread under this message, or None where it is no deal's."""
        return next(iter(self._threads(_AT, room=channel, head=head_ts)), None)

    def lively(self, since: datetime, limit: int) -> list[DealThread]:
        """Return the threads that stand and in which something was asked or written since, newest first."""
        return self._threads(_LIVELY, since=since)[::-1][:limit]

    def messages(self, thread_id: str) -> list[ThreadMessage]:
        """Return what people wrote in a thread, the deleted included, in order of time."""
        return self._messages(_MESSAGES, thread=thread_id)

    def forget_head(self, thread_id: str, trouble: str) -> None:
        """Record that a thread's head is gone, and why; the next one who asks for it gets a new one."""
        self._change(thread_id, message_ts=None, permalink=None, trouble=trouble)

    def showing_an_old_stage(self) -> list[DealThread]:
        """Return the threads whose head shows another stage than the deal has now."""
        return self._threads(_SHOWING_AN_OLD_STAGE)

    def in_trouble(self) -> int:
        """Return of how many deals that are open the thread can't be posted or brought up to date."""
        return self._connection.execute(_IN_TROUBLE, self._named()).scalar_one()

    def mark_stage(self, thread_id: str, stage: Stage) -> None:
        """Record which stage a thread's head shows."""
        self._change(thread_id, shown_stage=stage.value)

    def mark_posted(self, thread_id: str, message_ts: str, permalink: str | None) -> None:
        """Record where a thread's head stands."""
        self._change(thread_id, message_ts=message_ts, permalink=permalink, trouble=None)

    def mark_trouble(self, thread_id: str, trouble: str | None) -> None:
        """Record why a thread's head can't be posted or brought up to date; None: it can."""
        self._change(thread_id, trouble=trouble)

    def keep(self, message: ThreadMessage) -> bool:
        """Keep a message; False when it is kept already."""
        row = {name: getattr(message, name) for name in ThreadMessage.__slots__}
        return bool(self._insert_new(ThreadMessages, [row], ThreadMessages.id))

    def message(self, channel: str, ts: str, *, for_update: bool = False) -> ThreadMessage | None:
        """Return one message, or None."""
        query = _MESSAGE_LOCKED if for_update else _MESSAGE
        return next(iter(self._messages(query, room=channel, moment=ts)), None)

    def edit(self, message_id: str, text: str, files: int, now: datetime) -> None:
        """Record what a message says now."""
        self._change_message(message_id, text=text, files=files, edited_at=now)

    def erase(self, message_id: str, now: datetime) -> None:
        """Forget the words of a deleted message."""
        self._change_message(message_id, text="", files=0, deleted_at=now)

    def _messages(self, query: _Query, **given: str) -> list[ThreadMessage]:
        return [ThreadMessage(*row) for row in self._connection.execute(query, self._named(**given))]

    def _change(self, thread_id: str, **values: str | None) -> None:
        mine = DealThreads.workspace_id == self._workspace_id, DealThreads.id == thread_id
        self._connection.execute(update(DealThreads).where(*mine).values(**values))

    def _change_message(self, message_id: str, **values: str | int | datetime) -> None:
        mine = ThreadMessages.workspace_id == self._workspace_id, ThreadMessages.id == message_id
        self._connection.execute(update(ThreadMessages).where(*mine).values(**values))

    def _threads(self, query: _Query, **given: Any) -> list[DealThread]:
        return [DealThread(*row) for row in self._connection.execute(query, self._named(**given))]
