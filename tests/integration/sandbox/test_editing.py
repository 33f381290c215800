"""People change and delete what they wrote, and Slack adds previews: what the app is told of each."""

from __future__ import annotations

import httpx

from tests.integration.sandbox.conftest import ScriptedApp
from tests.integration.sandbox.workspace import KARA, LIAM, NORTH, Slack


async def test_an_edit_tells_both_texts_and_marks_the_message(slack: Slack, scripted: ScriptedApp) -> None:
    ts = (await slack.page(f"{KARA}/messages", channel=NORTH, text="one & two"))["ts"]

    assert (await slack.page(f"{KARA}/messages/edit", channel=NORTH, ts=ts, text="three"))["ok"]

    await scripted.until(lambda: len(scripted.events("message")) == 2)
    event = scripted.events("message")[1]
    assert (event["subtype"], event["hidden"], event["channel"]) == ("message_changed", True, NORTH)
    assert event["previous_message"]["text"] == "one &amp; two"
    assert (event["message"]["text"], event["message"]["ts"]) == ("three", ts)
    assert event["message"]["edited"]["user"] == KARA
    (shown,) = await slack.messages(LIAM, NORTH)
    assert shown["text"] == "three"


async def test_an_edit_that_changes_nothing_is_no_event(slack: Slack, scripted: ScriptedApp) -> None:
    ts = (await slack.page(f"{KARA}/messages", channel=NORTH, text="one"))["ts"]
    assert (await slack.page(f"{KARA}/messages/edit", channel=NORTH, ts=ts, text=" one "))["ok"]
    await slack.page(f"{KARA}/messages", channel=NORTH, text="two")
    await scripted.until(lambda: len(scripted.events("message")) == 2)
    assert [event["text"] for event in scripted.events("message")] == ["one", "two"]


async def test_a_deleted_reply_is_gone_and_its_thread_counted_anew(
    slack: Slack, scripted: ScriptedApp
) -> None:
    parent = (await slack.page(f"{KARA}/messages", channel=NORTH, text="thread"))["ts"]
    reply = (await slack.page(f"{LIAM}/messages", channel=NORTH, text="reply", thread_ts=parent))["ts"]

    assert (await slack.page(f"{LIAM}/messages/delete", channel=NORTH, ts=reply))["ok"]

    await scripted.until(lambda: len(scripted.events("message")) == 3)
    event = scripted.events("message")[2]
    assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", reply)
    assert event["previous_message"]["text"] == "reply"
    (shown,) = await slack.messages(KARA, NORTH)
    assert "reply_count" not in shown


async def test_only_its_author_changes_or_deletes_a_message(slack: Slack) -> None:
    ts = (await slack.page(f"{KARA}/messages", channel=NORTH, text="mine"))["ts"]
    for path, more in (("edit", {"text": "yours"}), ("delete", {})):
        refused = await slack.page(f"{LIAM}/messages/{path}", channel=NORTH, ts=ts, **more)
        assert refused["error"] == "cant_change_message"
        gone = await slack.page(f"{KARA}/messages/{path}", channel=NORTH, ts="1.000001", **more)
        assert gone["error"] == "message_not_found"
    assert (await slack.page(f"{KARA}/messages/edit", channel=NORTH, ts=ts, text=" "))["error"] == "no_text"
    posted = await slack.api("chat.postMessage", channel=NORTH, text="the app's")
    refused = await slack.page(f"{KARA}/messages/delete", channel=NORTH, ts=posted["ts"])
    assert refused["error"] == "cant_change_message"


async def test_a_preview_changes_a_message_and_not_its_text(slack: Slack, scripted: ScriptedApp) -> None:
    ts = (await slack.page(f"{KARA}/messages", channel=NORTH, text="https://a.example"))["ts"]
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{slack.base_url}/control/unfurls/{NORTH}/{ts}")
        absent = await http.post(f"{slack.base_url}/control/unfurls/{NORTH}/1.000001")

    assert (answer.status_code, absent.status_code) == (200, 404)
    await scripted.until(lambda: len(scripted.events("message")) == 2)
    event = scripted.events("message")[1]
    assert event["subtype"] == "message_changed"
    assert event["message"]["text"] == event["previous_message"]["text"]
    assert "edited" not in event["message"]
    assert event["message"]["attachments"]
