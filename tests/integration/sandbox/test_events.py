"""Events: signed, declared, repeated until they are acknowledged, and the bot's own among them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json

from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.integration.sandbox.conftest import ScriptedApp, workspace_at
from tests.integration.sandbox.workspace import BOT, KARA, NORTH, SECRET, SOUTH, TIGHT, Json, Slack, manifest


async def test_a_message_is_an_event_and_a_mention_another(slack: Slack, scripted: ScriptedApp) -> None:
    said = await slack.page(f"{KARA}/messages", channel=NORTH, text="@Drumbeat hi")
    await scripted.until(lambda: len(scripted.received) == 2)
    message, mention = scripted.events("message")[0], scripted.events("app_mention")[0]
    assert (message["channel"], message["channel_type"], message["user"]) == (NORTH, "channel", KARA)
    assert message["ts"] == mention["ts"] == said["ts"]
    assert mention["text"] == f"<@{BOT}> hi"
    envelope = scripted.received[0]
    assert (envelope["type"], envelope["team_id"], envelope["api_app_id"]) == (
        "event_callback",
        "T0SANDBOX1",
        "A0SANDBOX1",
    )
    assert envelope["authorizations"][0]["user_id"] == BOT


async def test_the_signature_is_of_the_body_and_the_time(slack: Slack, scripted: ScriptedApp) -> None:
    await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
    await scripted.until(lambda: scripted.received)
    headers = scripted.headers[0]
    assert headers["content-type"] == "application/json"
    body = json.dumps(scripted.received[0]).encode()
    base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
    assert headers["x-slack-signature"] == "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()


async def test_the_bots_own_messages_come_back(slack: Slack, scripted: ScriptedApp) -> None:
    dm = await slack.app_dm(KARA)
    posted = await slack.api("chat.postMessage", channel=dm, text="hi")
    await slack.api("chat.update", channel=dm, ts=posted["ts"], text="ho")
    await slack.api("chat.delete", channel=dm, ts=posted["ts"])
    await scripted.until(lambda: len(scripted.received) == 3)
    new, changed, deleted = scripted.events("message")
    assert (new["bot_id"], new["channel_type"]) == ("B0SANDBOX1", "im")
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "ho")
    assert changed["previous_message"]["text"] == "hi"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])


async def test_only_what_is_declared_and_granted_is_delivered(scripted: ScriptedApp) -> None:
    rules = manifest(without=("im:history",))
    rules["settings"]["event_subscriptions"]["bot_events"].remove("message.channels")
    async with workspace_at(scripted.url, rules=rules) as slack:
        await slack.page(f"{KARA}/messages", channel=NORTH, text="no message.channels declared")
        await slack.page(f"{KARA}/messages", channel=SOUTH, text="the app is not here, @Drumbeat")
        dm = await slack.app_dm(KARA)
        await slack.page(f"{KARA}/messages", channel=dm, text="no im:history granted")
        await slack.page(f"{KARA}/messages", channel=NORTH, text="@Drumbeat")
        await scripted.until(lambda: scripted.received)
        await asyncio.sleep(0.1)
    assert [body["event"]["type"] for body in scripted.received] == ["app_mention"]


async def test_an_event_is_repeated_three_times_with_its_number_and_reason(
    slack: Slack, scripted: ScriptedApp
) -> None:
    scripted.answers({}, status=500)
    await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
    await scripted.until(lambda: len(scripted.received) == 4)
    await asyncio.sleep(0.2)
    numbers = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h in scripted.headers]
    assert numbers == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({body["event_id"] for body in scripted.received}) == 1
    log = (await slack.look("control/deliveries"))["deliveries"]
    assert [(line["type"], line["status"], line["attempts"]) for line in log] == [
        ("message", "http_error", 4)
    ]


async def test_repeating_ends_once_it_is_acknowledged(tight: Slack, scripted: ScriptedApp) -> None:
    async def reply(_: Json) -> Response:
        if len(scripted.received) == 1:
            await asyncio.sleep(TIGHT.ack + 0.1)
        return PlainTextResponse("")

    scripted.reply = reply
    await tight.page(f"{KARA}/messages", channel=NORTH, text="hi")
    await scripted.until(lambda: len(scripted.received) == 2)
    await asyncio.sleep(0.2)
    assert [h.get("x-slack-retry-reason") for h in scripted.headers] == [None, "http_timeout"]


async def test_an_app_can_ask_not_to_be_sent_an_event_again(slack: Slack, scripted: ScriptedApp) -> None:
    async def reply(_: Json) -> Response:
        return JSONResponse({}, status_code=500, headers={"X-Slack-No-Retry": "1"})

    scripted.reply = reply
    await slack.page(f"{KARA}/messages", channel=NORTH, text="hi")
    await scripted.until(lambda: scripted.received)
    await asyncio.sleep(0.2)
    assert len(scripted.received) == 1


async def test_joining_a_channel_and_reacting_are_told(slack: Slack, scripted: ScriptedApp) -> None:
    await slack.api("conversations.join", channel=SOUTH)
    said = await slack.page(f"{KARA}/messages", channel=SOUTH, text="welcome")
    await slack.api("reactions.add", channel=SOUTH, timestamp=said["ts"], name="wave")
    await scripted.until(lambda: len(scripted.received) == 3)
    joined, reacted = scripted.events("member_joined_channel")[0], scripted.events("reaction_added")[0]
    assert (joined["user"], joined["channel"]) == (BOT, SOUTH)
    assert (reacted["reaction"], reacted["item"]["ts"], reacted["item_user"]) == ("wave", said["ts"], KARA)
