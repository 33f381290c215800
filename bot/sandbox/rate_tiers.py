"""Slack's published rates, per method and minute, in real time; posting has its own, per conversation."""

import math
import time
from collections import deque
from collections.abc import Mapping

_MINUTE = 60.0
# Calls a minute; a method that is not listed has tier 3.
_TIERS: Mapping[str, int] = {
    "conversations.list": 20,
    "conversations.members": 100,
    "chat.postEphemeral": 100,
    "users.info": 100,
    "users.list": 20,
    "views.open": 100,
    "views.publish": 100,
    "views.push": 100,
    "views.update": 100,
}
_TIER_3 = 50
_POSTS_PER_SECOND = 1.0
_POST_BURST = 5.0


class RateTiers:
    """Counts calls and says how long to wait where they come too fast."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = {}
        # channel -> (posts it may still take at once, when that was so)
        self._posts: dict[str, tuple[float, float]] = {}

    def wait(self, method: str, channel: str) -> int:
        """Whole seconds to wait before this call is taken; 0 when it is, and then it counts."""
        now = time.monotonic()
        if method == "chat.postMessage":
            return self._post(channel, now)
        taken = self._calls.setdefault(method, deque())
        while taken and now - taken[0] >= _MINUTE:
            taken.popleft()
        if len(taken) >= _TIERS.get(method, _TIER_3):
            return max(1, math.ceil(_MINUTE - (now - taken[0])))
        taken.append(now)
        return 0

    def _post(self, channel: str, now: float) -> int:
        left, since = self._posts.get(channel, (_POST_BURST, now))
        left = min(_POST_BURST, left + (now - since) * _POSTS_PER_SECOND)
        if left < 1:
            self._posts[channel] = (left, now)
            return max(1, math.ceil((1 - left) / _POSTS_PER_SECOND))
        self._posts[channel] = (left - 1, now)
        return 0
