"""A web process whose database goes away says so in words, stays alive, and is ready when that is back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import Config
from bot.resources import migrated
from bot.sandbox.running import sandbox_in_thread
from bot.sandbox.server import build_sandbox
from bot.sandbox.workspace_file import parse_workspace
from tests.acceptance.bot_process import free_port
from tests.acceptance.environment import MANIFEST
from tests.acceptance.person import PAGE
from tests.faults.crowd import PostgresServer, described
from tests.faults.deployment import HASTY
from tests.faults.fleet import Fleet, Member

PATIENCE = 15.0


@dataclass
class WebAlone:
    """`drumbeat web` without any worker, its database, and the page of the workspace."""

    postgres: PostgresServer
    bot: httpx.Client
    page: httpx.Client
    fleet: Fleet
    sandbox: Any

    def command(self) -> str:
        """Somebody asks for their day; returns what they are told."""
        channel = self.sandbox.state.hub.state.app_dm("UM0").id
        asked = {"channel": channel, "text": "/drumbeat today"}
        assert self.page.post("/page/UM0/commands", json=asked).json()["ok"]
        told = self.page.get(f"/page/UM0/channels/{channel}/messages").json()["messages"]
        return str(told[-1]["text"])

    def is_ready(self) -> bool:
        return self.bot.get("/readyz").status_code == 200

    def until_ready(self) -> float:
        began = time.monotonic()
        while not self.is_ready():
            assert time.monotonic() < began + PATIENCE, self.bot.get("/readyz").text
            time.sleep(0.1)
        return time.monotonic() - began


@pytest.fixture
def web(short_folder: Path) -> Iterator[WebAlone]:
    workspace, port = described(1), free_port()
    with ExitStack() as stack:
        postgres = PostgresServer(short_folder)
        stack.callback(postgres.close)
        database_url = postgres.database("alone")
        migrated(Config.model_validate({"database_url": database_url}))
        sandbox = build_sandbox(
            parse_workspace(workspace),
            MANIFEST,
            events_url=f"http://127.0.0.1:{port}/slack/events",
            data=None,
            timing=HASTY,
        )
        url = stack.enter_context(sandbox_in_thread(sandbox))
        variables = {
            "SLACK_BOT_TOKEN": workspace["app"]["bot_token"],
            "SLACK_SIGNING_SECRET": workspace["app"]["signing_secret"],
            "SLACK_API_URL": f"{url}/api/",
            "DRUMBEAT_CLOCK_URL": f"{url}/clock",
            "DRUMBEAT_DATA": str(short_folder / "bot"),
            "DATABASE_URL": database_url,
            "PORT": str(port),
        }
        fleet = Fleet([Member("web", "web", variables, short_folder)])
        stack.callback(fleet.stop)
        fleet.start()
        bot = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False))
        page = stack.enter_context(httpx.Client(base_url=url, headers=PAGE, trust_env=False))
        yield WebAlone(postgres, bot, page, fleet, sandbox)


@pytest.mark.faults
@pytest.mark.parametrize("form", ["short", "long"])
def test_it_says_that_it_can_not_and_can_again_once_its_database_is_back(web: WebAlone, form: str) -> None:
    assert form
    web.until_ready()
    well = web.command()
    assert "wrong on our side" not in well

    web.postgres.stop()
    told = web.command()
    assert re.search(r"nothing was changed.*reference: `[A-Z0-9-]+`", told), told
    away = web.bot.get("/readyz")
    assert away.status_code == 503
    assert "does not answer" in away.json()["database"]
    assert away.json()["slack"] == "ok"
    assert web.bot.get("/healthz").status_code == 200

    web.postgres.start()
    seconds = web.until_ready()
    assert web.command() == well
    assert all(member.is_alive() and not member.ends for member in web.fleet.members)
    print(f"\nweb alone, its database away and back: ready again after {seconds:.1f} s")
