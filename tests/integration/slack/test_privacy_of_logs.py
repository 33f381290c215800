"""What people write reaches no log, also where a request means nothing to us or fails."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from bot.logs import set_up_logging
from tests.integration.slack.conftest import Office
from tests.integration.slack.signed import PERSON, Line, event, listening

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
SECRET_WORDS = "Between us: Rob has handed in his notice"


@pytest.fixture(params=[True, False], ids=["json", "text"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """All that the process writes to its log, in either form."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logging("DEBUG" if request.param else "INFO", as_json=request.param)
    for name in (None, "slack_bolt", "slack_bolt.AsyncApp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return stream


@pytest.fixture
async def line(office: Office, logged: io.StringIO) -> AsyncIterator[Line]:
    async with listening(office) as line:
        yield line


async def test_a_request_that_nobody_handles_is_named_and_not_shown(line: Line, logged: io.StringIO) -> None:
    mention = event("app_mention", "Ev1", channel="C1", ts="1.2", text=SECRET_WORDS)
    assert (await line.send(mention, json_body=True)).status_code == 200
    shortcut = {"type": "shortcut", **PERSON, "callback_id": SECRET_WORDS, "trigger_id": "1.2.3"}
    assert (await line.send(urlencode({"payload": json.dumps(shortcut)}))).status_code == 404

    assert logged.getvalue().count("request_unhandled") == 2
    assert SECRET_WORDS not in logged.getvalue()


@pytest.mark.parametrize(
    ("broken", "status", "name"),
    [("inbox_events", 503, "event_not_kept"), ("inbound_keys", 200, "event_failed")],
)
async def test_an_event_that_fails_is_logged_without_what_was_written(
    office: Office, line: Line, logged: io.StringIO, broken: str, status: int, name: str
) -> None:
    with office.store.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {broken} RENAME TO lost"))
    said = event("message", "Ev1", channel_type="im", channel="D1", ts="1759647600.000100", text=SECRET_WORDS)
    assert (await line.send(said, json_body=True)).status_code == status

    async with asyncio.timeout(5):
        while name not in logged.getvalue():  # noqa: ASYNC110 - the log alone tells
            await asyncio.sleep(0.02)
    assert SECRET_WORDS not in logged.getvalue()
