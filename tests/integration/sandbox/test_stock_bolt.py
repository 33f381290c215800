"""Stock Bolt runs against the sandbox unchanged, over HTTP and over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.sandbox.stock_bolt import bolt_over_http, bolt_over_socket
from tests.integration.sandbox.workspace import BOT, KARA, NORTH, Slack, modal, typed


@pytest.fixture(params=["http", "socket"])
async def bolt(request: pytest.FixtureRequest) -> AsyncIterator[Slack]:
    async with bolt_over_http() if request.param == "http" else bolt_over_socket() as slack:
        yield slack


async def test_a_command_is_answered_to_the_person_alone(bolt: Slack) -> None:
    async with bolt.watching(KARA) as page:
        answer = await bolt.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat for @Liam Roe")
        assert answer == {"ok": True}
        message = (await page.next("message"))["message"]
        assert message["text"] == "you said: for <@U002|liam>"
        assert message["ephemeral"] is True
        container = {"type": "message", "channel": NORTH, "ts": message["ts"], "ephemeral": True}
        action = {"type": "button", "block_id": "row", "action_id": "done", "value": "1"}
        await bolt.page(f"{KARA}/actions", container=container, action=action, state={"values": {}})
        replaced = (await page.next("message_changed"))["message"]
        assert (replaced["text"], replaced["ts"]) == ("done by kara", message["ts"])
    assert [m["text"] for m in await bolt.messages("U002", NORTH)] == []


async def test_a_modal_is_opened_refused_corrected_and_saved(bolt: Slack) -> None:
    async with bolt.watching(KARA) as page:
        await bolt.page(f"{KARA}/commands", channel=NORTH, text="/drumbeat log")
        view = (await page.next("views"))["views"][-1]
        submit = f"{KARA}/views/{view['id']}/submit"
        assert (await bolt.page(submit, state={"values": {}}))["errors"] == {
            "note": "Please complete this required field."
        }
        assert "at least 3" in (await bolt.page(submit, state=typed("ab")))["errors"]["note"]
        assert (await bolt.page(submit, state=typed("taken")))["errors"] == {
            "note": "That was logged before."
        }
        assert await bolt.page(submit, state=typed("Ann said yes")) == {"ok": True}
        assert (await page.next("views"))["views"] == []
        posted = await page.next("message")
        assert posted["message"]["text"] == "logged: Ann said yes"
        container = {"type": "message", "channel": posted["channel"], "ts": posted["message"]["ts"]}
        action = {"type": "button", "block_id": "row", "action_id": "done", "value": "1"}
        await bolt.page(f"{KARA}/actions", container=container, action=action, state={"values": {}})
        changed = (await page.next("message_changed"))["message"]
        assert changed["text"] == "done by kara"
        assert "blocks" not in changed


async def test_a_message_shortcut_knows_its_message(bolt: Slack) -> None:
    async with bolt.watching(KARA) as page:
        posted = await bolt.api("chat.postMessage", channel=NORTH, text="call Ann")
        await bolt.page(f"{KARA}/shortcuts", callback_id="log_it", channel=NORTH, ts=posted["ts"])
        view = (await page.next("views"))["views"][0]
        assert view["blocks"][0]["element"]["initial_value"] == "call Ann"
        assert view["callback_id"] == modal()["callback_id"]


async def test_a_message_is_answered_in_its_thread_without_a_loop(bolt: Slack) -> None:
    async with bolt.watching(KARA) as page:
        dm = await bolt.app_dm(KARA)
        said = await bolt.page(f"{KARA}/messages", channel=dm, text="a < b")
        reply = await page.next("message")
        while reply["message"]["user"] != BOT:
            reply = await page.next("message")
        assert reply["message"]["text"] == "echo: a &lt; b"
        assert reply["message"]["thread_ts"] == said["ts"]
        thread = await bolt.look(f"page/{KARA}/channels/{dm}/threads/{said['ts']}")
        assert len(thread["messages"]) == 2


async def test_a_mention_reaches_the_app(bolt: Slack) -> None:
    async with bolt.watching(KARA) as page:
        await bolt.page(f"{KARA}/messages", channel=NORTH, text="@Drumbeat hello")
        changed = (await page.next("message_changed"))["message"]
        while "reactions" not in changed:
            changed = (await page.next("message_changed"))["message"]
        assert changed["reactions"] == [{"name": "eyes", "users": [BOT], "count": 1}]


async def test_the_home_tab_is_published_when_it_is_opened(bolt: Slack) -> None:
    async with bolt.watching(KARA) as page:
        assert (await page.next("state"))["home"] is None
        await bolt.page(f"{KARA}/home", tab="home")
        view = (await page.next("home"))["view"]
        assert view["blocks"][0]["elements"][0]["action_id"] == "done"
    async with bolt.watching(KARA) as page:
        assert (await page.next("state"))["home"]["id"] == view["id"]


async def test_options_are_loaded_from_the_app_and_only_those_can_be_chosen(bolt: Slack) -> None:
    select = {
        "type": "external_select",
        "action_id": "who",
        "min_query_length": 1,
        "placeholder": {"type": "plain_text", "text": "Who"},
    }
    block = {"type": "actions", "block_id": "pick", "elements": [select]}
    posted = await bolt.api("chat.postMessage", channel=NORTH, text="who", blocks=[block])
    container = {"type": "message", "channel": NORTH, "ts": posted["ts"]}
    names = {"block_id": "pick", "action_id": "who"}
    offered = await bolt.page(f"{KARA}/options", container=container, value="ann", **names)
    option = {"text": {"type": "plain_text", "text": "Ann"}, "value": "ann"}
    assert offered["options"] == [option]
    action = {"type": "external_select", **names, "selected_option": option}
    assert (await bolt.page(f"{KARA}/actions", container=container, action=action))["ok"]
    action["selected_option"] = option | {"value": "bob"}
    assert (await bolt.page(f"{KARA}/actions", container=container, action=action))["ok"] is False
