"""What people wrote to the bot while nobody listened: whom to look for, and taken in as if just said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.jobs.protocols import JobQueue
from bot.services.presence import message_received
from bot.store.handling import AlreadyHandledError, Inbound
from bot.store.unit_of_work import Store

# A weekend and a day. Keys of what was taken in are kept for longer, so that it is known.
LOOK_BACK = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody who may have written; `channel` is the conversation with them where one is known."""

    slack_user_id: str
    channel: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands in the conversation; `key` is that of the event that would have brought it."""

    key: str
    slack_user_id: str
    ts: str
    text: str


def correspondents(store: Store) -> list[Correspondent]:
    """Return everybody who is in Slack: whom the bot wrote to last comes first."""
    with store.reading() as uow:
        places = uow.outbox.conversations()
        people = [one for one in uow.people.all() if one.active and one.slack_user_id]
    known = {person_id: number for number, person_id in enumerate(places)}
    people.sort(key=lambda one: known.get(one.id, len(known)))
    return [Correspondent(one.slack_user_id, places.get(one.id)) for one in people if one.slack_user_id]


def take_missed(store: Store, jobs: JobQueue, messages: Collection[Said], now: datetime) -> int:
    """Answer those of these messages that no event has brought, oldest first; return how many.

    Safe to repeat, and beside the events themselves: each is taken in under its own key.
    """
    with store.reading() as uow:
        missed = [one for one in messages if uow.inbound.answer(one.key) is None]
    taken = 0
    for one in sorted(missed, key=lambda said: said.ts):
        try:
            with store.handling(Inbound(one.key, "event", now)):
                message_received(store, jobs, one.slack_user_id, one.ts, now, one.text)
        except AlreadyHandledError:
            continue
        taken += 1
    return taken
