"""Whatever comes to the endpoint signed is answered in words; what is not signed, or is old, is refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import text

from tests.integration.services.company import owed_to, rows
from tests.integration.slack.conftest import Office
from tests.integration.slack.signed import Line, listening

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
Send = Callable[..., Awaitable[httpx.Response]]
PERSON = {"user": {"id": "UMIA"}, "team": {"id": "T0SANDBOX1"}, "api_app_id": "A0SANDBOX1", "token": "t"}


@pytest.fixture
async def line(office: Office) -> AsyncIterator[Line]:
    """The way to the bot's endpoint over loopback."""
    async with listening(office) as line:
        yield line


@pytest.fixture
def send(line: Line) -> Send:
    """Posts a signed body."""
    return line.send


def click(**more: Any) -> str:
    element = {"type": "button", "action_id": "coverage_conversation.log", "block_id": "b", "value": "{}"}
    action = {**element, **more.pop("element", {})}
    body = {"type": "block_actions", **PERSON, "trigger_id": "1.2.3", "actions": [action], **more}
    return urlencode({"payload": json.dumps(body)})


def form(callback_id: str, metadata: str = "{}", values: Any = None) -> str:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "state": {"values": values or {}},
    }
    return urlencode({"payload": json.dumps({"type": "view_submission", **PERSON, "view": view})})


def command(text: str, user: str = "UMIA") -> str:
    fields = {"user_id": user, "team_id": "T0SANDBOX1", "trigger_id": "1.2.3", "channel_id": "C1"}
    return urlencode({"command": "/drumbeat", "text": text, "response_url": "http://127.0.0.1:9/", **fields})


def event(kind: str, **more: Any) -> str:
    envelope = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0SANDBOX1", "api_app_id": "A"}
    return json.dumps({**envelope, "event": {"type": kind, "user": "UMIA", **more}})


CLICKS = [
    click(),
    click(element={"value": "not json"}),
    click(element={"value": '{"o":{"a":1}}'}),
    click(element={"value": json.dumps({"o": "obl_forged"})}),
    click(element={"action_id": "from.another.version"}),
    click(element={"action_id": "deal_flag.page.next", "value": '{"p":-7}'}),
    click(element={"action_id": "deal_flag.menu", "value": '{"d":"deal_ray","a":"fixed"}'}),
    click(element={"type": "overflow", "action_id": "obligation.snooze", "selected_option": None}),
    click(trigger_id=None),
    click(user={"id": "U404"}),
    click(state={"values": "none"}),
    click(view={"type": "modal", "id": "V1", "private_metadata": "[1]"}),
]
VALUES: list[Any] = [
    None,
    {"held_on": {"x": {"selected_date": "soon"}}},
    {"flags": {"x": {"selected_options": [{}]}}},
]
FORMS = [
    form(callback_id, metadata, values)
    for callback_id in ("coverage_conversation.form", "deal_flag.dismiss_form", "old.form")
    for metadata in ("{}", "[]", '{"o":1,"v":"x","d":null,"f":[],"p":"z"}')
    for values in VALUES
]
# As no client of Slack's sends it: without what was filled in.
BARE = {"id": "V1", "type": "modal", "callback_id": "coverage_conversation.form", "private_metadata": "{}"}
FORMS.append(urlencode({"payload": json.dumps({"type": "view_submission", **PERSON, "view": BARE})}))
TYPED = ["", "today", "team", "week", "help", "<!channel>", "`x` & <b>", "x" * 5000]


async def test_a_click_that_makes_no_sense_is_acked_and_changes_nothing(office: Office, send: Send) -> None:
    before = rows(office.store)
    for body in CLICKS:
        answer = await send(body)
        assert answer.status_code == 200, body
    assert rows(office.store) == before


async def test_a_form_that_makes_no_sense_is_answered_in_words(office: Office, send: Send) -> None:
    before = rows(office.store)
    for body in FORMS:
        answer = await send(body)
        assert answer.status_code == 200, body
        assert answer.json()["response_action"] in {"update", "errors"}
        assert "reference" not in answer.text, body
    assert rows(office.store) == before


async def test_each_wrong_value_is_said_at_its_field(office: Office, send: Send) -> None:
    owed = owed_to(office.store, "rob")
    metadata = json.dumps({"o": owed.id, "v": owed.version})
    values = {
        "held_on": {"held_on": {"selected_date": "2026-10-05"}},
        "minutes": {"minutes": {"selected_option": {"value": "30"}}},
        "cause": {"cause": {"selected_option": {"value": "stuck"}}},
        "plan": {"plan": {"value": "ok"}},
        "next_step_on": {"next_step_on": {"selected_date": "2026-10-01"}},
    }
    wrong = {
        "plan": "Say what will be different: who does what to close the gap. One full sentence is enough.",
        "next_step_on": "The next step needs a day in the future.",
    }

    answer = await send(form("coverage_conversation.form", metadata, values))

    assert answer.json() == {"response_action": "errors", "errors": wrong}

    del values["minutes"]
    answer = await send(form("coverage_conversation.form", metadata, values))

    assert answer.json() == {"response_action": "errors", "errors": wrong}, "what it has no field for waits"


async def test_whatever_is_typed_is_answered_to_the_person_alone(send: Send) -> None:
    for typed, user in itertools.product(TYPED, ("UMIA", "U404")):
        answer = await send(command(typed, user))
        assert answer.status_code == 200
        assert answer.json()["response_type"] == "ephemeral"
        assert "<!channel>" not in answer.text
        assert "reference" not in answer.text, typed


async def test_an_event_is_taken_once_and_the_bots_own_words_are_no_event(office: Office, line: Line) -> None:
    office.jobs.deliveries.clear()
    for _ in range(2):
        assert await line.send_event(event("app_home_opened", tab="home")) == 200
    assert len(office.jobs.deliveries) == 1
    for more in ({"bot_id": "B1"}, {"subtype": "message_changed"}, {"channel_type": "channel"}):
        body = event("message", **{"channel_type": "im", "text": "hi", **more})
        assert await line.send_event(body) == 200
    assert len(office.jobs.deliveries) == 1


async def test_an_event_that_could_not_be_recorded_is_not_acked_so_that_it_comes_again(
    office: Office, line: Line
) -> None:
    with office.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox_events RENAME TO lost"))
    body = event("app_home_opened", tab="home")
    assert (await line.send(body, json_body=True)).status_code == 503
    with office.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lost RENAME TO inbox_events"))
    office.jobs.deliveries.clear()
    assert await line.send_event(body) == 200
    assert len(office.jobs.deliveries) == 1


async def test_what_is_not_signed_by_slack_or_is_old_is_refused(office: Office, send: Send) -> None:
    before = rows(office.store)
    for wrong in ({"secret": "guessed"}, {"age": 600}):
        assert (await send(command("today"), **wrong)).status_code == 401
    assert rows(office.store) == before


@pytest.mark.parametrize("fault", [{"kind": "lost_reply"}, {"kind": "server_error"}, {"kind": "rate_limit"}])
async def test_a_modal_that_slack_does_not_open_leaves_the_click_acked(
    office: Office, send: Send, fault: dict[str, str]
) -> None:
    await office.slack.fault(method="views.open", times=None, **fault)
    owed = owed_to(office.store, "rob")

    answer = await send(click(element={"value": json.dumps({"o": owed.id, "v": owed.version})}))

    assert answer.status_code == 200
    assert await office.calls("views.open") >= 1


async def test_the_home_tab_of_somebody_the_crm_does_not_know_says_so(line: Line, office: Office) -> None:
    with office.store.writing() as uow:
        uow.connection.execute(text("UPDATE people SET slack_user_id = NULL WHERE id = 'mia'"))

    assert await line.send_event(event("app_home_opened", tab="home")) == 200

    (call,) = (await office.slack.look("control/calls?method=views.publish"))["calls"]
    assert "I could not match you to anyone in the CRM" in str(call["args"]["view"])
    assert await office.work_off() == [None]  # the health check waits for nobody in Slack
