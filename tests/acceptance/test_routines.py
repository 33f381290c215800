"""What the bot sees to by itself, now and then, for as long as it runs: here each second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.acceptance.deal_threads import DealThread
from tests.acceptance.environment import sample_company
from tests.acceptance.workspace import Workspace

DEAL = "Björkvalla Home: Meridian Dock"
BERLIN = "C0DEALBER1"
ROUTINES = ("DIRECTORY_SECONDS", "RECONCILE_SECONDS", "HOUSEKEEPING_SECONDS", "CATCH_UP_SECONDS")


@pytest.fixture(scope="module")
def watchful(story_folder: Path) -> Iterator[Workspace]:
    """The sample company with a deal's thread open, and a bot that sees to everything each second."""
    with sample_company(story_folder) as workspace:
        workspace.person("Kara Voss").asks("/deal bjorkvalla")
        workspace.clock_to("2026-10-05 09:01")
        workspace.stop_bot()
        workspace.bot.hurried = ROUTINES
        workspace.start_bot()
        yield workspace


def behind_its_back(workspace: Workspace, statement: str) -> None:
    engine = create_engine(workspace.bot.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def comes_to_hold(workspace: Workspace, query: str) -> None:
    deadline = time.monotonic() + 20
    while not workspace.records(query):
        assert time.monotonic() < deadline, f"it does not come to hold: {query}\n{workspace.bot.log()}"
        time.sleep(0.1)


def test_who_is_new_in_slack_is_joined_to_the_crm(watchful: Workspace) -> None:
    behind_its_back(watchful, "UPDATE people SET slack_user_id = NULL WHERE name = 'Jonas Albrecht'")

    comes_to_hold(
        watchful, "SELECT 1 FROM people WHERE name = 'Jonas Albrecht' AND slack_user_id IS NOT NULL"
    )


def test_what_is_owed_and_has_no_job_is_asked_for_again(watchful: Workspace) -> None:
    ((owed,), *_) = watchful.records("SELECT id FROM deliveries WHERE mode = 'post' AND state = 'sent'")
    before = watchful.posted()

    behind_its_back(watchful, f"UPDATE deliveries SET state = 'queued' WHERE id = '{owed}'")

    comes_to_hold(watchful, f"SELECT 1 FROM deliveries WHERE id = '{owed}' AND state = 'sent'")
    assert watchful.posted() == before


def test_what_is_past_its_time_is_forgotten_each_day(watchful: Workspace) -> None:
    todays_turn = "FROM inbound_keys WHERE key LIKE 'housekeeping:%'"
    behind_its_back(watchful, f"DELETE {todays_turn}")

    comes_to_hold(watchful, f"SELECT 1 {todays_turn}")


def test_what_no_event_told_of_is_found_where_it_stands(watchful: Workspace) -> None:
    ts = DealThread(watchful.person("Mats Lindqvist"), BERLIN, DEAL).writes("They meet on Tuesday")
    comes_to_hold(watchful, "SELECT 1 FROM thread_messages WHERE text = 'They meet on Tuesday'")

    watchful.hub.state.conversations[BERLIN].messages[ts]["text"] = "They meet on Friday"

    comes_to_hold(watchful, "SELECT 1 FROM thread_messages WHERE text = 'They meet on Friday'")
