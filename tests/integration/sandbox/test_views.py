"""Modals: triggers, the stack, what an app may answer to a submission, and what the person sees."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.integration.sandbox.conftest import ScriptedApp
from tests.integration.sandbox.workspace import (
    KARA,
    LIAM,
    NORTH,
    TIGHT,
    Json,
    Slack,
    button,
    modal,
    text_input,
    typed,
)

CONNECTING = "We had some trouble connecting. Try again?"


async def trigger(slack: Slack, app: ScriptedApp, user: str = KARA) -> str:
    """A fresh trigger id, from a slash command."""
    await slack.page(f"{user}/commands", channel=NORTH, text="/drumbeat x")
    return str(app.last("command")["trigger_id"])


async def opened(slack: Slack, app: ScriptedApp, *blocks: Json, **fields: object) -> Json:
    answer = await slack.api(
        "views.open", trigger_id=await trigger(slack, app), view=modal(*blocks, **fields)
    )
    assert answer["ok"], answer
    view: Json = answer["view"]
    return view


async def stack(slack: Slack, user: str = KARA) -> list[Json]:
    async with slack.watching(user) as page:
        views: list[Json] = (await page.next("state"))["views"]
        return views


async def click(slack: Slack, view: Json, block_id: str = "row", action_id: str = "go") -> Json:
    action = {"type": "button", "block_id": block_id, "action_id": action_id, "value": "1"}
    return await slack.page(
        f"{KARA}/actions", container={"type": "view", "view_id": view["id"]}, action=action
    )


async def submit(slack: Slack, view: Json, text: str = "done") -> Json:
    return await slack.page(f"{KARA}/views/{view['id']}/submit", state=typed(text))


async def test_a_trigger_works_once(slack: Slack, scripted: ScriptedApp) -> None:
    trigger_id = await trigger(slack, scripted)
    broken = await slack.api("views.open", trigger_id=trigger_id, view=modal() | {"title": "x"})
    assert broken["error"] == "invalid_arguments"
    assert (await slack.api("views.open", trigger_id=trigger_id, view=modal()))["ok"]
    again = await slack.api("views.open", trigger_id=trigger_id, view=modal())
    assert again["error"] == "exchanged_trigger_id"
    assert (await slack.api("views.open", trigger_id="1.2.3", view=modal()))["error"] == "invalid_trigger_id"


async def test_a_trigger_dies(tight: Slack, scripted: ScriptedApp) -> None:
    trigger_id = await trigger(tight, scripted)
    await asyncio.sleep(TIGHT.trigger_life + 0.05)
    assert (await tight.api("views.open", trigger_id=trigger_id, view=modal()))[
        "error"
    ] == "expired_trigger_id"


async def test_three_modals_lie_on_each_other_at_most(slack: Slack, scripted: ScriptedApp) -> None:
    top = await opened(slack, scripted, button(), text_input())
    for _ in range(2):
        await click(slack, top)
        pushed = await slack.api(
            "views.push", trigger_id=scripted.last("block_actions")["trigger_id"], view=modal(button())
        )
        assert pushed["view"]["previous_view_id"] == top["id"]
        top = pushed["view"]
    await click(slack, top)
    fourth = await slack.api(
        "views.push", trigger_id=scripted.last("block_actions")["trigger_id"], view=modal(button())
    )
    assert fourth["error"] == "push_limit_reached"
    views = await stack(slack)
    assert len(views) == 3
    assert {view["root_view_id"] for view in views} == {views[0]["id"]}
    assert await stack(slack, LIAM) == []


async def test_a_push_needs_a_modal_to_stand_on(slack: Slack, scripted: ScriptedApp) -> None:
    trigger_id = await trigger(slack, scripted)
    assert (await slack.api("views.push", trigger_id=trigger_id, view=modal()))[
        "error"
    ] == "invalid_trigger_id"


async def test_an_update_minds_the_hash(slack: Slack, scripted: ScriptedApp) -> None:
    view = await opened(slack, scripted, external_id="deal-1")
    updated = await slack.api("views.update", view_id=view["id"], hash=view["hash"], view=modal(button()))
    assert updated["view"]["id"] == view["id"]
    stale = await slack.api("views.update", view_id=view["id"], hash=view["hash"], view=modal())
    assert stale["error"] == "hash_conflict"
    assert (await slack.api("views.update", view_id="V404", view=modal()))["error"] == "not_found"
    assert (await slack.api("views.update", view=modal()))["error"] == "invalid_arguments"


async def test_an_external_id_names_one_view(slack: Slack, scripted: ScriptedApp) -> None:
    await opened(slack, scripted, external_id="deal-1")
    found = await slack.api("views.update", external_id="deal-1", view=modal(button(), external_id="deal-1"))
    assert found["ok"]
    second = await slack.api(
        "views.open", trigger_id=await trigger(slack, scripted, LIAM), view=modal(external_id="deal-1")
    )
    assert second["error"] == "duplicate_external_id"


async def test_a_submission_carries_the_state_of_every_element(slack: Slack, scripted: ScriptedApp) -> None:
    day = {"type": "datepicker", "action_id": "day", "initial_date": "2026-10-06"}
    label = {"type": "plain_text", "text": "Day"}
    blocks = [text_input(), {"type": "input", "block_id": "when", "label": label, "element": day}]
    view = await opened(slack, scripted, *blocks, private_metadata="m1")
    assert await submit(slack, view, "said yes") == {"ok": True}
    sent = scripted.last("view_submission")
    assert sent["user"]["id"] == KARA
    assert sent["view"]["private_metadata"] == "m1"
    assert sent["view"]["hash"] == view["hash"]
    assert sent["view"]["state"]["values"] == {
        "note": {"text": {"type": "plain_text_input", "value": "said yes"}},
        "when": {"day": {"type": "datepicker", "selected_date": "2026-10-06"}},
    }
    assert await stack(slack) == []


@pytest.mark.parametrize(
    ("element", "value", "error"),
    [
        ({"type": "plain_text_input", "max_length": 3}, "long", "Please enter at most 3 characters."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        (
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "2"},
            "1.5",
            "Please enter a number of at least 2.",
        ),
        (
            {"type": "number_input", "is_decimal_allowed": True, "max_value": "2"},
            "2.5",
            "Please enter a number of at most 2.",
        ),
        ({"type": "number_input", "is_decimal_allowed": True}, "NaN", "Please enter a number."),
        ({"type": "email_text_input"}, "kara", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "meridian", "Please enter a valid URL."),
    ],
)
async def test_the_client_refuses_what_is_out_of_bounds(
    slack: Slack, scripted: ScriptedApp, element: Json, value: str, error: str
) -> None:
    label = {"type": "plain_text", "text": "Field"}
    block = {"type": "input", "block_id": "f", "label": label, "element": element | {"action_id": "x"}}
    view = await opened(slack, scripted, block)
    sent = len(scripted.received)
    state = {"values": {"f": {"x": {"type": element["type"], "value": value}}}}
    answer = await slack.page(f"{KARA}/views/{view['id']}/submit", state=state)
    assert answer == {"ok": False, "errors": {"f": error}}
    assert len(scripted.received) == sent


async def test_an_optional_field_may_stay_empty(slack: Slack, scripted: ScriptedApp) -> None:
    view = await opened(slack, scripted, text_input(optional=True))
    assert await slack.page(f"{KARA}/views/{view['id']}/submit", state={"values": {}}) == {"ok": True}
    assert scripted.last("view_submission")["view"]["state"]["values"]["note"]["text"]["value"] is None


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({}, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal(button(), callback_id="b")}, ["b"]),
        ({"response_action": "push", "view": modal(button(), callback_id="b")}, ["log", "b"]),
    ],
)
async def test_an_app_answers_a_submission(
    slack: Slack, scripted: ScriptedApp, answer: Json, titles: list[str]
) -> None:
    view = await opened(slack, scripted)
    scripted.answers(answer)
    assert await submit(slack, view) == {"ok": True}
    assert [found["callback_id"] for found in await stack(slack)] == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "dance"},
        {"response_action": "errors", "errors": {"elsewhere": "No."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"text": "thanks"},
        ["thanks"],
    ],
)
async def test_an_answer_slack_cannot_use_is_shown_as_trouble(
    slack: Slack, scripted: ScriptedApp, answer: object
) -> None:
    view = await opened(slack, scripted)
    scripted.answers(answer)
    refused = await submit(slack, view)
    assert (refused["ok"], refused["message"]) == (False, CONNECTING)
    assert [found["id"] for found in await stack(slack)] == [view["id"]]


@pytest.mark.parametrize("way", ["slow", "broken"])
async def test_an_app_that_does_not_take_a_submission_leaves_the_modal_open(
    tight: Slack, scripted: ScriptedApp, way: str
) -> None:
    view = await opened(tight, scripted)

    async def reply(_: Json) -> Response:
        if way == "broken":
            return JSONResponse({}, status_code=500)
        await asyncio.sleep(TIGHT.ack + 0.2)
        return PlainTextResponse("")

    scripted.reply = reply
    assert (await submit(tight, view))["message"] == CONNECTING
    assert len(await stack(tight)) == 1


async def test_a_view_updated_while_it_is_submitted_is_closed_all_the_same(
    slack: Slack, scripted: ScriptedApp
) -> None:
    view = await opened(slack, scripted)

    async def reply(_: Json) -> Response:
        await slack.api("views.update", view_id=view["id"], view=modal(button()))
        return PlainTextResponse("")

    scripted.reply = reply
    assert await submit(slack, view) == {"ok": True}
    assert await stack(slack) == []


async def test_only_the_top_view_of_oneself_can_be_submitted(slack: Slack, scripted: ScriptedApp) -> None:
    view = await opened(slack, scripted)
    assert (await slack.page(f"{LIAM}/views/{view['id']}/submit", state=typed("x")))[
        "error"
    ] == "view_not_found"
    assert (await slack.page(f"{KARA}/views/V404/submit", state=typed("x")))["error"] == "view_not_found"


async def test_closing_tells_an_app_that_asked(slack: Slack, scripted: ScriptedApp) -> None:
    silent = await opened(slack, scripted)
    await slack.page(f"{KARA}/views/{silent['id']}/close")
    assert not [body for body in scripted.received if body.get("type") == "view_closed"]
    view = await opened(slack, scripted, notify_on_close=True)
    await slack.page(f"{KARA}/views/{view['id']}/close", clear_all=True)
    closed = scripted.last("view_closed")
    assert (closed["is_cleared"], closed["view"]["id"]) == (True, view["id"])
    assert await stack(slack) == []


async def test_actions_in_a_modal_carry_the_view_and_what_was_filled_in(
    slack: Slack, scripted: ScriptedApp
) -> None:
    view = await opened(slack, scripted, button(), text_input())
    action = {"type": "button", "block_id": "row", "action_id": "go", "value": "1"}
    container = {"type": "view", "view_id": view["id"]}
    await slack.page(f"{KARA}/actions", container=container, action=action, state=typed("half"))
    sent = scripted.last("block_actions")
    assert sent["container"] == container
    assert "message" not in sent
    assert "response_url" not in sent
    assert sent["view"]["state"]["values"]["note"]["text"]["value"] == "half"
    kept = await slack.api("views.update", view_id=view["id"], view=modal(text_input()))
    assert kept["view"]["state"]["values"]["note"]["text"]["value"] == "half"


async def test_a_home_tab_is_published_and_used(slack: Slack, scripted: ScriptedApp) -> None:
    home = {"type": "home", "blocks": [button()]}
    first = await slack.api("views.publish", user_id=KARA, view=home)
    second = await slack.api("views.publish", user_id=KARA, view=home, hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    stale = await slack.api("views.publish", user_id=KARA, view=home, hash=first["view"]["hash"])
    assert stale["error"] == "hash_conflict"
    await click(slack, second["view"])
    assert scripted.last("block_actions")["view"]["type"] == "home"
    opened_modal = await slack.api(
        "views.open", trigger_id=scripted.last("block_actions")["trigger_id"], view=modal()
    )
    assert opened_modal["ok"]
    await slack.page(f"{KARA}/home", tab="home")
    await scripted.until(lambda: scripted.events("app_home_opened"))
    event = scripted.events("app_home_opened")[0]
    assert (event["tab"], event["user"], event["view"]["id"]) == ("home", KARA, first["view"]["id"])
