"""The Web API is as strict as Slack's, in Slack's own error strings."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.integration.sandbox.conftest import ScriptedApp, workspace_at
from tests.integration.sandbox.workspace import (
    BOT,
    BOT_TOKEN,
    KARA,
    LIAM,
    MONA,
    NORTH,
    QUIET,
    SOUTH,
    Slack,
    button,
    manifest,
)


async def test_a_scope_the_manifest_lacks_is_missing(scripted: ScriptedApp) -> None:
    rules = manifest(without=("chat:write", "channels:history", "users:read.email"))
    async with workspace_at(scripted.url, rules=rules) as slack:
        refused = await slack.api("chat.postMessage", channel=NORTH, text="x")
        assert refused["error"] == "missing_scope"
        assert refused["needed"] == "chat:write"
        assert "commands" in refused["provided"].split(",")
        assert (await slack.api("conversations.history", channel=NORTH))["needed"] == "channels:history"
        assert (await slack.api("users.lookupByEmail", email="x@y.z"))["needed"] == "users:read.email"
        assert "email" not in (await slack.api("users.info", user=KARA))["user"]["profile"]


async def test_invalid_blocks_are_told_with_their_path(slack: Slack) -> None:
    row = button()
    row["elements"][0]["text"]["text"] = "x" * 76
    answer = await slack.api("chat.postMessage", channel=NORTH, text="x", blocks=[row])
    assert answer["error"] == "invalid_blocks"
    assert "/blocks/0/elements/0/text" in answer["errors"][0]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {fault}" for fault in answer["errors"]]


async def test_forms_and_json_say_the_same(slack: Slack) -> None:
    fields = {"token": BOT_TOKEN, "channel": NORTH, "text": "hi", "blocks": json.dumps([button()])}
    response = await slack.http.post(f"{slack.base_url}/api/chat.postMessage", data=fields)
    posted = response.json()
    assert posted["ok"]
    assert posted["message"]["blocks"][0]["elements"][0]["action_id"] == "go"
    assert response.headers["x-oauth-scopes"].startswith("app_mentions:read")


async def test_a_message_is_posted_updated_and_deleted(slack: Slack) -> None:
    posted = await slack.api("chat.postMessage", channel=NORTH, text="hi", blocks=[button()])
    ts = posted["ts"]
    retold = await slack.api("chat.update", channel=NORTH, ts=ts, text="plain")
    assert "blocks" not in retold["message"]
    assert retold["message"]["edited"]
    with_blocks = await slack.api("chat.update", channel=NORTH, ts=ts, blocks=[button("again")])
    assert with_blocks["text"] == "plain"
    kept = await slack.api(
        "chat.update", channel=NORTH, ts=ts, metadata={"event_type": "x", "event_payload": {}}
    )
    assert kept["error"] == "no_text"
    assert (await slack.api("chat.delete", channel=NORTH, ts=ts))["ok"]
    assert await slack.messages(KARA, NORTH) == []


async def test_the_app_changes_only_what_is_its_own(slack: Slack) -> None:
    said = await slack.page(f"{KARA}/messages", channel=NORTH, text="mine")
    assert (await slack.api("chat.update", channel=NORTH, ts=said["ts"], text="x"))[
        "error"
    ] == "cant_update_message"
    assert (await slack.api("chat.delete", channel=NORTH, ts=said["ts"]))["error"] == "cant_delete_message"


async def test_metadata_comes_back_only_when_asked_for(slack: Slack) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"id": "d1"}}
    await slack.api("chat.postMessage", channel=NORTH, text="hi", metadata=metadata)
    bare = await slack.api("conversations.history", channel=NORTH)
    full = await slack.api("conversations.history", channel=NORTH, include_all_metadata=True)
    assert "metadata" not in bare["messages"][0]
    assert full["messages"][0]["metadata"] == metadata
    assert "metadata" not in (await slack.messages(KARA, NORTH))[0]


async def test_history_pages_through_with_cursors_newest_first(slack: Slack) -> None:
    sent = [(await slack.api("chat.postMessage", channel=NORTH, text=str(n)))["ts"] for n in range(5)]
    assert sent == sorted(set(sent))
    found: list[str] = []
    cursor = ""
    while True:
        page = await slack.api("conversations.history", channel=NORTH, limit=2, cursor=cursor)
        found += [message["text"] for message in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] is bool(cursor)
        if not cursor:
            break
    assert found == ["4", "3", "2", "1", "0"]
    between = await slack.api("conversations.history", channel=NORTH, oldest=sent[1], latest=sent[3])
    assert [message["text"] for message in between["messages"]] == ["2"]


async def test_a_thread_has_its_parent_first_and_counts_its_replies(slack: Slack) -> None:
    parent = (await slack.api("chat.postMessage", channel=NORTH, text="deal"))["ts"]
    first = (await slack.api("chat.postMessage", channel=NORTH, text="one", thread_ts=parent))["ts"]
    await slack.page(f"{LIAM}/messages", channel=NORTH, text="two", thread_ts=parent)
    thread = await slack.api("conversations.replies", channel=NORTH, ts=parent)
    assert [message["text"] for message in thread["messages"]] == ["deal", "one", "two"]
    assert thread["messages"][0]["reply_count"] == 2
    assert thread["messages"][0]["reply_users"] == [BOT, LIAM]
    history = await slack.api("conversations.history", channel=NORTH)
    assert [message["text"] for message in history["messages"]] == ["deal"]
    nested = await slack.api("chat.postMessage", channel=NORTH, text="x", thread_ts=first)
    assert nested["error"] == "cannot_reply_to_message"
    both = await slack.api(
        "chat.postMessage", channel=NORTH, text="to all", thread_ts=parent, reply_broadcast=True
    )
    assert both["message"]["subtype"] == "thread_broadcast"
    assert [message["text"] for message in await slack.messages(KARA, NORTH)] == ["deal", "to all"]


async def test_a_person_is_reached_through_their_dm(slack: Slack) -> None:
    dm = await slack.app_dm(KARA)
    assert (await slack.api("chat.postMessage", channel=KARA, text="hi"))["channel"] == dm
    info = await slack.api("conversations.info", channel=dm)
    assert (info["channel"]["is_im"], info["channel"]["user"]) == (True, KARA)
    assert (await slack.api("chat.postMessage", channel="#team-north", text="hi"))["channel"] == NORTH


async def test_conversations_are_listed_by_type_and_joined(slack: Slack) -> None:
    listed = await slack.api("conversations.list", types="public_channel,private_channel")
    assert [found["id"] for found in listed["channels"]] == [NORTH, SOUTH, QUIET]
    assert (await slack.api("conversations.join", channel=SOUTH))["channel"]["is_member"]
    assert (await slack.api("conversations.members", channel=SOUTH))["members"] == [KARA, MONA, BOT]
    assert (await slack.api("chat.postMessage", channel=SOUTH, text="hi"))["ok"]


async def test_people_are_found_by_id_and_address(slack: Slack) -> None:
    found = await slack.api("users.lookupByEmail", email="KARA@meridian.example")
    assert (found["user"]["id"], found["user"]["tz_offset"]) == (KARA, 7200)
    listed = await slack.api("users.list", limit=2)
    assert listed["response_metadata"]["next_cursor"]
    assert (await slack.api("users.info", user=BOT))["user"]["is_bot"]


async def test_reactions_are_added_once_and_taken_back(slack: Slack) -> None:
    ts = (await slack.api("chat.postMessage", channel=NORTH, text="hi"))["ts"]
    args = {"channel": NORTH, "timestamp": ts, "name": "tada"}
    assert (await slack.api("reactions.add", **args))["ok"]
    assert (await slack.api("reactions.add", **args))["error"] == "already_reacted"
    shown = await slack.api("reactions.get", channel=NORTH, timestamp=ts)
    assert shown["message"]["reactions"] == [{"name": "tada", "users": [BOT], "count": 1}]
    assert (await slack.api("reactions.remove", **args))["ok"]
    assert (await slack.api("reactions.remove", **args))["error"] == "no_reaction"


async def test_calls_are_logged_without_tokens(slack: Slack) -> None:
    await slack.http.post(f"{slack.base_url}/api/auth.test", data={"token": BOT_TOKEN, "x": "1"})
    await slack.api("chat.postMessage", channel="C404", text="x")
    log = await slack.look("control/calls")
    assert [(call["method"], call["ok"], call["error"]) for call in log["calls"]] == [
        ("auth.test", True, None),
        ("chat.postMessage", False, "channel_not_found"),
    ]
    assert BOT_TOKEN not in json.dumps(log)


@pytest.mark.parametrize("path", ["page/U001/messages", "page/clock/step"])
async def test_only_the_page_itself_may_post(slack: Slack, path: str) -> None:
    answer = await slack.http.post(
        f"{slack.base_url}/{path}", json={"to": "+1h", "channel": NORTH, "text": "x"}
    )
    assert answer.status_code == httpx.codes.FORBIDDEN
