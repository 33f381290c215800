"""Whose turn it is to be sent: limits shared by all processes, kept as rows so that a restart keeps them too.

Not DBOS's queue limiter: that counts jobs begun, neither their later attempts nor what a dead process left;
it lets a whole period's worth go at once; and below Python 3.12 it counts whole seconds on SQLite.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.domain.pacing import Lanes, next_slot
from bot.domain.settings import Delivery
from bot.jobs.pacers import AT_ONCE
from bot.jobs.protocols import Lane, Turn
from bot.services.notifying import Mode
from bot.store.repositories.notices import DeliveryRow
from bot.store.unit_of_work import Store, UnitOfWork

POST = "chat.postMessage"
# What is called to look for a message whose fate is unknown.
SEARCH = ("conversations.open", "conversations.history", "conversations.replies")
UPDATE = "chat.update"
# What is called beside a post: who is in the channel, what only one person sees, where it stands.
IN_CHANNEL = ("conversations.members", "chat.postEphemeral", "chat.getPermalink", UPDATE)
OTHER_CALLS = {Mode.UPDATE: UPDATE, Mode.HOME: "views.publish", Mode.VIEW: "views.update"}
SETTLED = {"sent", "dead", "superseded"}
WORKSPACE = "workspace"
# Where a channel can't be told, messages share one: slower than need be, never too fast.
SOME_CHANNEL = "channel:some"


class SharedPacer:
    """The Pacer of the job engine."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, delivery_id: str, lane: Lane) -> Turn:
        """Give a delivery its place among all that are to be sent, or tell when to ask again."""
        with self._store.writing() as uow:
            delivery = uow.notices.delivery(delivery_id)
            if delivery is None or delivery.state in SETTLED:
                return AT_ONCE
            methods = _calls(delivery)
            return _place(uow, delivery, lane) if POST in methods else _unless_held(uow, methods)

    def confirm(self, delivery_id: str) -> Turn:
        """Tell whether a place that was waited for still holds: Slack may have asked for a pause since."""
        with self._store.reading() as uow:
            delivery = uow.notices.delivery(delivery_id)
            if delivery is None or delivery.state in SETTLED:
                return AT_ONCE
            return _unless_held(uow, _calls(delivery))


def _place(uow: UnitOfWork, delivery: DeliveryRow, lane: Lane) -> Turn:
    channel = _channel_key(uow, delivery)
    free_at = uow.paces.locked([WORKSPACE, channel])
    now = uow.paces.now()
    lanes = Lanes(free_at[WORKSPACE], free_at[channel], uow.paces.latest(_held(_calls(delivery))))
    rates = _rates(uow)
    slot = next_slot(
        now, lanes, rates.interval, rates.conversation_interval, waits=lane is not Lane.INTERACTIVE
    )
    if slot.lanes is not None:
        uow.paces.put({WORKSPACE: slot.lanes.workspace_free, channel: slot.lanes.channel_free})
    return Turn((slot.at - now).total_seconds(), mine=slot.lanes is not None)


def hold(uow: UnitOfWork, method: str, seconds: float) -> None:
    """Let nothing call this method for so long: Slack said so (`Retry-After`), to one of us for all."""
    key = f"method:{method}"
    until = uow.paces.locked([key])[key]
    uow.paces.put({key: max(until, uow.paces.now() + timedelta(seconds=seconds))})


def _unless_held(uow: UnitOfWork, methods: Collection[str]) -> Turn:
    until = uow.paces.latest(_held(methods))
    seconds = (until - uow.paces.now()).total_seconds() if until else 0.0
    return Turn(seconds, mine=False) if seconds > 0 else AT_ONCE


def _calls(delivery: DeliveryRow) -> tuple[str, ...]:
    other = OTHER_CALLS.get(Mode(delivery.mode))
    if other is not None:
        return (other,)
    beside = IN_CHANNEL if delivery.mode == Mode.CHANNEL else ()
    # A message that is found where it stands is brought up to date there.
    again = (*SEARCH, UPDATE) if delivery.attempts else ()
    return (POST, *beside, *again)


def _held(methods: Collection[str]) -> list[str]:
    return [f"method:{method}" for method in methods]


def _channel_key(uow: UnitOfWork, delivery: DeliveryRow) -> str:
    if delivery.mode != Mode.CHANNEL:
        return f"person:{delivery.person_id}"
    notice = uow.notices.get(delivery.notice_id)
    if notice is None:
        return SOME_CHANNEL
    questions = uow.inspections.of_round(notice.subject_id)
    thread = uow.threads.get(questions[0].thread_id if questions else notice.subject_id)
    return f"channel:{thread.channel}" if thread else SOME_CHANNEL


def _rates(uow: UnitOfWork) -> Delivery:
    row = uow.settings.current("delivery")
    return Delivery.model_validate(row.value) if row else Delivery()
