"""What is wrong with a call of the Web API is named as Slack names it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.sandbox.conftest import workspace_at
from tests.integration.sandbox.workspace import (
    APP_TOKEN,
    BOT_TOKEN,
    KARA,
    MONA,
    NORTH,
    SECRETS,
    SOUTH,
    Json,
    Slack,
)

# Refused calls change nothing, so one workspace serves them all.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict() -> AsyncIterator[Slack]:
    async with workspace_at(None) as found:
        yield found


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", None, "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("chat.postMessage", APP_TOKEN, "not_allowed_token_type"),
        ("apps.connections.open", BOT_TOKEN, "not_allowed_token_type"),
        ("files.uploadV3", BOT_TOKEN, "unknown_method"),
    ],
)
async def test_the_token_opens_its_methods_only(
    strict: Slack, method: str, token: str | None, error: str
) -> None:
    answer = await strict.api(method, token=token)
    assert (answer["ok"], answer["error"]) == (False, error)


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": SECRETS, "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": SOUTH, "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": NORTH}, "no_text"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": NORTH, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        (
            "chat.postMessage",
            {"channel": NORTH, "text": "x", "metadata": {"event_type": 1}},
            "invalid_metadata_format",
        ),
        ("chat.postMessage", {"channel": NORTH, "text": "x", "blocks": "{"}, "invalid_arguments"),
        ("chat.update", {"channel": NORTH, "ts": "1.000001", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": NORTH, "ts": "1.000001"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": NORTH, "user": MONA, "text": "x"}, "user_not_in_channel"),
        ("chat.postEphemeral", {"channel": NORTH, "user": "U404", "text": "x"}, "user_not_found"),
        ("chat.postEphemeral", {"channel": NORTH, "user": KARA, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.getPermalink", {"channel": NORTH, "message_ts": "1.000001"}, "message_not_found"),
        ("chat.scheduleMessage", {"channel": NORTH, "post_at": 1, "text": "x"}, "restricted_action"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U404"}, "user_not_found"),
        ("conversations.info", {"channel": "C404"}, "channel_not_found"),
        ("conversations.history", {"channel": SOUTH}, "not_in_channel"),
        ("conversations.history", {"channel": NORTH, "cursor": "!"}, "invalid_cursor"),
        ("conversations.history", {"channel": NORTH, "oldest": "soon"}, "invalid_ts_oldest"),
        ("conversations.replies", {"channel": NORTH, "ts": "1.000001"}, "thread_not_found"),
        ("conversations.list", {"types": "planets"}, "invalid_types"),
        ("users.info", {"user": "U404"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "nobody@meridian.example"}, "users_not_found"),
        ("views.open", {"trigger_id": "1.2.3", "view": {"type": "modal"}}, "invalid_arguments"),
        ("views.update", {"view_id": "V404", "view": {}}, "invalid_arguments"),
        ("views.publish", {"user_id": "U404", "view": {"type": "home", "blocks": []}}, "user_not_found"),
        ("reactions.add", {"channel": NORTH, "timestamp": "1.000001", "name": "tada"}, "message_not_found"),
        ("reactions.add", {"channel": NORTH, "timestamp": "1.000001", "name": "No!"}, "invalid_name"),
        ("reactions.add", {"name": "tada"}, "no_item_specified"),
        ("bots.info", {"bot": "B404"}, "bot_not_found"),
        ("team.info", {"team": "T404"}, "team_not_found"),
        ("api.test", {"error": "oops"}, "oops"),
    ],
)
async def test_what_is_wrong_is_named_as_slack_names_it(
    strict: Slack, method: str, args: Json, error: str
) -> None:
    answer = await strict.api(method, **args)
    assert (answer["ok"], answer["error"]) == (False, error)
