"""What people do on the page, what the app is told of it, and what they see when it does not answer."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.integration.sandbox.conftest import ScriptedApp, workspace_at
from tests.integration.sandbox.workspace import (
    BOT,
    KARA,
    LIAM,
    MONA,
    NORTH,
    SECRETS,
    SOUTH,
    TIGHT,
    Json,
    Slack,
    button,
    manifest,
)

GO = {"type": "button", "block_id": "row", "action_id": "go", "value": "1"}


async def posted(slack: Slack, *blocks: Json, channel: str = NORTH) -> Json:
    """A message of the app, as the container of actions in it."""
    answer = await slack.api("chat.postMessage", channel=channel, text="hi", blocks=list(blocks))
    assert answer["ok"], answer
    return {"type": "message", "channel": answer["channel"], "ts": answer["ts"]}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("a &lt; b", "a &lt; b"),
        ("hi @liam, @Kara Voss and @nobody", f"hi <@{LIAM}>, <@{KARA}> and @nobody"),
        (f"hi <@{LIAM}>", f"hi <@{LIAM}>"),
        ("hi <@U404>", "hi &lt;@U404&gt;"),
        ("see #team-north", f"see <#{NORTH}|team-north>"),
        ("@here look at https://a.example/x?y=1&z=2.", "<!here> look at <https://a.example/x?y=1&amp;z=2>."),
        ("mail me@liam.example", "mail me@liam.example"),
    ],
)
async def test_what_is_typed_is_stored_in_slacks_encoding(slack: Slack, typed: str, stored: str) -> None:
    await slack.page(f"{KARA}/messages", channel=NORTH, text=typed)
    assert (await slack.messages(LIAM, NORTH))[0]["text"] == stored


async def test_people_see_and_say_only_where_they_are(slack: Slack) -> None:
    assert (await slack.page(f"{LIAM}/messages", channel=SOUTH, text="x"))["error"] == "channel_not_found"
    assert (await slack.look(f"page/{LIAM}/channels/{SECRETS}/messages"))["ok"] is False
    assert (await slack.page("U404/messages", channel=NORTH, text="x"))["error"] == "user_not_found"
    assert (await slack.page(f"{KARA}/messages", channel=NORTH, text="  "))["error"] == "no_text"
    other = await slack.page(f"{KARA}/dms", user=LIAM)
    assert other["channel"]["kind"] == "im"
    assert (await slack.page(f"{LIAM}/messages", channel=other["channel"]["id"], text="hey"))["ok"]
    assert (await slack.api("conversations.info", channel=other["channel"]["id"]))[
        "error"
    ] == "channel_not_found"


async def test_unread_marks_count_what_others_said(slack: Slack) -> None:
    async with slack.watching(LIAM) as page:
        await slack.page(f"{KARA}/messages", channel=NORTH, text="one")
        await slack.page(f"{KARA}/messages", channel=NORTH, text="two @liam")
        await page.next("channel")
        channel = (await page.next("channel"))["channel"]
        assert (channel["unread"], channel["mentions"]) == (2, 1)
        await slack.page(f"{LIAM}/channels/{NORTH}/read", ts=channel["last_ts"])
        channel = (await page.next("channel"))["channel"]
        assert (channel["unread"], channel["mentions"], channel["last_read"]) == (0, 0, channel["last_ts"])
    async with slack.watching(KARA) as page:
        state = await page.next("state")
        assert {found["name"]: found["unread"] for found in state["channels"] if found["kind"] != "im"} == {
            "team-north": 0,
            "team-south": 0,
        }
        assert [found["user"] for found in state["channels"] if found["kind"] == "im"] == [BOT]


async def test_a_command_is_sent_as_slack_sends_it(slack: Slack, scripted: ScriptedApp) -> None:
    await slack.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat  fire @liam in #team-north")
    sent = scripted.last("command")
    assert sent["command"] == "/drumbeat"
    assert sent["text"] == f"fire <@{LIAM}|liam> in <#{NORTH}|team-north>"
    assert (sent["channel_id"], sent["user_id"], sent["team_id"]) == (NORTH, KARA, "T0SANDBOX1")
    await slack.page(f"{KARA}/commands", channel=NORTH, text=f"/plain <@{LIAM}> & co")
    assert scripted.last("command")["text"] == "@liam & co"


async def test_commands_are_refused_in_threads_and_when_unknown(slack: Slack, scripted: ScriptedApp) -> None:
    parent = (await posted(slack, button()))["ts"]
    refused = await slack.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat today", thread_ts=parent)
    assert refused["message"] == "/drumbeat is not supported in threads. Sorry!"
    unknown = await slack.page(f"{KARA}/commands", channel=NORTH, text="/beat")
    assert unknown["message"].startswith("/beat is not a valid command.")
    assert all("command" not in body for body in scripted.received)


@pytest.mark.parametrize(
    ("answer", "seen_by_liam"),
    [
        ({"text": "hello"}, []),
        ({"response_type": "ephemeral", "text": "hello"}, []),
        ({"response_type": "in_channel", "text": "hello"}, ["hello"]),
    ],
)
async def test_a_commands_answer_becomes_a_message(
    slack: Slack, scripted: ScriptedApp, answer: Json, seen_by_liam: list[str]
) -> None:
    scripted.answers(answer)
    await slack.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat")
    mine = await slack.messages(KARA, NORTH)
    assert [message["text"] for message in mine] == ["hello"]
    assert mine[0].get("ephemeral", False) is not bool(seen_by_liam)
    assert [message["text"] for message in await slack.messages(LIAM, NORTH)] == seen_by_liam


async def test_a_plain_text_answer_is_ephemeral(slack: Slack, scripted: ScriptedApp) -> None:
    async def reply(_: Json) -> Response:
        return PlainTextResponse("just words")

    scripted.reply = reply
    await slack.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat")
    assert [message["text"] for message in await slack.messages(KARA, NORTH)] == ["just words"]


@pytest.mark.parametrize(
    ("way", "code", "why"),
    [
        ("slow", "operation_timeout", "did not answer in time"),
        ("broken", "dispatch_failed", "answered with an error"),
        ("unshowable", "invalid_command_response", "can't be shown"),
    ],
)
async def test_an_app_that_fails_a_command_is_shown_as_trouble(
    tight: Slack, scripted: ScriptedApp, way: str, code: str, why: str
) -> None:
    async def reply(_: Json) -> Response:
        if way == "slow":
            await asyncio.sleep(TIGHT.ack + 0.2)
        body = {"text": "x", "blocks": [{"type": "nonsense"}]} if way == "unshowable" else {}
        return JSONResponse(body, status_code=500 if way == "broken" else 200)

    scripted.reply = reply
    async with tight.watching(KARA) as page:
        assert (await tight.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat"))["ok"]
        trouble = await page.next("trouble")
    assert trouble["channel"] == NORTH
    assert code in trouble["text"]
    assert why in trouble["text"]


async def test_an_app_that_is_not_there_is_shown_as_trouble() -> None:
    async with workspace_at(None) as slack, slack.watching(KARA) as page:
        container = await posted(slack, button())
        answer = await slack.page(f"{KARA}/actions", container=container, action=GO)
        trouble = await page.next("trouble")
    assert trouble["text"] == "Drumbeat is not running."
    assert trouble["action_ts"] == answer["action_ts"]


async def test_a_click_carries_message_channel_and_state(slack: Slack, scripted: ScriptedApp) -> None:
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("hot", "cold")]
    select = {"type": "static_select", "action_id": "heat", "options": options, "initial_option": options[0]}
    container = await posted(slack, button(), {"type": "actions", "block_id": "s", "elements": [select]})
    await slack.page(f"{KARA}/actions", container=container, action=GO, state={"values": {}})
    sent = scripted.last("block_actions")
    assert {key: sent["actions"][0][key] for key in GO} == GO
    assert sent["actions"][0]["action_ts"]
    assert sent["container"] == {
        "type": "message",
        "message_ts": container["ts"],
        "channel_id": NORTH,
        "is_ephemeral": False,
    }
    assert sent["message"]["ts"] == container["ts"]
    assert sent["channel"] == {"id": NORTH, "name": "team-north"}
    assert sent["user"]["id"] == KARA
    assert sent["state"]["values"] == {
        "s": {"heat": {"type": "static_select", "selected_option": options[0]}}
    }
    choice = {"type": "static_select", "block_id": "s", "action_id": "heat", "selected_option": options[1]}
    await slack.page(f"{KARA}/actions", container=container, action=choice)
    sent = scripted.last("block_actions")
    assert sent["actions"][0]["selected_option"] == options[1]
    assert sent["state"]["values"]["s"]["heat"]["selected_option"] == options[1]


@pytest.mark.parametrize(
    "changed",
    [{"value": "2"}, {"action_id": "other"}, {"block_id": "other"}, {"type": "static_select"}],
)
async def test_a_forged_click_is_refused(slack: Slack, scripted: ScriptedApp, changed: Json) -> None:
    container = await posted(slack, button())
    answer = await slack.page(f"{KARA}/actions", container=container, action=GO | changed)
    assert answer["ok"] is False
    stranger = await slack.page(f"{MONA}/actions", container=container, action=GO)
    assert stranger["error"] == "channel_not_found"
    gone = await slack.page(f"{KARA}/actions", container=container | {"ts": "1.000001"}, action=GO)
    assert gone["error"] == "message_not_found"
    assert not [body for body in scripted.received if body.get("type") == "block_actions"]


async def test_an_ephemeral_message_is_used_without_its_content(slack: Slack, scripted: ScriptedApp) -> None:
    shown = await slack.api("chat.postEphemeral", channel=NORTH, user=KARA, text="psst", blocks=[button()])
    container = {"type": "message", "channel": NORTH, "ts": shown["message_ts"], "ephemeral": True}
    assert (await slack.page(f"{LIAM}/actions", container=container, action=GO))["ok"] is False
    assert (await slack.page(f"{KARA}/actions", container=container, action=GO))["ok"]
    sent = scripted.last("block_actions")
    assert sent["container"]["is_ephemeral"] is True
    assert "message" not in sent


async def test_without_interactivity_nothing_can_be_clicked(scripted: ScriptedApp) -> None:
    rules = manifest()
    rules["settings"]["interactivity"]["is_enabled"] = False
    async with workspace_at(scripted.url, rules=rules) as slack:
        container = await posted(slack, button())
        answer = await slack.page(f"{KARA}/actions", container=container, action=GO)
        assert answer["error"] == "interactivity_disabled"


async def test_shortcuts_are_sent_as_slack_sends_them(slack: Slack, scripted: ScriptedApp) -> None:
    said = await slack.page(f"{LIAM}/messages", channel=NORTH, text="Ann is gone")
    await slack.page(f"{KARA}/shortcuts", callback_id="log_it", channel=NORTH, ts=said["ts"])
    sent = scripted.last("message_action")
    assert (sent["callback_id"], sent["message"]["user"]) == ("log_it", LIAM)
    await slack.page(f"{KARA}/shortcuts", callback_id="new_plan")
    assert scripted.last("shortcut")["callback_id"] == "new_plan"
    assert (await slack.page(f"{KARA}/shortcuts", callback_id="other"))["ok"] is False


async def test_the_apps_dm_may_be_closed_to_messages(scripted: ScriptedApp) -> None:
    rules = manifest()
    rules["features"]["app_home"]["messages_tab_read_only_enabled"] = True
    async with workspace_at(scripted.url, rules=rules) as slack:
        dm = await slack.app_dm(KARA)
        refused = await slack.page(f"{KARA}/messages", channel=dm, text="hi")
        assert refused["message"] == "Sending messages to this app has been turned off."
        assert (await slack.api("chat.postMessage", channel=dm, text="hi"))["ok"]
    rules["features"]["app_home"]["messages_tab_enabled"] = False
    async with workspace_at(scripted.url, rules=rules) as slack:
        assert (await slack.api("chat.postMessage", channel=KARA, text="hi"))[
            "error"
        ] == "messages_tab_disabled"
