"""Trigger ids: each opens one view, within three seconds of real time."""

import time
from dataclasses import dataclass

from bot.sandbox.identifiers import new_id
from bot.sandbox.timing import Timing


class TriggerError(Exception):
    """A trigger that can't be used; the text is Slack's error."""


@dataclass
class Trigger:
    """What a person did, as far as opening a view goes. `view_id` is set when it was done in a modal."""

    user: str
    view_id: str | None
    born: float
    used: bool = False


class Triggers:
    """The triggers handed out lately."""

    def __init__(self, timing: Timing) -> None:
        self._life = timing.trigger_life
        self._known: dict[str, Trigger] = {}

    def issue(self, user: str, *, view_id: str | None = None) -> str:
        """A trigger id for something a person did just now."""
        self._forget_old()
        trigger_id = f"{new_id('', 12)}.{new_id('', 12)}.{new_id('', 24).lower()}"
        self._known[trigger_id] = Trigger(user, view_id, time.monotonic())
        return trigger_id

    def look(self, trigger_id: str) -> Trigger:
        """The trigger, if it could be used now; raises `TriggerError`."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise TriggerError("invalid_trigger_id")
        if trigger.used:
            raise TriggerError("exchanged_trigger_id")
        if time.monotonic() - trigger.born > self._life:
            raise TriggerError("expired_trigger_id")
        return trigger

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger up; raises `TriggerError`."""
        trigger = self.look(trigger_id)
        trigger.used = True
        return trigger

    def _forget_old(self) -> None:
        # Long after its end a trigger is still told from one that never was.
        horizon = time.monotonic() - max(600.0, 10 * self._life)
        for trigger_id in [known for known, trigger in self._known.items() if trigger.born < horizon]:
            del self._known[trigger_id]
