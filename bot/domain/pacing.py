"""When the next message may leave: the rule behind every limit on the rate of sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Lanes:
    """From when on each limit lets the next message through; real time, not the workspace's.

    `held_until`: Slack asked for a pause of what is about to be called (`Retry-After`); None without one.
    """

    workspace_free: datetime
    channel_free: datetime
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A message's place: it leaves at `at`, and `lanes` is what the next one finds.

    `lanes` is None where no place can be given yet: it is asked for again at `at`.
    """

    at: datetime
    lanes: Lanes | None


def next_slot(
    now: datetime, lanes: Lanes, interval: timedelta, in_channel: timedelta, *, waits: bool
) -> Slot:
    """Give a message its place.

    `interval` is the time between two messages of the workspace, `in_channel` between two of one channel.
    One that somebody waits for (`waits` False) takes its place at once, and the others make room for it; in
    its channel and under a pause that Slack asked for, it waits like any other.
    """
    blocked_until = max(lanes.channel_free, lanes.held_until or now)
    if blocked_until > now:
        # No place is kept meanwhile: a busy channel must not slow the others down.
        return Slot(blocked_until, None)
    free = max(now, lanes.workspace_free)
    at = free if waits else now
    return Slot(at, Lanes(workspace_free=free + interval, channel_free=at + in_channel))
