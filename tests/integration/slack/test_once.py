"""What Slack sends again is carried out once and answered as the first time, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.metrics import Figures, Metrics
from tests.integration.services.company import every, owed_to, rows
from tests.integration.slack.conftest import Office
from tests.integration.slack.signed import Line, click, event, form, listening

PLAN = "We agreed on three new accounts to open by Friday, and call them together."


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(Figures)


@pytest.fixture
async def line(office: Office, metrics: Metrics) -> AsyncIterator[Line]:
    """Posts signed bodies to the bot's endpoint over loopback."""
    async with listening(office, metrics) as line:
        yield line


def values(office: Office, plan: str = PLAN) -> tuple[str, dict[str, Any]]:
    owed = owed_to(office.store, "rob")
    given = {
        "held_on": {"held_on": {"selected_date": "2026-10-05"}},
        "minutes": {"minutes": {"selected_option": {"value": "30"}}},
        "cause": {"cause": {"selected_option": {"value": "too_few_new_deals"}}},
        "plan": {"plan": {"value": plan}},
        "next_step_on": {"next_step_on": {"selected_date": "2026-10-12"}},
    }
    return json.dumps({"o": owed.id, "v": owed.version}), given


def count(metrics: Metrics, kind: str) -> float:
    name = f'drumbeat_inbound_duplicates_total{{kind="{kind}"}}'
    lines = metrics.text().decode().splitlines()
    return next((float(each.rpartition(" ")[2]) for each in lines if each.startswith(name)), 0.0)


async def test_a_form_sent_again_is_answered_as_the_first_time(
    office: Office, line: Line, metrics: Metrics
) -> None:
    body = form("coverage_conversation.form", *values(office))

    first = await line.send(body)
    after = rows(office.store)
    again = await line.send(body)

    assert first.json()["view"]["title"]["text"] == "Logged"
    assert again.json() == first.json()
    assert rows(office.store) == after
    assert count(metrics, "form") == 1


async def test_a_form_sent_twice_at_once_is_carried_out_once(office: Office, line: Line) -> None:
    body = form("coverage_conversation.form", *values(office))

    answers = await asyncio.gather(*(line.send(body) for _ in range(4)))

    assert len(every(office.store, "coverage_conversations")) == 1
    assert {answer.text for answer in answers} == {answers[0].text}
    assert "Logged" in answers[0].text


async def test_a_form_that_was_refused_may_come_again_with_other_values(office: Office, line: Line) -> None:
    metadata, given = values(office, plan="ok")
    refused = await line.send(form("coverage_conversation.form", metadata, given))
    assert refused.json()["response_action"] == "errors"

    metadata, given = values(office)
    assert "Logged" in (await line.send(form("coverage_conversation.form", metadata, given))).text


async def test_a_click_sent_again_changes_nothing_and_a_second_click_is_another(
    office: Office, line: Line, metrics: Metrics
) -> None:
    value = '{"d":"deal_rob","a":"snooze"}'
    element = {"action_id": "deal_flag.menu", "value": value, "action_ts": "1.1"}
    body = click(element=element)

    for _ in range(3):
        assert (await line.send(body)).status_code == 200
    after = rows(office.store)
    await line.send(click(element={**element, "action_ts": "1.2"}, trigger_id="4.5.6"))

    assert count(metrics, "action") == 2
    assert rows(office.store) == after  # the second click was refused, in words
    assert await office.calls("views.open") == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_message_brought_by_two_events_is_answered_once(
    office: Office, line: Line, metrics: Metrics
) -> None:
    office.jobs.deliveries.clear()
    said = {"channel_type": "im", "channel": "D1", "ts": "1759647600.000100", "text": "hello"}
    for event_id in ("Ev1", "Ev2", "Ev1"):
        assert await line.send_event(event("message", event_id, **said)) == 200
    assert len(office.jobs.deliveries) == 1
    assert count(metrics, "event") == 2
