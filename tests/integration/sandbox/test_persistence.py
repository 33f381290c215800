"""A workspace with a data folder goes on after a restart where it was left."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.persistence import Journal
from tests.integration.sandbox.conftest import ScriptedApp, workspace_at
from tests.integration.sandbox.workspace import KARA, LIAM, NORTH, SOUTH, Json, Slack, button

GO = {"type": "button", "block_id": "row", "action_id": "go", "value": "1"}


async def seen(slack: Slack) -> Json:
    """All that Kara sees, and what the Web API tells."""
    async with slack.watching(KARA) as page:
        state = await page.next("state")
    found: Json = {"state": state, "clock": await slack.look("clock")}
    for channel in state["channels"]:
        messages = found[channel["id"]] = await slack.messages(KARA, channel["id"])
        for message in messages:
            if message.get("reply_count"):
                path = f"page/{KARA}/channels/{channel['id']}/threads/{message['ts']}"
                found[message["ts"]] = await slack.look(path)
    found["api"] = await slack.api("conversations.history", channel=NORTH, include_all_metadata=True)
    return found


async def test_a_restart_loses_nothing(tmp_path: Path, scripted: ScriptedApp) -> None:
    async with workspace_at(scripted.url, data=tmp_path) as slack:
        metadata = {"event_type": "delivery", "event_payload": {"id": "d1"}}
        parent = await slack.api(
            "chat.postMessage", channel=NORTH, text="deal", blocks=[button()], metadata=metadata
        )
        await slack.page(f"{LIAM}/messages", channel=NORTH, text="reply", thread_ts=parent["ts"])
        gone = await slack.api("chat.postMessage", channel=NORTH, text="gone")
        await slack.api("chat.delete", channel=NORTH, ts=gone["ts"])
        await slack.api("chat.postMessage", channel=KARA, text="to you")
        await slack.api("reactions.add", channel=NORTH, timestamp=parent["ts"], name="tada")
        await slack.api("conversations.join", channel=SOUTH)
        await slack.api("views.publish", user_id=KARA, view={"type": "home", "blocks": [button()]})
        other = await slack.page(f"{KARA}/dms", user=LIAM)
        await slack.page(f"{LIAM}/messages", channel=other["channel"]["id"], text="hey")
        await slack.page(f"{KARA}/channels/{NORTH}/read", ts=parent["ts"])
        await slack.page("clock/step", to="+1d")
        container = {"type": "message", "channel": NORTH, "ts": parent["ts"]}
        await slack.page(f"{KARA}/actions", container=container, action=GO)
        token = scripted.last("block_actions")["response_url"].rpartition("/")[2]
        before = await seen(slack)

    async with workspace_at(scripted.url, data=tmp_path) as slack:
        assert await seen(slack) == before
        later = await slack.api("chat.postMessage", channel=NORTH, text="later")
        assert later["ts"] > parent["ts"]
        answered = await slack.http.post(f"{slack.base_url}/response/{token}", json={"text": "still here"})
        assert answered.text == "ok"


async def test_without_a_data_folder_each_start_is_fresh(scripted: ScriptedApp) -> None:
    for _ in range(2):
        async with workspace_at(scripted.url) as slack:
            assert await slack.messages(KARA, NORTH) == []
            await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")


def test_a_line_torn_by_a_crash_is_dropped_and_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(3):
        journal.put("thing", str(number), {"n": number})
    journal.put("thing", "1", None)
    journal.close()
    file = tmp_path / "workspace.jsonl"
    whole = file.read_text()
    file.write_text(whole + '["thing", "3", {"n"')
    mended = Journal(tmp_path)
    mended.close()
    assert mended.all("thing") == {"0": {"n": 0}, "2": {"n": 2}}
    file.write_text("nonsense\n" + whole)
    with pytest.raises(ValueError, match="line 1"):
        Journal(tmp_path)


def test_a_restart_leaves_only_what_counts_in_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(100):
        journal.put("thing", "same", number)
    journal.close()
    Journal(tmp_path).close()
    assert len((tmp_path / "workspace.jsonl").read_text().splitlines()) == 1


def test_a_data_folder_has_one_user_at_a_time(tmp_path: Path) -> None:
    first = Journal(tmp_path)
    with pytest.raises(OSError, match="another workspace"):
        Journal(tmp_path)
    first.close()
    Journal(tmp_path).close()
