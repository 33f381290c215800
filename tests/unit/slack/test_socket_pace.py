"""How soon a silent socket is noticed, at the product's own pace."""

from __future__ import annotations

from bot.slack.socket_mode import PING_SECONDS


def test_silence_is_noticed_within_fifteen_seconds() -> None:
    # No answer to a ping for half of it, then the look whether there is a connection: three of them at most.
    assert 3 * PING_SECONDS < 15
