"""The imported CRM export: what it does not hold is off and says so; a thousand flagged deals stay usable."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.bot_process import ROOT, BotProcess, free_port
from tests.acceptance.person import PATIENCE, Person
from tests.acceptance.workspace import START_SECONDS, Workspace

EXPORT = ROOT.parent / "shared" / "data" / "crm_export"

pytestmark = pytest.mark.skipif(
    not EXPORT.is_dir(), reason="the CRM export (../shared/data/crm_export) is not on this machine"
)


@pytest.fixture(scope="module")
def company(story_folder: Path) -> Iterator[Workspace]:
    """The export as an operator tries it: one command that starts the workspace and the bot."""
    page = free_port()
    variables = {"PORT": str(free_port()), "DRUMBEAT_DATA": str(story_folder / "data")}
    arguments = ["run", "--page-port", str(page), "--company", str(EXPORT), "--as-of", "2017-10-02"]
    mapping = ["--map", str(ROOT / "config" / "mappings" / "crm_export.yaml")]
    bot = BotProcess(story_folder, variables, [*arguments, *mapping])
    bot.start()
    workspace = Workspace(f"http://127.0.0.1:{page}", None, bot)
    try:
        _wait_until_it_follows_the_clock(workspace.url, bot)
        yield workspace
    finally:
        bot.stop()
        workspace.close()
    assert bot.faults() == [], bot.log()


def _wait_until_it_follows_the_clock(url: str, bot: BotProcess) -> None:
    deadline = time.monotonic() + 2 * START_SECONDS
    while True:
        assert bot.is_alive(), bot.log()
        assert time.monotonic() < deadline, bot.log()
        try:
            clock = httpx.get(f"{url}/page/clock", timeout=PATIENCE, trust_env=False).json()
        except httpx.HTTPError:
            clock = {}
        if bot.is_ready() and clock.get("next_cadence"):
            return
        time.sleep(0.1)


def test_the_operator_is_told_where_the_page_is(company: Workspace) -> None:
    assert f"Open {company.url}/" in company.bot.log()


def test_what_is_not_in_the_data_is_off_and_says_so(company: Workspace) -> None:
    company.step("next_cadence")
    company.step("+3h")
    manager = company.person("Dustin Brinkmann")

    manager.sees("Health check · Monday 2 Oct", "coverage off: no quota, no amounts")
    manager.sees("No conversation is owed", "off: no activities imported", "off: no contacts imported")
    assert manager.count("Health check ·") == 1


def test_a_long_list_pages_and_filters(company: Workspace) -> None:
    manager = company.person("Dustin Brinkmann")
    pages = open_list(manager)
    first = manager.screen()

    manager.clicks("Next →")
    manager.sees(f"Page 2 of {pages}", "← Previous")
    assert manager.screen() != first
    manager.clicks("← Previous")
    manager.sees(f"Page 1 of {pages}")

    lines = manager.screen().splitlines()
    rep = lines[lines.index("All reps") + 1]
    manager.clicks(rep)
    manager.sees_no_longer(f"Page 1 of {pages}")
    assert open_pages(manager) < pages
    ticked = [line for line in manager.screen().splitlines() if " · no amount" in line]
    assert len(ticked) == 10
    described = [line for line in manager.screen().splitlines() if f" · {rep} · " in line]
    assert len(described) == 10
    manager.closes()


def test_hundreds_are_answered_at_once(company: Workspace) -> None:
    manager = company.person("Dustin Brinkmann")
    open_list(manager)
    total = int(re.findall(r"All (\d+) that match", manager.screen())[0])
    assert total > 100

    manager.fills("For which deals?", f"All {total} that match")
    manager.fills("What shall be done?", "Snooze a week")
    manager.submits()

    manager.sees(f"on {total} deals put off for a week")
    manager.closes()
    company.settles()
    assert "No deal raises a flag" in manager.card() or "flagged deals…" not in manager.card()


def open_list(person: Person) -> int:
    """Open the list of all flagged deals; return how many pages it has."""
    button = next(line for line in person.card().splitlines() if line.endswith("flagged deals…"))
    person.clicks(button)
    person.sees("Flagged deals", "Page 1 of")
    return open_pages(person)


def open_pages(person: Person) -> int:
    """Return how many pages the open list has."""
    return int(re.findall(r"Page 1 of (\d+)", person.screen())[0])
