"""What an answer of Slack means for a delivery."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.slack_errors import Fate, fate_of


def answer(status: int, data: Any, headers: dict[str, Any] | None = None) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="http://127.0.0.1/api/chat.postMessage",
        req_args={},
        data=data,
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("no", response)


def refusal(code: str) -> SlackApiError:
    return answer(200, {"ok": False, "error": code})


POST = "chat.postMessage"
LIMITED = {"ok": False, "error": "ratelimited"}


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (
            answer(429, LIMITED, {"Retry-After": "7"}),
            Fate(True, "ratelimited", 7, refused=POST),
        ),
        (
            answer(429, LIMITED, {"retry-after": "7"}),
            Fate(True, "ratelimited", 7, refused=POST),
        ),
        (answer(429, {"ok": False}), Fate(True, "ratelimited", refused=POST)),
        (answer(429, {"ok": False}, {"Retry-After": "soon"}), Fate(True, "ratelimited", refused=POST)),
        (refusal("ratelimited"), Fate(True, "ratelimited", refused=POST)),
        (refusal("fatal_error"), Fate(True, "fatal_error")),
        (refusal("internal_error"), Fate(True, "internal_error")),
        (answer(503, "upstream connect error"), Fate(True, "http_503")),
        (answer(500, {"ok": False, "error": "oops"}), Fate(True, "oops")),
        (refusal("channel_not_found"), Fate(False, "channel_not_found")),
        (refusal("user_not_found"), Fate(False, "user_not_found")),
        (refusal("invalid_auth"), Fate(False, "invalid_auth")),
        (refusal("missing_scope"), Fate(False, "missing_scope")),
        (refusal("invalid_blocks"), Fate(False, "invalid_blocks")),
        (refusal("msg_blocks_too_long"), Fate(False, "msg_blocks_too_long")),
        (answer(400, "<html>no</html>"), Fate(False, "http_400")),
        (
            refusal("message_not_found"),
            Fate(False, "message_not_found", gone=True),
        ),
        (
            refusal("cant_update_message"),
            Fate(False, "cant_update_message", gone=True),
        ),
        (refusal("not_found"), Fate(False, "not_found", gone=True)),
        (SlackApiError("no", {"ok": False, "error": "channel_not_found"}), Fate(False, "channel_not_found")),
        (TimeoutError(), Fate(True, "TimeoutError")),
        (aiohttp.ServerDisconnectedError(), Fate(True, "ServerDisconnectedError")),
        (aiohttp.ClientPayloadError(), Fate(True, "ClientPayloadError")),
    ],
    ids=repr,
)
def test_the_fate_of_a_call(error: Exception, fate: Fate) -> None:
    assert fate_of(error) == fate
